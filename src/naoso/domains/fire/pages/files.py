"""Plans and papers: shown to whoever may see the premises, added and dropped by whoever may change it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from naoso.connectors.photo import read_photo
from naoso.core.people.access import account_of, permission_required
from naoso.domains.fire.forms import PaperForm, PlanForm
from naoso.domains.fire.models import PremisesFile
from naoso.domains.fire.pages.editing import to
from naoso.domains.fire.pages.one import VIEW, premises_for, shown
from naoso.domains.fire.services import files as services
from naoso.domains.fire.services.premises import MANAGE
from naoso.kernel.errors import BadInput
from naoso.ui.sending import stored

REFUSALS = {
    "type": gettext_lazy("The file is no picture. JPEG, PNG and WebP are taken."),
    "heic": gettext_lazy("The file is no picture. JPEG, PNG and WebP are taken."),
    "size": gettext_lazy("A picture may have at most 15 MB."),
    "pixels": gettext_lazy("A picture may have at most 50 megapixels."),
    "broken": gettext_lazy("The picture is damaged or incomplete."),
}


@permission_required(VIEW)
def plan(request: HttpRequest, pk: int, key: str, size: str) -> Any:
    """The picture itself."""
    row = premises_for(request, pk)
    found = get_object_or_404(PremisesFile, premises=row, key=key, kind=PremisesFile.Kind.PLAN)
    answer = stored(found.small if size == "small" else found.file, "image/jpeg")
    answer["Cache-Control"] = "private, max-age=86400, immutable"
    return answer


@permission_required(VIEW)
def paper(request: HttpRequest, pk: int, key: str) -> Any:
    """The PDF, to be kept: a browser opens it outside our own pages."""
    row = premises_for(request, pk)
    found = get_object_or_404(PremisesFile, premises=row, key=key, kind=PremisesFile.Kind.PAPER)
    answer = stored(found.file, "application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{row.code}-{found.pk}.pdf"'
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


@require_POST
@permission_required(MANAGE)
def plan_add(request: HttpRequest, pk: int) -> HttpResponse:
    """A floor plan."""
    row, form = premises_for(request, pk, MANAGE), PlanForm(request.POST, request.FILES)
    if form.is_valid():
        said = form.cleaned_data
        try:
            photo = read_photo(said["file"].read(), field="file")
            services.add_plan(
                actor=account_of(request), premises=row, photo=photo, title=said["title"], floor=said["floor"]
            )
        except BadInput as error:
            form.add_error("file", str(REFUSALS.get(error.errors[0].rule, error.errors[0].message)))
        else:
            messages.success(request, _("The plan was kept."))
            return to(row, "plans")
    return shown(request, row, "plans", {"plan_form": form})


@require_POST
@permission_required(MANAGE)
def paper_add(request: HttpRequest, pk: int) -> HttpResponse:
    """A paper."""
    row, form = premises_for(request, pk, MANAGE), PaperForm(request.POST, request.FILES)
    if form.is_valid():
        said = form.cleaned_data
        try:
            services.add_paper(
                actor=account_of(request), premises=row, data=said["file"].read(), title=said["title"]
            )
        except BadInput as error:
            form.add_error("file", error.errors[0].message)
        else:
            messages.success(request, _("The paper was kept."))
            return to(row, "plans")
    return shown(request, row, "plans", {"paper_form": form})


@require_POST
@permission_required(MANAGE)
def file_drop(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """A plan or a paper goes."""
    row = premises_for(request, pk, MANAGE)
    services.drop_file(actor=account_of(request), file=get_object_or_404(PremisesFile, premises=row, key=key))
    messages.success(request, _("It was removed."))
    return to(row, "plans")


urlpatterns = [
    path("<int:pk>/plans/", plan_add, name="plan_add"),
    path("<int:pk>/papers/", paper_add, name="paper_add"),
    path("<int:pk>/files/<slug:key>/drop/", file_drop, name="file_drop"),
    path("<int:pk>/plans/<slug:key>-<slug:size>.jpg", plan, name="plan"),
    path("<int:pk>/papers/<slug:key>.pdf", paper, name="paper"),
]
