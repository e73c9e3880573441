"""What this part of the house declares."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from naoso.kernel.modules import MenuItem, Module, Permission

MODULE = Module(
    slug="places",
    title=_("Places"),
    app="naoso.core.places.apps.Config",
    permissions=(
        Permission("places.view", _("See administrative units and service areas")),
        Permission("places.change", _("Import and change administrative units")),
    ),
    menu=(MenuItem(_("Administrative units"), "places:units", "map-2", "places.view", order=70),),
    urls="naoso.core.places.urls",
    url_prefix="places/",
    audited=("places.AdminUnit", "places.UnitChange", "places.ServiceArea"),
)
