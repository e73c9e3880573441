"""Pages of officers: the inbox, one report, its moves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from naoso.core.people.access import permission_required
from naoso.core.people.audit import note_read
from naoso.core.people.scope import allowed, require
from naoso.core.response.selectors import incidents_of_subject
from naoso.domains.citizen_reports import forms
from naoso.domains.citizen_reports.models import Report
from naoso.domains.citizen_reports.selectors import reports as selectors
from naoso.domains.citizen_reports.services import moves
from naoso.kernel.errors import BadInput, Conflict

PAGE = 50


@permission_required("citizen_reports.view")
def report_list(request: HttpRequest) -> HttpResponse:
    """The inbox: open ones first."""
    form = forms.FilterForm(request.GET)
    form.is_valid()
    asked = form.cleaned_data
    rows = selectors.listed(
        request.user, state=asked.get("state", ""), category=asked.get("category"), text=asked.get("q", "")
    )
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {"title": _("Citizen reports"), "form": form, "page": page}
    return render(request, "citizen_reports/list.html", context)


@permission_required("citizen_reports.view")
def report_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One report on a page of its own."""
    report = selectors.report_for(request.user, pk)
    crumbs = [(_("Citizen reports"), reverse("citizen_reports:list")), (report.code, "")]
    context = {"title": str(report.category), "crumbs": crumbs, **panel_context(request, report)}
    return render(request, "citizen_reports/page.html", context)


@permission_required("citizen_reports.view")
def report_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """The same as a part, for the map."""
    report = selectors.report_for(request.user, pk)
    return render(request, "citizen_reports/panel.html", panel_context(request, report))


def panel_context(request: HttpRequest, report: Report, **more: Any) -> dict[str, Any]:
    """Facts, history, and the forms of what may be done."""
    may = allowed(request.user, "citizen_reports.handle", report)
    return {
        "report": report,
        "entries": report.entries.select_related("actor"),
        "incidents": incidents_of_subject(request.user, f"citizen_reports:report:{report.pk}"),
        "may_handle": may,
        "may_see_contact": allowed(request.user, "citizen_reports.see_contact", report),
        "answer_form": forms.AnswerForm(prefix="answer"),
        "forward_form": forms.ForwardForm(prefix="forward"),
        "note_form": forms.NoteForm(prefix="note"),
        "contact_form": forms.ContactForm(prefix="contact"),
        **more,
    }


Verb = Callable[..., Report]


def answer_with(request: HttpRequest, report: Report, status: int = 200, **more: Any) -> HttpResponse:
    """The panel for htmx, the page otherwise."""
    if not request.headers.get("HX-Request") and status == 200:
        return redirect("citizen_reports:page", report.pk)
    report = selectors.report_for(request.user, report.pk)
    template = (
        "citizen_reports/panel.html" if request.headers.get("HX-Request") else "citizen_reports/page.html"
    )
    context = {"title": str(report.category), **panel_context(request, report, **more)}
    return render(request, template, context, status=status)


def carried_out(request: HttpRequest, pk: int, verb: Verb, name: str, form: Any = None) -> HttpResponse:
    """Check the form, run the verb, show the outcome or what was wrong."""
    report = selectors.report_for(request.user, pk)
    if form is not None and not form.is_valid():
        return answer_with(request, report, 422, **{f"{name}_form": form})
    try:
        verb(report=report, actor=request.user, **(form.cleaned_data if form else {}))
    except (BadInput, Conflict) as error:
        return answer_with(request, report, error.status, problem=str(error))
    if not selectors.visible(request.user).filter(pk=pk).exists():
        messages.success(request, _("The report went to another body; you do not see it any more."))
        return redirect("citizen_reports:list")
    return answer_with(request, report)


@require_POST
@permission_required("citizen_reports.handle")
def report_accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it."""
    return carried_out(request, pk, moves.accept, "accept")


@require_POST
@permission_required("citizen_reports.handle")
def report_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer it in public."""
    form = forms.AnswerForm(request.POST, multiple_files(request, "answer-photos"), prefix="answer")
    return carried_out(request, pk, moves.answer, "answer", form)


@require_POST
@permission_required("citizen_reports.handle")
def report_forward(request: HttpRequest, pk: int) -> HttpResponse:
    """Pass it on."""
    return carried_out(
        request, pk, moves.assign, "forward", forms.ForwardForm(request.POST, prefix="forward")
    )


@require_POST
@permission_required("citizen_reports.handle")
def report_note(request: HttpRequest, pk: int) -> HttpResponse:
    """A line for colleagues."""
    return carried_out(request, pk, moves.note, "note", forms.NoteForm(request.POST, prefix="note"))


@require_POST
@permission_required("citizen_reports.see_contact")
def report_contact(request: HttpRequest, pk: int) -> HttpResponse:
    """Show who reported, once, with a reason that is kept."""
    report = selectors.report_for(request.user, pk)
    require(request.user, "citizen_reports.see_contact", report)
    form = forms.ContactForm(request.POST, prefix="contact")
    if not form.is_valid():
        return answer_with(request, report, 422, contact_form=form)
    note_read(request.user, f"citizen_reports:report:{report.pk}", form.cleaned_data["reason"])  # type: ignore[arg-type]
    context = panel_context(request, report, contact_shown=True)
    return render(request, "citizen_reports/panel.html", context)


def multiple_files(request: HttpRequest, field: str) -> Any:
    """Uploads as Django's form wants them; several under one name stay several."""
    return request.FILES if request.FILES.getlist(field) else None


urlpatterns = [
    path("", report_list, name="list"),
    path("<int:pk>/", report_page, name="page"),
    path("<int:pk>/panel/", report_panel, name="panel"),
    path("<int:pk>/accept/", report_accept, name="accept"),
    path("<int:pk>/answer/", report_answer, name="answer"),
    path("<int:pk>/forward/", report_forward, name="forward"),
    path("<int:pk>/note/", report_note, name="note"),
    path("<int:pk>/contact/", report_contact, name="contact"),
]
