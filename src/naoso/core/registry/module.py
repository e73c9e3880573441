"""The registry's declaration."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from naoso.kernel.modules import MenuItem, Module, Permission

MODULE = Module(
    slug="registry",
    title=_("Registry"),
    app="naoso.core.registry.apps.Config",
    permissions=(
        Permission("registry.view", _("See sources and things")),
        Permission("registry.manage", _("Register sources, rotate their secrets, switch them off")),
    ),
    menu=(MenuItem(_("Sources"), "registry:sources", "antenna", "registry.view", order=710),),
    urls="naoso.core.registry.urls",
    url_prefix="sources/",
    audited=("registry.Source", "registry.Thing"),
)
