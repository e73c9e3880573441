"""The two kinds of objects of this domain: a tree, and the site in which one is or could be planted.

Classes are those of Decree 258/2025/NĐ-CP: conserved, ancient (50 years or more) and hazardous trees.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from naoso.kernel.kinds import Choice, Field, Kind

HEALTH = (
    Choice("good", _("Good"), "#2f9e44"),
    Choice("fair", _("Fair"), "#94d82d"),
    Choice("poor", pgettext_lazy("tree", "Poor"), "#f08c00"),
    Choice("dying", _("Dying"), "#e03131"),
    Choice("dead", _("Dead"), "#495057"),
)
CLASSES = (
    Choice("ordinary", _("Ordinary"), "#74b816"),
    Choice("conserved", _("Conserved"), "#1971c2"),
    Choice("ancient", _("Ancient (50 years or more)"), "#9c36b5"),
    Choice("hazardous", pgettext_lazy("tree", "Hazardous"), "#e03131"),
)
CLASS_RIGHT = "trees.classify"

TREE = Kind(
    slug="tree",
    title=_("Tree"),
    icon="tree",
    tint="#2f9e44",
    label="species",
    colour="health",
    near_m=1.0,
    plausible="naoso.domains.trees.catalogue.implausible",
    fields=(
        Field(
            "species",
            _("Species"),
            required=True,
            indexed=True,
            help=_("A name of the catalogue of species."),
        ),
        Field("health", _("Health"), "choice", choices=HEALTH, counted=True),
        Field(
            "class",
            _("Class (Decree 258/2025)"),
            "choice",
            choices=CLASSES,
            counted=True,
            edit_right=CLASS_RIGHT,
        ),
        Field("girth_cm", _("Girth at 1.3 m"), "number", unit="cm", minimum=1, maximum=2500),
        Field("height_m", _("Height"), "number", unit="m", minimum=0.2, maximum=80),
        Field("crown_m", _("Crown width"), "number", unit="m", minimum=0.1, maximum=60),
        Field("planted", _("Planted on"), "date"),
        Field("street", _("Street"), indexed=True),
        Field("last_inspected", _("Last inspected"), "date"),
        Field("next_inspection", _("Next inspection"), "date", indexed=True),
        Field("value_vnd", _("Value"), "integer", unit="đ", minimum=0, public=False, edit_right=CLASS_RIGHT),
        Field("note", _("Note"), public=False),
    ),
)

SITE_STATES = (
    Choice("planted", _("Planted"), "#2f9e44"),
    Choice("empty", _("Empty"), "#f08c00"),
    Choice("stump", _("Stump"), "#868e96"),
    Choice("sealed", _("Sealed"), "#495057"),
)
PLANTING_SITE = Kind(
    slug="planting-site",
    title=_("Planting site"),
    icon="plant",
    tint="#8d6e63",
    colour="condition",
    label="street",
    near_m=0.5,
    fields=(
        Field("condition", _("Condition"), "choice", choices=SITE_STATES, counted=True, required=True),
        Field("street", _("Street"), indexed=True),
        Field("width_m", _("Width of the soil"), "number", unit="m", minimum=0.1, maximum=30),
        Field("wires", _("Under wires"), "boolean", counted=True),
    ),
)
