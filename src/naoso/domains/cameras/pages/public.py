"""For everybody: where pictures are recorded, what for, by whom, how long they stay, whom to ask.

The Law on personal data protection (91/2025/QH15) lets public bodies record in public places without
consent, and obliges them to tell people. No address of a picture, no place of a restricted group.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from naoso.core.objects.models import State
from naoso.domains.cameras.models import CameraGroup, CameraSource
from naoso.ui.limits import limited

HOUR = 3600


@dataclass(frozen=True, slots=True)
class Notice:
    """One group; `places` by unit: a camera's name and its sign's place, of a restricted one a count."""

    group: CameraGroup
    count: int
    places: list[tuple[str, list[tuple[str, str]]]]


@login_not_required
@require_safe
@limited("cameras-notices", most=1200, per_s=HOUR, methods=("GET",))
def notices(request: HttpRequest) -> HttpResponse:
    """Every group with a camera in use."""
    found = notices_of_groups()
    context = {
        "title": _("Cameras in public places"), "notices": found, "total": sum(one.count for one in found),
        "recorded": sum(one.count for one in found if one.group.retention_days),
    }  # fmt: skip
    return render(request, "cameras/notices.html", context)


def notices_of_groups() -> list[Notice]:
    """Two statements for all of them."""
    in_use = CameraSource.objects.filter(enabled=True).exclude(camera__state=State.REMOVED)
    facts = in_use.exclude(group=None).values_list(
        "group_id", "camera__unit__name", "camera__data__name", "camera__data__notice", "camera__code"
    )
    shown: dict[int, list[tuple[str, str, str]]] = defaultdict(list)
    for pk, unit, name, notice, code in facts.order_by("camera__unit__name", "camera__code"):
        shown[pk].append((unit or "", str(name or code), str(notice or "")))
    rows = CameraGroup.objects.filter(pk__in=shown).select_related("owner").order_by("name")
    return [notice_of(group, shown[group.pk]) for group in rows]


def notice_of(group: CameraGroup, shown: list[tuple[str, str, str]]) -> Notice:
    """Of a restricted group only how many cameras stand in which unit."""
    places: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for unit, name, notice in shown:
        places[unit].append((name, notice))
    if group.restricted:
        words = {unit: ngettext("%(n)d camera", "%(n)d cameras", len(places[unit])) for unit in places}
        return Notice(
            group,
            len(shown),
            [(unit, [(text % {"n": len(places[unit])}, "")]) for unit, text in words.items()],
        )
    return Notice(group, len(shown), list(places.items()))


urlpatterns = [path("notices/", notices, name="notices")]
