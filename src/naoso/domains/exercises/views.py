"""Pages: parse, call, render."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from naoso.core.people.access import account_of, permission_required
from naoso.core.people.scope import allowed
from naoso.domains.exercises import services
from naoso.domains.exercises.forms import StartForm
from naoso.domains.exercises.library import script_of, scripts
from naoso.domains.exercises.models import Run
from naoso.domains.exercises.rules import Script
from naoso.kernel.errors import BadInput, Conflict

SHOWN = 30


@permission_required("exercises.view")
def home(request: HttpRequest) -> HttpResponse:
    """The scripts and the last runs; in the real centre, where exercises are held."""
    runs = Run.objects.visible_to(request.user).select_related("started_by")
    return render(request, "exercises/home.html", {
        "title": _("Exercises"),
        "scripts": scripts().values(),
        "runs": runs[:SHOWN],
        "in_space": settings.EXERCISE,
        "space_url": settings.EXERCISE_URL,
        "may_run": allowed(request.user, services.RUN),
    })  # fmt: skip


@permission_required("exercises.view")
def script_page(request: HttpRequest, slug: str) -> HttpResponse:
    """What will happen, what is expected, and the button."""
    return _script_page(request, slug, StartForm(actor=account_of(request)))


@require_POST
@permission_required(services.RUN)
def start(request: HttpRequest, slug: str) -> HttpResponse:
    """Begins at once."""
    form = StartForm(request.POST, actor=account_of(request))
    if not form.is_valid():
        return _script_page(request, slug, form, status=422)
    try:
        run = services.ask(script=get_script_or_404(slug), actor=account_of(request), **form.cleaned_data)
    except (BadInput, Conflict) as error:
        form.add_error(None, str(error))
        return _script_page(request, slug, form, status=error.status)
    messages.success(request, _("The exercise begins."))
    return redirect("exercises:run", run.pk)


@permission_required("exercises.view")
def run_page(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it is, what was expected, how it went."""
    run = _run(request, pk)
    context: dict[str, Any] = {
        "title": run.title,
        "run": run,
        "crumbs": [(_("Exercises"), reverse("exercises:home")), (run.title, "")],
        "may_stop": run.is_going and allowed(request.user, services.RUN, run),
    }
    return render(request, "exercises/run.html", context)


@require_POST
@permission_required(services.RUN)
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Nothing more happens."""
    run = _run(request, pk)
    try:
        services.stop(run=run, actor=account_of(request))
    except Conflict as error:
        messages.error(request, str(error))
    return redirect("exercises:run", run.pk)


def _run(request: HttpRequest, pk: int) -> Run:
    return get_object_or_404(Run.objects.visible_to(request.user).select_related("started_by"), pk=pk)


def get_script_or_404(slug: str) -> Script:
    """A name that no script has is no page."""
    try:
        return script_of(slug)
    except BadInput as error:
        raise Http404(str(error)) from error


def _script_page(request: HttpRequest, slug: str, form: StartForm, status: int = 200) -> HttpResponse:
    script = get_script_or_404(slug)
    context = {
        "title": script.title,
        "script": script,
        "form": form,
        "in_space": settings.EXERCISE,
        "space_url": settings.EXERCISE_URL,
        "may_run": allowed(request.user, services.RUN),
        "crumbs": [(_("Exercises"), reverse("exercises:home")), (script.title, "")],
    }
    return render(request, "exercises/script.html", context, status=status)
