"""Writes: connect a cabinet, switch it, keep its schedule, send what waits."""

from __future__ import annotations

import datetime as dt
import hmac
import json
import uuid
from collections.abc import Collection
from functools import partial
from hashlib import sha256

import httpx
from django.conf import settings
from django.db import transaction
from django.db.models import FloatField, Sum
from django.db.models.fields.json import KeyTransform
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext as _

from naoso.connectors.outbound import guard
from naoso.core.objects.models import CityObject, Relation, State
from naoso.core.outbox.services import emit
from naoso.core.people.audit import recorded
from naoso.core.people.models import Account
from naoso.core.people.scope import require
from naoso.core.registry.models import Thing
from naoso.domains.lighting.models import Command, Controller, Step
from naoso.domains.lighting.queue import send_later
from naoso.domains.lighting.workflow import MOVES, CommandState
from naoso.kernel.errors import BadInput, Conflict
from naoso.kernel.events import Audience, Event

SWITCH, MANAGE = "lighting.switch", "lighting.manage"
TIMEOUT_S = 8.0
MOST_TRIES = 4
PATIENCE = dt.timedelta(minutes=5)
"""A command that is not acknowledged for so long has failed."""


def connect(
    *, actor: Account | None, cabinet: CityObject, url: str = "", thing: Thing | None = None
) -> Controller:
    """A cabinet is switched from afar from now on, or otherwise than before."""
    if actor is not None:
        require(actor, MANAGE, cabinet)
    if url and guard.fault_of(url, settings.WEBHOOK_NETWORKS):
        words = _("Write an address that begins with https:// and carries neither user name nor password.")
        raise BadInput.of("url", url, "address", words)
    with recorded(actor):
        found, _made = Controller.objects.update_or_create(
            cabinet=cabinet, defaults={"url": url, "thing": thing, "rated_watts": watts_of(cabinet)}
        )
    return found


def watts_of(cabinet: CityObject) -> float:
    """What the lamps that a cabinet feeds take together."""
    watts = Cast(KeyTransform("watts", "from_object__data"), FloatField())
    fed = Relation.objects.filter(to_object=cabinet, role=Relation.Role.FED_BY)
    fed = fed.exclude(from_object__state=State.REMOVED)
    return float(fed.aggregate(total=Sum(watts))["total"] or 0.0)


def signing_key(controller: Controller) -> str:
    """The secret that the controller checks commands with: derived, never stored; shown to its engineer."""
    words = f"lighting:{controller.pk}:{controller.key_version}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), words, sha256).hexdigest()


def switch(
    *, actor: Account | None, controller: Controller, level: int, key: uuid.UUID | None = None
) -> Command:
    """Asks for a level of 0…100 %; the same key again is the same command. `actor` None is the schedule."""
    kept = Command.objects.filter(key=key).first() if key else None
    if kept is not None:
        return kept
    if actor is not None:
        require(actor, SWITCH, controller.cabinet)
    if not 0 <= level <= 100:
        raise BadInput.of("level", level, "range", _("The level lies between 0 and 100 %."))
    if not controller.url:
        raise BadInput.of(
            "controller", str(controller), "remote", _("This cabinet is not switched from afar.")
        )
    with recorded(actor):
        Command.objects.filter(controller=controller, state=CommandState.WAITING).update(
            state=CommandState.FAILED, problem=_("overtaken by a later command"), answered_at=timezone.now()
        )
        made = Command.objects.create(
            key=key or uuid.uuid4(), controller=controller, level=level, given_by=actor
        )
        Controller.objects.filter(pk=controller.pk).update(level=level, level_since=timezone.now())
        _told(made)
        transaction.on_commit(partial(send_later, made.pk))
    return made


