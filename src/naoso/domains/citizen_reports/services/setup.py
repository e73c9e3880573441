"""Rules in their order, and what else is kept for all reports."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Max

from naoso.core.people.audit import recorded
from naoso.core.people.models import Account
from naoso.core.people.scope import require
from naoso.domains.citizen_reports.models import RoutingRule

EDIT = "citizen_reports.edit_categories"
STEP = 10


def add_at_end(rule: RoutingRule) -> None:
    """A new rule is asked last; not saved here."""
    last = RoutingRule.objects.aggregate(last=Max("order"))["last"]
    rule.order = (last or 0) + STEP


def shift_rule(*, rule: RoutingRule, actor: Account, up: bool) -> None:
    """One place earlier or later."""
    require(actor, EDIT)
    with recorded(actor), transaction.atomic():
        rows = list(RoutingRule.objects.select_for_update().order_by("order", "id"))
        here = next(index for index, row in enumerate(rows) if row.pk == rule.pk)
        there = here - 1 if up else here + 1
        if not 0 <= there < len(rows):
            return
        rows[here], rows[there] = rows[there], rows[here]
        for number, row in enumerate(rows, 1):
            row.order = number * STEP
        RoutingRule.objects.bulk_update(rows, ["order"])
