"""Replays recorded hours of a Beijing air-quality station (UCI 501, PRSA) as if they ended now.

The recording's station becomes a source of its own that may send history; its readings go over MQTT
like any device's. `speed` is recorded time over real time; 0 is as fast as the server takes them.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.text import slugify
from rich.progress import Progress

from naoso.config import options
from naoso.connectors.mqtt.device import Device
from naoso.core.people.models import Organisation
from naoso.core.registry import secrets
from naoso.core.registry.models import Source
from naoso.core.registry.services import register_source, register_thing
from naoso.core.telemetry.services import register_series
from naoso.kernel.errors import BadInput

# column → (property, unit, lowest, highest)
COLUMNS = {
    "PM2.5": ("pm25", "ug/m3", 0, 1000),
    "PM10": ("pm10", "ug/m3", 0, 2000),
    "SO2": ("so2", "ug/m3", 0, 4000),
    "NO2": ("no2", "ug/m3", 0, 4000),
    "CO": ("co", "ug/m3", 0, 200_000),
    "O3": ("o3", "ug/m3", 0, 2000),
    "TEMP": ("temperature", "Cel", -50, 60),
}
HUMIDITY = ("humidity", "%", 0, 100)
HOURS_A_MESSAGE = 24
RECORDED_ZONE = dt.timezone(dt.timedelta(hours=8))


@dataclass(frozen=True)
class Hour:
    """One row of the recording; what was not measured is absent."""

    at: dt.datetime
    values: dict[str, float]


def replay(file: Path, speed: float) -> None:
    """Shows its progress; raises BadInput for a file of another form."""
    station, hours = read(file)
    code = f"replay-{slugify(station)}"[:63]
    ensure_source(code, station)
    shift = now_hour() - hours[-1].at
    oldest = dt.datetime.now(dt.UTC) - dt.timedelta(days=options.store().retention_days)
    kept = [Hour(hour.at + shift, hour.values) for hour in hours if hour.at + shift > oldest]
    stream = options.stream()
    device = Device(code, secrets.demo_secret(code), stream.mqtt_host, stream.mqtt_port)
    device.start()
    device.await_connected(60)
    try:
        with Progress() as progress:
            task = progress.add_task(f"{code}, from {kept[0].at:%d/%m/%Y}", total=len(kept))
            for message, count in messages(code, kept, HOURS_A_MESSAGE if speed == 0 else 1):
                device.await_connected(60)
                sent = device.publish(message)
                assert sent is not None
                sent.wait_for_publish(30)
                progress.advance(task, count)
                time.sleep(count * 3600 / speed if speed else 0)
    finally:
        device.stop()


def read(file: Path) -> tuple[str, list[Hour]]:
    """(the recording's station, its hours in order)"""
    try:
        return _read(file)
    except (ValueError, csv.Error) as error:  # ValueError: no number, no date, or no text at all
        raise BadInput.of("file", file.name, "shape", f"cannot be read: {error}") from error


def _read(file: Path) -> tuple[str, list[Hour]]:
    with file.open(newline="", encoding="utf-8") as opened:
        reader = csv.DictReader(opened)
        missing = ({"year", "month", "day", "hour", "station", "DEWP"} | set(COLUMNS)) - set(
            reader.fieldnames or ()
        )
        if missing:
            raise BadInput.of("file", file.name, "shape", f"has no columns {', '.join(sorted(missing))}")
        rows = list(reader)
    if not rows:
        raise BadInput.of("file", file.name, "shape", "holds no rows")
    return rows[0]["station"], sorted((_hour(row) for row in rows), key=lambda hour: hour.at)


def messages(code: str, hours: list[Hour], size: int) -> Iterator[tuple[bytes, int]]:
    """(message, hours in it)"""
    units = {name: unit for name, unit, _, _ in (*COLUMNS.values(), HUMIDITY)}
    for start in range(0, len(hours), size):
        portion = hours[start : start + size]
        readings = [
            {"series": f"{code}/{name}", "time": hour.at.isoformat(), "value": value, "unit": units[name]}
            for hour in portion
            for name, value in hour.values.items()
        ]
        if readings:
            yield json.dumps({"readings": readings}).encode(), len(portion)


def ensure_source(code: str, station: str) -> None:
    """Registered once, by the house; the stream's server learns of it through the outbox."""
    if Source.objects.filter(code=code).exists():
        return
    owner = Organisation.objects.filter(code="so-nnmt").first() or Organisation.objects.earliest("pk")
    source, _ = register_source(
        actor=None, code=code, name=f"Replay: {station}", owner=owner, domain="environment",
        allows_history=True, secret=secrets.demo_secret(code),
    )  # fmt: skip
    thing = register_thing(
        actor=None, kind="station", code=code, name=f"Replay: {station}", owner=owner, domain="environment",
        source=source,
    )  # fmt: skip
    for name, unit, low, high in (*COLUMNS.values(), HUMIDITY):
        register_series(
            actor=None,
            key=f"{code}/{name}",
            source=source,
            thing=thing,
            property=name,
            unit=unit,
            low=low,
            high=high,
        )


def now_hour() -> dt.datetime:
    """The full hour behind us."""
    return dt.datetime.now(dt.UTC).replace(minute=0, second=0, microsecond=0)


def _hour(row: dict[str, str]) -> Hour:
    at = dt.datetime(
        int(row["year"]), int(row["month"]), int(row["day"]), int(row["hour"]), tzinfo=RECORDED_ZONE
    )
    values = {COLUMNS[name][0]: float(row[name]) for name in COLUMNS if row[name] not in ("NA", "")}
    if "temperature" in values and row["DEWP"] not in ("NA", ""):
        values["humidity"] = relative_humidity(values["temperature"], float(row["DEWP"]))
    return Hour(at, values)


def relative_humidity(celsius: float, dew_point: float) -> float:
    """Magnus formula with the coefficients of Alduchov and Eskridge (1996)."""
    ratio = math.exp(17.625 * dew_point / (243.04 + dew_point)) / math.exp(
        17.625 * celsius / (243.04 + celsius)
    )
    return round(min(100.0, 100 * ratio), 1)
