"""Which category a text and a place suggest: the classifier in use, held in the process."""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.core.cache import cache

from naoso.core.places.selectors import unit_at
from naoso.domains.citizen_reports.models import Category, ClassifierVersion, Visibility
from naoso.domains.citizen_reports.selectors.directory import directory
from naoso.domains.citizen_reports.suggestion.model import Classifier, unpacked
from naoso.kernel.geometry import LonLat

MOST = 3
LOOK_AGAIN_S = 30.0
CHANGED = "citizen_reports.classifier"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A category with the confidence, 0 to 1."""

    category: Category
    confidence: float


@dataclass(slots=True)
class _Held:
    """The classifier in this process: its version, and when the database was asked last."""

    version: int = 0
    classifier: Classifier | None = None
    asked_at: float = float("-inf")


_held = _Held()


def in_use() -> Classifier | None:
    """The active version; another process' change is seen within half a minute."""
    if time.monotonic() - _held.asked_at > LOOK_AGAIN_S or cache.get(CHANGED, 0) != _held.version:
        active = ClassifierVersion.objects.filter(active=True).values_list("pk", flat=True).first() or 0
        if active != _held.version:
            row = ClassifierVersion.objects.filter(pk=active).first()
            _held.classifier = unpacked(bytes(row.weights)) if row else None
            _held.version = active
        _held.asked_at = time.monotonic()
        cache.set(CHANGED, active)
    return _held.classifier


def suggest(text: str, place: LonLat | None = None) -> tuple[bool, list[Suggestion]]:
    """(sure, suggestions): one where the classifier is sure enough, else up to three; none without words."""
    classifier = in_use()
    if classifier is None:
        return False, []
    unit = unit_at(place) if place else None
    guesses = classifier.guesses(text, unit.pk if unit else None)
    book = directory()
    known = {
        row.code: row
        for row in book.categories.values()
        if row.enabled and row.visibility != Visibility.INTERNAL
    }
    found = [Suggestion(known[one.code], one.confidence) for one in guesses if one.code in known]
    if found and found[0].confidence >= book.desk.sure_from:
        return True, found[:1]
    return False, found[:MOST]
