"""Writing: a warning from nothing, from a template, as an update or a cancellation of one that is out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.conf import settings
from django.contrib.gis.geos import Point, Polygon
from django.utils import timezone
from django.utils.translation import gettext as _

from naoso.core.outbox.services import emit
from naoso.core.people.audit import recorded
from naoso.core.people.models import Account, Organisation
from naoso.core.people.scope import allowed, require
from naoso.core.places.models import AdminUnit
from naoso.core.places.selectors import unit_at
from naoso.core.response.models import Incident
from naoso.domains.warnings.events import changed
from naoso.domains.warnings.models import PublicWarning, RemarkKind, Template, WarningText
from naoso.domains.warnings.models.warnings import LARGEST_KM
from naoso.domains.warnings.services.area import shape_of
from naoso.domains.warnings.services.history import locked, note
from naoso.domains.warnings.vocabulary import Language, MessageType, Response, Status, Urgency
from naoso.domains.warnings.workflow import State
from naoso.kernel.errors import BadInput, Conflict, FieldError
from naoso.kernel.geometry import LonLat
from naoso.kernel.ids import readable_code
from naoso.kernel.text import nfc

WRITE = "warnings.write"


@dataclass(frozen=True, slots=True)
class Words:
    """A warning in one language."""

    language: str
    event: str
    headline: str
    description: str = ""
    instruction: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """What a person says in a warning; the area is any of units, polygon and circle."""

    hazard: str
    category: str
    urgency: str
    severity: int
    certainty: str
    expires: dt.datetime
    words: tuple[Words, ...]
    responses: tuple[str, ...] = ()
    status: str = Status.ACTUAL
    onset: dt.datetime | None = None
    units: tuple[AdminUnit, ...] = ()
    area_note: str = ""
    polygon: Polygon | None = None
    centre: Point | None = None
    radius_km: float | None = None
    contact: str = ""
    web: str = ""


@dataclass(frozen=True, slots=True)
class Origin:
    """What a draft comes from."""

    template: Template | None = None
    incident: Incident | None = None
    predecessor: PublicWarning | None = None
    message_type: str = MessageType.ALERT
    said: str = ""


NOTHING = Origin()


def draft(
    *, actor: Account | None, owner: Organisation, content: Content, origin: Origin = NOTHING
) -> PublicWarning:
    """A new warning; `actor` None is a procedure, whose draft a person must send to review."""
    unit = _scope(actor, owner, content)
    _require_sense(content)
    incident = origin.incident
    with recorded(actor):
        made = PublicWarning(
            identifier=new_identifier(),
            owner=owner,
            author=actor,
            last_editor=actor,
            template=origin.template,
            predecessor=origin.predecessor,
            message_type=origin.message_type,
            incident=f"response:incident:{incident.pk}" if incident else "",
            incident_number=incident.number if incident else "",
        )
        _fill(made, content, unit)
        note(made, actor, RemarkKind.WRITTEN, origin.said)
        emit(changed(made))
    return made


def edit(*, actor: Account, warning: PublicWarning, content: Content, seen: int) -> PublicWarning:
    """While it is a draft or in review. Who changes it in review becomes one who may not approve it."""
    require(actor, WRITE, warning)
    unit = _scope(actor, warning.owner, content)
    _require_sense(content)
    with recorded(actor):
        now = locked(warning)
        if now.version != seen:
            raise Conflict(_("Somebody else has changed the warning since you opened it. Open it again."))
        if not now.editable:
            raise Conflict(_("The warning is already: %(state)s.") % {"state": now.get_state_display()})
        now.last_editor = actor
        now.version += 1
        _fill(now, content, unit)
        note(now, actor, RemarkKind.EDITED)
        emit(changed(now))
    return now


def content_of(warning: PublicWarning) -> Content:
    """What stands in it now."""
    words = tuple(
        Words(text.language, text.event, text.headline, text.description, text.instruction)
        for text in warning.texts.all()
    )
    return Content(
        hazard=warning.hazard, category=warning.category, urgency=warning.urgency, severity=warning.severity,
        certainty=warning.certainty, expires=warning.expires, words=words, responses=tuple(warning.responses),
        status=warning.status, onset=warning.onset, units=tuple(warning.units.all()),
        area_note=warning.area_note, polygon=warning.polygon, centre=warning.centre,
        radius_km=warning.radius_km, contact=warning.contact, web=warning.web,
    )  # fmt: skip


def draft_update(*, actor: Account, warning: PublicWarning) -> PublicWarning:
    """The same words and area as a new message that refers to this one; ready to be changed."""
    require(actor, WRITE, warning)
    _require_out(warning)
    content = content_of(warning)
    later = max(content.expires, timezone.now() + dt.timedelta(hours=1))
    origin = Origin(predecessor=warning, message_type=MessageType.UPDATE, incident=incident_of(warning))
    return draft(actor=actor, owner=warning.owner, content=replace(content, expires=later), origin=origin)


def draft_cancellation(*, actor: Account, warning: PublicWarning, reason: str) -> PublicWarning:
    """A message that takes it back, for the same area. A second person confirms it as any other."""
    require(actor, WRITE, warning)
    _require_out(warning)
    if not reason.strip():
        raise BadInput.of("reason", reason, "required", _("Say why the warning is taken back."))
    content = content_of(warning)
    again = {text.language: text for text in content.words}
    words = [
        Words("vi", again["vi"].event, cut(f"Hủy cảnh báo: {again['vi'].headline}"), reason.strip()),
    ]
    if "en" in again:
        words.append(
            Words("en", again["en"].event, cut(f"Cancelled: {again['en'].headline}"), reason.strip())
        )
    calm = replace(
        content, words=tuple(words), urgency=Urgency.PAST, responses=(Response.ALL_CLEAR,), onset=None,
        expires=max(content.expires, timezone.now() + dt.timedelta(hours=1)),
    )  # fmt: skip
    origin = Origin(
        predecessor=warning, message_type=MessageType.CANCEL, incident=incident_of(warning), said=reason
    )
    return draft(actor=actor, owner=warning.owner, content=calm, origin=origin)


def incident_of(warning: PublicWarning) -> Incident | None:
    """The incident that it belongs to."""
    number = warning.incident.rpartition(":")[2]
    return Incident.objects.filter(pk=int(number)).first() if number.isdigit() else None


def cut(text: str) -> str:
    """A headline has 160 letters at most."""
    return text if len(text) <= 160 else f"{text[:159]}…"


def new_identifier() -> str:
    """`VN-20260701-7K3M-Q0ZD`: no blank, comma, < or &, as CAP demands."""
    return f"VN-{timezone.localdate():%Y%m%d}-{readable_code()}"


def _require_out(warning: PublicWarning) -> None:
    if not warning.active:
        raise Conflict(_("Only a warning in force is updated or cancelled."))
    waiting = warning.successors.filter(state__in=[State.DRAFT, State.REVIEW, State.APPROVED]).first()
    if waiting is not None:
        raise Conflict(_("An update or a cancellation of this warning is waiting already."))


def _scope(actor: Account | None, owner: Organisation, content: Content) -> AdminUnit | None:
    """The unit of the row. The actor must hold the right in every unit that is named."""
    units = content.units
    if not units and content.centre is not None:
        here = unit_at(LonLat(content.centre.x, content.centre.y))
        units = (here,) if here else ()
    if actor is None:
        return units[0] if len(units) == 1 else None
    for unit in units:
        require(actor, WRITE, owner_id=owner.pk, unit_id=unit.pk)
    if len(units) == 1:
        return units[0]
    if units and not allowed(actor, WRITE, owner_id=owner.pk):
        return units[0]
    require(actor, WRITE, owner_id=owner.pk)
    return None


def _require_sense(content: Content) -> None:
    broken = list(_broken(content))
    if broken:
        raise BadInput(*broken)


def _broken(content: Content) -> Iterator[FieldError]:
    vietnamese = next((one for one in content.words if one.language == Language.VI), None)
    if vietnamese is None or not vietnamese.event.strip() or not vietnamese.headline.strip():
        yield FieldError("headline", "", "required", _("Give the event and the headline in Vietnamese."))
    if not content.units and content.polygon is None and content.centre is None:
        yield FieldError(
            "units", "", "required", _("Name communes or wards, draw a polygon or set a circle.")
        )
    if (content.centre is None) != (content.radius_km is None):
        yield FieldError("radius_km", content.radius_km, "circle", _("A circle needs a centre and a radius."))
    if content.radius_km is not None and not 0 < content.radius_km <= LARGEST_KM:
        words = _("The radius lies between 0.1 and %(km)s km.") % {"km": LARGEST_KM}
        yield FieldError("radius_km", content.radius_km, "range", words)
    if content.polygon is not None and not content.polygon.valid:
        yield FieldError("polygon", "", "valid", _("The polygon's lines cross each other."))
    if content.expires <= timezone.now():
        yield FieldError("expires", content.expires, "future", _("The end lies in the past."))
    if content.onset is not None and content.onset >= content.expires:
        yield FieldError("onset", content.onset, "order", _("It begins after its end."))


def _fill(warning: PublicWarning, content: Content, unit: AdminUnit | None) -> None:
    for name in (
        "hazard", "category", "urgency", "severity", "certainty", "expires", "status", "onset", "polygon",
        "centre", "radius_km", "web",
    ):  # fmt: skip
        setattr(warning, name, getattr(content, name))
    if settings.EXERCISE and content.status == Status.ACTUAL:
        warning.status = Status.EXERCISE  # nothing that a space for exercises says is real
    warning.responses = list(content.responses)
    warning.area_note, warning.contact = nfc(content.area_note.strip()), nfc(content.contact.strip())
    warning.shape = shape_of(polygon=content.polygon, centre=content.centre, radius_km=content.radius_km)
    warning.unit = unit
    warning.save()
    warning.units.set(content.units)
    kept = []
    for words in content.words:
        if not words.headline.strip():
            continue
        said = {
            name: nfc(getattr(words, name).strip())
            for name in ("event", "headline", "description", "instruction")
        }
        WarningText.objects.update_or_create(warning=warning, language=words.language, defaults=said)
        kept.append(words.language)
    warning.texts.exclude(language__in=kept).delete()
