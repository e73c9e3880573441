"""Plates at the size of a province: lists of a million, a thousand passages a second, one plate's month.

Each function measures on the servers of its caller and tells a report. *Matched* is one reading against the
lists, both looks, through the code that the intake uses. *Stored* runs over the real way: messages published
to the stream, the message worker, the domain's intake with lists and sections; it is counted from the first
message to the last committed row. *History* is the statement of a case's journey over partitions of 30 days.
"""

from __future__ import annotations

import datetime as dt
import json
import random
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from naoso.cli import engines
from naoso.cli.bench.house import started
from naoso.cli.bench.report import Report
from naoso.cli.bench.stage import Stage, centre

if TYPE_CHECKING:
    from naoso.core.objects.models import CityObject
    from naoso.core.people.models import Organisation
    from naoso.core.registry.models import Source

ENTRIES, LOOKS = 1_000_000, 400
MATCH_MS = 5.0
MESSAGES, BATCH, PER_SECOND = 20_000, 100, 1000.0
ROWS, DAYS = 5_000_000, 30
HISTORY_MS = 100.0
PATIENCE_S = 120.0
SERIES = "ABCDEFGHKLMNPSTUVXYZ"
ADD_ENTRIES = """
INSERT INTO traffic_listentry (watch_list_id, plate, folded, text, note, added_at)
SELECT %(list)s, plate, translate(plate, 'ODQĐILJZASGTB', '0000111245678'), plate, '', now()
FROM (SELECT (11 + n %% 80)::text || substr(%(series)s, 1 + (n / 80) %% 20, 1)
             || lpad(((n::bigint * 7919) %% 99999 + 1)::text, 5, '0') AS plate
      FROM generate_series(%(first)s, %(last)s) AS n) made
ON CONFLICT DO NOTHING
"""
ADD_PASSAGES = """
INSERT INTO traffic_passage (at, received_at, source_id, message_id, camera_id, owner_id, plate, raw)
SELECT at, at, 1, 'b' || n, (%(cameras)s::bigint[])[1 + n %% %(many)s], %(owner)s, plate, plate
FROM (SELECT n, %(day)s::timestamptz + make_interval(secs => 86399.0 * n / %(count)s) AS at,
             '20A' || lpad(((n::bigint * 104729 + %(salt)s) %% %(plates)s)::text, 6, '0') AS plate
      FROM generate_series(1, %(count)s) AS n) made
"""
PLAIN_INDEXES = """
SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
WHERE indrelid = 'traffic_passage'::regclass AND NOT indisunique
"""
HISTORY = """
SELECT id, at, camera_id FROM traffic_passage
WHERE plate = %s AND at >= %s ORDER BY at DESC LIMIT 2000
"""


def run(*, rows: int = ROWS, entries: int = ENTRIES) -> bool:
    """On a throw-away centre; True when each reaches what is promised."""
    report = Report("plates-speed")
    with centre() as stage:
        owner, cameras, source = world()
        stored(stage, source, cameras, report)
        history(owner, cameras, report, rows=rows)
        matched(owner, report, entries=entries)
    return report.ok


def world() -> tuple[Organisation, list[CityObject], Source]:
    """A body, forty cameras, one reader."""
    from django.contrib.gis.geos import Point
    from django.utils import timezone

    from naoso.core.objects.models import CityObject, ObjectKind
    from naoso.core.people.audit import recorded
    from naoso.core.people.models import Organisation, OrganisationKind
    from naoso.core.registry.models import Source

    with recorded(None, reason="bench"):
        owner = Organisation.objects.create(code="bench", name="bench", kind=OrganisationKind.FORCE)
        kind, _made = ObjectKind.objects.get_or_create(slug="camera", defaults={"title": "Camera"})
        cameras = CityObject.objects.bulk_create(
            CityObject(
                kind=kind, code=f"bench-{n}", owner=owner, data={"name": f"bench {n}", "purpose": "traffic"},
                shape=Point(105.6 + n / 100, 21.5, srid=4326),
            )
            for n in range(40)
        )  # fmt: skip
        source = Source.objects.create(
            code="bench", name="bench", owner=owner, domain="traffic", secret_digest="0" * 64,
            secret_bcrypt="x" * 60, secret_changed_at=timezone.now(),
        )  # fmt: skip
    return owner, cameras, source


