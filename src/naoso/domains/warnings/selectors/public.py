"""What everybody sees: warnings that are out, and the map of their area."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from naoso.connectors.cap.feeds import Entry, Feed
from naoso.domains.warnings.models import PublicWarning
from naoso.domains.warnings.services.area import in_words
from naoso.domains.warnings.vocabulary import Status
from naoso.kernel.findings import Severity

KEEP_S = 15
NEWEST = 50
SHAPE = """
SELECT ST_AsGeoJSON(ST_SimplifyPreserveTopology(g, 0.0003), 5),
       ST_XMin(g), ST_YMin(g), ST_XMax(g), ST_YMax(g)
FROM (
    SELECT ST_Union(s) AS g FROM (
        SELECT shape AS s FROM warnings_publicwarning WHERE id = %(pk)s AND shape IS NOT NULL
        UNION ALL
        SELECT coalesce(u.outline, ST_Buffer(u.centre::geography, 1500)::geometry) FROM places_adminunit u
        JOIN warnings_publicwarning_units l ON l.adminunit_id = u.id WHERE l.publicwarning_id = %(pk)s
    ) parts
) whole
"""
STATES = {4: "danger", 3: "danger", 2: "warning", 1: "notice", 0: "notice"}


def in_force() -> list[PublicWarning]:
    """The gravest first. Not kept: a page shows a cancellation at once."""
    rows = PublicWarning.objects.in_force().select_related("owner").prefetch_related("texts", "units")
    return list(rows.defer("xml", "shape", "units__outline").order_by("-severity", "-sent_at")[:NEWEST])


def recent(most: int = 20) -> list[PublicWarning]:
    """What has ended lately, cancellations too."""
    active = PublicWarning.objects.in_force().values("pk")
    rows = PublicWarning.objects.out().exclude(pk__in=active).exclude(status=Status.TEST)
    return list(
        rows.select_related("owner")
        .prefetch_related("texts")
        .defer("xml", "shape")
        .order_by("-sent_at")[:most]
    )


def feed_rows() -> list[PublicWarning]:
    """What a feed lists: the newest messages of every kind that have not ended by the clock."""
    rows = PublicWarning.objects.out().filter(expires__gt=timezone.now()).exclude(status=Status.TEST)
    return list(rows.prefetch_related("texts").defer("xml", "shape").order_by("-sent_at")[:NEWEST])


def feed(form: str, title: str, description: str) -> tuple[Feed, list[Entry]]:
    """For `connectors.cap.feeds`; `form` is atom or rss."""
    rows = feed_rows()
    head = Feed(
        title=title, description=description, address=full(reverse(f"warnings:feed_{form}")),
        page=full(reverse("warnings:public")), author=settings.SITE_TITLE, language="vi",
        updated=max((row.sent_at for row in rows if row.sent_at), default=timezone.now()),
    )  # fmt: skip
    return head, [entry(row) for row in rows]


def entry(row: PublicWarning) -> Entry:
    """One message in a feed."""
    words, sent = row.words, row.sent_at or row.created_at
    return Entry(
        identifier=row.identifier, title=row.headline,
        summary=(words.instruction or words.description) if words else "", published=timezone.localtime(sent),
        updated=timezone.localtime(sent), page=full(reverse("warnings:public_one", args=[row.identifier])),
        cap=full(reverse("warnings:cap", args=[row.identifier])), category=row.category,
    )  # fmt: skip


def full(path: str) -> str:
    """With the site's own host: what others read must not depend on who asked."""
    return f"{settings.SITE_URL}{path}"


def as_json(row: PublicWarning) -> dict[str, Any]:
    """A warning for the app: CAP's words, times with offsets, the area as GeoJSON's address."""
    return {
        "identifier": row.identifier, "sent": stamp(row.sent_at), "status": row.status,
        "msgType": row.message_type, "hazard": row.hazard, "category": row.category, "urgency": row.urgency,
        "severity": Severity(row.severity).name.capitalize(), "certainty": row.certainty,
        "responseType": list(row.responses), "onset": stamp(row.onset), "expires": stamp(row.expires),
        "senderName": row.owner.name, "contact": row.contact, "area": area_words(row),
        "units": [unit.code for unit in row.units.all()],
        "info": {
            text.language: {
                "event": text.event, "headline": text.headline, "description": text.description,
                "instruction": text.instruction,
            }
            for text in row.texts.all()
        },
        "cap": full(reverse("warnings:cap", args=[row.identifier])),
        "shape": full(reverse("warnings:shape", args=[row.identifier])),
        "page": full(reverse("warnings:public_one", args=[row.identifier])),
    }  # fmt: skip


def stamp(when: Any) -> str | None:
    """RFC 3339 in the country's time."""
    return timezone.localtime(when).isoformat(timespec="seconds") if when else None


def area_words(row: PublicWarning) -> str:
    """Where, in words."""
    return in_words(row.units.all(), row.area_note, row.radius_km)


def shape(row: PublicWarning) -> dict[str, Any]:
    """The area as the map draws it; a published one never changes, so it is kept."""
    key = f"warnings:shape:{row.pk}:{row.version}"
    kept: dict[str, Any] | None = cache.get(key)
    if kept is None:
        with connection.cursor() as cursor:
            cursor.execute(SHAPE, {"pk": row.pk})
            found = cursor.fetchone()
        kept = {
            "geometry": json.loads(found[0]) if found and found[0] else None,
            "bounds": list(found[1:]) if found else None,
        }
        cache.set(key, kept, 3600)
    return kept


def collection(rows: Sequence[PublicWarning]) -> dict[str, Any]:
    """GeoJSON of areas, as the map island reads them."""
    features = [
        {
            "type": "Feature", "id": str(row.pk), "geometry": shape(row)["geometry"],
            "properties": {
                "id": str(row.pk), "title": row.headline, "state": STATES.get(row.severity, "notice"),
                "value": None, "unit": "", "at": stamp(row.sent_at) or "",
                "url": reverse("warnings:public_one", args=[row.identifier]),
            },
        }
        for row in rows
        if shape(row)["geometry"]
    ]  # fmt: skip
    return {"type": "FeatureCollection", "features": features}


def map_config(url: str, title: str, bounds: list[float] | None) -> dict[str, Any]:
    """A plain map with one layer of areas."""
    layer = {
        "slug": "warning", "domain": "warnings", "title": title, "group": "", "icon": "alert-triangle",
        "glyph": [], "url": url, "kind": "area", "visible": True, "refresh_s": 3600, "refresh_on": "",
        "legend": [],
    }  # fmt: skip
    config: dict[str, Any] = {
        "base": {"kind": "plain", "url": "/map/base.json"}, "center": [105.84, 21.6], "zoom": 8,
        "layers": [layer], "approximate": False, "labels": [], "locale": "vi",
    }  # fmt: skip
    if bounds and all(one is not None for one in bounds):
        west, south, east, north = bounds
        config["bounds"] = [west - 0.02, south - 0.02, east + 0.02, north + 0.02]
    return config
