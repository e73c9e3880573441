"""The centre's working calendar: office hours and the days that an administrator edits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import holidays
from django.utils.translation import gettext as _

from naoso.core.people.audit import recorded
from naoso.core.people.models import Account
from naoso.core.people.scope import require
from naoso.core.response.models import DayException
from naoso.core.response.working_time import Calendar
from naoso.kernel.errors import BadInput


def calendar() -> Calendar:
    """Office hours with the exceptions in the table."""
    return Calendar(exceptions=dict(DayException.objects.values_list("day", "works")))


def set_day(*, day: dt.date, works: bool, name: str, actor: Account | None) -> DayException:
    """Mark a day as off or as worked."""
    if actor is not None:
        require(actor, "response.edit_calendar")
    if not name.strip():
        raise BadInput.of("name", name, "required", _("Name the day."))
    with recorded(actor):
        row, _fresh = DayException.objects.update_or_create(day=day, defaults={"works": works, "name": name})
    return row


def remove_day(*, day: DayException, actor: Account) -> None:
    """The day follows the week again."""
    require(actor, "response.edit_calendar")
    with recorded(actor):
        day.delete()


def propose(years: Iterable[int]) -> list[tuple[dt.date, str]]:
    """Public holidays of Vietnam with their substitutes, as the `holidays` library knows them.

    A proposal: the government announces exchanged days each year, an administrator confirms.
    """
    return sorted(holidays.country_holidays("VN", years=list(years), language="vi").items())


def add_public_holidays(*, year: int, actor: Account | None) -> int:
    """Take over a year's proposal; days that were edited by hand stay as they are."""
    if actor is not None:
        require(actor, "response.edit_calendar")
    with recorded(actor):
        rows = DayException.objects.bulk_create(
            [DayException(day=day, works=False, name=name[:120]) for day, name in propose([year])],
            ignore_conflicts=True,
        )
    return len(rows)
