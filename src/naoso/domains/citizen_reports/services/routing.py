"""The rules as they stand, applied to a report: who answers it and why."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _

from naoso.core.places.models import AdminUnit
from naoso.domains.citizen_reports.models import Category
from naoso.domains.citizen_reports.rules.routing import Case, Destination, only_words
from naoso.domains.citizen_reports.selectors.directory import Directory
from naoso.domains.citizen_reports.selectors.places import lineage


def case_of(
    book: Directory, *, category: Category | None, unit: AdminUnit | None, text: str, at: dt.datetime
) -> Case:
    """What the rules look at."""
    return Case(
        categories=tuple(row.pk for row in book.above(category.pk)) if category else (),
        units=tuple(lineage(unit)) if unit and book.asks_for_units else (),
        at=timezone.localtime(at),
        text=only_words(text),
    )


def reason_of(found: Destination) -> str:
    """Why it goes there, in words that stay with the report."""
    if found.rule is not None:
        return _("rule %(number)s: %(title)s") % {"number": found.rule.id, "title": found.rule.title}
    return _("the fallback queue") if found.fallback else _("the category's own body")
