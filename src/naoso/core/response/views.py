"""Incidents on pages and in the side panel of the map: parse, call, render."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from naoso.core.alerts.models import Alert
from naoso.core.people.access import permission_required
from naoso.core.places.selectors import unit_at
from naoso.core.response import calendar, forms, selectors, services
from naoso.core.response.actions import ACTIONS, offered
from naoso.core.response.models import DayException, Incident
from naoso.core.response.paging import KeyPaginator
from naoso.core.response.parts import parts_for
from naoso.core.response.witnesses import of_alert
from naoso.kernel.errors import BadInput, Conflict
from naoso.kernel.geometry import LonLat

PAGE = 50


@permission_required("response.view")
def incident_list(request: HttpRequest) -> HttpResponse:
    """Open incidents first; filters in the address."""
    form = forms.FilterForm(request.GET)
    form.is_valid()
    asked = form.cleaned_data
    rows = selectors.listed(
        request.user, state=asked.get("state", ""), kind=asked.get("kind"), text=asked.get("q", "")
    )
    page = KeyPaginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {"title": _("Incidents"), "form": form, "page": page, "counts": selectors.counts(request.user)}
    return render(request, "response/list.html", context)


@permission_required("response.view")
def incident_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole incident on a page of its own, printable."""
    incident = selectors.incident_for(request.user, pk)
    crumbs = [(_("Incidents"), reverse("response:list")), (incident.number, "")]
    return render(
        request,
        "response/page.html",
        panel_context(request, incident) | {"title": incident.title, "crumbs": crumbs},
    )


@permission_required("response.view")
def incident_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """The same as a part, for the map's side panel."""
    incident = selectors.incident_for(request.user, pk)
    return render(request, "response/panel.html", panel_context(request, incident))


def panel_context(request: HttpRequest, incident: Incident, **more: Any) -> dict[str, Any]:
    """Facts and offered actions of one incident."""
    actions = offered(incident, request.user)  # type: ignore[arg-type]
    shown = {"incident": incident, "actions": actions, "parts": parts_for(request.user)}
    return shown | selectors.panel(incident) | more


@require_POST
@permission_required("response.view")
def act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """One of the actions in the table; the answer is the panel as it stands then."""
    incident = selectors.incident_for(request.user, pk)
    entry = ACTIONS[action]
    values: dict[str, Any] = {}
    if entry.form is not None:
        form = entry.form(request.POST, incident=incident, actor=request.user, prefix=action)  # type: ignore[arg-type]
        if not form.is_valid():
            return answer(request, incident, status=422, refused={action: form})
        values = form.cleaned_data
    elif request.POST.get("seen", "").isdigit():
        values = {"seen": int(request.POST["seen"])} if action in {"accept", "start"} else {}
    try:
        done = entry.run(incident=incident, actor=request.user, **values)
    except (BadInput, Conflict) as error:
        return answer(request, incident, status=error.status, problem=str(error))
    shown = done if isinstance(done, Incident) else incident
    return answer(request, selectors.incident_for(request.user, shown.pk))


def answer(
    request: HttpRequest,
    incident: Incident,
    *,
    status: int = 200,
    problem: str = "",
    refused: dict[str, forms.ActionForm] | None = None,
) -> HttpResponse:
    """The panel for htmx, a redirect to the page for a plain form that went well."""
    if not request.headers.get("HX-Request") and status == 200:
        return redirect("response:page", incident.pk)
    incident = selectors.incident_for(request.user, incident.pk)
    context = panel_context(request, incident, problem=problem)
    context["actions"] |= refused or {}
    context["refused"] = next(iter(refused), "") if refused else ""
    return render(request, "response/panel.html", context, status=status)


@require_POST
@permission_required("response.view")
def task_done(request: HttpRequest, pk: int) -> HttpResponse:
    """Tick a task, or take the tick back."""
    task = selectors.task_for(request.user, pk)
    if task.done_at is None:
        services.finish_task(task=task, actor=request.user)  # type: ignore[arg-type]
    else:
        services.reopen_task(task=task, actor=request.user)  # type: ignore[arg-type]
    return answer(request, task.incident)


