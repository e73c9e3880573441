"""Readings of cabinets: a told level acknowledges a command, missing power is an outage."""

from __future__ import annotations

from naoso.core.alerts.services import receive
from naoso.core.telemetry.batches import StoredBatch, moment
from naoso.core.telemetry.models import Series
from naoso.domains.lighting import rules
from naoso.domains.lighting.models import Command, Controller
from naoso.domains.lighting.services import acknowledge
from naoso.domains.lighting.workflow import CommandState
from naoso.kernel.findings import Finding, Severity
from naoso.kernel.geometry import LonLat
from naoso.kernel.ids import SubjectRef


def observations(batch: StoredBatch) -> None:
    """Power and level of the newest reading of each series; others are none of ours."""
    newest = batch.newest()
    told = dict(
        zip(
            newest.series_ids.tolist(),
            zip(newest.times.tolist(), newest.values.tolist(), strict=True),
            strict=True,
        )
    )
    series = Series.objects.filter(
        pk__in=list(told), thing__domain="lighting", property__in=("power", "level")
    )
    ours = {one.pk: one for one in series}
    if not ours:
        return
    controllers = {
        one.thing_id: one
        for one in Controller.objects.select_related("cabinet").filter(
            thing__in={s.thing_id for s in ours.values()}
        )
    }
    findings: list[Finding] = []
    for pk, one in ours.items():
        controller = controllers.get(one.thing_id)
        if controller is None:
            continue
        at, value = told[pk]
        if one.property == "level":
            confirm(controller, value)
        else:
            findings += judged(controller, value, at)
    if findings:
        receive(findings)


def confirm(controller: Controller, level: float) -> None:
    """A command that waits for its acknowledgement has it when the cabinet tells its level."""
    waiting = (
        Command.objects.filter(controller=controller, state=CommandState.SENT).order_by("-given_at").first()
    )
    if waiting is not None and rules.acknowledged(level, waiting.level):
        acknowledge(command=waiting)


def judged(controller: Controller, power: float, at: int) -> list[Finding]:
    """Findings of one reading: outage, lamps burning by day."""
    seen = moment(at)
    verdict = rules.assess(
        power, controller.level, controller.rated_watts, (seen - controller.level_since).total_seconds()
    )
    expected = controller.rated_watts * controller.level / 100
    found = []
    for rule, active, severity, title in (
        ("lighting-outage", verdict.outage, Severity.SEVERE if verdict.whole else Severity.MODERATE,
         f"Mất {verdict.missing:.0%} công suất chiếu sáng: {controller}"),
        ("lighting-by-day", verdict.burning, Severity.MINOR, f"Đèn sáng khi phải tắt: {controller}"),
    ):  # fmt: skip
        if active is not None:
            found.append(finding(controller, rule, severity, title, power, expected, active=active, at=at))
    return found


def finding(
    controller: Controller, rule: str, severity: Severity, title: str, power: float, expected: float,
    *, active: bool, at: int,
) -> Finding:  # fmt: skip
    """As alerts take it."""
    cabinet = controller.cabinet
    return Finding(
        rule=rule, subject=SubjectRef("lighting", "controller", str(controller.pk)), active=active,
        severity=severity, observed_at=moment(at), owner_id=cabinet.owner_id, unit_id=cabinet.unit_id,
        title=title,
        value=power, limit=expected, quantity="power", place=LonLat(cabinet.shape.x, cabinet.shape.y),
    )  # fmt: skip
