"""What a change leaves behind: a line of the timeline, a message to people, an event."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from naoso.core.notify.services import Notice, notify_all
from naoso.core.outbox.services import emit
from naoso.core.people.models import Account
from naoso.core.response.models import EntryKind, Incident, TimelineEntry
from naoso.kernel.events import Audience, Event
from naoso.kernel.findings import Severity


def write(incident: Incident, actor: Account | None, kind: EntryKind, text: str) -> None:
    """Append one line."""
    TimelineEntry.objects.create(incident=incident, actor=actor, kind=kind, text=text)


def tell(incident: Incident, people: Iterable[Account], *, late: bool = False) -> None:
    """Notify each person once."""
    notify_all([notice(incident, people, late=late)])


def notice(
    incident: Incident, people: Iterable[Account], *, late: bool = False, insist: bool = False
) -> Notice:
    """What to tell each person; of a severe incident, where we insist, again until somebody takes it."""
    title = _("Late: %(incident)s") if late else "%(incident)s"
    return Notice(
        key="response.late" if late else "response.incident",
        title=title % {"incident": incident},
        body=incident.description,
        url=f"/incidents/{incident.pk}/",
        severity=max(incident.severity, Severity.SEVERE) if late else incident.severity,
        recipients={person.pk: person for person in people}.values(),
        subject=f"response:incident:{incident.pk}",
        until_acknowledged=insist and incident.severity >= Severity.SEVERE,
    )


def event_of(incident: Incident, name: str, witnesses: Sequence[str] | None = None) -> Event:
    """The incident as an event tells it; `witnesses` are their subjects, read where they are not given."""
    if witnesses is None:
        witnesses = list(incident.witnesses.values_list("subject", flat=True))
    return Event(
        name=name,
        data={
            "id": incident.pk,
            "number": incident.number,
            "title": incident.title,
            "state": incident.state,
            "severity": incident.severity,
            "outcome": incident.outcome,
            "witnesses": list(witnesses),
            "lon": incident.point.x if incident.point else None,
            "lat": incident.point.y if incident.point else None,
        },
        audience=Audience("response.view", incident.owner_id, incident.unit_id),
    )


def announce(incident: Incident, name: str) -> None:
    """Put the event into the outbox."""
    emit(event_of(incident, name))
