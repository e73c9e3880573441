"""Walls of 1, 4, 9 or 16 live pictures."""

from __future__ import annotations

from typing import ClassVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from naoso.core.people.access import account_of, permission_required
from naoso.domains.cameras.models import WallLayout
from naoso.domains.cameras.pages.lists import tabs_of
from naoso.domains.cameras.rights import REASONS, watchable
from naoso.domains.cameras.services.walls import (
    MOST_PLACES,
    cameras_of,
    drop_wall,
    put_camera,
    save_wall,
    walls_of,
)  # fmt: skip
from naoso.kernel.errors import BadInput
from naoso.kernel.ids import row_number
from naoso.kernel.text import folded

LIVE = "cameras.live"
MOST_FOUND = 30


class WallForm(forms.ModelForm):  # type: ignore[type-arg]
    """Name, size, whether it turns, whether colleagues see it."""

    class Meta:
        model = WallLayout
        fields: ClassVar[list[str]] = ["name", "size", "turn_s", "shared"]


@permission_required(LIVE)
def walls(request: HttpRequest) -> HttpResponse:
    """One's walls; the first one opens at once where there is just one."""
    rows = walls_of(account_of(request))
    context = {"title": _("Camera walls"), "walls": rows}
    return render(request, "cameras/walls.html", context | tabs_of(request, "walls"))


@permission_required(LIVE)
def wall_form(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A new wall, or one's own; `?group=` fills a new one with a group's cameras."""
    actor = account_of(request)
    wall = get_object_or_404(walls_of(actor), pk=pk, account=actor) if pk else WallLayout(account=actor)
    form = WallForm(request.POST or None, instance=wall)
    group = row_number(request.GET.get("group", ""))
    if request.method == "POST" and form.is_valid():
        if not pk and group is not None:
            cameras = watchable(actor).filter(group_id=group).order_by("camera__code")
            wall.cells = list(cameras.values_list("camera_id", flat=True)[:MOST_PLACES])
        saved = save_wall(actor=actor, wall=form.save(commit=False))
        return redirect("cameras:wall", saved.pk)
    title = _("Edit the wall") if pk else _("New wall")
    crumbs = [(_("Camera walls"), reverse("cameras:walls")), (title, "")]
    return render(
        request, "cameras/wall_form.html", {"title": title, "form": form, "crumbs": crumbs, "wall": wall}
    )


@permission_required(LIVE)
def wall(request: HttpRequest, pk: int) -> HttpResponse:
    """The pictures."""
    actor = account_of(request)
    row = get_object_or_404(walls_of(actor), pk=pk)
    own = row.account_id == actor.pk
    cells = cameras_of(row, actor)
    pages = max(1, -(-len(cells) // row.size))
    more = own and len(cells) == pages * row.size and len(cells) < MOST_PLACES and cells
    places = list(enumerate(cells + [None] * ((pages + bool(more)) * row.size - len(cells))))
    return render(request, "cameras/wall.html", {
        "title": row.name, "wall": row, "places": places, "own": own, "reasons": REASONS,
        "walls": walls_of(actor), "size": "main" if row.size == 1 else "sub",
    })  # fmt: skip


@permission_required(LIVE)
def wall_choices(request: HttpRequest, pk: int, place: int) -> HttpResponse:
    """Cameras for a place, by words without tone marks."""
    actor = account_of(request)
    row = get_object_or_404(walls_of(actor), pk=pk, account=actor)
    words = folded(request.GET.get("q", ""))
    rows = watchable(actor).order_by("camera__code")
    found = [one for one in rows if words in folded(f"{one.name} {one.camera.code} {one.group or ''}")]
    return render(request, "cameras/parts/wall_choices.html", {
        "found": found[:MOST_FOUND], "more": max(0, len(found) - MOST_FOUND), "wall": row, "place": place,
        "words": request.GET.get("q", ""), "taken": row.cells[place] if place < len(row.cells) else None,
    })  # fmt: skip


def number_of(text: str) -> int:
    """Raises BadInput: what is no number must not empty a place."""
    number = row_number(text)
    if number is None:
        raise BadInput.of("camera", text, "number", _("This is no camera."))
    return number


@require_POST
@permission_required(LIVE)
def wall_place(request: HttpRequest, pk: int, place: int) -> HttpResponse:
    """A camera into a place; without one, the place is emptied."""
    actor = account_of(request)
    row = get_object_or_404(walls_of(actor), pk=pk, account=actor)
    camera = request.POST.get("camera", "")
    put_camera(actor=actor, wall=row, place=place, camera_id=number_of(camera) if camera else None)
    return redirect("cameras:wall", pk)


@require_POST
@permission_required(LIVE)
def wall_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """One's own wall is gone."""
    actor = account_of(request)
    row = get_object_or_404(walls_of(actor), pk=pk)
    drop_wall(actor=actor, wall=row)
    messages.success(request, _("Wall “%(name)s” was removed.") % {"name": row.name})
    return redirect("cameras:walls")


urlpatterns = [
    path("walls/", walls, name="walls"),
    path("walls/new/", wall_form, name="wall_new"),
    path("walls/<int:pk>/", wall, name="wall"),
    path("walls/<int:pk>/edit/", wall_form, name="wall_edit"),
    path("walls/<int:pk>/remove/", wall_drop, name="wall_drop"),
    path("walls/<int:pk>/places/<int:place>/", wall_place, name="wall_place"),
    path("walls/<int:pk>/places/<int:place>/choices/", wall_choices, name="wall_choices"),
]
