"""What an officer on the street has to do."""

from __future__ import annotations

from naoso.core.people.models import Account
from naoso.domains.citizen_reports.models import AnswerTemplate, Report, ReportQuerySet, TemplateKind
from naoso.domains.citizen_reports.selectors.inbox import SHOWN, lean

HANDLE = "citizen_reports.handle"
MOST = 60


def open_ones(account: Account) -> ReportQuerySet:
    """Open, not held back, and the officer may act on them."""
    return Report.objects.permitted_to(account, HANDLE).open().filter(held=False)


def mine(account: Account) -> list[Report]:
    """Given to the officer; what is due first stands first."""
    return first(open_ones(account).filter(handler=account))


def untaken(account: Account) -> list[Report]:
    """Those of the officer's body that nobody has; none for who belongs to no body."""
    if account.organisation_id is None:
        return []
    return first(open_ones(account).filter(handler=None, owner=account.organisation_id))


def first(rows: ReportQuerySet) -> list[Report]:
    """As many as a phone shows."""
    return list(lean(rows).only(*SHOWN, "place_text").order_by("due_at", "id")[:MOST])


def answer_templates(report: Report) -> list[tuple[str, str]]:
    """Title and words of the answers that fit, in the language in which the report came."""
    rows = AnswerTemplate.objects.filter(kind=TemplateKind.ANSWER, category=None) | (
        AnswerTemplate.objects.filter(kind=TemplateKind.ANSWER, category_id=report.category_id)
    )
    english = report.language == "en"
    return [(row.title, (row.text_en if english else "") or row.text) for row in rows]
