"""What decides on reports as it stands now: the tree, the rules, the desk, the calendar."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from naoso.core.people.models import Organisation
from naoso.core.response.calendar import calendar
from naoso.core.response.models import DayException
from naoso.core.response.working_time import Calendar
from naoso.domains.citizen_reports.models import BlockedWord, Category, Desk, Question, RoutingRule
from naoso.domains.citizen_reports.rules.routing import (
    Case,
    Destination,
    Misfit,
    Rule,
    destination,
    misfit,
    only_words,
)
from naoso.domains.citizen_reports.selectors.stamps import Stamp, stamp_of
from naoso.kernel.errors import BadInput


@dataclass(frozen=True, slots=True)
class Verdict:
    """One line of the test bench: the rule, and why it does not take the case (None: it does)."""

    rule: Rule
    misfit: Misfit | None


@dataclass(frozen=True, slots=True)
class Directory:
    """The tree, the rules, the desk and what else decides on a report, read together.

    All reports of a process share it until a row of it changes: nobody writes into it.
    """

    categories: dict[int, Category]
    rules: tuple[Rule, ...]
    desk: Desk
    bodies: dict[int, Organisation]
    days: Calendar
    questions: tuple[Question, ...]
    blocked_words: tuple[str, ...]

    @property
    def asks_for_units(self) -> bool:
        """Whether any rule looks at where the report lies."""
        return any(rule.unit_id is not None for rule in self.rules)

    def questions_of(self, category_id: int) -> list[Question]:
        """What the category and all above it ask."""
        above = {row.pk for row in self.above(category_id)}
        return [one for one in self.questions if one.category_id in above]

    def above(self, category_id: int) -> tuple[Category, ...]:
        """The category and all above it, from below upwards."""
        found: list[Category] = []
        step: int | None = category_id
        while step is not None and (row := self.categories.get(step)) and row not in found:
            found.append(row)
            step = row.parent_id
        return tuple(found)

    def decide(self, case: Case) -> Destination:
        """Raises BadInput where nobody answers at all."""
        owners = [row.owner_id for row in self.above(case.categories[0])] if case.categories else []
        found = destination(self.rules, case, owners=owners, fallback=self.desk.fallback_id)
        if found is None:
            raise BadInput.of(
                "category",
                "",
                "owner",
                _("Nobody answers this category yet, and there is no fallback queue."),
            )
        return found

    def verdicts(self, case: Case) -> list[Verdict]:
        """Every rule in its order, with the reason why it does not fit."""
        return [Verdict(rule, misfit(rule, case)) for rule in self.rules]


READ_FROM = (Category, RoutingRule, Desk, Question, BlockedWord, DayException, Organisation)


class _Kept:
    """What this process has read last, with the stamp of its tables before reading."""

    last: tuple[Stamp, Directory] | None = None


def directory() -> Directory:
    """As it stands now: one query, where nothing has changed since this process read it."""
    stamp, last = stamp_of(*READ_FROM), _Kept.last
    if last is None or last[0] != stamp:
        last = _Kept.last = stamp, read_directory()
    return last[1]


def read_directory() -> Directory:
    """Seven small queries."""
    return Directory(
        categories={row.pk: row for row in Category.objects.all()},
        rules=tuple(rule_of(row) for row in RoutingRule.objects.filter(enabled=True)),
        desk=desk(),
        bodies={row.pk: row for row in Organisation.objects.all()},
        days=calendar(),
        questions=tuple(Question.objects.all()),
        blocked_words=tuple(BlockedWord.objects.filter(enabled=True).values_list("words", flat=True)),
    )


def desk() -> Desk:
    """The one row, or its defaults where nobody has saved any."""
    return Desk.objects.select_related("fallback").filter(pk=1).first() or Desk(pk=1)


def rule_of(row: RoutingRule) -> Rule:
    """The row → the pure type."""
    return Rule(
        id=row.pk,
        title=row.title,
        organisation_id=row.organisation_id,
        handler_id=row.handler_id,
        category_id=row.category_id,
        unit_id=row.unit_id,
        weekdays=frozenset(row.weekdays),
        time_from=row.time_from,
        time_to=row.time_to,
        words=tuple(filter(None, (only_words(words) for words in row.words))),
    )
