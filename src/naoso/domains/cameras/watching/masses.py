"""Many cameras lost at once for one cause: one alert and one incident, that say how many."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence

from django.db.models import Count
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from naoso.core.alerts.services import receive
from naoso.core.people.rows import update_rows
from naoso.core.response.occurrences import Occurrence, respond
from naoso.core.response.witnesses import Testimony
from naoso.domains.cameras.models import MassOutage, Outage
from naoso.domains.cameras.rules.health import PICTURE, Cause, cause_of, is_over, is_ripe
from naoso.domains.cameras.watching.book import Book, Page
from naoso.domains.cameras.watching.telling import KIND
from naoso.kernel.findings import Finding, Severity
from naoso.kernel.ids import SubjectRef

RULE = "cameras-mass"
JOINS_FOR = dt.timedelta(minutes=10)
NAMED = 8


def gather(book: Book, waiting: Sequence[Outage], now: dt.datetime) -> set[int]:
    """Outages that people have not been told of join a mass outage that is open, or make one.

    Returns the numbers of those that did. A wrong picture has a cause of its own.
    """
    out = [row for row in waiting if row.state != PICTURE]
    joined = _join(book, out, now)
    left = [row for row in out if row.pk not in joined]
    if not any(is_ripe(row.began_at, now) for row in left):
        return joined  # more of the same cause may be noticed in the next round
    cause = cause_of([book.pages[row.source_id].lost for row in left], book.totals(), len(book.pages))
    while cause is not None:
        rows = [row for row in left if row.source_id in cause.cameras]
        _begin(book, cause, rows, now)
        joined |= {row.pk for row in rows}
        left = [row for row in left if row.pk not in joined]
        cause = cause_of([book.pages[row.source_id].lost for row in left], book.totals(), len(book.pages))
    return joined


def _join(book: Book, rows: Iterable[Outage], now: dt.datetime) -> set[int]:
    """Stragglers of what was told a few minutes ago."""
    listed = list(rows)
    fresh = MassOutage.objects.filter(ended_at=None, began_at__gte=now - JOINS_FOR) if listed else ()
    joined: set[int] = set()
    for mass in fresh:
        mine = [
            row for row in listed
            if row.pk not in joined
            and (mass.cause == "all" or book.pages[row.source_id].shared.get(mass.cause) == mass.value)
        ]  # fmt: skip
        if mine:
            _mark(mine, mass, now)
            mass.most = max(mass.most, mass.outages.filter(ended_at=None).count())
            mass.save(update_fields=["most"])
            receive([finding(mass, names_of(book, mine), now, active=True)])
            joined |= {row.pk for row in mine}
    return joined


def _begin(book: Book, cause: Cause, rows: Sequence[Outage], now: dt.datetime) -> None:
    pages = [book.pages[row.source_id] for row in rows]
    owner = Counter(page.owner_id for page in pages).most_common(1)[0][0]
    began_at = min(row.began_at for row in rows)
    mass, _fresh = MassOutage.objects.get_or_create(
        cause=cause.kind, value=cause.value[:120], ended_at=None,
        defaults={"began_at": began_at, "owner_id": owner, "most": len(rows)},
    )  # fmt: skip
    _mark(rows, mass, now)
    words = names_of(book, rows)
    receive([finding(mass, words, now, active=True)])
    respond([occurrence(mass, words, pages, now)])


def _mark(rows: Sequence[Outage], mass: MassOutage, now: dt.datetime) -> None:
    for row in rows:
        row.mass, row.told_at = mass, now
    update_rows(rows, ["mass", "told_at"])


def end(now: dt.datetime) -> None:
    """Nine of ten are back: it is over, and those that are left are told of one by one."""
    masses = MassOutage.objects.filter(ended_at=None)
    counts = dict(
        Outage.objects.filter(mass__in=masses, ended_at=None)
        .values_list("mass").annotate(n=Count("pk")).values_list("mass", "n")
    )  # fmt: skip
    for mass in masses:
        if is_over(counts.get(mass.pk, 0), mass.most):
            mass.ended_at = now
            mass.save(update_fields=["ended_at"])
            Outage.objects.filter(mass=mass, ended_at=None).update(mass=None, told_at=None)
            receive([finding(mass, "", now, active=False)])


def cause_words(mass: MassOutage) -> str:
    """What they have in common."""
    words = {
        "subnet": _("network %(value)s"), "group": _("group %(value)s"), "vendor": _("vendor %(value)s"),
        "all": _("all over: the centre's own network or power may be cut"),
    }  # fmt: skip
    return words[mass.cause] % {"value": mass.value}


def title_of(mass: MassOutage) -> str:
    """`212 cameras lost at once: network 10.20.1.0/24`."""
    return _("%(count)s cameras lost at once: %(cause)s") % {
        "count": number_format(mass.most), "cause": cause_words(mass),
    }  # fmt: skip


def names_of(book: Book, rows: Sequence[Outage]) -> str:
    """The first few by name."""
    names = sorted(book.pages[row.source_id].name for row in rows)
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" (+{more})" if more > 0 else "")


def subject_of(mass: MassOutage) -> SubjectRef:
    """As alerts and incidents name it."""
    return SubjectRef("cameras", "mass", str(mass.pk))


def finding(mass: MassOutage, words: str, now: dt.datetime, *, active: bool) -> Finding:
    """Its incident tells people: the alert tells nobody twice."""
    return Finding(
        rule=RULE, subject=subject_of(mass), active=active, severity=Severity.SEVERE, observed_at=now,
        owner_id=mass.owner_id, title=title_of(mass)[:200], detail=words, value=float(mass.most),
        opens_incident=True,
    )  # fmt: skip


def occurrence(mass: MassOutage, words: str, pages: Sequence[Page], now: dt.datetime) -> Occurrence:
    """In a unit where all of them stand in one."""
    units = {page.unit_id for page in pages}
    title, subject = title_of(mass)[:200], str(subject_of(mass))
    return Occurrence(
        kind=KIND, title=title, severity=Severity.SEVERE, owner_id=mass.owner_id,
        unit_id=units.pop() if len(units) == 1 else None, subject=subject, description=words,
        testimony=Testimony(subject, title, "/cameras/?state=unreachable", now),
    )  # fmt: skip
