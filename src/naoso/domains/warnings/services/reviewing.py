"""Four eyes: sent to review, commented, sent back, approved by somebody who did not write it."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from naoso.core.notify.services import notify
from naoso.core.outbox.services import emit
from naoso.core.people.audit import recorded
from naoso.core.people.models import Account
from naoso.core.people.scope import accounts_with, require
from naoso.domains.warnings import rules
from naoso.domains.warnings.events import changed
from naoso.domains.warnings.models import PublicWarning, RemarkKind
from naoso.domains.warnings.services.history import locked, moved, note
from naoso.domains.warnings.services.publishing import require_publishable
from naoso.domains.warnings.workflow import State
from naoso.kernel.errors import BadInput, Conflict

WRITE, APPROVE = "warnings.write", "warnings.approve"


def submit(*, actor: Account, warning: PublicWarning) -> PublicWarning:
    """To review; what CAP or we would refuse on publishing is refused now. Approvers are told."""
    require(actor, WRITE, warning)
    require_publishable(warning)
    with recorded(actor):
        now = locked(warning)
        editor = now.last_editor or actor
        sent = moved(now, actor, State.REVIEW, RemarkKind.SUBMITTED, last_editor=editor)
        _ask(sent, actor)
    return sent


def comment(*, actor: Account, warning: PublicWarning, text: str) -> None:
    """A word for the writer or the approver."""
    require(actor, "warnings.view", warning)
    if not text.strip():
        raise BadInput.of("text", text, "required", _("Write something."))
    with recorded(actor):
        note(warning, actor, RemarkKind.COMMENT, text)
        emit(changed(warning))


def send_back(*, actor: Account, warning: PublicWarning, reason: str) -> PublicWarning:
    """A draft again, with a reason; also something that was approved and is not out yet."""
    require(actor, APPROVE, warning)
    if not reason.strip():
        raise BadInput.of("reason", reason, "required", _("Say what must be changed."))
    with recorded(actor, reason):
        now = locked(warning)
        back = moved(now, actor, State.DRAFT, RemarkKind.REFUSED, reason, approved_by=None, approved_at=None)
        if back.author is not None and back.author != actor:
            _tell(back, [back.author], _("Sent back: %(headline)s") % {"headline": back.headline}, reason)
    return back


def approve(*, actor: Account, warning: PublicWarning, seen: int | None = None) -> PublicWarning:
    """By a second person: neither the author nor who changed it last. `seen` is the version that was read."""
    require(actor, APPROVE, warning)
    with recorded(actor):
        now = locked(warning)
        if not rules.second_person(actor.pk, now.author_id, now.last_editor_id):
            raise BadInput.of(
                "approved_by", str(actor), "second-person",
                _("Whoever wrote or last changed a warning does not approve it. Ask a second person."),
            )  # fmt: skip
        if seen is not None and seen != now.version:
            raise Conflict(_("Somebody else has changed the warning since you opened it. Open it again."))
        return moved(
            now, actor, State.APPROVED, RemarkKind.APPROVED, approved_by=actor, approved_at=timezone.now()
        )


def discard(*, actor: Account, warning: PublicWarning) -> PublicWarning:
    """A draft that nobody needs; it stays in the history."""
    require(actor, WRITE, warning)
    with recorded(actor):
        return moved(locked(warning), actor, State.DISCARDED, RemarkKind.DISCARDED, ended_at=timezone.now())


def _ask(warning: PublicWarning, actor: Account) -> None:
    people = accounts_with(APPROVE, owner_id=warning.owner_id, unit_id=warning.unit_id)
    others = [one for one in people if rules.second_person(one.pk, warning.author_id, warning.last_editor_id)]
    _tell(warning, others, _("To approve: %(headline)s") % {"headline": warning.headline}, str(actor))


def _tell(warning: PublicWarning, people: list[Account], title: str, body: str) -> None:
    notify(
        key="warnings.review", title=title, body=body, url=f"/warnings/desk/{warning.pk}/",
        severity=warning.severity, recipients=people, subject=warning.subject,
    )  # fmt: skip
