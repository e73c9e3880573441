"""Warnings for tests."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from django.contrib.gis.geos import Point
from django.utils import timezone

from naoso.core.people.models import Account
from naoso.domains.warnings.models import ChannelName, Device, PublicWarning, Template
from naoso.domains.warnings.services import drafting, publishing, reviewing
from naoso.domains.warnings.services.drafting import Content, Words
from naoso.domains.warnings.services.subscribing import digest_of

HERE = Point(105.85, 21.47, srid=4326)


def content(cast: SimpleNamespace, **more: Any) -> Content:
    """A flood in the first ward, for six hours, in two languages."""
    base = Content(
        hazard="flood", category="Met", urgency="Immediate", severity=3, certainty="Observed",
        expires=timezone.now() + dt.timedelta(hours=6), responses=("Evacuate",), units=(cast.ward,),
        contact="0208 000 000",
        words=(
            Words("vi", "Ngập lụt", "Cảnh báo ngập lụt Sông Công", "Nước dâng nhanh", "Di dời lên chỗ cao"),
            Words("en", "Flood", "Flood warning Song Cong", "Water rises fast", "Move to high ground"),
        ),
    )  # fmt: skip
    return replace(base, **more)


def draft(cast: SimpleNamespace, actor: Account | None = None, **more: Any) -> PublicWarning:
    """Written by the department's owner."""
    return drafting.draft(actor=actor or cast.owner, owner=cast.department, content=content(cast, **more))


def published(cast: SimpleNamespace, **more: Any) -> PublicWarning:
    """Written by the owner, approved and published by the chief."""
    warning = reviewing.submit(actor=cast.owner, warning=draft(cast, **more))
    approved = reviewing.approve(actor=cast.chief, warning=warning)
    return publishing.publish(actor=cast.chief, warning=approved)


def device(name: str, **more: Any) -> Device:
    """A browser, unless told otherwise."""
    values: dict[str, Any] = {
        "channel": ChannelName.PUSH, "address": "{}", "verified_at": timezone.now(), "units": [],
    }  # fmt: skip
    return Device.objects.create(key=digest_of(name), **(values | more))


def template(**more: Any) -> Template:
    """Of fires, two kilometres around."""
    values: dict[str, Any] = {
        "code": "chay", "title": "Cháy", "hazard": "fire", "category": "Fire", "radius_km": 2, "hours": 4,
        "incident_kinds": ["fire"], "event": "Cháy", "headline": "Cháy tại {place}",
        "description": "{details} lúc {time}", "instruction": "Tránh xa. Gọi {contact}.", "event_en": "Fire",
        "headline_en": "Fire at {place}", "description_en": "", "instruction_en": "Keep away",
    }  # fmt: skip
    return Template.objects.create(**(values | more))
