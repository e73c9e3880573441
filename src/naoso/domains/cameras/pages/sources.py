"""Connect a camera, edit how it is reached, try it before it is saved, disconnect it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from naoso.core.people.access import account_of, permission_required
from naoso.domains.cameras import listing
from naoso.domains.cameras.forms import NewCameraForm, ReasonForm, SourceForm, initial_of
from naoso.domains.cameras.models import CameraSource, LookKind, May
from naoso.domains.cameras.pages.lists import tabs_of
from naoso.domains.cameras.rights import look, may
from naoso.domains.cameras.services import sources as services
from naoso.domains.cameras.services.sources import MANAGE
from naoso.domains.cameras.testing import Tested, try_addresses
from naoso.kernel.errors import BadInput
from naoso.kernel.ids import row_number
from naoso.ui.limits import limited


@permission_required(MANAGE)
def new(request: HttpRequest) -> HttpResponse:
    """A camera that nobody has entered yet."""
    actor = account_of(request)
    form = NewCameraForm(request.POST or None, actor=actor)
    if request.method == "POST" and form.is_valid():
        made = form.carry_out(services.add_camera, actor=actor)
        if made:
            messages.success(request, _("The camera is connected; its first check comes within 30 seconds."))
            return redirect("cameras:camera", made.camera_id)
    return shown(request, form, _("New camera"), reverse("cameras:list"))


@permission_required(MANAGE)
def source(request: HttpRequest, pk: int) -> HttpResponse:
    """How a camera is reached: connect it, or change that."""
    actor = account_of(request)
    row = get_object_or_404(listing.cameras(request.user, MANAGE).select_related("kind"), pk=pk)
    known = listing.source_of(row)
    form = SourceForm(
        request.POST or None,
        actor=actor,
        initial=initial_of(known) if known else None,
        group=known.group if known else None,
    )
    if request.method == "POST" and form.is_valid():
        if known is None:
            saved = form.carry_out(services.connect, actor=actor, camera=row)
        else:
            seen = row_number(request.POST.get("seen", ""))
            saved = form.carry_out(services.edit_source, actor=actor, source=known, seen=seen)
        if saved:
            messages.success(request, _("Saved."))
            return redirect("cameras:camera", pk)
    name = str(row.data.get("name") or row.code)
    return shown(request, form, name, reverse("cameras:camera", args=[pk]), camera=row, source=known)


def shown(request: HttpRequest, form: SourceForm, title: str, back: str, **more: Any) -> HttpResponse:
    """The form; what was typed comes back, a password does not."""
    crumbs = [(_("Cameras"), reverse("cameras:list")), (title, "")]
    context = {"title": title, "form": form, "back": back, "crumbs": crumbs} | more | tabs_of(request, "list")
    return render(request, "cameras/source_form.html", context, status=422 if form.errors else 200)


@require_POST
@permission_required(MANAGE)
@limited("cameras-try", most=240, per_s=3600)
def try_source(request: HttpRequest) -> HttpResponse:
    """Asks the camera as it is typed, saved or not; a saved password goes to its own device alone."""
    form = SourceForm(request.POST, actor=account_of(request))
    form.is_valid()
    said = form.cleaned_data
    draft = CameraSource(main_url=said.get("main_url", ""), sub_url=said.get("sub_url", ""))
    context: dict[str, Any] = {}
    try:
        if not draft.main_url:
            raise BadInput.of("main_url", "", "required", _("Enter the address of the large picture first."))
        services.check_addresses(draft)
        who = services.credentials_to_try(
            known_of(request), draft, said.get("username", ""), said.get("password", "")
        )
    except BadInput as error:
        context["refused"] = [broken.message for broken in error.errors]
    else:
        context["tests"] = shown_to(request, try_addresses(draft.main_url, draft.sub_url, who))
    return render(request, "cameras/parts/tested.html", context)


def shown_to(request: HttpRequest, tests: list[Tested]) -> list[Tested]:
    """The picture of a camera connected already is for those who may watch it, and a look of theirs."""
    known, actor = known_of(request), account_of(request)
    if known is None or not any(one.picture for one in tests):
        return tests
    if not may(actor, known, May.LIVE):
        return [replace(one, picture="") for one in tests]
    look(actor=actor, source=known, kind=LookKind.LIVE, reason="technical")
    return tests


def known_of(request: HttpRequest) -> CameraSource | None:
    """The source that the form is about, where the actor manages it."""
    number = row_number(request.POST.get("source", ""))
    rows = CameraSource.objects.permitted_to(request.user, MANAGE).select_related("camera", "group")
    return rows.filter(pk=number).first() if number is not None else None


@permission_required(MANAGE)
def disconnect(request: HttpRequest, pk: int) -> HttpResponse:
    """Asked for pictures no more."""
    rows = CameraSource.objects.permitted_to(request.user, MANAGE).select_related("camera")
    row = get_object_or_404(rows, camera_id=pk)
    form = ReasonForm(request.POST or None)
    done = form.is_valid() and form.carry_out(services.disconnect, actor=account_of(request), source=row)
    if done:
        messages.success(request, _("The camera is disconnected; what was kept of it stays."))
        return redirect("cameras:camera", pk)
    context = {
        "title": _("Disconnect %(name)s") % {"name": row.name}, "form": form, "source": row,
        "crumbs": [(_("Cameras"), reverse("cameras:list")), (row.name, reverse("cameras:camera", args=[pk]))],
    }  # fmt: skip
    return render(request, "cameras/disconnect.html", context, status=422 if form.errors else 200)


@require_POST
@permission_required(MANAGE)
def learn(request: HttpRequest, pk: int) -> HttpResponse:
    """Its view was changed on purpose."""
    rows = CameraSource.objects.permitted_to(request.user, MANAGE).select_related("camera")
    services.learn_again(actor=account_of(request), source=get_object_or_404(rows, camera_id=pk))
    messages.success(request, _("The camera's usual picture is learned anew."))
    return redirect("cameras:camera", pk)


urlpatterns = [
    path("new/", new, name="new"),
    path("try/", try_source, name="try"),
    path("<int:pk>/source/", source, name="source"),
    path("<int:pk>/learn/", learn, name="learn"),
    path("<int:pk>/disconnect/", disconnect, name="disconnect"),
]