def matched(owner: Organisation, report: Report, *, entries: int = ENTRIES) -> None:
    """Readings on the list, one sign off, or on none, one at a time, at cameras of a body below its owner."""
    from django.db import connection

    from naoso.core.people.models import Organisation
    from naoso.domains.traffic.matching import Asked, match
    from naoso.domains.traffic.models import ListEntry, WatchList
    from naoso.domains.traffic.plates import known

    watch_list = WatchList.objects.create(
        name="bench", reason="bench", authority="bench", legal_basis="bench", owner=owner
    )
    below = Organisation.objects.create(code="bench-2", name="bench", kind=owner.kind, parent=owner)
    began = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE traffic_listentry DISABLE TRIGGER audit_insert"
        )  # the trail is not measured
        for first in range(1, 2 * entries, 100_000):
            given: dict[str, Any] = {
                "list": watch_list.pk,
                "series": SERIES,
                "first": first,
                "last": first + 99_999,
            }
            cursor.execute(ADD_ENTRIES, given)
            if watch_list.entries.count() >= entries:
                break
        cursor.execute("ANALYZE traffic_listentry, traffic_neighbour")
    report.note("entries in the lists", watch_list.entries.count(), "entries")
    report.note(
        "entries with their keys", watch_list.entries.count() / (time.monotonic() - began), "entries/s"
    )
    dice = random.Random(5)  # noqa: S311
    plates = list(ListEntry.objects.order_by("id").values_list("plate", flat=True)[: LOOKS * 50 : 50])
    times: dict[str, list[float]] = {"exact": [], "one sign off": [], "on no list": []}
    missed = 0
    for plate in plates:
        changed = plate[:-1] + dice.choice([d for d in "0123456789" if d != plate[-1]])
        for words, text in (("exact", plate), ("one sign off", changed), ("on no list", f"80NG{plate[3:8]}")):
            found = known(text)
            assert found is not None
            started_at = time.perf_counter()
            answer = match([Asked(found.plate, found.folded, sure=False, owner_id=below.pk)])[0]
            times[words].append((time.perf_counter() - started_at) * 1000)
            missed += words == "exact" and not answer
    for words, told in times.items():
        report.note(f"match of 1 reading, {words}, p50", float(np.percentile(told, 50)), "ms")
        report.below(f"match of 1 reading, {words}, p95", float(np.percentile(told, 95)), "ms", MATCH_MS)
    report.below("readings on the list that were not found", float(missed), "readings", 1)


def stored(
    stage: Stage, source: Source, cameras: Sequence[CityObject], report: Report, *, count: int = MESSAGES
) -> None:
    """Messages with picture references, `BATCH` unacknowledged at a time, through stream and worker."""
    from naoso.core.ingest.messages import make_stream

    make_stream(stage.access)
    bodies = [passage(n, cameras[n % len(cameras)].code) for n in range(count)]
    with started({"messages": ["messages"]}, stage.folder):
        publish(stage, source.code, [passage(count, cameras[0].code)])
        seen_by(1)  # the worker is awake
        began = time.monotonic()
        publish(stage, source.code, bodies)
        sent = time.monotonic()
        seen = seen_by(count + 1) - 1
        spent = time.monotonic() - began
    report.note("messages handed to the stream", count / (sent - began), "messages/s")
    report.below("passages lost", float(count - seen), "passages", 1)
    report.at_least("passages stored over the messages path", seen / spent, "passages/s", PER_SECOND)


