"""Turning a camera: one person at a time holds it, for a minute that each use makes new.

The camera is asked with no row locked; a move is dropped while another is on its way, a stop waits for it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import OperationalError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from naoso.connectors.onvif import OnvifCamera, Preset
from naoso.core.people.audit import recorded
from naoso.core.people.models import Account
from naoso.core.people.scope import allowed
from naoso.core.response.models import Incident
from naoso.domains.cameras.models import CameraSource, Control, LookKind, May
from naoso.domains.cameras.rights import look, require_may
from naoso.domains.cameras.services.sources import MANAGE, locked
from naoso.domains.cameras.turning import CameraFault, ask_camera, profile_of
from naoso.kernel.errors import BadInput, Conflict

HELD_FOR = dt.timedelta(seconds=60)
MOVES = 7_301  # a number of this house's own for locks that are no rows'
WAITS_MS = 8_000
MOST_NAME = 40


@dataclass(frozen=True, slots=True)
class Holding:
    """Who turns a camera now, as one reader sees it; `holder` empty: nobody."""

    holder: str
    mine: bool
    until: dt.datetime | None
    may_take_over: bool


def holding(*, actor: Account, source: CameraSource, now: dt.datetime | None = None) -> Holding:
    """Raises NotAllowed for those who may not turn it."""
    require_may(actor, source, May.CONTROL)
    row = _held(source, now or timezone.now())
    if row is None:
        return Holding("", mine=False, until=None, may_take_over=False)
    mine = row.holder_id == actor.pk
    return Holding(str(row.holder), mine, row.until, not mine and allowed(actor, MANAGE, source.camera))


def take(
    *, actor: Account, source: CameraSource, reason: str, incident: Incident | None = None,
    over: bool = False, now: dt.datetime | None = None,
) -> Holding:  # fmt: skip
    """From now on the actor turns it. `over`: whoever manages the camera takes it from somebody else.

    A look is written down. Raises Conflict while somebody holds it; BadInput for a camera that cannot turn.
    """
    now = now or timezone.now()
    require_may(actor, source, May.CONTROL)
    check_turns(source)
    with recorded(actor, "control taken"):
        row = _held(locked(source), now)
        mine = row is not None and row.holder_id == actor.pk
        if row is not None and not mine and not (over and allowed(actor, MANAGE, source.camera)):
            words = _("%(name)s turns this camera now. It is free a minute after the last move.")
            raise Conflict(words % {"name": row.holder})
        if not mine:
            look(actor=actor, source=source, kind=LookKind.CONTROL, reason=reason, incident=incident, now=now)
        Control.objects.update_or_create(source=source, defaults={"holder": actor, "until": now + HELD_FOR})
    return holding(actor=actor, source=source, now=now)


def release(*, actor: Account, source: CameraSource) -> None:
    """Free at once; of somebody else's, nothing happens."""
    with recorded(actor, "control released"):
        Control.objects.filter(source=source, holder=actor).delete()


def steer(*, actor: Account, source: CameraSource, pan: float, tilt: float, zoom: float) -> None:
    """Turns at these speeds, -1 to 1, for three seconds or until the next call; all 0: stands still."""
    for name, speed in (("pan", pan), ("tilt", tilt), ("zoom", zoom)):
        if not -1 <= speed <= 1:
            raise BadInput.of(name, speed, "range", _("A speed from -1 to 1."))
    renew(actor=actor, source=source)
    moves = bool(pan or tilt or zoom)
    profile = profile_of(source)

    async def do(camera: OnvifCamera) -> None:
        if moves:
            await camera.move(profile, pan, tilt, zoom)
        else:
            await camera.stop(profile)

    _send(source, do, waits=not moves)


def go_to(*, actor: Account, source: CameraSource, preset: str) -> None:
    """Turns to a view that the camera remembers."""
    renew(actor=actor, source=source)
    profile = profile_of(source)
    _send(source, lambda camera: camera.go_to(profile, preset[:64]), waits=True)


def remember(*, actor: Account, source: CameraSource, name: str) -> tuple[Preset, ...]:
    """The camera keeps where it looks under a name; returns all that it keeps."""
    words = " ".join("".join(c if c.isprintable() else " " for c in name).split())
    if not words or len(words) > MOST_NAME:
        raise BadInput.of("name", name, "length", _("A name of at most 40 letters."))
    renew(actor=actor, source=source)
    profile = profile_of(source)

    async def do(camera: OnvifCamera) -> None:
        await camera.remember(profile, words)

    _send(source, do, waits=True)
    return presets(actor=actor, source=source)


def presets(*, actor: Account, source: CameraSource) -> tuple[Preset, ...]:
    """The views that the camera remembers."""
    require_may(actor, source, May.CONTROL)
    check_turns(source)
    profile = profile_of(source)
    return ask_camera(source, lambda camera: camera.presets(profile))


def renew(*, actor: Account, source: CameraSource, now: dt.datetime | None = None) -> None:
    """Another minute; rights are asked again. Raises Conflict where the actor does not hold it (any more)."""
    now = now or timezone.now()
    require_may(actor, source, May.CONTROL)
    check_turns(source)
    with recorded(actor, "control used"):
        rows = Control.objects.filter(source=source, holder=actor, until__gt=now)
        if not rows.update(until=now + HELD_FOR):
            raise Conflict(_("You do not turn this camera any more. Take control first."))


def check_turns(source: CameraSource) -> None:
    """Raises BadInput for a camera without a motor, or of which nobody knows how it is asked."""
    if not source.can_turn or not source.onvif_url:
        words = _("This camera cannot be turned from here: it has no ONVIF address.")
        raise BadInput.of("camera", source.name, "turns", words)


def _held(source: CameraSource, now: dt.datetime) -> Control | None:
    return Control.objects.filter(source=source, until__gt=now).select_related("holder").first()


def _send(source: CameraSource, do: Callable[[OnvifCamera], Awaitable[None]], *, waits: bool) -> None:
    with _alone(source, waits=waits):
        ask_camera(source, do)


@contextmanager
def _alone(source: CameraSource, *, waits: bool) -> Iterator[None]:
    """One command at a time, over all web processes; whoever does not wait raises Conflict."""
    with transaction.atomic(), connection.cursor() as cursor:
        if waits:
            cursor.execute(f"SET LOCAL lock_timeout = {WAITS_MS}")
            try:
                cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [MOVES, source.pk])
            except OperationalError as error:
                raise CameraFault(_("The camera is still busy with a move.")) from error
        else:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [MOVES, source.pk])
            if not cursor.fetchone()[0]:
                raise Conflict(_("The camera is still busy with a move."))
        yield
