"""Plays a script into this centre: the outside by the ways that the outside takes, the people by services."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import httpx
from django.conf import settings
from django.utils import timezone

from naoso.core.alerts.models import Alert
from naoso.core.ingest import front
from naoso.core.ingest.publisher import publisher
from naoso.core.people.models import Account
from naoso.core.response import services as response
from naoso.core.response.models import Incident, Task, TimelineEntry
from naoso.domains.exercises.models import Run, RunState
from naoso.domains.exercises.rules import Clock, Deed, Script, Seen, judge, score
from naoso.domains.exercises.services import ended, progressed, started
from naoso.kernel.errors import BadInput, NaosoError

log = logging.getLogger(__name__)

T = TypeVar("T")
SETTLE_S = 20.0
LOOK_S = 0.2
PATIENCE_S = 15.0
POST_S = 10.0


def play(run: Run, script: Script) -> Run:
    """From beginning to end; what is said on the way shows in the run. Raises nothing: a fault ends it."""
    run = started(run=run, of=len(script.deeds))
    assert run.started_at is not None
    player = Player(run, run.started_at)
    try:
        for number, deed in enumerate(script.deeds, 1):
            player.wait_for(deed.at)
            if run.unattended or not deed.by_a_player:
                player.do(deed)
            run = progressed(run=run, done=number, said=deed.say)
            if run.state != RunState.RUNNING:
                return run  # somebody stopped it
        results = player.results(script)
    except (NaosoError, httpx.HTTPError, OSError) as error:
        log.exception("exercise %s broke off", run.pk)
        return ended(run=run, state=RunState.FAILED, said=str(error))
    told = [
        {"say": r.say, "met": r.met, "took_s": r.took_s, "limit_s": r.limit_s, "why": r.why} for r in results
    ]
    return ended(run=run, state=RunState.DONE, results=told, score=score(results) if results else None)


class Player:
    """Keeps the script's time and does what it says."""

    def __init__(self, run: Run, begun: datetime) -> None:
        self.run, self.begun = run, begun
        self.clock = Clock(begun, run.speed)
        self.count = 0
        self.actor: Account | None = run.started_by

    def wait_for(self, at: float) -> None:
        """Until this second of the script."""
        due = self.begun + timedelta(seconds=at / self.run.speed)
        time.sleep(max(0.0, (due - timezone.now()).total_seconds()))

    def do(self, deed: Deed) -> None:
        """One thing."""
        self.count += 1
        deeds: Mapping[str, Callable[[Mapping[str, Any]], None]] = {
            "message": self._message, "readings": self._readings, "post": self._post,
            "step": self._step, "act": self._act,
        }  # fmt: skip
        deeds[deed.kind](deed.what)

    def _message(self, what: Mapping[str, Any]) -> None:
        if "raw" in what:
            publisher.publish(what["subject"], [shifted(what["raw"], datetime.now(UTC))])
            return
        now = datetime.now(UTC)
        body = {"id": f"exercise-{self.run.pk}-{self.count}", "time": now.isoformat(), **what["body"]}
        if "clock_off_s" in what:
            body["time"] = (now + timedelta(seconds=what["clock_off_s"])).isoformat()
        front.publish_message(what["source"], json.dumps(body).encode())

    def _readings(self, what: Mapping[str, Any]) -> None:
        now = datetime.now(UTC).isoformat()
        told = [{"series": name, "value": value, "time": now} for name, value in what["values"].items()]
        publisher.publish(f"obs.{what['source']}", [json.dumps({"readings": told}).encode()])

    def _post(self, what: Mapping[str, Any]) -> None:
        body = {"key": f"exercise-{self.run.pk}-{self.count}", **what.get("body", {})}
        address = f"{settings.SITE_URL}{what['path']}"
        answer = httpx.post(address, json=body, timeout=POST_S, trust_env=False)
        answer.raise_for_status()

    def _step(self, what: Mapping[str, Any]) -> None:
        found = self._await(lambda: self._task(what))
        if found is None:
            raise BadInput.of("step", what["title"], "its turn", "the step has not had its turn in time")
        if found.done_at is None and self.actor is not None:
            response.finish_task(task=found, actor=self.actor, note=str(what.get("note", "")))

    def _task(self, what: Mapping[str, Any]) -> Task | None:
        return (
            Task.objects.filter(
                incident__kind__code=what["incident"],
                incident__opened_at__gte=self.begun,
                title__startswith=what["title"],
                opened_at__isnull=False,
            )
            .select_related("incident")
            .order_by("incident_id")
            .first()
        )

    def _act(self, what: Mapping[str, Any]) -> None:
        incident = self._await(lambda: self._incident(what["incident"]))
        if incident is None or self.actor is None:
            raise BadInput.of("incident", what["incident"], "opened", "no such incident was opened in time")
        if what["do"] == "accept":
            response.accept(incident=incident, actor=self.actor)
            response.start_work(incident=incident, actor=self.actor)
        else:
            response.close_incident(
                incident=incident, actor=self.actor, outcome=what.get("outcome", "solved"), note=what["note"]
            )

    def _incident(self, code: str) -> Incident | None:
        opened = Incident.objects.filter(kind__code=code, opened_at__gte=self.begun)
        return opened.exclude(state="closed").order_by("pk").first()

    def _await(self, look: Callable[[], T | None]) -> T | None:
        until = time.monotonic() + PATIENCE_S
        while (found := look()) is None and time.monotonic() < until:
            time.sleep(LOOK_S)
        return found

    def results(self, script: Script) -> list[Any]:
        """Looks until everything has come true, or for a while."""
        until = time.monotonic() + SETTLE_S
        while True:
            found = judge(script.expected, seen_since(self.begun), self.clock)
            if all(result.met for result in found) or time.monotonic() > until:
                return found
            time.sleep(LOOK_S)


def seen_since(begun: datetime) -> list[Seen]:
    """Incidents, alerts, steps done and lines since the run began: four queries."""
    incidents = Incident.objects.filter(opened_at__gte=begun).select_related("kind")
    seen = [Seen("incident", i.kind.code, i.opened_at, i.severity, i.title) for i in incidents]
    alerts = Alert.objects.filter(last_at__gte=begun)
    seen += [Seen("alert", a.rule, max(a.first_at, begun), a.severity, a.title) for a in alerts]
    tasks = Task.objects.filter(incident__opened_at__gte=begun, done_at__isnull=False, skipped=False)
    seen += [
        Seen("step", t.incident.kind.code, t.done_at, words=t.title, since=t.incident.opened_at)
        for t in tasks.select_related("incident__kind")
        if t.done_at
    ]
    lines = TimelineEntry.objects.filter(incident__opened_at__gte=begun).select_related("incident__kind")
    return seen + [Seen("line", e.incident.kind.code, e.at, words=e.text) for e in lines]


def shifted(payload: bytes, now: datetime) -> bytes:
    """A recorded message as if it were told now: every `time` in it is today's."""
    try:
        told = json.loads(payload)
    except ValueError:
        return payload
    return json.dumps(_retold(told, now.isoformat())).encode()


def _retold(told: Any, now: str) -> Any:
    if isinstance(told, dict):
        return {name: now if name == "time" else _retold(value, now) for name, value in told.items()}
    if isinstance(told, list):
        return [_retold(one, now) for one in told]
    return told
