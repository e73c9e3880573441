"""The desk: what waits, one warning with its history and reach, writing, every move."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from naoso.core.people.access import account_of, permission_required
from naoso.core.people.audit import recorded
from naoso.core.people.models import Account
from naoso.core.people.scope import allowed
from naoso.core.response.models import Incident
from naoso.domains.warnings import rules
from naoso.domains.warnings.forms.desk import DeskFilter, WarningForm, initial_of
from naoso.domains.warnings.models import PublicWarning, Template
from naoso.domains.warnings.selectors import desk, public
from naoso.domains.warnings.services import beginning, drafting, publishing, queueing, reviewing
from naoso.domains.warnings.vocabulary import ICONS
from naoso.domains.warnings.workflow import EDITABLE, State
from naoso.kernel.errors import BadInput, Conflict

PAGE = 30


@permission_required("warnings.view")
def listing(request: HttpRequest) -> HttpResponse:
    """What waits for somebody, what is in force, what was."""
    form = DeskFilter(request.GET)
    said = form.cleaned_data if form.is_valid() else {}
    rows = desk.listed(
        request.user, state=said.get("state", ""), hazard=said.get("hazard", ""), text=said.get("q", "")
    )
    context = {
        "title": _("Public warnings"), "filter": form, "icons": ICONS,
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")), "counts": desk.counts(request.user),
        "state": said.get("state", ""), "may_write": allowed(request.user, "warnings.write"),
    }  # fmt: skip
    return render(request, "warnings/desk.html", context)


@permission_required("warnings.write")
def new(request: HttpRequest) -> HttpResponse:
    """`?template=` and `?incident=` begin it; without a template the page offers them."""
    actor = account_of(request)
    incident = incident_of(request)
    template = Template.objects.filter(code=request.GET.get("template", "")).first()
    if request.method == "POST":
        form = WarningForm(request.POST, actor=actor)
        made = kept(form, lambda content: drafting.draft(
            actor=actor, owner=form.cleaned_data["owner"], content=content,
            origin=drafting.Origin(template=template, incident=incident),
        ))  # fmt: skip
        if made is not None:
            messages.success(request, _("The draft is kept. Send it to review when it is ready."))
            return redirect("warnings:warning", pk=made.pk)
    elif template is None and "plain" not in request.GET:
        return choose(request, incident)
    else:
        form = WarningForm(initial=beginning_of(actor, template, incident), actor=actor)
    return editor(request, form, _("New warning"), incident)


def choose(request: HttpRequest, incident: Incident | None) -> HttpResponse:
    """The templates, the fitting ones first."""
    rows = list(Template.objects.all())
    if incident is not None:
        rows.sort(key=lambda row: incident.kind.code not in row.incident_kinds)
    place = incident.unit.full_name if incident and incident.unit else "…"
    for row in rows:
        row.headline = rules.filled(row.headline, {"place": place})
    context = {
        "title": _("New warning"), "templates": rows, "incident": incident, "icons": ICONS,
        "crumbs": [(_("Public warnings"), reverse("warnings:desk")), (_("New warning"), "")],
    }  # fmt: skip
    return render(request, "warnings/choose.html", context)


def beginning_of(actor: Account, template: Template | None, incident: Incident | None) -> dict[str, Any]:
    """The form's first contents."""
    owner = incident.owner if incident else actor.organisation
    shown: dict[str, Any] = {"owner": owner}
    if template is not None:
        point = incident.point if incident else None
        unit = incident.unit if incident else None
        content = beginning.content_from(
            template, place=unit.full_name if unit else "", place_en=unit.name_en if unit else "",
            point=point, units=(unit,) if unit and point is None else (),
            details=incident.title if incident else "",
            contact=beginning.contact_of(owner) if owner else "",
        )  # fmt: skip
        shown |= initial_of(content)
    return shown


def incident_of(request: HttpRequest) -> Incident | None:
    """The incident of the address, where this person sees it."""
    number = request.GET.get("incident", "")
    if not number.isdecimal():
        return None
    return get_object_or_404(Incident.objects.visible_to(request.user), pk=int(number))


