"""Drafts that do not begin on an empty sheet: from a template, for an incident."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.contrib.gis.geos import Point
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from naoso.core.people.models import Account, Organisation
from naoso.core.places.models import AdminUnit
from naoso.core.response.models import Incident
from naoso.domains.warnings import rules
from naoso.domains.warnings.models import PublicWarning, Template
from naoso.domains.warnings.services.drafting import Content, Origin, Words, cut, draft
from naoso.domains.warnings.vocabulary import Category, Certainty, Hazard, Language, Urgency
from naoso.kernel.errors import BadInput

MOST_NAMED = 4


def content_from(
    template: Template, *, place: str = "", place_en: str = "", point: Point | None = None,
    units: tuple[AdminUnit, ...] = (), contact: str = "", details: str = "",
) -> Content:  # fmt: skip
    """The template's words with what is known filled in; a circle of its radius around a point."""
    now = timezone.localtime()
    until = now + dt.timedelta(hours=template.hours)
    known = {
        "place": place or some_of(units), "time": f"{now:%H:%M %d/%m/%Y}",
        "until": f"{until:%H:%M %d/%m/%Y}", "contact": contact, "details": sentence(details),
    }  # fmt: skip
    words = [words_of(template, "", Language.VI, known)]
    if template.headline_en:
        words.append(words_of(template, "_en", Language.EN, known | {"place": place_en or known["place"]}))
    return Content(
        hazard=template.hazard, category=template.category, urgency=template.urgency,
        severity=template.severity, certainty=template.certainty, responses=tuple(template.responses),
        expires=until, words=tuple(words), units=units, centre=point,
        radius_km=template.radius_km if point else None, contact=contact,
    )  # fmt: skip


def some_of(units: tuple[AdminUnit, ...]) -> str:
    """All of a few; of many the first three: a headline is short, and the area names them all."""
    names = [unit.full_name for unit in units]
    if len(names) <= MOST_NAMED:
        return ", ".join(names)
    rest = len(names) - 3
    further = ngettext("%(n)s further commune or ward", "%(n)s further communes and wards", rest) % {
        "n": rest
    }
    return _("%(names)s and %(further)s") % {"names": ", ".join(names[:3]), "further": further}


def sentence(words: str) -> str:
    """A title among sentences: with a full stop, unless it ends with a mark of its own."""
    words = words.strip()
    return words if not words or words[-1] in ".!?…" else f"{words}."


def words_of(template: Template, suffix: str, language: str, known: dict[str, str]) -> Words:
    """One language of a template."""
    event, headline, description, instruction = (
        rules.filled(getattr(template, f"{name}{suffix}"), known)
        for name in ("event", "headline", "description", "instruction")
    )
    return Words(language, event, cut(headline), description, instruction)


def template_for(incident: Incident, code: str = "") -> Template | None:
    """The one that is named, else the one for this kind of incident. Raises BadInput for an unknown name."""
    if code.strip():
        found = Template.objects.filter(code=code.strip()).first()
        if found is None:
            raise BadInput.of("template", code, "known", _("There is no template of this code."))
        return found
    return Template.objects.filter(incident_kinds__contains=[incident.kind.code]).first()


def draft_for_incident(*, actor: Account | None, incident: Incident, template: str = "") -> PublicWarning:
    """Around the incident's place, else for its unit. Raises BadInput where it has neither."""
    if incident.point is None and incident.unit is None:
        raise BadInput.of(
            "incident", incident.number, "place", _("The incident has no place to warn around.")
        )
    chosen = template_for(incident, template)
    units = (incident.unit,) if incident.point is None and incident.unit else ()
    place = incident.unit.full_name if incident.unit else ""
    contact = contact_of(incident.owner)
    if chosen is not None:
        content = content_from(
            chosen, place=place, place_en=incident.unit.name_en if incident.unit else "",
            point=incident.point, units=units, contact=contact, details=incident.title,
        )  # fmt: skip
    else:
        content = plain_content(incident, units, contact)
    origin = Origin(template=chosen, incident=incident, said=incident.number)
    return draft(actor=actor, owner=incident.owner, content=content, origin=origin)


def plain_content(incident: Incident, units: tuple[AdminUnit, ...], contact: str) -> Content:
    """For a kind of incident without a template."""
    words = Words(
        Language.VI, str(incident.kind.title)[:120], cut(incident.title), incident.description[:4000]
    )
    return Content(
        hazard=Hazard.OTHER, category=Category.OTHER, urgency=Urgency.EXPECTED,
        severity=max(1, min(4, incident.severity)), certainty=Certainty.OBSERVED,
        expires=timezone.now() + dt.timedelta(hours=6), words=(words,), units=units, centre=incident.point,
        radius_km=3 if incident.point else None, contact=contact,
    )  # fmt: skip


def contact_of(owner: Organisation) -> str:
    """Whom people may call."""
    return f"{owner.name} – {owner.phone}" if owner.phone else f"{owner.name} – {settings.SITE_TITLE}"