@require_POST
@permission_required("response.view")
def task_skip(request: HttpRequest, pk: int) -> HttpResponse:
    """A step of the procedure is not to be done here, and why."""
    task = selectors.task_for(request.user, pk)
    try:
        services.skip_task(task=task, actor=request.user, reason=request.POST.get("reason", ""))  # type: ignore[arg-type]
    except (BadInput, Conflict) as error:
        return answer(request, task.incident, status=error.status, problem=str(error))
    return answer(request, task.incident)


@permission_required("response.open")
def incident_new(request: HttpRequest) -> HttpResponse:
    """Open an incident by hand."""
    form = forms.OpenForm(request.POST or None, actor=request.user)  # type: ignore[arg-type]
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        place = None
        if values["lon"] is not None and values["lat"] is not None:
            place = LonLat.checked(values["lon"], values["lat"])
        unit = unit_at(place) if place else None
        incident = services.open_incident(
            kind=values["kind"],
            title=values["title"],
            description=values["description"],
            severity=values["severity"],
            owner=values["owner"],
            unit_id=unit.pk if unit else None,
            place=place,
            actor=request.user,  # type: ignore[arg-type]
        )
        messages.success(request, _("Incident %(number)s is open.") % {"number": incident.number})
        return redirect("response:page", incident.pk)
    crumbs = [(_("Incidents"), reverse("response:list")), (_("New"), "")]
    return render(request, "response/new.html", {"title": _("New incident"), "form": form, "crumbs": crumbs})


@require_POST
@permission_required("response.open")
def open_from_alert(request: HttpRequest, alert_pk: int) -> HttpResponse:
    """One press: the alert becomes an incident, or joins the one that it already has."""
    alert = get_object_or_404(Alert.objects.visible_to(request.user), pk=alert_pk)
    incident = selectors.incident_by_alert([alert]).get(alert.pk)
    if incident is None or not incident.is_open:
        incident = services.open_from_alert(alert=alert, actor=request.user)  # type: ignore[arg-type]
    if request.headers.get("HX-Request"):
        return render(request, "response/panel.html", panel_context(request, incident))
    return redirect("response:page", incident.pk)


@require_POST
@permission_required("response.work")
def join_alert(request: HttpRequest, pk: int, alert_pk: int) -> HttpResponse:
    """The alert is one more witness of this incident."""
    incident = selectors.incident_for(request.user, pk)
    alert = get_object_or_404(Alert.objects.visible_to(request.user), pk=alert_pk)
    services.add_witness(
        incident=incident,
        actor=request.user,  # type: ignore[arg-type]
        testimony=of_alert(alert),
    )
    return answer(request, incident)


@permission_required("response.view")
def handover(request: HttpRequest) -> HttpResponse:
    """What the next shift must know, printable."""
    context = {"title": _("Shift hand-over"), "now": timezone.now(), **selectors.handover(request.user)}
    return render(request, "response/handover.html", context)


@permission_required("response.edit_calendar")
def working_calendar(request: HttpRequest) -> HttpResponse:
    """Days off and days worked instead; a year's public holidays are proposed."""
    form = forms.DayForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        calendar.set_day(**form.cleaned_data, actor=request.user)  # type: ignore[arg-type]
        messages.success(request, _("The calendar is changed. New deadlines count by it."))
        return redirect("response:calendar")
    year = timezone.localdate().year
    context = {
        "title": _("Working calendar"),
        "form": form,
        "days": DayException.objects.filter(day__year__gte=year),
        "years": [year, year + 1],
    }
    return render(request, "response/calendar.html", context)


@require_POST
@permission_required("response.edit_calendar")
def add_holidays(request: HttpRequest, year: int) -> HttpResponse:
    """Take over a year's public holidays."""
    calendar.add_public_holidays(year=year, actor=request.user)  # type: ignore[arg-type]
    messages.success(request, _("Public holidays of %(year)s are in the calendar.") % {"year": str(year)})
    return redirect("response:calendar")


@require_POST
@permission_required("response.edit_calendar")
def remove_day(request: HttpRequest, pk: int) -> HttpResponseRedirect:
    """The day follows the week again."""
    calendar.remove_day(day=get_object_or_404(DayException, pk=pk), actor=request.user)  # type: ignore[arg-type]
    return HttpResponseRedirect(reverse("response:calendar"))
