"""Evidence packages: ask for one, see how far it is, download it; and how full the disk is."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Case, Exists, OuterRef, Q, When
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from naoso.core.people.access import account_of, permission_required
from naoso.core.response.models import Incident
from naoso.domains.cameras.models import (
    CameraGroup,
    CameraSource,
    EvidencePackage,
    Footage,
    Hold,
    May,
    PackageState,
)
from naoso.domains.cameras.pages.footage import FootageForm
from naoso.domains.cameras.pages.lists import tabs_of
from naoso.domains.cameras.rights import rights_of, watchable
from naoso.domains.cameras.services import evidence
from naoso.domains.cameras.storage import storage_now
from naoso.kernel.errors import BadInput
from naoso.ui.sending import stored

EXPORT = "cameras.export"
PAGE = 50


class EvidenceForm(FootageForm):
    """And of which cameras; those whose recordings are held for the incident first."""

    minutes = forms.IntegerField(label=gettext_lazy("Minutes"), min_value=1, max_value=360, initial=30)
    sources = forms.ModelMultipleChoiceField(
        CameraSource.objects.none(), label=gettext_lazy("Cameras"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, actor: Any, near: list[int], **kwargs: Any) -> None:
        super().__init__(*args, actor=actor, **kwargs)
        kept = Q(group__retention_days__gt=0) | Exists(Footage.objects.filter(source=OuterRef("pk")))
        rows = (
            watchable(actor, right=May.EXPORT)
            .filter(kept)
            .annotate(held=Case(When(pk__in=near, then=0), default=1))
        )
        field = self.fields["sources"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = rows.order_by("held", "camera__code")


@permission_required(EXPORT)
def packages(request: HttpRequest) -> HttpResponse:
    """Those of incidents that one sees."""
    rows = EvidencePackage.objects.visible_to(request.user).select_related("incident", "made_by")
    listed = rows.prefetch_related("sources__camera", "sources__group")
    page = Paginator(listed, PAGE).get_page(request.GET.get("page"))
    rights = rights_of(request.user)
    context: dict[str, Any] = {
        "title": _("Evidence packages"),
        "page": page,
        "packages": [(row, evidence.may_have(rights, row)) for row in page],
        "fingerprint": evidence.own_fingerprint(),
    }
    context["making"] = any(row.state == PackageState.MAKING for row in page)
    return render(request, "cameras/packages.html", context | tabs_of(request, "packages"))


@permission_required(EXPORT)
def package_new(request: HttpRequest, incident: int) -> HttpResponse:
    """Of an incident: the cameras whose recordings are kept for it are offered first."""
    actor = account_of(request)
    case = get_object_or_404(Incident.objects.visible_to(actor).open(), pk=incident)
    held = Hold.objects.filter(incident=case)
    near = list(held.values_list("source_id", flat=True))
    first = held.order_by("began_at").first()
    given = {
        "incident": case.pk, "since": first.began_at if first else case.opened_at, "minutes": 30,
        "sources": near,
    }  # fmt: skip
    form = EvidenceForm(request.POST or None, initial=given, actor=actor, near=near)
    if request.method == "POST" and form.is_valid():
        since, until = form.span
        try:
            evidence.export(
                actor=actor, incident=case, sources=list(form.cleaned_data["sources"]), since=since,
                until=until, reason=form.cleaned_data["reason"],
            )  # fmt: skip
        except BadInput as error:
            form.add_error(None, str(error.errors[0].message))
        else:
            messages.success(request, _("The package is being made; this page tells when it is ready."))
            return redirect("cameras:packages")
    crumbs = [(_("Evidence packages"), reverse("cameras:packages")), (case.number, "")]
    return render(request, "cameras/package_form.html", {
        "title": _("Evidence of %(number)s") % {"number": case.number}, "form": form, "incident": case,
        "crumbs": crumbs, "near": bool(near),
    })  # fmt: skip


@permission_required(EXPORT)
def package_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The ZIP; each download is written down."""
    actor = account_of(request)
    rows = EvidencePackage.objects.visible_to(actor).filter(state=PackageState.READY)
    row = get_object_or_404(rows.select_related("incident"), pk=pk)
    evidence.handed_out(actor=actor, package=row)
    answer = stored(row.path, "application/zip")
    answer["Content-Disposition"] = f'attachment; filename="evidence-{row.incident.number}-{row.pk}.zip"'
    return answer


@permission_required("cameras.manage")
def storage(request: HttpRequest) -> HttpResponse:
    """Use by group, what comes each day, and when the disk is full."""
    now = storage_now()
    own = set(CameraGroup.objects.permitted_to(request.user, "cameras.manage").values_list("pk", flat=True))
    shown = [one for one in now.groups if one.pk in own]
    context = {"title": _("Storage of recordings"), "now": now, "groups": shown}
    return render(request, "cameras/storage.html", context | tabs_of(request, "storage"))


urlpatterns = [
    path("evidence/", packages, name="packages"),
    path("evidence/new/<int:incident>/", package_new, name="package_new"),
    path("evidence/<int:pk>.zip", package_file, name="package_file"),
    path("storage/", storage, name="storage"),
]
