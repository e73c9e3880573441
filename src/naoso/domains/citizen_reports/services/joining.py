"""Reports that belong together: parts of one, and the same thing sent twice."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from naoso.core.people.models import Account
from naoso.core.people.scope import require
from naoso.domains.citizen_reports.models import EntryKind, Report
from naoso.domains.citizen_reports.services.changes import HANDLE, changing, in_their_language, move, write
from naoso.domains.citizen_reports.services.telling import tell_citizens
from naoso.domains.citizen_reports.workflow import State
from naoso.kernel.errors import BadInput


def merge(*, report: Report, actor: Account, into: Report, seen: int | None = None) -> Report:
    """The same thing, sent by somebody else: this one ends, its sender follows the other."""
    if into.pk == report.pk or into.state == State.MERGED:
        raise BadInput.of("into", into.code, "other", _("Choose another report that stands by itself."))
    require(actor, HANDLE, into)
    with changing(report, actor, seen=seen) as row:
        move(row, State.MERGED)
        row.merged_into, row.ended_at, row.wake_at = into, timezone.now(), None
        row.paused_at, row.pause_reason = None, ""
        row.children.update(parent=into)
        with in_their_language(row):
            write(
                row,
                _("The same problem was reported before; you hear of that report from now on."),
                actor=actor,
                kind=EntryKind.LINKED,
            )
        text = _("Report %(code)s was joined to this one") % {"code": row.code}
        write(into, text, kind=EntryKind.LINKED, actor=actor, public=False)
        tell_citizens(row, gettext_lazy("Your report %(code)s was joined to another"))
    return row


def set_parent(*, report: Report, actor: Account, parent: Report | None, seen: int | None = None) -> Report:
    """Part of a larger one, or by itself again. One level only: a part has no parts."""
    if parent is not None:
        require(actor, HANDLE, parent)
        if parent.pk == report.pk or parent.parent_id is not None or report.children.exists():
            raise BadInput.of("parent", parent.code, "tree", _("A part cannot have parts of its own."))
        if not parent.is_open:
            raise BadInput.of("parent", parent.code, "open", _("Choose a report that is open."))
    with changing(report, actor, seen=seen) as row:
        row.parent = parent
        text = (
            _("Part of report %(code)s: its answer is the answer here too") % {"code": parent.code}
            if parent
            else _("Stands by itself again")
        )
        write(row, text, kind=EntryKind.LINKED, actor=actor, public=False)
    return row
