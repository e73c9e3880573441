"""What the house knows of street lighting."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from naoso.domains.lighting.kinds import CABINET, LAMP
from naoso.kernel.modules import MenuItem, Module, ObjectLink, Permission

MODULE = Module(
    slug="lighting",
    title=_("Lighting"),
    app="naoso.domains.lighting.apps.Config",
    permissions=(
        Permission("lighting.view", _("See street lighting")),
        Permission("lighting.switch", _("Switch street lighting")),
        Permission("lighting.manage", _("Connect cabinets and edit schedules")),
    ),
    menu=(MenuItem(_("Lighting"), "lighting:cabinets", "bulb", "lighting.view", 59),),
    kinds=(LAMP, CABINET),
    object_links=(
        ObjectLink("lighting-cabinet", _("Switch the light"), "bulb", "lighting:of_object", "lighting.view"),
    ),
    intake=("naoso.domains.lighting.intake.observations",),
    seed="naoso.domains.lighting.seed.seed",
    urls="naoso.domains.lighting.urls",
    url_prefix="lighting/",
    audited=("lighting.Controller", "lighting.Step", "lighting.Command"),
)
