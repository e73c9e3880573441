"""What a procedure's step does by itself."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from naoso.core.response.models import Incident
from naoso.domains.warnings.models import PublicWarning
from naoso.domains.warnings.services.beginning import draft_for_incident
from naoso.domains.warnings.workflow import WAITING


def draft_warning(incident: Incident, step: Any) -> str:
    """A draft around the incident's place by the template that the step names; one at a time.

    Raises BadInput where the template is unknown or the incident has no place. People send it to review.
    """
    argument = str(getattr(step, "argument", "") or "")
    subject = f"response:incident:{incident.pk}"
    waiting = PublicWarning.objects.filter(incident=subject, state__in=WAITING).first()
    if waiting is not None:
        return _("A warning is being written already: %(headline)s") % {"headline": waiting.headline}
    made = draft_for_incident(actor=None, incident=incident, template=argument)
    return _("A public warning was drafted: %(headline)s") % {"headline": made.headline}
