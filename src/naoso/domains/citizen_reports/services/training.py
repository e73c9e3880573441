"""Train the classifier from closed reports and the shipped examples. Imports scikit-learn: workers only."""

from __future__ import annotations

import csv
import time
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext as _

from naoso.core.people.audit import recorded
from naoso.core.people.models import Account
from naoso.core.people.scope import require
from naoso.domains.citizen_reports.models import ClassifierVersion, Report
from naoso.domains.citizen_reports.services.choosing_version import SETTINGS, use
from naoso.domains.citizen_reports.suggestion.training import Example, trained, usable
from naoso.domains.citizen_reports.workflow import State
from naoso.kernel.errors import BadInput

EXAMPLES = Path(__file__).parents[1] / "suggestion" / "examples.csv"
MOST_REPORTS = 40_000
KEEP = 12
MAY_LOSE = 0.02


def shipped() -> Iterator[Example]:
    """The labelled set of the product."""
    with EXAMPLES.open(encoding="utf-8", newline="") as file:
        yield from (Example(row["category"], row["text"]) for row in csv.DictReader(file))


def closed() -> Iterator[Example]:
    """What officers of this centre answered, in the category in which they answered it."""
    rows = Report.objects.filter(state=State.ANSWERED, held=False).exclude(text="").order_by("-created_at")
    for code, text, unit in rows.values_list("category__code", "text", "unit_id")[:MOST_REPORTS]:
        yield Example(code, text, unit)


def train(*, actor: Account | None = None) -> ClassifierVersion:
    """A new version with its score. It comes into use unless it is worse than the one in use."""
    if actor is not None:
        require(actor, SETTINGS)
    began = time.monotonic()
    own, given = usable(list(closed())), usable(list(shipped()))
    examples = usable([*given, *own])
    try:
        classifier, score = trained(examples)
    except ValueError:
        raise BadInput.of(
            "examples", len(examples), "count", _("There are too few closed reports to learn from.")
        ) from None
    before = ClassifierVersion.objects.filter(active=True).first()
    with recorded(actor, reason="training"):
        row = ClassifierVersion.objects.create(
            trained_by=actor,
            examples=len(examples),
            from_reports=len(own),
            accuracy=score.first,
            accuracy_of_three=score.of_three,
            by_category={code: list(counts) for code, counts in score.by_code.items()},
            seconds=time.monotonic() - began,
            weights=classifier.packed(),
        )
        if before is None or score.first >= before.accuracy - MAY_LOSE:
            use(version=row, actor=None)
        old = ClassifierVersion.objects.filter(active=False).values_list("pk", flat=True)[KEEP:]
        ClassifierVersion.objects.filter(pk__in=list(old)).delete()
    return row
