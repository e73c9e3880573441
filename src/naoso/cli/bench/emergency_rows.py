"""Listed premises of the bench: many, each with a transmitter, a zone and twenty detectors."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from naoso.domains.warnings.models import PublicWarning

DETECTORS = 20
LONS, LATS = (105.45, 106.25), (21.32, 22.6)


def premises(count: int) -> list[tuple[int, str]]:
    """(premises' id, its source's code), strewn over the province; three contacts each."""
    from django.contrib.gis.geos import Point
    from django.utils import timezone

    from naoso.core.people.audit import recorded
    from naoso.core.people.models import Organisation
    from naoso.core.places.models import AdminUnit
    from naoso.core.registry.models import Source
    from naoso.domains.fire.models import Contact, Detector, Premises, Transmitter, Zone

    dice = random.Random(1055)  # noqa: S311
    owner = Organisation.objects.get(code="phong-cspccc")
    units = list(AdminUnit.objects.filter(valid_to=None, parent__code="19").order_by("code"))
    with recorded(None, reason="bench"):
        rows = Premises.objects.bulk_create(
            Premises(
                code=f"bench-{n}", name=f"Cơ sở thử tải {n}", category="market", owner=owner,
                unit=units[n % len(units)], address="Thử tải", standing="connected",
                national_code=f"BENCH-{n}", point=Point(dice.uniform(*LONS), dice.uniform(*LATS), srid=4326),
            )
            for n in range(count)
        )  # fmt: skip
        sources = Source.objects.bulk_create(
            Source(
                code=f"bench-{n}", name=f"bench {n}", owner=owner, domain="fire", secret_digest="0" * 64,
                secret_bcrypt="x" * 60, secret_changed_at=timezone.now(),
            )
            for n in range(count)
        )  # fmt: skip
        Transmitter.objects.bulk_create(
            Transmitter(premises=row, source=source, name="bench")
            for row, source in zip(rows, sources, strict=True)
        )
        Contact.objects.bulk_create(
            Contact(premises=row, order=k, name=f"Trực {k}", phone=f"09{n:06d}{k:02d}")
            for n, row in enumerate(rows)
            for k in (1, 2, 3)
        )
        zones = Zone.objects.bulk_create(Zone(premises=row, number="1", name="Khu 1") for row in rows)
        Detector.objects.bulk_create(
            Detector(zone=zone, address=str(k)) for zone in zones for k in range(1, DETECTORS + 1)
        )
    return [(row.pk, source.code) for row, source in zip(rows, sources, strict=True)]


def crews(count: int) -> None:
    """Moving resources, each with a position of now."""
    from django.contrib.gis.geos import Point
    from django.utils import timezone

    from naoso.core.people.audit import recorded
    from naoso.core.people.models import Organisation
    from naoso.domains.dispatch.models import Resource, ResourcePosition

    dice = random.Random(115)  # noqa: S311
    owner, now = Organisation.objects.get(code="phong-cspccc"), timezone.now()
    places = [Point(lon, lat, srid=4326) for lon, lat in spread(count)]
    skills = (["fire", "rescue"], ["medical"], ["boat", "rescue"], ["police"], ["fire", "ladder"])
    with recorded(None, reason="bench"):
        rows = Resource.objects.bulk_create(
            Resource(
                code=f"bench-{n}", name=f"Xe {n}", kind="vehicle", owner=owner, home=place,
                skills=dice.choice(skills), folded_name=f"xe {n}",
            )
            for n, place in enumerate(places)
        )  # fmt: skip
        ResourcePosition.objects.bulk_create(
            ResourcePosition(resource=row, point=place, at=now, source="tracker")
            for row, place in zip(rows, places, strict=True)
        )


def devices(count: int) -> None:
    """Subscribed to a commune each."""
    from django.utils import timezone

    from naoso.core.places.models import AdminUnit
    from naoso.domains.warnings.models import Device

    units = list(AdminUnit.objects.filter(valid_to=None, parent__code="19").values_list("pk", flat=True))
    now = timezone.now()
    rows = (
        Device(
            channel="push", key=f"{n:064x}", address="{}", units=[units[n % len(units)]], verified_at=now
        )
        for n in range(count)
    )  # fmt: skip
    Device.objects.bulk_create(rows, batch_size=5000)


def warning_for_all() -> PublicWarning:
    """A published one of the demonstration, widened to the whole province."""
    from naoso.core.places.models import AdminUnit
    from naoso.domains.warnings.models import PublicWarning
    from naoso.domains.warnings.workflow import State

    warning = PublicWarning.objects.filter(state=State.PUBLISHED).order_by("pk")[0]
    warning.units.set([AdminUnit.objects.get(code="19", valid_to=None)])
    return warning


def spread(count: int, seed: int = 7) -> Sequence[tuple[float, float]]:
    """Places over the province."""
    dice = random.Random(seed)  # noqa: S311
    return [(dice.uniform(*LONS), dice.uniform(*LATS)) for _each in range(count)]
