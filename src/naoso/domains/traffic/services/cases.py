"""Cases: opened with purpose, law, period and end; each look into one is a row; an ended one is not searched.

What a case kept outlives it until a day of its own, which may be put off without searching anything anew.
"""

from __future__ import annotations

import datetime as dt

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from naoso.core.people.audit import note_read, recorded
from naoso.core.people.models import Account, Organisation
from naoso.core.people.scope import require
from naoso.domains.traffic.models import Case, CaseLook, CasePassage, CasePlate
from naoso.domains.traffic.models.words import Review
from naoso.domains.traffic.pictures import keep_for_good
from naoso.domains.traffic.plates import known
from naoso.domains.traffic.rules import PICTURES
from naoso.domains.traffic.services.writing import Actor, may, validated
from naoso.kernel.errors import BadInput, Conflict, FieldError

CASE = "traffic.case"
LONGEST = dt.timedelta(days=180)
USUALLY_SEARCHED = dt.timedelta(days=30)  # before the case was opened, where nothing else is said
KEPT_LONGEST = dt.timedelta(days=365)  # at one time; putting off again asks a reason again
KEEP = """
INSERT INTO traffic_casepassage (case_id, passage_id, plate, at, camera_id, direction, vehicle, crop, scene)
SELECT cp.case_id, p.id, p.plate, p.at, p.camera_id, p.direction, p.vehicle, p.crop, p.scene
FROM traffic_passage p JOIN traffic_caseplate cp ON cp.plate = p.plate
JOIN traffic_case c ON c.id = cp.case_id AND c.ended_at IS NULL AND c.expires_at > now()
WHERE p.at < %(before)s AND p.at >= c.searched_from AND p.review <> %(no_plate)s
ON CONFLICT (case_id, passage_id) DO NOTHING
"""


def open_case(
    *, actor: Account | None, opener: Account, owner: Organisation, title: str, purpose: str,
    legal_basis: str, document: str, expires_at: dt.datetime, searched_from: dt.datetime | None = None,
) -> Case:  # fmt: skip
    """Raises BadInput for one without purpose, law or decision, or that would never end."""
    may(actor, CASE, owner_id=owner.pk)
    now = timezone.now()
    begin = searched_from or now - USUALLY_SEARCHED
    check_period(begin, expires_at, now)
    row = Case(
        title=title.strip(), purpose=purpose.strip(), legal_basis=legal_basis.strip(), owner=owner,
        document=document.strip(), opened_by=opener, opened_at=now, searched_from=begin,
        expires_at=expires_at, keep_until=expires_at,
    )  # fmt: skip
    validated(row)
    with recorded(actor):
        row.save()
    return row


def check_period(begin: dt.datetime, end: dt.datetime, now: dt.datetime) -> None:
    """Raises BadInput, naming each end of the period that cannot be."""
    faults = []
    if begin > now:
        words = _("Passages are searched from a day that has been.")
        faults.append(FieldError("searched_from", begin.isoformat(), "past", words))
    if not now < end <= now + LONGEST:
        words = _("A case ends within 180 days; open another then.")
        faults.append(FieldError("expires_at", end.isoformat(), "range", words))
    if faults:
        raise BadInput(*faults)


def add_plate(*, actor: Actor, case: Case, text: str, note: str = "") -> CasePlate:
    """A plate that the case is about."""
    must_be_open(actor, case)
    plate = known(text)
    if plate is None:
        raise BadInput.of("text", text, "plate", _("No plate is written like this."))
    with recorded(actor):
        row, _made = CasePlate.objects.get_or_create(
            case=case, plate=plate.plate, defaults={"text": text.strip()[:40], "note": note.strip()[:200]}
        )
    return row


def look(*, actor: Account, case: Case, what: str, reason: str) -> CaseLook:
    """Every look is told with its reason before anything is shown. Raises Conflict for an ended case."""
    must_be_open(actor, case)
    return noted_look(actor, case, what, reason)


def look_at_kept(*, actor: Account, case: Case, reason: str) -> CaseLook:
    """At what the case has kept, also once it has ended. Raises Conflict where that is gone."""
    must_keep(actor, case)
    return noted_look(actor, case, "kept", reason)


def noted_look(actor: Account, case: Case, what: str, reason: str) -> CaseLook:
    """A row and an entry of the trail. Raises BadInput without a reason."""
    words = reason_of(reason, _("Say why you look."))
    with recorded(actor, words):
        row = CaseLook.objects.create(case=case, by=actor, what=what[:120], reason=words)
        note_read(actor, case.subject, f"{what}: {words}"[:500])
    return row


def reason_of(text: str, fault: str) -> str:
    """Raises BadInput where none is given."""
    reason = text.strip()[:300]
    if len(reason) < 3:
        raise BadInput.of("reason", reason, "required", fault)
    return reason


def keep_longer(*, actor: Account, case: Case, until: dt.datetime, reason: str) -> Case:
    """Puts off the day when the case's material goes; what may be searched, and until when, stays."""
    must_keep(actor, case)
    words = reason_of(reason, _("Say why it must stay longer."))
    with recorded(actor, words):
        row = Case.objects.select_for_update().get(pk=case.pk)
        if not row.keep_until < until <= timezone.now() + KEPT_LONGEST:
            fault = _("Later than until now, and at most a year from today.")
            raise BadInput.of("until", until.isoformat(), "range", fault)
        row.keep_until = until
        row.save(update_fields=["keep_until"])
    return row


def end_case(*, actor: Account, case: Case) -> Case:
    """Nothing is searched in it any more."""
    require(actor, CASE, case)
    with recorded(actor):
        row = Case.objects.select_for_update().get(pk=case.pk)
        if row.ended_at is None:
            row.ended_at, row.ended_by = timezone.now(), actor
            row.save(update_fields=["ended_at", "ended_by"])
    return row


def must_be_open(actor: Actor, case: Case) -> None:
    """Raises NotAllowed or Conflict."""
    may(actor, CASE, owner_id=case.owner_id, unit_id=case.unit_id)
    if not case.is_open:
        raise Conflict(_("The case has ended: no passages are searched in it any more."))


def must_keep(actor: Actor, case: Case) -> None:
    """Raises NotAllowed, or Conflict where the material's time is over."""
    may(actor, CASE, owner_id=case.owner_id, unit_id=case.unit_id)
    if not case.keeps:
        raise Conflict(_("What this case kept is gone: its time is over."))


def keep_material(before: dt.datetime) -> int:
    """Passages of open cases that are about to go are copied into them, pictures too."""
    with transaction.atomic(), recorded(None, "retention"):
        with connection.cursor() as cursor:
            cursor.execute(KEEP, {"before": before, "no_plate": Review.NO_PLATE.value})
            copied = int(cursor.rowcount)
        going = Q(crop__startswith=PICTURES) | Q(scene__startswith=PICTURES)
        for row in CasePassage.objects.filter(going):
            row.crop, row.scene = keep_for_good(row.crop), keep_for_good(row.scene)
            row.save(update_fields=["crop", "scene"])
    return copied
