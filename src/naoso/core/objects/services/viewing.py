"""Kept views: a filter, a colouring and a piece of the map under a name."""

from __future__ import annotations

import secrets
from urllib.parse import parse_qs

from django.utils.translation import gettext as _

from naoso.core.objects.models import NamedView, ObjectKind
from naoso.core.people.audit import recorded
from naoso.core.people.models import Account
from naoso.core.people.scope import require
from naoso.kernel.errors import BadInput, NotAllowed
from naoso.kernel.text import nfc

VIEW = "objects.view"
PARTS = {"filter", "colour"}
MOST = 100


def keep_view(*, actor: Account, kind: ObjectKind, title: str, query: str, shared: bool = False) -> NamedView:
    """Keeps an address of the map; raises BadInput for one that is no address of it."""
    require(actor, VIEW)
    if set(parse_qs(query.partition("#")[0])) - PARTS:
        raise BadInput.of("query", query, "known", _("This is no address of the map."))
    if NamedView.objects.filter(kind=kind, account=actor).count() >= MOST:
        raise BadInput.of("title", title, "count", _("Drop some of your views first."))
    with recorded(actor):
        return NamedView.objects.create(
            key=secrets.token_hex(8), kind=kind, title=nfc(title.strip()), query=query, account=actor,
            shared=shared,
        )  # fmt: skip


def drop_view(*, actor: Account, view: NamedView) -> None:
    """Only whoever kept it."""
    require(actor, VIEW)
    if view.account_id != actor.pk:
        raise NotAllowed("only whoever kept a view drops it")
    with recorded(actor):
        view.delete()
