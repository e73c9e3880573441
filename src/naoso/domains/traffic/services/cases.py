"""Cases: opened with purpose, law and end; each look into one is a row; an ended one shows nothing."""

from __future__ import annotations

import datetime as dt

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from naoso.core.people.audit import note_read, recorded
from naoso.core.people.models import Account, Organisation
from naoso.core.people.scope import require
from naoso.domains.traffic.models import Case, CaseLook, CasePassage, CasePlate
from naoso.domains.traffic.pictures import keep_for_good
from naoso.domains.traffic.plates import known
from naoso.domains.traffic.services.writing import Actor, may, validated
from naoso.kernel.errors import BadInput, Conflict

CASE = "traffic.case"
LONGEST = dt.timedelta(days=180)
KEEP = """
INSERT INTO traffic_casepassage (case_id, passage_id, plate, at, camera_id, direction, vehicle, crop, scene)
SELECT cp.case_id, p.id, p.plate, p.at, p.camera_id, p.direction, p.vehicle, p.crop, p.scene
FROM traffic_passage p JOIN traffic_caseplate cp ON cp.plate = p.plate
JOIN traffic_case c ON c.id = cp.case_id AND c.ended_at IS NULL AND c.expires_at > now()
WHERE p.at < %s
ON CONFLICT (case_id, passage_id) DO NOTHING
"""


def open_case(
    *, actor: Account | None, opener: Account, owner: Organisation, title: str, purpose: str,
    legal_basis: str, document: str, expires_at: dt.datetime,
) -> Case:  # fmt: skip
    """Raises BadInput for one without purpose, law or decision, or that would never end."""
    may(actor, CASE, owner_id=owner.pk)
    now = timezone.now()
    if not now < expires_at <= now + LONGEST:
        raise BadInput.of(
            "expires_at",
            expires_at.isoformat(),
            "range",
            _("A case ends within 180 days; open another then."),
        )
    row = Case(
        title=title.strip(), purpose=purpose.strip(), legal_basis=legal_basis.strip(), owner=owner,
        document=document.strip(), opened_by=opener, expires_at=expires_at,
    )  # fmt: skip
    validated(row)
    with recorded(actor):
        row.save()
    return row


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
    reason = reason.strip()[:300]
    if len(reason) < 3:
        raise BadInput.of("reason", reason, "required", _("Say why you look."))
    with recorded(actor, reason):
        row = CaseLook.objects.create(case=case, by=actor, what=what[:120], reason=reason)
        note_read(actor, case.subject, f"{what}: {reason}"[:500])
    return row


def end_case(*, actor: Account, case: Case) -> Case:
    """Nothing of it is shown any more."""
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
        raise Conflict(_("The case has ended: nothing of it is shown."))


def keep_material(before: dt.datetime) -> int:
    """Passages of open cases that are about to go are copied into them, pictures too."""
    with transaction.atomic(), recorded(None, "retention"):
        with connection.cursor() as cursor:
            cursor.execute(KEEP, [before])
            copied = int(cursor.rowcount)
        for row in CasePassage.objects.exclude(crop="", scene="").filter(crop__startswith="passages/"):
            row.crop, row.scene = keep_for_good(row.crop), keep_for_good(row.scene)
            row.save(update_fields=["crop", "scene"])
    return copied
