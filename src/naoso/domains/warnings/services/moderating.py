"""A person decides on warnings of others: shown to staff, taken over as a draft, rejected with a reason."""

from __future__ import annotations

import datetime as dt

from django.contrib.gis.geos import Point, Polygon
from django.utils import timezone
from django.utils.translation import gettext as _

from naoso.connectors.cap.alert import Alert, Area, Info
from naoso.connectors.cap.reading import parse
from naoso.core.outbox.services import emit
from naoso.core.people.audit import recorded
from naoso.core.people.models import Account
from naoso.core.people.scope import require
from naoso.core.places.models import AdminUnit
from naoso.domains.warnings.events import arrived
from naoso.domains.warnings.models import Imported, PublicWarning, Verdict
from naoso.domains.warnings.models.warnings import LARGEST_KM
from naoso.domains.warnings.services.cap import UNIT_CODE
from naoso.domains.warnings.services.drafting import Content, Origin, Words, cut, draft
from naoso.domains.warnings.vocabulary import Category, Hazard, Language, Response, Status
from naoso.kernel.errors import BadInput, Conflict
from naoso.kernel.findings import Severity

MODERATE = "warnings.moderate"
HAZARDS = {"Fire": Hazard.FIRE, "Health": Hazard.EPIDEMIC, "Env": Hazard.POLLUTION, "CBRNE": Hazard.CHEMICAL}


def accept(*, actor: Account, imported: Imported) -> Imported:
    """Staff see it with our own; the public does not."""
    return _decide(actor, imported, Verdict.ACCEPTED)


def reject(*, actor: Account, imported: Imported, reason: str) -> Imported:
    """It stays in the list with the reason."""
    if not reason.strip():
        raise BadInput.of("reason", reason, "required", _("Say why it is rejected."))
    return _decide(actor, imported, Verdict.REJECTED, reason=reason.strip()[:300])


def take_over(*, actor: Account, imported: Imported) -> PublicWarning:
    """Its words and area as our own draft, which goes the usual way to a second person."""
    require(actor, MODERATE, imported)
    content = content_of_alert(parse(imported.raw.encode()))
    with recorded(actor):
        origin = Origin(said=f"{imported.sender} {imported.identifier}")
        made = draft(actor=actor, owner=imported.owner, content=content, origin=origin)
        _decide(actor, imported, Verdict.DRAFTED, warning=made)
    return made


def content_of_alert(alert: Alert) -> Content:
    """What of a foreign alert fits ours; raises BadInput where it says nothing or names no place."""
    if not alert.infos:
        raise BadInput.of("info", "", "required", _("The message says nothing that could be taken over."))
    first = alert.infos[0]
    vietnamese = next((info for info in alert.infos if info.language.startswith("vi")), first)
    words = [words_of(vietnamese, Language.VI)]
    english = next((info for info in alert.infos if info.language.startswith("en")), None)
    if english is not None and english is not vietnamese:
        words.append(words_of(english, Language.EN))
    area = first.areas[0] if first.areas else Area("")
    polygon = (
        Polygon([(point.lon, point.lat) for point in area.polygons[0]], srid=4326) if area.polygons else None
    )
    circle = next((one for one in area.circles if 0 < one.radius_km <= LARGEST_KM), None)
    now = timezone.now()
    later = max(alert.expires or now, now + dt.timedelta(hours=1))
    category = first.categories[0] if first.categories else Category.OTHER
    return Content(
        hazard=HAZARDS.get(category, Hazard.OTHER), category=category, urgency=first.urgency,
        severity=max(1, Severity[first.severity.upper()]), certainty=first.certainty, expires=later,
        words=tuple(words), responses=tuple(one for one in first.responses if one in Response.values),
        status=alert.status if alert.status in Status.values else Status.ACTUAL,
        units=units_of(area), area_note=area.description[:300], polygon=polygon,
        centre=Point(circle.centre.lon, circle.centre.lat, srid=4326) if circle else None,
        radius_km=circle.radius_km if circle else None, contact=first.contact[:200],
    )  # fmt: skip


def words_of(info: Info, language: str) -> Words:
    """Cut to what our fields hold."""
    return Words(
        language, info.event[:120], cut(info.headline or info.event), info.description[:4000],
        info.instruction[:4000],
    )  # fmt: skip


def units_of(area: Area) -> tuple[AdminUnit, ...]:
    """Units of today whose codes it names."""
    codes = [value for name, value in area.geocodes if name == UNIT_CODE]
    return tuple(AdminUnit.objects.filter(code__in=codes, valid_to=None))


def _decide(actor: Account, imported: Imported, verdict: Verdict, **values: object) -> Imported:
    require(actor, MODERATE, imported)
    with recorded(actor):
        now = Imported.objects.select_for_update(of=("self",)).get(pk=imported.pk)
        if now.verdict not in {Verdict.WAITING, Verdict.ACCEPTED} or now.verdict == verdict:
            raise Conflict(
                _("It has been decided already: %(state)s.") % {"state": now.get_verdict_display()}
            )
        now.verdict, now.decided_by, now.decided_at = verdict, actor, timezone.now()
        for name, value in values.items():
            setattr(now, name, value)
        now.save()
        emit(arrived(now))
    return now
