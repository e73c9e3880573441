"""What becomes public, when, and in which words."""

from __future__ import annotations

from django.utils import timezone

from naoso.domains.citizen_reports.models import Report, Visibility
from naoso.domains.citizen_reports.rules.words import without_personal_data


def publish(report: Report) -> None:
    """An officer has taken it up: where the category is public, so is the report; not saved here."""
    if report.category.visibility != Visibility.PUBLIC or report.held:
        return
    if report.public_since is None:
        report.public_since = timezone.now()
        report.public_text = without_personal_data(report.text)
