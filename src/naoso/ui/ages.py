"""How old something is, in words; web/src/islands/age.ts says the same in the browser."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

MINUTE, HOUR, DAY = 60, 3600, 86400
DAYS_IN_WORDS = 7


def age_in_words(at: datetime, now: datetime) -> str:
    """`3 min ago` or `in 3 min`, up to a week; beyond it the date."""
    seconds = int((now - at).total_seconds())
    span = abs(seconds)
    if span < MINUTE:
        return _("just now")
    if span >= DAYS_IN_WORDS * DAY:
        return absolute(at)
    words = past if seconds > 0 else future
    return words(span)


def past(seconds: int) -> str:
    """At least a minute ago."""
    if seconds < HOUR:
        count = seconds // MINUTE
        return ngettext("%(count)s min ago", "%(count)s min ago", count) % {"count": count}
    if seconds < DAY:
        count = seconds // HOUR
        return ngettext("%(count)s h ago", "%(count)s h ago", count) % {"count": count}
    count = seconds // DAY
    return ngettext("%(count)s day ago", "%(count)s days ago", count) % {"count": count}


def future(seconds: int) -> str:
    """At least a minute ahead."""
    if seconds < HOUR:
        count = seconds // MINUTE
        return ngettext("in %(count)s min", "in %(count)s min", count) % {"count": count}
    if seconds < DAY:
        count = seconds // HOUR
        return ngettext("in %(count)s h", "in %(count)s h", count) % {"count": count}
    count = seconds // DAY
    return ngettext("in %(count)s day", "in %(count)s days", count) % {"count": count}


def is_near(at: datetime, now: datetime) -> bool:
    """Near enough for words."""
    return abs((now - at).total_seconds()) < DAYS_IN_WORDS * DAY


def absolute(at: datetime) -> str:
    """`22/11/2026 17:05` in the city's time."""
    return date_format(timezone.localtime(at), "d/m/Y H:i")


def is_stale(at: datetime | None, limit: timedelta, now: datetime) -> bool:
    """Nothing ever, or nothing for longer than the limit."""
    return at is None or now - at > limit


def span_in_words(span: timedelta) -> str:
    """`4:12` below an hour, then hours and minutes, then days and hours; never negative."""
    seconds = max(0, int(span.total_seconds()))
    if seconds < HOUR:
        return f"{seconds // MINUTE}:{seconds % MINUTE:02d}"
    if seconds < DAY:
        return _("%(hours)s h %(minutes)s min") % {
            "hours": seconds // HOUR,
            "minutes": f"{seconds % HOUR // MINUTE:02d}",
        }
    return _("%(days)s d %(hours)s h") % {"days": seconds // DAY, "hours": seconds % DAY // HOUR}


def length_in_words(span: timedelta) -> str:
    """The same for a report, where `4:12` could be read as a time of day."""
    seconds = max(0, int(span.total_seconds()))
    if seconds < MINUTE:
        return _("%(seconds)s s") % {"seconds": seconds}
    if seconds < HOUR:
        return _("%(minutes)s min %(seconds)s s") % {
            "minutes": seconds // MINUTE,
            "seconds": f"{seconds % MINUTE:02d}",
        }
    return span_in_words(span)


def countdown_in_words(due: datetime, now: datetime) -> str:
    """`4:12 left` or `late 2:05`; the page counts on by itself."""
    if due >= now:
        return _("%(span)s left") % {"span": span_in_words(due - now)}
    return _("late %(span)s") % {"span": span_in_words(now - due)}
