"""Find cameras in a network: where, what answers, which of them are connected."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from naoso.core.people.access import account_of, permission_required
from naoso.core.people.models import Account
from naoso.domains.cameras.finding import Found, found_in
from naoso.domains.cameras.forms import ChosenForm, FindForm
from naoso.domains.cameras.models import CameraSource, Search
from naoso.domains.cameras.pages.lists import tabs_of
from naoso.domains.cameras.services import finding as services
from naoso.domains.cameras.services.sources import MANAGE
from naoso.ui.limits import limited


@permission_required(MANAGE)
@limited("cameras-find", most=30, per_s=3600)
def find(request: HttpRequest) -> HttpResponse:
    """Where to look; the actor's last searches."""
    actor = account_of(request)
    form = FindForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        search = form.carry_out(services.begin, actor=actor)
        if search:
            return redirect("cameras:found", search.pk)
    context = {
        "form": form, "searches": Search.objects.of(actor)[:5], "title": _("Find cameras"),
        "crumbs": [(_("Cameras"), reverse("cameras:list")), (_("Find cameras"), "")],
    } | tabs_of(request, "list")  # fmt: skip
    return render(request, "cameras/finding.html", context, status=422 if form.errors else 200)


@permission_required(MANAGE)
def found(request: HttpRequest, pk: int) -> HttpResponse:
    """What answers, while it is searched; then the choice of it."""
    actor = account_of(request)
    search = get_object_or_404(Search.objects.of(actor), pk=pk)
    form = ChosenForm(request.POST or None, actor=actor)
    names = names_of(request)
    if request.method == "POST" and form.is_valid():
        told = form.carry_out(services.connect_found, actor=actor, search=search, names=names)
        if told:
            tell(request, told)
            return redirect("cameras:found", pk)
    context = {
        "title": _("Cameras in %(network)s") % {"network": search.network}, "search": search, "form": form,
        "rows": rows_of(actor, found_in(search), names),
        "crumbs": [
            (_("Cameras"), reverse("cameras:list")), (_("Find cameras"), reverse("cameras:find")),
            (search.network, ""),
        ],
    } | tabs_of(request, "list")  # fmt: skip
    return render(request, "cameras/finding_found.html", context, status=422 if form.errors else 200)


def names_of(request: HttpRequest) -> dict[str, str]:
    """The chosen keys, with the names that were typed beside them."""
    said = request.POST
    keys, names = said.getlist("key"), said.getlist("name")
    wanted = set(said.getlist("chosen"))
    return {key: name for key, name in zip(keys, names, strict=False) if key in wanted}


def rows_of(actor: Account, cameras: list[Found], names: dict[str, str]) -> list[dict[str, Any]]:
    """Each with the camera that it is already, where the actor may see that one."""
    known = services.connected_already(cameras)
    visible = set(
        CameraSource.objects.visible_to(actor)
        .filter(pk__in=[row.pk for row in known.values()])
        .values_list("pk", flat=True)
    )
    return [
        {
            "found": one, "known": one.key in known, "name": names.get(one.key) or one.name,
            "chosen": one.key in names,
            "source": known[one.key] if one.key in known and known[one.key].pk in visible else None,
        }
        for one in cameras
    ]  # fmt: skip


def tell(request: HttpRequest, told: services.Connected) -> None:
    """What was made, and what was not and why."""
    if told.made:
        count = len(told.made)
        words = ngettext("%(n)s camera is connected.", "%(n)s cameras are connected.", count) % {"n": count}
        messages.success(request, f"{words} {_('Set their places on the map now.')}")
    for name, why in told.refused:
        messages.error(request, f"{name}: {why}")


urlpatterns = [
    path("find/", find, name="find"),
    path("find/<int:pk>/", found, name="found"),
]
