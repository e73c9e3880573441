"""Pages: parse, call, render."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from naoso.core.people.access import account_of, permission_required
from naoso.core.people.models import Organisation
from naoso.core.people.scope import allowed
from naoso.domains.situation import selectors, services
from naoso.domains.situation.forms import AskForm, ReportForm
from naoso.domains.situation.models import Duty, SituationReport
from naoso.kernel.errors import BadInput

ENDED = 20


@permission_required("situation.view")
def home(request: HttpRequest) -> HttpResponse:
    """What is due from mine, and what is asked."""
    user = account_of(request)
    running = list(selectors.duties(user).filter(ended_at__isnull=True))
    now = timezone.now()
    due = [
        {"duty": duty, "body": line.body, "line": line, "next": duty.rhythm.next_after(now)}
        for duty in running
        for line in selectors.board(user, duty, now).lines
        if line.body in selectors.bodies_of(user, duty) and line.body.pk == user.organisation_id
    ]
    context = {
        "title": _("Situation reports"),
        "boards": [selectors.board(user, duty, now) for duty in running],
        "due": due,
        "ended": selectors.duties(user).filter(ended_at__isnull=False)[:ENDED],
        "may_ask": allowed(user, "situation.ask"),
    }
    return render(request, "situation/home.html", context)


@permission_required("situation.ask")
def ask(request: HttpRequest) -> HttpResponse:
    """Ask bodies to report."""
    user = account_of(request)
    form = AskForm(request.POST or None, actor=user, initial={"incident": request.GET.get("incident", "")})
    if request.method == "POST" and form.is_valid():
        try:
            duty = services.ask(actor=user, **form.asked())
        except BadInput as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("They have been asked."))
            return redirect("situation:duty", duty.pk)
    crumbs = [(_("Situation reports"), reverse("situation:home")), (_("Ask for reports"), "")]
    return render(
        request, "situation/ask.html", {"title": _("Ask for reports"), "form": form, "crumbs": crumbs}
    )


@permission_required("situation.view")
def duty_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Who has reported what, who has not; printable."""
    duty = _duty(request, pk)
    user = account_of(request)
    context = {
        "title": duty.title,
        "board": selectors.board(user, duty),
        "duty": duty,
        "mine": selectors.bodies_of(user, duty) if duty.ended_at is None else [],
        "may_end": duty.ended_at is None and allowed(user, "situation.ask", duty),
        "crumbs": [(_("Situation reports"), reverse("situation:home")), (duty.title, "")],
    }
    return render(request, "situation/duty.html", context)


@permission_required("situation.report")
def report(request: HttpRequest, pk: int, body_pk: int) -> HttpResponse:
    """One body's report, on a phone too."""
    duty, user = _duty(request, pk), account_of(request)
    body = get_object_or_404(
        Organisation, pk__in=[one.pk for one in selectors.bodies_of(user, duty)], pk=body_pk
    )
    last = SituationReport.objects.filter(duty=duty, body=body).first()
    initial = {f"f_{name}": value for name, value in (last.values if last else {}).items()}
    form = ReportForm(request.POST or None, duty=duty, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.report(
                duty=duty, body=body, actor=user, values=form.values(), text=form.cleaned_data["text"]
            )
        except BadInput as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The report has arrived at the centre."))
            return redirect("situation:duty", duty.pk)
    crumbs = [(duty.title, reverse("situation:duty", args=[duty.pk])), (body.name, "")]
    context = {"title": body.name, "form": form, "duty": duty, "last": last, "crumbs": crumbs}
    context["slot"] = duty.rhythm.slot_at(timezone.now())
    return render(request, "situation/report.html", context)


@require_POST
@permission_required("situation.ask")
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Nobody is asked any more."""
    services.end(duty=_duty(request, pk), actor=account_of(request))
    messages.success(request, _("The duty has ended."))
    return redirect("situation:duty", pk)


def _duty(request: HttpRequest, pk: int) -> Duty:
    return get_object_or_404(selectors.duties(account_of(request)), pk=pk)
