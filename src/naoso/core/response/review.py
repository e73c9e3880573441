"""The after-action report: what happened when, which steps were late, what people make of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from naoso.core.people.access import account_of, permission_required
from naoso.core.people.audit import recorded
from naoso.core.people.scope import allowed, require
from naoso.core.response import selectors
from naoso.core.response.models import Incident, Review, Task, TimelineEntry
from naoso.kernel.modules import resolve


class ReviewForm(forms.ModelForm[Review]):
    """What people make of it."""

    class Meta:
        model = Review
        fields = ["went_well", "went_badly", "to_change"]
        widgets = {name: forms.Textarea(attrs={"rows": 3}) for name in fields}


@dataclass(frozen=True, slots=True)
class StepResult:
    """A step with how it went against its limit."""

    task: Task
    now: datetime

    @property
    def took(self) -> timedelta | None:
        """From the start of the incident until it was done."""
        return self.task.done_at - self.task.incident.opened_at if self.task.done_at else None

    @property
    def late_by(self) -> timedelta | None:
        """Beyond its limit: done late, or still not done; None where it was in time or was skipped."""
        task = self.task
        if task.skipped or task.due_at is None or (task.opened_at is None and task.done_at is None):
            return None
        end = task.done_at or task.incident.closed_at or self.now
        return end - task.due_at if end > task.due_at else None


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that the page and the PDF show."""

    incident: Incident
    steps: list[StepResult]
    timeline: list[TimelineEntry]
    first_action_at: datetime | None
    review: Review | None

    @property
    def late(self) -> list[StepResult]:
        """The worst first."""
        found = [step for step in self.steps if step.late_by]
        return sorted(found, key=lambda step: step.late_by or timedelta(0), reverse=True)

    @property
    def until_first_action(self) -> timedelta | None:
        """From opening until a person did something."""
        return self.first_action_at - self.incident.opened_at if self.first_action_at else None

    @property
    def lasted(self) -> timedelta | None:
        """From opening until closing."""
        return self.incident.closed_at - self.incident.opened_at if self.incident.closed_at else None

    @property
    def was_in_time(self) -> bool | None:
        """Whether the whole was closed before its deadline; None while it is open."""
        return self.incident.closed_at <= self.incident.due_at if self.incident.closed_at else None


def report_of(incident: Incident) -> Report:
    """Four queries."""
    now = timezone.now()
    tasks = incident.tasks.select_related("role", "done_by", "step", "incident")
    timeline = list(incident.timeline.select_related("actor").order_by("at", "id"))
    by_people = [entry.at for entry in timeline if entry.actor_id is not None]
    return Report(
        incident=incident,
        steps=[StepResult(task, now) for task in tasks],
        timeline=timeline,
        first_action_at=min(by_people, default=None),
        review=Review.objects.filter(incident=incident).select_related("written_by").first(),
    )


@permission_required("response.view")
def review_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The report, and the place to write what is to change."""
    incident = selectors.incident_for(request.user, pk)
    report = report_of(incident)
    may_write = not incident.is_open and allowed(request.user, "response.close", incident)
    form = ReviewForm(request.POST or None, instance=report.review)
    if request.method == "POST":
        require(request.user, "response.close", incident)
        if incident.is_open:
            form.add_error(None, _("Close the incident first: a review looks back."))
        elif form.is_valid():
            save_review(request, incident, form)
            messages.success(request, _("The review is saved."))
            return redirect("response:review", incident.pk)
    crumbs = [
        (_("Incidents"), reverse("response:list")),
        (incident.number, reverse("response:page", args=[incident.pk])),
        (_("After-action report"), ""),
    ]
    context = {"title": _("After-action report"), "crumbs": crumbs, "form": form, "may_write": may_write}
    return render(request, "response/review.html", context | as_context(report))


def save_review(request: HttpRequest, incident: Incident, form: ReviewForm) -> None:
    """The last writer is named."""
    with recorded(account_of(request)):
        review = form.save(commit=False)
        review.incident, review.written_by = incident, account_of(request)
        review.save()


def as_context(report: Report) -> dict[str, Any]:
    """As the templates read it."""
    return {"report": report, "incident": report.incident, "printed_at": timezone.now()}


@permission_required("response.view")
def review_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The same as a PDF to file."""
    incident = selectors.incident_for(request.user, pk)
    context = as_context(report_of(incident)) | {"printed_for": account_of(request)}
    html = render_to_string("response/review_print.html", context, request)
    pdf: bytes = resolve("naoso.ui.pdf.pdf_of")(html)  # loaded where somebody prints, not in every process
    answer = HttpResponse(pdf, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{incident.number}.pdf"'
    return answer