def seen_by(count: int) -> int:
    """How many passages are committed, once there are so many or patience ends."""
    from naoso.domains.traffic.models import Passage

    until = time.monotonic() + PATIENCE_S
    while (seen := Passage.objects.count()) < count and time.monotonic() < until:
        time.sleep(0.1)
    return seen


def passage(number: int, camera: str) -> bytes:
    """As our own reader writes it, with the names of two pictures."""
    dice = random.Random(number)  # noqa: S311
    at = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=dice.randint(0, 3600))
    plate = f"{dice.choice(('20', '97', '29', '30'))}{dice.choice('ABCDE')}-{dice.randint(1, 99999):05d}"
    folder = f"passages/{at:%Y-%m-%d}/{camera}"
    return json.dumps(
        {
            "id": f"bench-{number}", "at": at.isoformat(), "camera": camera, "plate": plate, "agreed": True,
            "confidence": 0.97, "colour": "white", "vehicle": "car", "direction": "away", "lane": 1,
            "speed_kmh": 48.5, "crop": f"{folder}/{number}-c.jpg", "scene": f"{folder}/{number}-s.jpg",
        }
    ).encode()  # fmt: skip


def publish(stage: Stage, code: str, bodies: Sequence[bytes]) -> None:
    """Over MQTT at QoS 1, as readers do."""
    import paho.mqtt.client as paho
    from paho.mqtt.enums import CallbackAPIVersion

    client = paho.Client(CallbackAPIVersion.VERSION2, client_id="bench-plates", protocol=paho.MQTTv311)
    client.username_pw_set(stage.access.user, stage.access.password)
    client.max_inflight_messages_set(BATCH)
    client.max_queued_messages_set(0)
    client.connect(engines.LOOPBACK, stage.mqtt_port)
    client.loop_start()
    last = [client.publish(f"msg/{code}", body, qos=1) for body in bodies][-1]
    last.wait_for_publish(PATIENCE_S)
    client.disconnect()
    client.loop_stop()


def history(owner: Organisation, cameras: Sequence[CityObject], report: Report, *, rows: int = ROWS) -> None:
    """One plate over 30 days among so many rows, cold plates in turn."""
    from django.db import connection

    from naoso.domains.traffic import partitions

    today = partitions.day_of(dt.datetime.now(dt.UTC))
    days = [today - n * partitions.DAY for n in range(DAYS)]
    partitions.ensure(days)
    plates = rows // 250  # a plate is seen 250 times in a month, as a commuter is
    with connection.cursor() as cursor:
        cursor.execute(PLAIN_INDEXES)
        indexes = cursor.fetchall()  # built at the end: row by row they would take an hour
        for name, _definition in indexes:
            cursor.execute(f"DROP INDEX {name}")
        for salt, day in enumerate(days):
            given = {
                "cameras": [camera.pk for camera in cameras], "many": len(cameras), "owner": owner.pk,
                "day": f"{day} 00:00+00", "count": rows // DAYS, "salt": salt, "plates": plates,
            }  # fmt: skip
            cursor.execute(ADD_PASSAGES, given)
        cursor.execute("SET maintenance_work_mem = '1GB'")
        for _name, definition in indexes:
            cursor.execute(definition.replace(" ON ONLY ", " ON "))
        cursor.execute("ANALYZE traffic_passage")
        times, seen = [], []
        since = dt.datetime.combine(days[-1], dt.time(), dt.UTC)
        for n in range(200):
            began = time.perf_counter()
            cursor.execute(HISTORY, [f"20A{n * 1931 % plates:06d}", since])
            seen.append(len(cursor.fetchall()))
            times.append((time.perf_counter() - began) * 1000)
    report.note("passages in the table", rows, "rows")
    report.note("passages of one plate, mean", float(np.mean(seen)), "rows")
    report.below("history of one plate over 30 days, p95", float(np.percentile(times, 95)), "ms", HISTORY_MS)
