"""Who reads, and what of each kind they may read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest

from naoso.core.objects.models import ObjectKind
from naoso.core.people.models import Account
from naoso.core.people.scope import EVERYTHING, Scope, allowed, scope_of
from naoso.kernel.kinds import Field, Kind

VIEW = "objects.view"


@dataclass(frozen=True, slots=True)
class Reader:
    """`account` None is the public."""

    account: Account | None

    def scope(self) -> Scope:
        """Where: the public sees public kinds everywhere."""
        return scope_of(self.account, VIEW) if self.account else EVERYTHING

    def holds(self, right: str) -> bool:
        """A right that a single field asks for."""
        return self.account is not None and allowed(self.account, right)

    def fields(self, kind: Kind) -> list[Field]:
        """Those that may be read."""
        if self.account is None:
            return [field for field in kind.fields if field.public and not field.view_right]
        return [field for field in kind.fields if not field.view_right or self.holds(field.view_right)]


def reader_of(request: HttpRequest) -> Reader:
    """Somebody with a right over objects, or the public."""
    user = request.user
    return Reader(user if isinstance(user, Account) and scope_of(user, VIEW) else None)


def kinds_of(reader: Reader) -> list[ObjectKind]:
    """Collections that this reader has."""
    rows = ObjectKind.objects.filter(retired=False)
    return list(rows if reader.account else rows.filter(public=True))


def kind_of(reader: Reader, slug: str) -> ObjectKind:
    """One of them, or 404."""
    for kind in kinds_of(reader):
        if kind.slug == slug:
            return kind
    raise Http404(f"no collection {slug!r}")


def properties(reader: Reader, kind: ObjectKind, data: dict[str, Any]) -> dict[str, Any]:
    """The values that leave the house for this reader."""
    shown = {field.name for field in reader.fields(kind.spec)}
    return {name: value for name, value in data.items() if name in shown}
