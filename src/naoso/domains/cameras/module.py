"""What the house knows of cameras: where they stand, which way they look, whose they are."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from naoso.kernel.kinds import Choice, Field, Kind
from naoso.kernel.modules import (
    IncidentPanel,
    LayerSpec,
    LegendItem,
    MenuItem,
    Module,
    ObjectLink,
    Permission,
    SearchSpec,
    StepAction,
)

PURPOSES = (
    Choice("traffic", _("Traffic"), "#1c7ed6"),
    Choice("security", _("Public order"), "#7048e8"),
    Choice("fire", _("Fire and rescue"), "#e03131"),
    Choice("flood", _("Water levels"), "#0c8599"),
    Choice("isolation", _("Isolation site"), "#f08c00"),
)
CAMERA = Kind(
    "camera", _("Camera"), "device-cctv", tint="#1c7ed6", colour="purpose", label="name", public=False,
    fields=(
        Field("name", _("Name"), required=True, indexed=True),
        Field("purpose", _("Purpose"), "choice", choices=PURPOSES, counted=True, required=True),
        Field("heading_deg", _("Looks towards"), "number", unit="°", minimum=0, maximum=360,
              help=_("clockwise from north")),
        Field("view_deg", _("Field of view"), "number", unit="°", minimum=1, maximum=360),
        Field("range_m", _("Sees up to"), "number", unit="m", minimum=1, maximum=5000),
        Field("notice", _("Legal notice of recording")),
    ),
)  # fmt: skip

MODULE = Module(
    slug="cameras",
    title=_("Cameras"),
    app="naoso.domains.cameras.apps.Config",
    permissions=(
        Permission("cameras.view", _("See where cameras stand and whether they work")),
        Permission("cameras.live", _("Watch live pictures")),
        Permission("cameras.control", _("Turn cameras and zoom")),
        Permission("cameras.history", _("Look into recordings of an open case")),
        Permission("cameras.export", _("Export recordings as evidence")),
        Permission("cameras.manage", _("Edit sources, groups and rights of cameras")),
        Permission("cameras.looks", _("See who looked at which camera")),
    ),
    menu=(MenuItem(_("Cameras"), "cameras:list", "device-cctv", "cameras.view", 44),),
    layers=(
        LayerSpec(
            slug="cameras", title=_("Cameras"), icon="device-cctv",
            features="naoso.domains.cameras.layers.camera_layer", permission="cameras.view", visible=False,
            refresh_s=60, sectors=True,
            legend=(
                LegendItem("danger", _("No picture")),
                LegendItem("warning", _("Picture is wrong")),
                LegendItem("notice", _("Not checked yet")),
                LegendItem("normal", pgettext_lazy("camera", "Works")),
                LegendItem("off", _("Not connected")),
            ),
        ),
    ),
    search=(SearchSpec(_("Cameras"), "naoso.domains.cameras.listing.search", "cameras.view"),),
    kinds=(CAMERA,),
    object_links=(
        ObjectLink("camera", _("Picture and health"), "device-cctv", "cameras:camera", "cameras.view"),
    ),
    incident_panels=(
        IncidentPanel(
            "cameras", _("Cameras near it"), "device-cctv", "naoso.domains.cameras.selectors.beside",
            "cameras/beside.html", "cameras.view", order=40,
            refresh_on="cameras.*",
        ),
    ),
    step_actions=(
        StepAction("open-cameras", _("Show cameras near it"), "naoso.domains.cameras.actions.open_cameras"),
    ),
    urls="naoso.domains.cameras.urls",
    url_prefix="cameras/",
    seed="naoso.domains.cameras.seed.seed",
    audited=(
        "cameras.CameraGroup", "cameras.GroupAccess", "cameras.CameraSource", "cameras.Hold",
        "cameras.EvidencePackage", "cameras.WallLayout",
    ),
)  # fmt: skip
