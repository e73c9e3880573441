"""What ingest declares."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from naoso.kernel.modules import MenuItem, Module, Permission

MODULE = Module(
    slug="ingest",
    title=_("Ingest"),
    app="naoso.core.ingest.apps.Config",
    permissions=(
        Permission("ingest.view", _("See quarantined messages")),
        Permission("ingest.mend", _("Mend, replay and discard quarantined messages")),
    ),
    menu=(MenuItem(_("Quarantine"), "ingest:quarantine", "biohazard", "ingest.view", order=720),),
    subscriptions=(("registry.source_changed", "naoso.core.ingest.subscribers.follow_source"),),
    urls="naoso.core.ingest.urls",
    url_prefix="quarantine/",
    audited=("ingest.Decision",),
)
