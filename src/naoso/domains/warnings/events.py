"""What happens to warnings."""

from __future__ import annotations

from naoso.domains.warnings.models import FeedSource, Imported, PublicWarning
from naoso.kernel.events import Audience, Event


def audience_of(warning: PublicWarning) -> Audience:
    """Staff in scope."""
    return Audience("warnings.view", warning.owner_id, warning.unit_id)


def changed(warning: PublicWarning) -> Event:
    """Written, reviewed, approved, ended: its page and its incident's panel look again."""
    return Event(
        name="warnings.warning_changed",
        data={"warning": warning.pk, "state": warning.state, "incident": warning.incident},
        audience=audience_of(warning),
    )


def published(warning: PublicWarning) -> Event:
    """It is out: feeds and pages show it from now on."""
    return Event(
        name="warnings.warning_published",
        data={
            "warning": warning.pk, "identifier": warning.identifier, "message": warning.message_type,
            "severity": warning.severity, "incident": warning.incident,
        },
        audience=audience_of(warning),
    )  # fmt: skip


def delivered(warning: PublicWarning, sent: int) -> Event:
    """Some more messages left."""
    return Event("warnings.delivered", {"warning": warning.pk, "sent": sent}, audience_of(warning))


def arrived(imported: Imported) -> Event:
    """A warning of others waits for a decision."""
    return Event(
        "warnings.import_arrived", {"imported": imported.pk}, Audience("warnings.moderate", imported.owner_id)
    )


def source_failed(source: FeedSource) -> Event:
    """A source stopped answering."""
    return Event(
        "warnings.source_failed", {"source": source.pk}, Audience("warnings.moderate", source.owner_id)
    )
