"""What the screens declare: they show what others know."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from naoso.kernel.modules import MenuItem, Module, Permission

MODULE = Module(
    slug="screens",
    title=_("Screens"),
    app="naoso.screens.apps.Config",
    permissions=(
        Permission("screens.view_map", _("Open the operations map")),
        Permission("screens.view_wall", _("Open the wall view")),
    ),
    menu=(
        MenuItem(_("Operations map"), "home", "map-2", "screens.view_map", 10),
        MenuItem(_("Wall"), "wall", "device-tv", "screens.view_wall", 900),
    ),
    urls="naoso.screens.urls",
)
