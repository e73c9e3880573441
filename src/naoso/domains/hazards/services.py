"""Writes: the levels of a station."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from django.utils.translation import gettext as _

from naoso.core.alerts.models import AlertRule, Measure
from naoso.core.alerts.services import save_levels
from naoso.core.people.models import Account
from naoso.core.people.scope import require
from naoso.core.registry.models import Thing
from naoso.kernel.errors import BadInput

MANAGE = "hazards.manage"


def set_levels(*, station: Thing, heights: Mapping[AlertRule, float | None], actor: Account) -> None:
    """The station's own heights; each clears as far below it as the rule says of its own limit.

    Raises BadInput where a worse level would not be higher.
    """
    require(actor, MANAGE, station)
    steps = [(r, h) for r, h in heights.items() if h is not None and r.measure == Measure.VALUE]
    steps.sort(key=lambda pair: pair[0].severity)
    for (_lower, low), (rule, high) in pairwise(steps):
        if high <= low:
            raise BadInput.of(rule.code, high, "ascending", _("A worse level must lie higher."))
    levels = {
        rule: None if high is None else (high, high - (rule.raise_at - rule.clear_at))
        for rule, high in heights.items()
    }
    save_levels(station=station, levels=levels, actor=actor)
