"""Hydrants, schools, clinics and more: each kind is the lines of its declaration and nothing else."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from naoso.kernel.kinds import Choice, Field, Kind
from naoso.kernel.modules import Module

NAME = Field("name", _("Name"), required=True, indexed=True)
ADDRESS = Field("address", _("Address"))
PHONE = Field("phone", _("Telephone"))
OPEN = Field("hours", _("Opening hours"))
WORKS = (
    Choice("works", _("Works"), "#2f9e44"),
    Choice("weak", _("Weak"), "#f08c00"),
    Choice("broken", _("Broken"), "#e03131"),
)
LEVELS = (
    Choice("nursery", _("Nursery"), "#f783ac"),
    Choice("primary", _("Primary"), "#f08c00"),
    Choice("secondary", _("Lower secondary"), "#1c7ed6"),
    Choice("high", _("Upper secondary"), "#7048e8"),
    Choice("vocational", _("Vocational or higher"), "#0c8599"),
)
CARE = (
    Choice("station", _("Commune health station"), "#0ca678"),
    Choice("clinic", _("Clinic"), "#1c7ed6"),
    Choice("hospital", _("Hospital"), "#e03131"),
)
RANKS = (
    Choice("special", _("Special national"), "#c92a2a"),
    Choice("national", _("National"), "#e8590c"),
    Choice("provincial", _("Provincial"), "#f08c00"),
    Choice("listed", _("Listed"), "#868e96"),
)
STARS = (
    Choice("3", _("3 stars"), "#fab005"),
    Choice("4", _("4 stars"), "#f08c00"),
    Choice("5", _("5 stars"), "#d9480f"),
)
BINS = (Choice("mixed", _("Mixed"), "#868e96"), Choice("sorted", _("Sorted"), "#2f9e44"))

KINDS = (
    Kind(
        "hydrant", _("Fire hydrant"), "fire-hydrant", tint="#e03131", colour="condition", label="street",
        fields=(
            Field("condition", _("Condition"), "choice", choices=WORKS, counted=True),
            Field("flow_lps", _("Flow"), "number", unit="l/s", minimum=0, maximum=500),
            Field("pressure_bar", _("Pressure"), "number", unit="bar", minimum=0, maximum=25),
            Field("street", _("Street"), indexed=True),
            Field("checked", _("Last checked"), "date"),
        ),
    ),
    Kind(
        "school", _("School"), "school", tint="#1c7ed6", colour="level", label="name",
        fields=(
            NAME, Field("level", _("School level"), "choice", choices=LEVELS, counted=True), ADDRESS, PHONE,
            Field("pupils", _("Pupils"), "integer", minimum=0, maximum=20000),
        ),
    ),
    Kind(
        "clinic", _("Health facility"), "stethoscope", tint="#0ca678", colour="care", label="name",
        fields=(
            NAME, Field("care", _("Kind of facility"), "choice", choices=CARE, counted=True), ADDRESS,
                PHONE, OPEN,
            Field("beds", _("Beds"), "integer", minimum=0, maximum=5000),
        ),
    ),
    Kind(
        "pharmacy", _("Pharmacy"), "pill", tint="#099268", colour="night", label="name",
        fields=(NAME, Field("night", _("Open at night"), "boolean", counted=True), ADDRESS, PHONE, OPEN),
    ),
    Kind(
        "heritage", _("Heritage site"), "torii", tint="#c92a2a", colour="rank", label="name",
        fields=(
            NAME, Field("rank", _("Rank"), "choice", choices=RANKS, counted=True), ADDRESS,
            Field("ranked_on", _("Ranked on"), "date"), Field("decision", _("Decision")),
        ),
    ),
    Kind(
        "tourist-site", _("Tourist site"), "map-pin", tint="#1098ad",
            label="name",
        fields=(
            NAME, ADDRESS, PHONE, OPEN,
            Field("fee_vnd", _("Entrance fee"), "integer", unit="đ", minimum=0)),
    ),
    Kind(
        "market", _("Market"), "basket", tint="#e8590c", label="name",
        fields=(NAME, ADDRESS, OPEN, Field("stalls", _("Stalls"), "integer", minimum=0, maximum=10000)),
    ),
    Kind(
        "ocop-producer", _("OCOP producer"), "award", tint="#f08c00", colour="stars", label="name",
        fields=(
            NAME, Field("product", _("Product"), required=True),
            Field("stars", _("Stars"), "choice", choices=STARS, counted=True), ADDRESS, PHONE,
            Field("recognised", _("Recognised on"), "date"),
        ),
    ),
    Kind(
        "check-in-point", _("QR check-in point"), "qrcode", tint="#5f3dc4", label="name",
        fields=(NAME, ADDRESS, Field("active", _("In use"), "boolean", counted=True)),
    ),
    Kind(
        "bin", _("Litter bin"), "trash", tint="#868e96", colour="sorting",
        fields=(
            Field("sorting", _("Sorting"), "choice", choices=BINS, counted=True),
            Field("litres", _("Volume"), "integer", unit="l", minimum=10, maximum=10000),
        ),
    ),
    Kind(
        "street", _("Street"), "road", geometry="line", tint="#495057", label="name", near_m=0,
        fields=(NAME, Field("width_m", _("Width"), "number", unit="m", minimum=1, maximum=120)),
    ),
    Kind(
        "park", _("Park or green space"), "leaf", geometry="polygon", tint="#37b24d", label="name", near_m=0,
        fields=(NAME, Field("area_m2", _("Surface"), "number", unit="m²", minimum=1)),
    ),
)  # fmt: skip

MODULE = Module(
    slug="amenities",
    title=_("Amenities"),
    app="naoso.domains.amenities.apps.Config",
    kinds=KINDS,
    seed="naoso.domains.amenities.seed.seed",
)
