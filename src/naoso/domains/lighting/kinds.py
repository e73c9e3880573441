"""Two kinds of objects: a street lamp, and the cabinet that feeds and switches it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from naoso.kernel.kinds import Choice, Field, Kind

CONDITION = (
    Choice("works", _("Works"), "#2f9e44"),
    Choice("flickers", _("Flickers"), "#f08c00"),
    Choice("dark", _("Dark"), "#e03131"),
)
SOURCES = (
    Choice("led", _("LED"), "#1c7ed6"),
    Choice("sodium", _("Sodium"), "#f59f00"),
    Choice("other", _("Other"), "#868e96"),
)
LAMP = Kind(
    slug="lamp",
    title=_("Street lamp"),
    icon="bulb",
    tint="#f59f00",
    colour="condition",
    label="street",
    near_m=2.0,
    fields=(
        Field("condition", _("Condition"), "choice", choices=CONDITION, counted=True),
        Field("source", _("Light source"), "choice", choices=SOURCES, counted=True),
        Field("watts", pgettext_lazy("lamp", "Power"), "number", unit="W", minimum=1, maximum=2000),
        Field("height_m", _("Height of the pole"), "number", unit="m", minimum=1, maximum=40),
        Field("street", _("Street"), indexed=True),
    ),
)
CABINET = Kind(
    slug="lighting-cabinet",
    title=_("Lighting cabinet"),
    icon="plug",
    tint="#7048e8",
    label="name",
    near_m=2.0,
    fields=(
        Field("name", _("Name"), required=True, indexed=True),
        Field("remote", _("Switched from afar"), "boolean", counted=True),
        Field("phases", _("Phases"), "integer", minimum=1, maximum=3),
    ),
    colour="remote",
)
