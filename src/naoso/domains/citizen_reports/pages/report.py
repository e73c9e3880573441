"""One report as officers see it: facts, history, and every action that is offered."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from naoso.core.people.access import account_of, permission_required
from naoso.core.people.audit import note_read
from naoso.core.people.scope import allowed, require
from naoso.core.response.selectors import incidents_of_subject
from naoso.domains.citizen_reports.actions import ACTIONS, form_of, offered
from naoso.domains.citizen_reports.forms import moves as forms
from naoso.domains.citizen_reports.models import Report
from naoso.domains.citizen_reports.selectors import reports as selectors
from naoso.domains.citizen_reports.selectors.moderation import same_photo
from naoso.domains.citizen_reports.services.telling import SUBJECT
from naoso.kernel.errors import BadInput, Conflict


@permission_required("citizen_reports.view")
def report_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One report on a page of its own, printable."""
    report = selectors.report_for(request.user, pk)
    context = page_context(request, report)
    name = request.GET.get("open", "")
    if name in context["actions"]:
        context |= {"refused": name, "open_form": form_of(name, report, account_of(request))}
    return render(request, "citizen_reports/page.html", context)


@permission_required("citizen_reports.view")
def report_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """The same as a part, for the map and the inbox."""
    report = selectors.report_for(request.user, pk)
    return render(request, "citizen_reports/panel.html", panel_context(request, report))


def panel_context(request: HttpRequest, report: Report, **more: Any) -> dict[str, Any]:
    """Facts, history, and the forms of what may be done."""
    return {
        "report": report,
        "entries": report.entries.select_related("actor"),
        "answers": selectors.answers_of(report),
        "relatives": selectors.relatives(request.user, report),
        "forwardings": report.forwardings.select_related("body"),
        "incidents": incidents_of_subject(request.user, f"{SUBJECT}{report.pk}"),
        "actions": offered(report, account_of(request)),
        "open_form": None,
        "may_see_contact": allowed(request.user, "citizen_reports.see_contact", report),
        "may_moderate": allowed(request.user, "citizen_reports.moderate", report),
        "same_photo": same_photo(account_of(request), report),
        "contact_form": forms.ContactForm(prefix="contact"),
        "refused": "",
        **more,
    }


def page_context(request: HttpRequest, report: Report, **more: Any) -> dict[str, Any]:
    """The panel with the page's head."""
    crumbs = [(_("Citizen reports"), reverse("citizen_reports:list")), (report.code, "")]
    return {"title": str(report.category), "crumbs": crumbs, **panel_context(request, report, **more)}


@permission_required("citizen_reports.view")
def action_form(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """The form of one action: a part that is fetched when somebody opens it."""
    report, actor = selectors.report_for(request.user, pk), account_of(request)
    if action not in offered(report, actor):
        raise Http404
    context = {"report": report, "name": action, "form": form_of(action, report, actor)}
    return render(request, "citizen_reports/parts/action_form.html", context)


@require_POST
@permission_required("citizen_reports.view")
def act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """One of the actions in the table; the answer is the panel as it stands then."""
    report = selectors.report_to_change(request.user, pk)
    entry = ACTIONS.get(action)
    if entry is None:
        raise Http404
    actor = account_of(request)
    require(actor, entry.permission, report)
    form = entry.form(request.POST, request.FILES, report=report, actor=actor, prefix=action)
    if not form.is_valid():
        return answer_with(request, report, 422, refused=action, refused_form=form)
    try:
        done = entry.run(report=report, actor=actor, **form.cleaned_data)
    except (BadInput, Conflict) as error:
        return answer_with(request, report, error.status, problem=words_of(error), refused=action)
    now = done if isinstance(done, Report) else Report.objects.get(pk=pk)
    if not allowed(request.user, "citizen_reports.view", now):
        return gone(request)
    return answer_with(request, now)


def words_of(error: BadInput | Conflict) -> str:
    """What went wrong, without the name of the field."""
    return "; ".join(one.message for one in error.errors) if isinstance(error, BadInput) else str(error)


def gone(request: HttpRequest) -> HttpResponse:
    """It went to another body, out of the actor's sight."""
    words = _("The report went to another body; you do not see it any more.")
    if request.headers.get("HX-Request"):
        return render(request, "citizen_reports/gone.html", {"words": words})
    messages.success(request, words)
    return redirect("citizen_reports:list")


def answer_with(request: HttpRequest, report: Report, status: int = 200, **more: Any) -> HttpResponse:
    """The panel for htmx; for a plain form the page, after a redirect where all went well."""
    htmx = bool(request.headers.get("HX-Request"))
    if not htmx and status == 200:
        return redirect("citizen_reports:page", report.pk)
    report = selectors.report_for(request.user, report.pk)
    refused, form = more.get("refused", ""), more.pop("refused_form", None)
    context = page_context(request, report, **more)
    if form is not None or refused in context["actions"]:
        context["open_form"] = form or form_of(refused, report, account_of(request))
    template = "citizen_reports/panel.html" if htmx else "citizen_reports/page.html"
    return render(request, template, context, status=status)


@require_POST
@permission_required("citizen_reports.see_contact")
def report_contact(request: HttpRequest, pk: int) -> HttpResponse:
    """Show who reported, once, with a reason that is kept."""
    report = selectors.report_for(request.user, pk)
    require(request.user, "citizen_reports.see_contact", report)
    form = forms.ContactForm(request.POST, prefix="contact")
    if not form.is_valid():
        return answer_with(request, report, 422, contact_form=form)
    note_read(account_of(request), f"{SUBJECT}{report.pk}", form.cleaned_data["reason"])
    context = panel_context(request, report, contact=selectors.contact_of(report), contact_asked=True)
    return render(request, "citizen_reports/panel.html", context)


urlpatterns = [
    path("<int:pk>/", report_page, name="page"),
    path("<int:pk>/panel/", report_panel, name="panel"),
    path("<int:pk>/do/<slug:action>/", act, name="act"),
    path("<int:pk>/form/<slug:action>/", action_form, name="action_form"),
    path("<int:pk>/contact/", report_contact, name="contact"),
]
