"""What the standard's rules say, in the reader's language, at the form's field."""

from __future__ import annotations

import re
from dataclasses import replace

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from naoso.kernel.errors import FieldError

RULES: dict[str, Promise] = {
    "required": _("must be given"),
    "enum": _("is none of the words that CAP knows"),
    "token": _("must be given, without blanks, commas, < and &"),
    "offset": _("has no time zone"),
    "date-time": _("is no time such as 2026-07-01T14:00:00+07:00"),
    "language": _("is no tag of a language, such as vi-VN"),
    "number": _("is no number"),
    "range": _("lies outside the world: latitude ±90, longitude ±180"),
    "coordinates": _("must be latitude,longitude in degrees"),
    "points": _("must have at least 4 points"),
    "closed": _("must end where it begins"),
    "radius": _("must not be negative"),
    "circle-zero": _("has no radius: nobody lives in a point"),
    "expires-order": _("must lie after the time of sending"),
    "references": _("must refer to an earlier message"),
    "reference-form": _("must be sender,identifier,sent"),
    "once": _("stands more than once"),
    "element": _("is no element of CAP"),
    "namespace": _("is no alert of CAP 1.0, 1.1 or 1.2"),
    "doctype": _("declares a document type; such files are not opened"),
    "xml": _("is no well-formed XML"),
    "size": _("is too large"),
    "feed": _("is neither Atom, RSS, EDXL-DE nor CAP"),
    "signature": _("has no signature that we may believe"),
    "altitude": _("needs an altitude"),
    "fetch": _("could not be fetched"),
    "schema": _("does not fit the schema of CAP"),
}
FIELDS = {
    "expires": "expires", "onset": "onset", "headline": "headline", "event": "event", "area": "units",
    "areaDesc": "area_note", "polygon": "polygon", "circle": "radius_km", "category": "category",
    "info": "headline", "language": "headline",
}  # fmt: skip
PLACE = re.compile(r"(\w+)(?:\[\d+\])?$")


def said(rule: str, otherwise: str) -> str:
    """A rule in words; one that we do not know says what the reader said."""
    return str(RULES[rule]) if rule in RULES else otherwise


def named(error: FieldError) -> FieldError:
    """An error of the standard at the field of our form."""
    found = PLACE.search(error.field)
    name = found[1] if found else error.field
    words = f"{error.field}: {said(error.rule, error.message)}"
    return replace(error, field=FIELDS.get(name, name), message=words)
