"""Sources: connect a camera, edit how it is reached, set its password, disconnect it.

A password is never in an address, an event, an error or the trail in the clear: it is sealed before it is
written, and no page shows it again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from naoso.connectors.rtsp import Credentials, RtspError, split_credentials
from naoso.connectors.rtsp.address import parse_address
from naoso.core.alerts.services import receive
from naoso.core.objects.models import CityObject, ObjectKind
from naoso.core.objects.services.editing import add_object
from naoso.core.outbox.services import emit
from naoso.core.people.audit import recorded
from naoso.core.people.models import Account, Organisation
from naoso.core.people.scope import require
from naoso.core.places.models import AdminUnit
from naoso.domains.cameras.events import changed
from naoso.domains.cameras.models import CameraGroup, CameraHealth, CameraSource, HealthState, Outage
from naoso.domains.cameras.reaching import FAULT_WORDS, credentials_of, sealed
from naoso.domains.cameras.rules.address import carries_password, fault_of_literal
from naoso.domains.cameras.watching.telling import calmed
from naoso.kernel.errors import BadInput, Conflict, FieldError

MANAGE = "cameras.manage"
ADDRESSES = ("main_url", "sub_url")
WAYS = (*ADDRESSES, "onvif_url", "username", "sealed_password", "enabled")
EDITABLE = frozenset({
    "group", "protocol", "main_url", "sub_url", "onvif_url", "channel", "username", "vendor", "device_model",
    "can_turn", "enabled", "onvif_profile",
})  # fmt: skip
ANOTHER_DEVICE = gettext_lazy("The address leads to another device: enter its password too.")
WEB = re.compile(r"https?://[^@\s/]+(/[^@\s]*)?")
Actor = Account | None  # None is the house itself: the seed


def connect(
    *, actor: Actor, camera: CityObject, main_url: str, sub_url: str = "", username: str = "",
    password: str = "", **more: Any,
) -> CameraSource:  # fmt: skip
    """A camera that has no source yet gets one; what else is given is of `EDITABLE`."""
    if actor is not None:
        require(actor, MANAGE, camera)
    if camera.kind.slug != "camera":
        raise BadInput.of("camera", camera.code, "kind", _("This object is no camera."))
    if CameraSource.objects.filter(camera=camera).exists():
        raise Conflict(_("Camera %(code)s is connected already.") % {"code": camera.code})
    row = CameraSource(camera=camera)
    given = {"main_url": main_url, "sub_url": sub_url, "username": username, **more}
    return _saved(actor, row, given, password, "connected")


def add_camera(
    *, actor: Account, name: str, purpose: str, owner: Organisation, place: Point, code: str = "",
    heading_deg: float | None = None, view_deg: float | None = None, range_m: float | None = None,
    notice: str = "", unit: AdminUnit | None = None, **given: Any,
) -> CameraSource:  # fmt: skip
    """The city object and its source, or neither; needs the right to edit objects there too."""
    facts = {
        "name": name, "purpose": purpose, "heading_deg": heading_deg, "view_deg": view_deg,
        "range_m": range_m, "notice": notice or None,
    }  # fmt: skip
    with recorded(actor, "camera added"):
        camera = add_object(
            actor=actor, kind=ObjectKind.objects.get(slug="camera"), owner=owner, shape=place, code=code,
            unit=unit, data={field: value for field, value in facts.items() if value is not None},
        )  # fmt: skip
        return connect(actor=actor, camera=camera, **given)


def edit_source(
    *, actor: Actor, source: CameraSource, seen: int | None = None, password: str = "", **given: Any
) -> CameraSource:
    """Changes what is given; an empty password keeps the one that is there.

    `seen` is the version that the actor saw; raises Conflict where somebody changed it since.
    """
    if actor is not None:
        require(actor, MANAGE, source.camera)
    with recorded(actor, "source edited"):
        row = locked(source)
        if seen is not None and row.version != seen:
            raise Conflict(_("Somebody changed this camera since you opened it. Look again, then save."))
        return _saved(actor, row, given, password, "source edited")


def set_password(*, actor: Actor, source: CameraSource, username: str, password: str) -> CameraSource:
    """A new name and password; an empty password forgets the one that is there."""
    if actor is not None:
        require(actor, MANAGE, source.camera)
    with recorded(actor, "password set"):
        row = locked(source)
        row.sealed_password = ""
        return _saved(actor, row, {"username": username}, password, "password set")


def disconnect(*, actor: Actor, source: CameraSource, reason: str) -> CameraSource:
    """Nobody asks it for pictures any more; what was kept of it stays. `edit_source` connects it again."""
    if actor is not None:
        require(actor, MANAGE, source.camera)
    if not reason.strip():
        raise BadInput.of("reason", reason, "required", _("Say why the camera is disconnected."))
    with recorded(actor, reason):
        return _saved(actor, locked(source), {"enabled": False}, "", reason)


def learn_again(*, actor: Account, source: CameraSource) -> CameraSource:
    """It looks elsewhere on purpose, or was cleaned: what its pictures usually are is learned anew."""
    require(actor, MANAGE, source.camera)
    with recorded(actor, "learned anew"):
        row = locked(source)
        row.version += 1
        row.save(update_fields=["version"])
        begin_anew(row)
        emit(changed(row.camera))
    return row


def locked(source: CameraSource) -> CameraSource:
    """The row as it is now, held until the end of the transaction."""
    rows = CameraSource.objects.select_for_update(of=("self",)).select_related("camera__kind", "group")
    return rows.get(pk=source.pk)


def _saved(
    actor: Actor, row: CameraSource, given: Mapping[str, Any], password: str, reason: str
) -> CameraSource:
    """Judged as a whole, then written; a camera that is reached another way begins its health anew."""
    fresh = row.pk is None
    group = row.group
    before = [getattr(row, name) for name in WAYS]
    hosts, devices = (hosts_of(row), devices_of(row)) if row.sealed_password else (frozenset(), frozenset())
    given, typed = without_credentials(given)
    for name in given.keys() & EDITABLE:
        setattr(row, name, given[name])
    password = password or typed
    if hosts and not password and not (hosts_of(row) <= hosts and devices_of(row) <= devices):
        raise BadInput.of("password", "", "device", str(ANOTHER_DEVICE))
    if password:
        row.sealed_password = sealed(password)
    if row.group != group:
        check_group(actor, group)  # taken out of it, a camera would be open to others, its recordings gone
        check_group(actor, row.group)
    check_addresses(row)
    row.version += 0 if fresh else 1
    validated(row)
    with recorded(actor, reason):
        row.save()
        if fresh:
            CameraHealth.objects.create(source=row)
        elif before != [getattr(row, name) for name in WAYS]:
            begin_anew(row)
        emit(changed(row.camera))
    return row


def without_credentials(given: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    """`rtsp://user:pw@host/…` is split: the name goes to its field, the password is returned."""
    said, password = dict(given), ""
    for name in ADDRESSES:
        address, who = split_credentials(str(said.get(name) or ""))
        if name in said:
            said[name] = address
        if who:
            said["username"], password = who.username or said.get("username", ""), who.password or password
    return said, password


def hosts_of(row: CameraSource) -> frozenset[str]:
    """The devices that its addresses lead to."""
    return frozenset(urlsplit(getattr(row, name)).netloc for name in ADDRESSES if getattr(row, name))


def devices_of(row: CameraSource) -> frozenset[str]:
    """The hosts of all its addresses, the one by which it is turned too."""
    urls = (getattr(row, name) for name in (*ADDRESSES, "onvif_url"))
    return frozenset(urlsplit(url).hostname or "" for url in urls if url)


def credentials_to_try(
    known: CameraSource | None, draft: CameraSource, username: str, password: str
) -> Credentials:
    """What was typed; the saved password where none was, and only for the devices that it was saved for."""
    if password or known is None or not known.sealed_password:
        return Credentials(username, password)
    if not hosts_of(draft) <= hosts_of(known):
        raise BadInput.of("password", "", "device", str(ANOTHER_DEVICE))
    try:
        return Credentials(username, credentials_of(known).password)
    except RtspError as error:
        raise BadInput.of("password", "", "key", str(FAULT_WORDS[error.fault][0])) from error


def check_addresses(row: CameraSource) -> None:
    """Raises BadInput for each address where no camera may be, or that would keep a password in the clear."""
    errors = []
    for name in ADDRESSES:
        url = getattr(row, name)
        if url and not is_rtsp(url):
            words = _("An rtsp:// address without blanks, such as rtsp://10.0.0.5:554/stream1.")
            errors.append(FieldError(name, url, "rtsp", words))
        elif carries_password(url):
            words = _("The password must not be a part of the address: enter it in its own field.")
            errors.append(FieldError(name, "", "credentials", words))
        elif url and (fault := fault_of_literal(url, settings.CAMERA_NETWORKS)):
            words = _("No camera can be at this address: it is this machine's own or a link-local one.")
            errors.append(FieldError(name, url, fault, words))
    if row.onvif_url and not WEB.fullmatch(row.onvif_url):
        words = _("An address such as http://10.0.0.5/onvif/device_service, without user name and password.")
        errors.append(FieldError("onvif_url", "", "http", words))
    elif row.onvif_url and (fault := fault_of_literal(row.onvif_url, settings.CAMERA_NETWORKS)):
        words = _("No camera can be at this address: it is this machine's own or a link-local one.")
        errors.append(FieldError("onvif_url", row.onvif_url, fault, words))
    if errors:
        raise BadInput(*errors)


def is_rtsp(url: str) -> bool:
    """An address that can be asked: a host, a port that exists, neither blanks nor credentials."""
    try:
        parse_address(url)
    except BadInput:
        return False
    return True


def check_group(actor: Actor, group: CameraGroup | None) -> None:
    """Whoever may not manage the group may not put a camera into it: that would say who sees it."""
    if group is not None and actor is not None:
        require(actor, MANAGE, group)


def begin_anew(row: CameraSource) -> None:
    """What was learned of the old way says nothing of the new one."""
    now = timezone.now()
    CameraHealth.objects.update_or_create(
        source=row,
        defaults={
            "state": HealthState.NEW, "problems": [], "since": now, "checked_at": None, "baseline": {},
            "suspected": "", "streak": 0, "latency_ms": None, "clock_offset": None, "codec": "",
        },
    )  # fmt: skip
    Outage.objects.filter(source=row, ended_at=None).update(ended_at=now)
    receive(calmed(row.camera, now))


def validated(row: Model) -> None:
    """Django's checks, told as the house tells errors; no value of a secret field is told."""
    try:
        row.full_clean()
    except ValidationError as error:
        raise BadInput(*_faults(row, error.message_dict.items())) from error


def _faults(row: Model, found: Iterable[tuple[str, list[str]]]) -> Iterable[FieldError]:
    for field, messages in found:
        value = "" if field in {"sealed_password", "__all__"} else getattr(row, field, "")
        yield FieldError(field, value, "invalid", " ".join(messages))
