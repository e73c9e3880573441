"""Files of objects: every format read back, nobody's fields too many, the trail, the job."""

from __future__ import annotations

import datetime as dt
import io
import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone
from pyarrow import parquet

from naoso.connectors import datasets
from naoso.core.objects.exporting_models import ExportRun
from naoso.core.objects.pages import exporting as pages
from naoso.core.objects.services import exporting
from naoso.core.objects.tests import factories as make
from naoso.core.people.models import AuditEntry

pytestmark = pytest.mark.django_db
ROOT = "/objects/bench-tree/export/"


@pytest.fixture
def world(cast: SimpleNamespace, client: Client, settings: Any, tmp_path: Path) -> SimpleNamespace:
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "files"},
        }
    }
    secret = tuple(replace(f, view_right="trees.value") if f.name == "note" else f for f in make.SPEC.fields)
    cast.kind = make.kind(fields=secret)
    make.tree(cast.kind, cast.department, "A2", 105.85, 21.47, unit=cast.ward,
              data={"girth_cm": 90, "planted": "2020-02-01", "protected": True, "note": "mật"})  # fmt: skip
    make.tree(cast.kind, cast.department, "A1", 105.86, 21.48, data={"species": "=1+1", "health": "poor"})
    make.tree(cast.kind, cast.agency, "B1", 105.87, 21.49)
    make.tree(cast.kind, cast.department, "X1", 105.88, 21.49, state="removed")
    cast.client = client
    client.force_login(cast.owner)
    return cast


def body(world: SimpleNamespace, query: str) -> bytes:
    answer = world.client.get(ROOT + query)
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


@pytest.mark.parametrize("format_", ["csv", "geojson", "gpkg", "parquet"])
def test_each_format_is_read_back(world: SimpleNamespace, tmp_path: Path, format_: str) -> None:
    answer = world.client.get(f"{ROOT}?format={format_}")
    day = timezone.localdate().isoformat()
    assert f'filename="bench-tree-{day}.{format_}"' in answer["Content-Disposition"]
    path = tmp_path / f"read.{format_}"
    path.write_bytes(b"".join(answer.streaming_content))
    if format_ == "parquet":
        rows = parquet.read_table(path).to_pylist()
        assert [(r["code"], r["girth_cm"], r["planted"]) for r in rows] == [
            ("A1", None, None), ("A2", 90, dt.date(2020, 2, 1)),
        ]  # fmt: skip
        return
    assert datasets.describe(path).rows == 2
    rows = [row.values for row in datasets.rows(path)]
    girth, code, health = ("Chu vi", "Mã", "Sức khỏe") if format_ == "csv" else ("girth_cm", "code", "health")
    assert [row[code] for row in rows] == ["A1", "A2"]
    assert [str(row[girth] or "") for row in rows] == ["", "90"]
    assert [row[health] for row in rows] == (["Yếu", "Tốt"] if format_ == "csv" else ["poor", "good"])


def test_a_workbook_has_numbers_and_no_formula(world: SimpleNamespace) -> None:
    book = openpyxl.load_workbook(io.BytesIO(body(world, "?format=xlsx")))
    head, first, second = [[cell.value for cell in row] for row in book["data"].iter_rows()]
    assert head[:3] == ["Mã", "Loài", "Sức khỏe"]
    assert (first[1], second[3]) == ("'=1+1", 90)
    assert second[5] in {True, "true"}


def test_a_filter_and_an_area_narrow_it(world: SimpleNamespace) -> None:
    def codes(query: str) -> list[str]:
        found = json.loads(body(world, f"?format=geojson{query}"))
        return [feature["properties"]["code"] for feature in found["features"]]

    assert codes("&filter=health = 'poor'") == ["A1"]
    ring = [[105.84, 21.46], [105.855, 21.46], [105.855, 21.475], [105.84, 21.475], [105.84, 21.46]]
    assert codes(f"&within={json.dumps({'type': 'Polygon', 'coordinates': [ring]})}") == ["A2"]
    for wrong in ("?filter=nonsense(", "?format=exe", "?within=x"):
        assert world.client.get(ROOT + wrong).status_code == 422


def test_only_what_one_may_see(world: SimpleNamespace) -> None:
    assert "mật" in body(world, "?format=csv").decode()
    role = world.make.role("viewer", "objects.view")
    world.make.grant(world.nobody, role, world.department)
    world.client.force_login(world.nobody)
    text = body(world, "?format=csv").decode()
    assert "mật" not in text
    assert "Ghi chú" not in text
    assert "B1" not in text
    world.client.force_login(world.make.account("outside", world.agency))
    assert world.client.get(ROOT).status_code == 403


def test_the_trail_knows_who_took_what(world: SimpleNamespace) -> None:
    body(world, "?format=csv&filter=health = 'poor'")
    entry = AuditEntry.objects.get(action="export")
    assert (entry.actor_id, entry.row) == (world.owner.pk, "objects:kind:bench-tree")
    assert entry.reason == "csv, 1: health = 'poor'"


def test_very_many_are_written_by_the_worker(world: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "MOST_AT_ONCE", 1)
    answer = world.client.get(ROOT + "?format=csv")
    run = ExportRun.objects.get()
    assert answer.url == f"/objects/exports/{run.key}/"
    assert b"every 2s" in world.client.get(answer.url).content
    assert world.client.get(answer.url + "file/").status_code == 404
    exporting.carry_out(run)
    assert (run.state, run.read) == ("done", 2)
    assert b"A1" in b"".join(world.client.get(answer.url + "file/").streaming_content)
    world.client.force_login(world.chief)
    assert world.client.get(answer.url + "file/").status_code == 404
    ExportRun.objects.update(made_at=timezone.now() - dt.timedelta(hours=25))
    assert exporting.forget_old() == 1
    assert not default_storage.exists(run.file)


def test_a_job_that_cannot_be_done_says_why(world: SimpleNamespace) -> None:
    run = exporting.begin(
        actor=world.owner, kind=world.kind, format_="csv", words="gone = 1", within="", total=2
    )
    exporting.carry_out(run)
    assert run.state == "failed"
    assert "gone" in run.problem
