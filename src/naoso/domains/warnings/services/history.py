"""Moves of a warning: one way through the table, each with a line of history and an event."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from naoso.core.outbox.services import emit
from naoso.core.people.models import Account
from naoso.domains.warnings.events import changed
from naoso.domains.warnings.models import PublicWarning, Remark, RemarkKind
from naoso.domains.warnings.workflow import MOVES, State
from naoso.kernel.errors import Conflict


def locked(warning: PublicWarning) -> PublicWarning:
    """The row as it is now, held until the transaction ends: two people never decide at once."""
    return PublicWarning.objects.select_for_update(of=("self",)).get(pk=warning.pk)


def moved(
    warning: PublicWarning, actor: Account | None, to: State, kind: RemarkKind, text: str = "", **values: Any
) -> PublicWarning:
    """Inside `recorded`, on a locked row. Raises Conflict where the table knows no such move."""
    if to not in MOVES.get(State(warning.state), frozenset()):
        raise Conflict(_("The warning is already: %(state)s.") % {"state": warning.get_state_display()})
    warning.state = to
    for name, value in values.items():
        setattr(warning, name, value)
    warning.version += 1
    warning.save()
    note(warning, actor, kind, text)
    emit(changed(warning))
    return warning


def note(warning: PublicWarning, actor: Account | None, kind: RemarkKind, text: str = "") -> Remark:
    """One line of history."""
    return Remark.objects.create(warning=warning, actor=actor, kind=kind, text=text.strip()[:1000])