@permission_required("warnings.write")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Words, area and times of a draft."""
    actor, warning = account_of(request), warning_of(request, pk)
    if warning.state not in EDITABLE:
        return redirect("warnings:warning", pk=pk)
    if request.method == "POST":
        form = WarningForm(request.POST, actor=actor)
        done = kept(form, lambda content: drafting.edit(
            actor=actor, warning=warning, content=content, seen=form.cleaned_data["seen"] or 0,
        ))  # fmt: skip
        if done is not None:
            messages.success(request, _("Saved."))
            return redirect("warnings:warning", pk=pk)
    else:
        shown = initial_of(drafting.content_of(warning))
        form = WarningForm(initial=shown | {"owner": warning.owner_id, "seen": warning.version}, actor=actor)
    return editor(request, form, _("Change the warning"), None, warning)


def kept(form: WarningForm, write: Callable[[Any], PublicWarning]) -> PublicWarning | None:
    """The write's result; None when the form or the service refused."""
    if not form.is_valid():
        return None
    try:
        return write(form.content())
    except BadInput as error:
        form.refused(error)
    except Conflict as error:
        form.add_error(None, str(error))
    return None


def editor(
    request: HttpRequest, form: WarningForm, title: str, incident: Incident | None,
    warning: PublicWarning | None = None,
) -> HttpResponse:  # fmt: skip
    """The sheet on which a warning is written."""
    context = {
        "title": title, "form": form, "incident": incident, "warning": warning,
        "map": public.map_config("", title, None) | {"layers": []},
        "back": reverse("warnings:warning", args=[warning.pk]) if warning else reverse("warnings:desk"),
        "crumbs": [(_("Public warnings"), reverse("warnings:desk")), (title, "")],
    }  # fmt: skip
    return render(request, "warnings/editor.html", context, status=422 if form.errors else 200)


