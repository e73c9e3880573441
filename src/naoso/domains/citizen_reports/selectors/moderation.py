"""What waits for a moderator, in the scope in which they moderate."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils import timezone

from naoso.core.people.models import Account
from naoso.core.places.models import UNIT_SHAPES
from naoso.domains.citizen_reports.models import Block, BlockedWord, Photo, Report, ReportQuerySet

MODERATE = "citizen_reports.moderate"
PAGE = 20


def reports_of(user: Account) -> ReportQuerySet:
    """Reports that this person may moderate."""
    return Report.objects.permitted_to(user, MODERATE)


def photos_of(user: Account) -> QuerySet[Photo]:
    """Their photos."""
    rows = Photo.objects.filter(report__in=reports_of(user))
    return rows.select_related("report__category", "report__unit").defer(
        *(f"report__{name}" for name in UNIT_SHAPES)
    )


def to_check(user: Account) -> QuerySet[Photo]:
    """Public photos that nobody has looked at, the oldest first."""
    public = Q(report__public_since__isnull=False, report__hidden=False)
    rows = photos_of(user).filter(public, checked_at__isnull=True, blurred_at__isnull=False, hidden=False)
    return rows.order_by("id")


def withdrawn_photos(user: Account) -> QuerySet[Photo]:
    """Photos that are kept from the public."""
    return photos_of(user).filter(hidden=True).order_by("-id")


def withdrawn_reports(user: Account) -> ReportQuerySet:
    """Reports that are kept from the public, and those whose text alone is."""
    rows = reports_of(user).filter(public_since__isnull=False)
    rows = rows.filter(Q(hidden=True) | (Q(public_text="") & ~Q(text="")))
    return rows.select_related("category", "unit").defer(*UNIT_SHAPES).order_by("-created_at", "-id")


def held(user: Account) -> ReportQuerySet:
    """Reports that wait for a look before they go their way, the oldest first."""
    rows = reports_of(user).filter(held=True).open().select_related("category", "unit", "owner")
    return rows.defer(*UNIT_SHAPES).order_by("created_at", "id")


def blocks() -> tuple[list[Block], list[Block]]:
    """In force, and those that are over."""
    rows = list(Block.objects.select_related("created_by", "lifted_by")[:500])
    now = timezone.now()
    over = [row for row in rows if row.lifted_at or (row.until and row.until <= now)]
    return [row for row in rows if row not in over], over


def blocked_words() -> list[BlockedWord]:
    """All of them, those in use first."""
    return list(BlockedWord.objects.order_by("-enabled", "words"))


def same_photo(user: Account, report: Report) -> list[Report]:
    """Earlier reports with which the same photo was sent, as far as the reader sees them."""
    earlier = [photo.like_id for photo in report.photos.all() if photo.like_id]
    if not earlier:
        return []
    return list(Report.objects.visible_to(user).filter(photos__in=earlier).only("code").distinct())
