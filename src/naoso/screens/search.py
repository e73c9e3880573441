"""One question to every module that can be searched; tone marks do not matter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from naoso.core.people.models import Account
from naoso.core.people.scope import allowed
from naoso.core.places.selectors import search_units
from naoso.kernel.modules import resolve
from naoso.kernel.text import nfc

SHORTEST, LONGEST, SHOWN = 2, 100, 8


@dataclass(frozen=True, slots=True)
class Answers:
    """The hits of one module: title, detail, address."""

    title: Any
    hits: list[dict[str, str]]


def search(user: Account, text: str) -> list[Answers]:
    """Modules with hits, in their own order; units last."""
    words = nfc(text).strip()[:LONGEST]
    if len(words) < SHORTEST:
        return []
    found = [
        Answers(spec.title, resolve(spec.search)(user, words, SHOWN))
        for module in settings.MODULES
        for spec in module.search
        if allowed(user, spec.permission)
    ]
    found.append(Answers(_("Places"), units(words)))
    return [answers for answers in found if answers.hits]


def units(words: str) -> list[dict[str, str]]:
    """Administrative units, old ones with their last day; each leads to the map."""
    return [
        {
            "title": unit.full_name,
            "detail": _("until %(day)s") % {"day": f"{unit.valid_to:%d/%m/%Y}"} if unit.valid_to else "",
            "url": f"/?lon={unit.centre.x:.5f}&lat={unit.centre.y:.5f}",
        }
        for unit in search_units(words)[:SHOWN]
    ]
