"""Cases: the only pages where one plate is followed."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from naoso.core.people.access import account_of, permission_required
from naoso.core.people.audit import note_read
from naoso.domains.traffic.forms import WHOLE, CaseForm, KeepForm, LookForm, PlateForm, ReasonForm
from naoso.domains.traffic.models import Case, CasePassage, Passage
from naoso.domains.traffic.pages.shell import picture_of, shown
from naoso.domains.traffic.selectors.journeys import journey, kept, together
from naoso.domains.traffic.services import cases as services
from naoso.domains.traffic.services.cases import CASE
from naoso.kernel.errors import BadInput, Conflict

PAGE = 50


@permission_required(CASE)
def cases(request: HttpRequest) -> HttpResponse:
    """Open ones first."""
    rows = Case.objects.visible_to(request.user).select_related("owner", "opened_by").order_by("-expires_at")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return shown(request, "cases.html", "cases", {"title": _("Cases"), "page": page})


def case_for(request: HttpRequest, pk: int) -> Case:
    """In scope, or 404."""
    return get_object_or_404(
        Case.objects.visible_to(request.user).select_related("owner", "opened_by"), pk=pk
    )


@permission_required(CASE)
def case_new(request: HttpRequest) -> HttpResponse:
    """Open one."""
    actor = account_of(request)
    form = CaseForm(request.POST or None, actor=actor)
    if request.method == "POST" and form.is_valid():
        made = form.carry_out(services.open_case, actor=actor, opener=actor)
        if made:
            return redirect("traffic:case", made.pk)
    context = {"title": _("Open a case"), "form": form, "back": reverse("traffic:cases")}
    return render(request, "ui/form_page.html", context, status=422 if form.errors else 200)


@permission_required(CASE)
def case(request: HttpRequest, pk: int) -> HttpResponse:
    """Purpose, plates, who looked; the plates' ways come after a reason."""
    return case_page(request, case_for(request, pk))


def case_page(
    request: HttpRequest, row: Case, bound: dict[str, forms.Form] | None = None, **more: Any
) -> HttpResponse:
    """Of an ended case: its frame, who looked, and while it stays what it kept; no plate without a reason."""
    plates = list(row.plates.all()) if row.is_open else []
    keeps = row.keeps and (row.is_open or row.passages.exists())
    context = {
        "title": row.title, "case": row, "plates": plates, "plate_form": PlateForm(),
        "look_form": LookForm(plates=[(one.plate, one.shown) for one in plates]) if plates else None,
        "looks": row.looks.select_related("by")[:20],
        "kept_form": ReasonForm(auto_id="kept_%s") if keeps else None,
        "keep_form": KeepForm(auto_id="keep_%s") if keeps else None,
        "crumbs": [(_("Cases"), reverse("traffic:cases")), (row.code, "")],
    }  # fmt: skip
    if plates:
        note_read(account_of(request), row.subject, "page: its plates")
    context |= bound or {}
    return shown(request, "case.html", "cases", context | more, status=422 if bound else 200)


@require_POST
@permission_required(CASE)
def case_plate(request: HttpRequest, pk: int) -> HttpResponse:
    """A plate more."""
    row, form = case_for(request, pk), PlateForm(request.POST)
    if form.is_valid() and form.carry_out(services.add_plate, actor=account_of(request), case=row):
        return redirect("traffic:case", pk)
    return case_page(request, row, {"plate_form": form})


@require_POST
@permission_required(CASE)
def case_look(request: HttpRequest, pk: int) -> HttpResponse:
    """With a reason: where a plate was, or who went with it."""
    row, actor = case_for(request, pk), account_of(request)
    plates = [(one.plate, one.shown) for one in row.plates.all()]
    form = LookForm(request.POST, plates=plates)
    if not form.is_valid():
        return case_page(request, row, {"look_form": form})
    said = form.cleaned_data
    try:
        services.look(
            actor=actor,
            case=row,
            reason=said["reason"],
            what=f"{said['what']} {said['plate']} {said['days']}d",
        )
    except BadInput as error:
        form.add_error("reason", error.errors[0].message)
        return case_page(request, row, {"look_form": form})
    except Conflict as error:
        messages.error(request, str(error))
        return redirect("traffic:case", pk)
    return case_page(request, row, None, look_form=form, **found_for(request, row, said))


def found_for(request: HttpRequest, row: Case, said: dict[str, Any]) -> dict[str, Any]:
    """What the look shows."""
    shown_plate = next(one.shown for one in row.plates.all() if one.plate == said["plate"])
    days = said["days"]
    since = row.searched_from if days == WHOLE else timezone.now() - dt.timedelta(days=days)
    if said["what"] == "together":
        found = together(
            request.user, row, said["plate"], minutes=said["minutes"], cameras=said["cameras"], since=since
        )
        return {"together": found, "looked_at": shown_plate}
    return {"sights": journey(request.user, row, said["plate"], since), "looked_at": shown_plate}


@require_POST
@permission_required(CASE)
def case_kept(request: HttpRequest, pk: int) -> HttpResponse:
    """With a reason: all that the case has kept, also once it has ended."""
    row, form = case_for(request, pk), ReasonForm(request.POST, auto_id="kept_%s")
    if form.is_valid() and form.carry_out(services.look_at_kept, actor=account_of(request), case=row):
        return case_page(request, row, None, sights=kept(row), kept_shown=True)
    return case_page(request, row, {"kept_form": form})


@require_POST
@permission_required(CASE)
def case_keep(request: HttpRequest, pk: int) -> HttpResponse:
    """Its material stays longer; nothing is searched for it."""
    row, form = case_for(request, pk), KeepForm(request.POST, auto_id="keep_%s")
    if form.is_valid() and form.carry_out(services.keep_longer, actor=account_of(request), case=row):
        messages.success(request, _("Saved."))
        return redirect("traffic:case", pk)
    return case_page(request, row, {"keep_form": form})


@require_POST
@permission_required(CASE)
def case_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Nothing is searched in it any more."""
    services.end_case(actor=account_of(request), case=case_for(request, pk))
    messages.success(request, _("The case has ended."))
    return redirect("traffic:case", pk)


@permission_required(CASE)
def case_picture(request: HttpRequest, pk: int, kind: str, number: int, name: str) -> Any:
    """Of what the case has kept, while it stays; of a passage within the period of an open case."""
    cases_there = Case.objects.visible_to(request.user)
    if kind == "case":
        row = get_object_or_404(cases_there.keeping(), pk=pk)
        return picture_of(request, get_object_or_404(CasePassage, case=row, pk=number), name)
    row = get_object_or_404(cases_there.open(), pk=pk)
    rows = Passage.objects.permitted_to(request.user, CASE).filter(
        plate__in=row.plates.values("plate"), at__gte=row.searched_from
    )
    return picture_of(request, get_object_or_404(rows, pk=number), name)


urlpatterns = [
    path("cases/", cases, name="cases"),
    path("cases/new/", case_new, name="case_new"),
    path("cases/<int:pk>/", case, name="case"),
    path("cases/<int:pk>/plates/", case_plate, name="case_plate"),
    path("cases/<int:pk>/look/", case_look, name="case_look"),
    path("cases/<int:pk>/kept/", case_kept, name="case_kept"),
    path("cases/<int:pk>/keep/", case_keep, name="case_keep"),
    path("cases/<int:pk>/end/", case_end, name="case_end"),
    path("cases/<int:pk>/<slug:kind>/<int:number>/<slug:name>.jpg", case_picture, name="case_picture"),
]
