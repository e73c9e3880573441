"""What a kind's domain holds for unlikely, asked once for each set of values that it looks at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.conf import settings

from naoso.core.objects.models import ObjectKind
from naoso.kernel.errors import FieldError
from naoso.kernel.modules import resolve

REMEMBERED = 100_000
Judgement = Callable[[Mapping[str, Any]], list[FieldError]]


def plausible_of(kind: ObjectKind) -> Judgement | None:
    """Of the domain that declares the kind; None where it says nothing."""
    for module in settings.MODULES:
        for spec in module.kinds:
            if spec.slug == kind.slug and spec.plausible:
                return Remembered(resolve(spec.plausible))
    return None


class Watched(Mapping[str, Any]):
    """Values that note which of them were looked at."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._data = data
        self.asked: set[str] = set()
        self.all = False

    def __getitem__(self, name: str) -> Any:
        """Also where there is no such value: that it is missing was looked at."""
        self.asked.add(name)
        return self._data[name]

    def __iter__(self) -> Iterator[str]:
        self.all = True
        return iter(self._data)

    def __len__(self) -> int:
        self.all = True
        return len(self._data)


class Remembered:
    """A pure judgement gives the same answer to the same values; one that looks at all is asked each time."""

    def __init__(self, judge: Judgement) -> None:
        self._judge = judge
        self._asked: tuple[str, ...] = ()
        self._known: dict[str, list[FieldError]] = {}

    def __call__(self, data: Mapping[str, Any]) -> list[FieldError]:
        """What is unlikely about the values."""
        key = self._key(data)
        if (found := self._known.get(key)) is not None:
            return found
        watched = Watched(data)
        found = self._judge(watched)
        if watched.all:
            return found
        if not watched.asked <= set(self._asked):
            self._asked = tuple(sorted({*self._asked, *watched.asked}))
            self._known.clear()
        elif len(self._known) >= REMEMBERED:
            self._known.clear()
        self._known[self._key(data)] = found
        return found

    def _key(self, data: Mapping[str, Any]) -> str:
        return repr([data.get(name) for name in self._asked])
