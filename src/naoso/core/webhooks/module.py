"""What this part of the house declares."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from naoso.kernel.modules import MenuItem, Module, Permission

MODULE = Module(
    slug="webhooks",
    title=_("Webhooks"),
    app="naoso.core.webhooks.apps.Config",
    permissions=(
        Permission("webhooks.view", _("See webhooks and what they delivered")),
        Permission("webhooks.manage", _("Make and change webhooks, rotate their secrets, send again")),
    ),
    menu=(MenuItem(_("Webhooks"), "webhooks:endpoints", "webhook", "webhooks.view", 835),),
    subscriptions=(("*", "naoso.core.webhooks.hearing.hear"),),
    urls="naoso.core.webhooks.urls",
    url_prefix="webhooks/",
    audited=("webhooks.Endpoint",),
)
