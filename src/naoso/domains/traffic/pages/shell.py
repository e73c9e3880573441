"""What the pages of traffic share: their tabs, refusals at their fields, pictures."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from naoso.core.people.access import account_of
from naoso.core.people.audit import note_read
from naoso.core.people.scope import allowed
from naoso.domains.traffic.models import CasePassage, Hit, Passage
from naoso.kernel.errors import BadInput
from naoso.ui.sending import stored

TABS = (
    ("overview", _("Junctions"), "traffic-lights", "traffic:overview", "traffic.view"),
    ("flows", _("Flows"), "chart-bar", "traffic:flows", "traffic.view"),
    ("sections", _("Sections"), "gauge", "traffic:sections", "traffic.view"),
    ("hits", _("Plate hits"), "target", "traffic:hits", "traffic.hits"),
    ("check", _("Check a plate"), "device-mobile", "traffic:check", "traffic.check"),
    ("passages", _("Passages"), "car", "traffic:passages", "traffic.passages"),
    ("review", pgettext_lazy("plates", "Review"), "eye-check", "traffic:review", "traffic.review"),
    ("lists", _("Lists of plates"), "list-details", "traffic:lists", "traffic.lists"),
    ("cases", _("Cases"), "folder", "traffic:cases", "traffic.case"),
    ("operations", _("Operations"), "barrier-block", "traffic:operations", "traffic.operate"),
    ("setup", _("Readers"), "settings", "traffic:feeds", "traffic.setup"),
)


def shown(
    request: HttpRequest, template: str, tab: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """A page of this domain, with the tabs that this person may open."""
    tabs = [entry for entry in TABS if allowed(request.user, entry[4])]
    return render(request, f"traffic/{template}", {"tab": tab, "tabs": tabs, **context}, status=status)


def refuse(form: Any, error: BadInput) -> None:
    """Each fault at its field."""
    for broken in error.errors:
        form.add_error(broken.field if broken.field in form.fields else None, broken.message)


def picture_of(request: HttpRequest, row: Hit | Passage | CasePassage, which: str) -> Any:
    """The picture itself: private, never kept by a shared cache; each look at one is told to the trail."""
    if which not in {"crop", "scene"}:
        raise Http404("no such picture")
    name = str(getattr(row, which))
    if not name:
        raise Http404("there is no picture")
    note_read(account_of(request), f"traffic:{type(row).__name__.lower()}:{row.pk}", f"picture: {which}")
    return stored(name, "image/jpeg", kept_s=3600)