@permission_required("warnings.view")
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Words, map, what can be done now, history, and while it goes out the live figures."""
    return shown(request, warning_of(request, pk))


def shown(request: HttpRequest, warning: PublicWarning, problem: str = "") -> HttpResponse:
    """The page, perhaps with what was refused."""
    actor = account_of(request)
    area = public.shape(warning)
    context = {
        "title": warning.headline,
        "warning": warning,
        "problem": problem,
        "texts": warning.texts.all(),
        "area": public.area_words(warning),
        "remarks": warning.remarks.select_related("actor"),
        "may": moves(actor, warning),
        "progress": desk.progress(warning) if warning.sent_at else None,
        "concerned": queueing.concerned(warning) if warning.waiting else {},
        "map": public.map_config(
            reverse("warnings:desk_shape", args=[warning.pk]), warning.headline, area["bounds"]
        ),
        "successors": warning.successors.prefetch_related("texts"),
        "crumbs": [(_("Public warnings"), reverse("warnings:desk")), (warning.identifier, "")],
    }
    return render(request, "warnings/warning.html", context, status=422 if problem else 200)


def moves(actor: Account, warning: PublicWarning) -> dict[str, bool]:
    """Which buttons stand there; the services decide again."""
    write = allowed(actor, "warnings.write", warning)
    approve = allowed(actor, "warnings.approve", warning)
    second = rules.second_person(actor.pk, warning.author_id, warning.last_editor_id)
    state = warning.state
    return {
        "edit": write and warning.editable, "submit": write and state == State.DRAFT,
        "discard": write and state == State.DRAFT,
        "approve": approve and second and state == State.REVIEW,
        "own": approve and not second and state == State.REVIEW,
        "send_back": approve and state in {State.REVIEW, State.APPROVED},
        "publish": approve and state == State.APPROVED, "follow_up": write and warning.active,
        "comment": warning.waiting,
    }  # fmt: skip


@permission_required("warnings.view")
def progress_part(request: HttpRequest, pk: int) -> HttpResponse:
    """The bar of one warning, asked for again while messages leave."""
    warning = warning_of(request, pk)
    return render(
        request, "warnings/parts/progress.html", {"warning": warning, "progress": desk.progress(warning)}
    )


@permission_required("warnings.view")
def shape(request: HttpRequest, pk: int) -> HttpResponse:
    """The area as GeoJSON, drafts too."""
    return JsonResponse(public.collection([warning_of(request, pk)]))


@require_POST
@permission_required("warnings.view")
def act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """One move; what is refused is said above the page, and nothing typed is lost in silence."""
    warning, actor = warning_of(request, pk), account_of(request)
    text = request.POST.get("text", "")
    seen = request.POST.get("seen", "")
    version = int(seen) if seen.isdecimal() else None
    try:
        to, said = ACTIONS[action](actor, warning, text, version)
    except KeyError:
        return redirect("warnings:warning", pk=pk)
    except (BadInput, Conflict) as error:
        words = " ".join(one.message for one in error.errors) if isinstance(error, BadInput) else str(error)
        return shown(request, warning_of(request, pk), words)
    if said:
        messages.success(request, said)
    return redirect("warnings:warning", pk=to.pk)


Done = tuple[PublicWarning, str]


def _submit(actor: Account, row: PublicWarning, _text: str, _seen: int | None) -> Done:
    return reviewing.submit(actor=actor, warning=row), _("Sent to review; a second person approves.")


def _comment(actor: Account, row: PublicWarning, text: str, _seen: int | None) -> Done:
    reviewing.comment(actor=actor, warning=row, text=text)
    return row, ""


def _send_back(actor: Account, row: PublicWarning, text: str, _seen: int | None) -> Done:
    return reviewing.send_back(actor=actor, warning=row, reason=text), _("Sent back to the writer.")


def _approve(actor: Account, row: PublicWarning, _text: str, seen: int | None) -> Done:
    return reviewing.approve(actor=actor, warning=row, seen=seen), _("Approved.")


def _release(actor: Account, row: PublicWarning, _text: str, seen: int | None) -> Done:
    with recorded(actor):
        approved = reviewing.approve(actor=actor, warning=row, seen=seen)
        return publishing.publish(actor=actor, warning=approved), _("Published.")


def _publish(actor: Account, row: PublicWarning, _text: str, _seen: int | None) -> Done:
    return publishing.publish(actor=actor, warning=row), _("Published.")


def _discard(actor: Account, row: PublicWarning, _text: str, _seen: int | None) -> Done:
    return reviewing.discard(actor=actor, warning=row), _("Discarded.")


def _update(actor: Account, row: PublicWarning, _text: str, _seen: int | None) -> Done:
    return drafting.draft_update(actor=actor, warning=row), _(
        "An update is drafted: change it, then send it to review."
    )


def _cancel(actor: Account, row: PublicWarning, text: str, _seen: int | None) -> Done:
    with recorded(actor):
        made = drafting.draft_cancellation(actor=actor, warning=row, reason=text)
        return reviewing.submit(actor=actor, warning=made), _("A second person confirms the cancellation.")


ACTIONS: dict[str, Callable[[Account, PublicWarning, str, int | None], Done]] = {
    "submit": _submit, "comment": _comment, "send_back": _send_back, "approve": _approve, "release": _release,
    "publish": _publish, "discard": _discard, "update": _update, "cancel": _cancel,
}  # fmt: skip


def warning_of(request: HttpRequest, pk: int) -> PublicWarning:
    """In scope, or 404."""
    rows = PublicWarning.objects.visible_to(request.user).prefetch_related("texts", "units")
    return get_object_or_404(
        rows.select_related("owner", "author", "last_editor", "approved_by", "predecessor"), pk=pk
    )


urlpatterns = [
    path("desk/", listing, name="desk"),
    path("desk/new/", new, name="new"),
    path("desk/<int:pk>/", page, name="warning"),
    path("desk/<int:pk>/edit/", edit, name="edit"),
    path("desk/<int:pk>/progress/", progress_part, name="progress"),
    path("desk/<int:pk>/shape.json", shape, name="desk_shape"),
    path("desk/<int:pk>/do/<slug:action>/", act, name="act"),
]
