"""Rows that tests stand on, made through the services."""

from __future__ import annotations

from dataclasses import dataclass

from naoso.core.people.models import Organisation, OrganisationKind
from naoso.core.registry.models import Source, Thing
from naoso.core.registry.services import register_source, register_thing


@dataclass(frozen=True)
class Station:
    """A source with the one thing that it tells of."""

    source: Source
    thing: Thing
    secret: str

    @property
    def token(self) -> str:
        """As HTTP sends it."""
        return f"{self.source.code}.{self.secret}"


def organisation(code: str = "department", parent: Organisation | None = None) -> Organisation:
    found, _ = Organisation.objects.get_or_create(
        code=code, defaults={"name": code, "kind": OrganisationKind.DEPARTMENT, "parent": parent}
    )
    return found


def station(code: str = "st-01", owner: Organisation | None = None, **options: object) -> Station:
    owner = owner or organisation()
    source, secret = register_source(
        actor=None, code=code, name=f"Station {code}", owner=owner, domain="environment", **options
    )
    thing = register_thing(
        actor=None,
        kind="station",
        code=code,
        name=f"Station {code}",
        owner=owner,
        domain="environment",
        source=source,
    )
    return Station(source, thing, secret)
