"""Which trained classifier is in use."""

from __future__ import annotations

from django.core.cache import cache

from naoso.core.people.audit import recorded
from naoso.core.people.models import Account
from naoso.core.people.scope import require
from naoso.domains.citizen_reports.models import ClassifierVersion
from naoso.domains.citizen_reports.services.suggesting import CHANGED

SETTINGS = "citizen_reports.edit_settings"


def use(*, version: ClassifierVersion, actor: Account | None) -> None:
    """This version from now on; `actor` None is the nightly training."""
    if actor is not None:
        require(actor, SETTINGS)
    with recorded(actor):
        ClassifierVersion.objects.filter(active=True).update(active=False)
        version.active = True
        version.save(update_fields=["active"])
    cache.set(CHANGED, version.pk)
