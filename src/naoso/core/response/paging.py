"""Pages of a long list."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page, Paginator

FAR = 500  # rows skipped


class KeyPaginator(Paginator):  # type: ignore[type-arg]
    """Picks a far page by its keys alone, then reads its rows: what it skips is not joined to anything."""

    def page(self, number: int | str) -> Page[Any]:
        """As Django's; a far page with one small query more."""
        number = self.validate_number(number)
        start = (number - 1) * self.per_page
        if start < FAR:
            return super().page(number)
        rows: Any = self.object_list
        keys = list(rows.values_list("pk", flat=True)[start : start + self.per_page])
        return Page(rows.filter(pk__in=keys), number, self)
