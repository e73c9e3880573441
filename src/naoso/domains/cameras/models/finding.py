"""A search for cameras in a network: what was found, until somebody chose of it."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from naoso.core.people.models import Account

KEPT = dt.timedelta(hours=1)
LONGEST = dt.timedelta(minutes=10)


class SearchQuerySet(models.QuerySet["Search"]):
    """Searches are of those who began them, and of nobody else."""

    def of(self, account: Account) -> SearchQuerySet:
        """That are not over yet."""
        return self.filter(account=account, began_at__gt=timezone.now() - KEPT)

    def over(self) -> SearchQuerySet:
        """Whose time is over: their sealed passwords go."""
        return self.filter(began_at__lte=timezone.now() - KEPT)


class Search(models.Model):
    """One search. `found` are devices as `finding.Found` writes them; `heard`: how many answered at all.

    Name and password are what the devices were asked with; they go with the row, an hour later.
    """

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    network = models.CharField(_("network"), max_length=18)
    username = models.CharField(max_length=64, blank=True)
    sealed_password = models.TextField(blank=True)
    began_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    heard = models.PositiveIntegerField(null=True)
    found = models.JSONField(default=list)

    objects: ClassVar[SearchQuerySet] = SearchQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("search for cameras")
        verbose_name_plural = _("searches for cameras")
        ordering = ["-began_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("began_at")), name="search_span_is_forward"
            ),
        ]

    def __str__(self) -> str:
        return self.network

    @property
    def goes_on(self) -> bool:
        """Nobody waits for one whose worker was lost."""
        return self.ended_at is None and timezone.now() - self.began_at < LONGEST