def send(pk: int) -> None:
    """One try; the controller knows a repeat by its key. Safe to run twice."""
    command = Command.objects.select_related("controller__cabinet").filter(pk=pk).first()
    if command is None or command.state != CommandState.WAITING:
        return
    body = json.dumps(
        {"id": str(command.key), "level": command.level, "at": command.given_at.isoformat()}
    ).encode()
    key = signing_key(command.controller).encode()
    headers = {
        "Content-Type": "application/json",
        "X-Naoso-Signature": "sha256=" + hmac.new(key, body, sha256).hexdigest(),
    }
    try:
        with guard.client(settings.WEBHOOK_NETWORKS, timeout=TIMEOUT_S) as client:
            answer = client.post(command.controller.url, content=body, headers=headers)
    except httpx.HTTPError as error:
        _failed(command, type(error).__name__)
        return
    if answer.status_code == httpx.codes.ACCEPTED:
        _move(command, CommandState.SENT)
    elif answer.is_success:
        _move(command, CommandState.DONE)
    else:
        _failed(command, f"HTTP {answer.status_code}")


def _failed(command: Command, problem: str) -> None:
    command.tries += 1
    command.problem = problem[:300]
    if command.tries >= MOST_TRIES:
        _move(command, CommandState.FAILED, problem)
        return
    with recorded(None):
        command.save(update_fields=["tries", "problem"])
    send_later(command.pk, in_s=15 * 2**command.tries)


def acknowledge(*, command: Command) -> None:
    """The cabinet's own telemetry shows the level."""
    _move(command, CommandState.DONE)


def give_up() -> int:
    """Commands that nobody acknowledged in time; returns how many."""
    late = Command.objects.filter(state=CommandState.SENT, given_at__lt=timezone.now() - PATIENCE)
    for command in late:
        _move(command, CommandState.FAILED, _("not acknowledged within five minutes"))
    return len(late)


def _move(command: Command, to: CommandState, problem: str = "") -> None:
    with recorded(None):
        now = (
            Command.objects.select_for_update(of=("self",))
            .select_related("controller__cabinet")
            .get(pk=command.pk)
        )
        if to not in MOVES.get(CommandState(now.state), frozenset()):
            return
        now.state, now.problem, now.answered_at = to, problem[:300], timezone.now()
        now.tries = command.tries
        now.save()
        _told(now)


def _told(command: Command) -> None:
    cabinet = command.controller.cabinet
    emit(
        Event(
            name="lighting.command_changed",
            data={"command": command.pk, "controller": command.controller_id, "state": command.state},
            audience=Audience("lighting.view", cabinet.owner_id, cabinet.unit_id),
        )
    )


def add_step(
    *, actor: Account | None, controller: Controller, at: dt.time, level: int, days: Collection[int]
) -> Step:
    """One more time of the schedule."""
    if actor is not None:
        require(actor, MANAGE, controller.cabinet)
    wanted = sorted({int(day) for day in days})
    if not wanted or not set(wanted) <= set(range(7)):
        raise BadInput.of("days", wanted, "range", _("Choose at least one day."))
    if not 0 <= level <= 100:
        raise BadInput.of("level", level, "range", _("The level lies between 0 and 100 %."))
    if controller.steps.filter(at=at).exists():
        raise Conflict(_("There is a step at this time already."))
    with recorded(actor):
        return Step.objects.create(
            controller=controller,
            at=at,
            level=level,
            days=wanted,
            done_on=timezone.localdate() if at <= timezone.localtime().time() else None,
        )


def drop_step(*, actor: Account, step: Step) -> None:
    """The light no longer changes at this time."""
    require(actor, MANAGE, step.controller.cabinet)
    with recorded(actor):
        step.delete()


def run_schedule(now: dt.datetime | None = None) -> int:
    """Steps that are due today and not done yet, the latest of each cabinet; returns how many commands."""
    at = timezone.localtime(now)
    due = (
        Step.objects.filter(at__lte=at.time())
        .exclude(done_on=at.date())
        .select_related("controller__cabinet")
    )
    latest: dict[int, Step] = {}
    for step in due.order_by("at"):
        if at.weekday() in step.days:
            latest[step.controller_id] = step
    for step in latest.values():
        if step.controller.url:
            switch(actor=None, controller=step.controller, level=step.level)
        else:  # a clock of its own switches it: this is what the light should be
            Controller.objects.filter(pk=step.controller_id).update(level=step.level, level_since=at)
    Step.objects.filter(pk__in=[step.pk for step in due]).update(done_on=at.date())
    return len(latest)
