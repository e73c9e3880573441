"""What the house knows of notifications."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from naoso.kernel.modules import MenuItem, Module, Permission

MODULE = Module(
    slug="notify",
    title=_("Notifications"),
    app="naoso.core.notify.apps.Config",
    permissions=(Permission("notify.view_deliveries", _("See deliveries of messages")),),
    menu=(MenuItem(_("Deliveries"), "notify:deliveries", "send", "notify.view_deliveries", 830),),
    urls="naoso.core.notify.urls",
    url_prefix="notifications/",
    audited=("notify.Preference",),
)
