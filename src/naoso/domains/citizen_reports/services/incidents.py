"""Where a report meets the incident: opened with it, joined to it, ended by its answer."""

from __future__ import annotations

from django.utils.translation import gettext as _

from naoso.core.people.models import Account
from naoso.core.people.scope import allowed, require
from naoso.core.response.models import Incident, IncidentKind
from naoso.core.response.selectors import open_incidents_of
from naoso.core.response.services import add_witness, close_incident, open_incident
from naoso.core.response.witnesses import Testimony
from naoso.core.response.workflow import Outcome
from naoso.domains.citizen_reports.models import EntryKind, Report
from naoso.domains.citizen_reports.services.changes import changing, write
from naoso.domains.citizen_reports.services.telling import SUBJECT
from naoso.domains.citizen_reports.workflow import State
from naoso.kernel.errors import BadInput
from naoso.kernel.findings import Severity
from naoso.kernel.geometry import LonLat

INCIDENT_KIND = "citizen_reports"


def testimony_of(report: Report) -> Testimony:
    """The report as a witness."""
    title = _("Report %(code)s: %(category)s") % {"code": report.code, "category": report.category}
    return Testimony(f"{SUBJECT}{report.pk}", title, f"/reports/{report.pk}/", report.created_at)


def open_its_incident(report: Report, actor: Account | None = None) -> Incident | None:
    """The report is the first witness of a new incident. None where the kind was removed."""
    kind = IncidentKind.objects.filter(code=INCIDENT_KIND).first()
    if kind is None:
        return None
    assert report.unit is not None
    return open_incident(
        kind=kind,
        title=f"{report.category.title} – {report.unit.name}",
        description=report.text,
        severity=Severity.MINOR,
        owner=report.owner,
        actor=actor,
        unit_id=report.unit_id,
        place=LonLat(report.point.x, report.point.y),
        witnesses=[testimony_of(report)],
    )


def turn_into_incident(*, report: Report, actor: Account, seen: int | None = None) -> Incident:
    """An officer decides that this is an incident. One report has one open incident at most."""
    with changing(report, actor, seen=seen) as row:
        if open_incidents_of(f"{SUBJECT}{row.pk}"):
            raise BadInput.of("incident", "", "once", _("This report is part of an open incident already."))
        incident = open_its_incident(row, actor)
        if incident is None:
            raise BadInput.of(
                "incident", INCIDENT_KIND, "known", _("The kind of incident for reports is missing.")
            )
        text = _("Incident %(number)s was opened") % {"number": incident.number}
        write(row, text, kind=EntryKind.LINKED, actor=actor, public=False)
    return incident


def link_to_incident(
    *, report: Report, actor: Account, incident: Incident, seen: int | None = None
) -> Report:
    """One more witness of an incident that is open."""
    require(actor, "response.work", incident)
    if not incident.is_open:
        raise BadInput.of("incident", incident.number, "open", _("Choose an incident that is open."))
    with changing(report, actor, seen=seen) as row:
        add_witness(incident=incident, actor=actor, testimony=testimony_of(row))
        text = _("Linked to incident %(number)s") % {"number": incident.number}
        write(row, text, kind=EntryKind.LINKED, actor=actor, public=False)
    return row


def close_what_is_answered(report: Report, actor: Account) -> None:
    """The incident of this report ends with it, where every witness is a report that has its answer."""
    for incident in open_incidents_of(f"{SUBJECT}{report.pk}"):
        subjects = list(incident.witnesses.values_list("subject", flat=True))
        if not all(subject.startswith(SUBJECT) for subject in subjects):
            continue
        others = [int(s.removeprefix(SUBJECT)) for s in subjects if s != f"{SUBJECT}{report.pk}"]
        if Report.objects.filter(pk__in=others).open().exists() or not allowed(
            actor, "response.close", incident
        ):
            continue
        outcome = Outcome.NO_ACTION if report.state == State.REJECTED else Outcome.SOLVED
        close_incident(incident=incident, actor=actor, outcome=outcome, note=report.answer)
