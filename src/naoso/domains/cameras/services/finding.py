"""Find cameras: a search is begun, and of what it found some are connected, each judged for itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from naoso.core.people.audit import note_read, recorded
from naoso.core.people.models import Account, Organisation
from naoso.core.people.scope import require
from naoso.core.places.models import AdminUnit
from naoso.domains.cameras.finding import Found, found_in
from naoso.domains.cameras.models import CameraGroup, CameraSource, Protocol, Search
from naoso.domains.cameras.models.finding import LONGEST
from naoso.domains.cameras.queue import find_later
from naoso.domains.cameras.reaching import opened, sealed
from naoso.domains.cameras.rules.network import fault_of_network, network_of
from naoso.domains.cameras.services.sources import MANAGE, add_camera
from naoso.kernel.errors import BadInput, Conflict, NaosoError

FAULTS = {
    "private": gettext_lazy("Cameras are searched for in private networks: 10.…, 172.16.…, 192.168.…"),
    "size": gettext_lazy("At most 1,024 addresses at once: a network of /22 or smaller."),
}


def begin(*, actor: Account, network: str, username: str = "", password: str = "") -> Search:
    """Searches a network in the background; raises Conflict while the actor's last search goes on."""
    require(actor, MANAGE)
    where = network_of(network)
    if where is None:
        words = _("A network such as 192.168.1.0/24, or one address.")
        raise BadInput.of("network", network, "network", words)
    if fault := fault_of_network(where, settings.CAMERA_NETWORKS):
        raise BadInput.of("network", network, fault, str(FAULTS[fault]))
    now = timezone.now()
    with recorded(actor, "cameras searched"):
        Account.objects.select_for_update(no_key=True).get(pk=actor.pk)
        if Search.objects.of(actor).filter(ended_at=None, began_at__gt=now - LONGEST).exists():
            raise Conflict(_("Your last search still goes on."))
        row = Search.objects.create(
            account=actor, network=str(where), username=username, sealed_password=sealed(password),
            began_at=now,
        )  # fmt: skip
        note_read(actor, f"cameras:search:{row.pk}", f"searched {where} for cameras")
        transaction.on_commit(lambda: find_later(row.pk))
    return row


@dataclass(frozen=True, slots=True)
class Connected:
    """What was made of a choice; `refused` are names with the reason."""

    made: list[CameraSource]
    refused: list[tuple[str, str]]


def connect_found(
    *, actor: Account, search: Search, names: Mapping[str, str], owner: Organisation, unit: AdminUnit,
    purpose: str, group: CameraGroup | None = None,
) -> Connected:  # fmt: skip
    """Each chosen camera (its key and the name that it gets) becomes a city object with its source.

    They stand at the centre of the commune until somebody sets their place.
    """
    if search.account_id != actor.pk:
        raise Conflict(_("This search is somebody else's."))
    chosen = [one for one in found_in(search) if one.key in names and one.connectable]
    if not chosen:
        raise BadInput.of("chosen", "", "required", _("Choose at least one camera."))
    who = opened(search.username, search.sealed_password)
    known = connected_already(chosen)
    told = Connected([], [])
    for one in chosen:
        name = " ".join(names[one.key].split())[:160] or one.name or one.address
        if one.key in known:
            told.refused.append((name, _("It is connected already.")))
            continue
        given: dict[str, Any] = {
            "protocol": Protocol.ONVIF, "main_url": one.main_url, "sub_url": one.sub_url,
            "onvif_url": one.url, "onvif_profile": one.profile, "username": who.username,
            "password": who.password, "vendor": one.maker, "device_model": one.model,
            "can_turn": one.can_turn, "group": group,
        }  # fmt: skip
        try:
            source = add_camera(
                actor=actor, name=name, purpose=purpose, owner=owner, place=unit.centre, unit=unit, **given
            )
        except NaosoError as error:
            told.refused.append((name, str(error)))
        else:
            told.made.append(source)
    return told


def connected_already(found: list[Found]) -> dict[str, CameraSource]:
    """By key: those whose large picture, or whose profile of the same device, is a source's."""
    urls, devices = [one.main_url for one in found if one.main_url], [one.url for one in found]
    rows = CameraSource.objects.filter(Q(main_url__in=urls) | Q(onvif_url__in=devices)).select_related(
        "camera"
    )
    by_url = {row.main_url: row for row in rows}
    by_profile = {(row.onvif_url, row.onvif_profile): row for row in rows if row.onvif_profile}
    pairs = ((one, by_url.get(one.main_url) or by_profile.get((one.url, one.profile))) for one in found)
    return {one.key: row for one, row in pairs if row is not None}
