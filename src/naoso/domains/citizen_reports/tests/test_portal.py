"""The public side shows what is public, in public words, and nothing else."""

from __future__ import annotations

import csv
import io
import json
import math
from types import SimpleNamespace
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from naoso.domains.citizen_reports.models import Category, Photo, Report
from naoso.domains.citizen_reports.selectors import tiles
from naoso.domains.citizen_reports.services import moves, publishing
from naoso.domains.citizen_reports.tests.test_services import _files, category, send
from naoso.domains.citizen_reports.tests.vector_tile import decoded

pytestmark = pytest.mark.django_db
__all__ = ["_files", "category"]
PAGES = ("public", "public_map", "public_statistics", "public_data")
BUDGET = 6


@pytest.fixture(autouse=True)
def _no_cache() -> None:
    cache.clear()


@pytest.fixture
def published(cast: SimpleNamespace, category: Category) -> Report:
    report = send(category, text="Nước tràn, gọi 0912 345 678")
    return moves.accept(report=report, actor=cast.owner)


def whole(answer: Any) -> bytes:
    async def read() -> bytes:
        return b"".join([part async for part in answer.streaming_content])

    return async_to_sync(read)()


def tile(z: int, x: int, y: int) -> Any:
    answer = Client().get(reverse("citizen_reports:public_tile", args=[z, x, y]))
    assert answer["Cache-Control"] == "public, max-age=60"
    return decoded(answer.content)


def test_the_list_and_the_page_tell_public_words_and_never_the_code(
    client: Client, published: Report
) -> None:
    address = reverse("citizen_reports:public_one", args=[published.pk])
    for url in (reverse("citizen_reports:public"), address):
        page = client.get(url).content.decode()
        assert "Nước tràn, gọi •••" in page
        assert "0912" not in page
        assert published.code not in page
        assert str(published.draft) not in page


def test_what_is_not_public_is_nowhere(
    client: Client, cast: SimpleNamespace, category: Category, published: Report
) -> None:
    fresh = send(category, text="Chưa nhận")
    publishing.hide(report=published, actor=cast.chief, reason="x")
    page = client.get(reverse("citizen_reports:public")).content.decode()
    assert "Chưa nhận" not in page
    assert "Nước tràn" not in page
    for report in (fresh, published):
        assert client.get(reverse("citizen_reports:public_one", args=[report.pk])).status_code == 404
    assert tile(8, 203, 112) == {}
    rows = whole(client.get(reverse("citizen_reports:public_file", args=["csv"]))).decode()
    assert len(list(csv.reader(io.StringIO(rows)))) == 1


def test_the_list_is_narrowed_and_words_are_sought_in_public_text_alone(
    client: Client, category: Category, published: Report
) -> None:
    base = reverse("citizen_reports:public")

    def shown(**asked: Any) -> bool:
        return "Nước tràn" in client.get(base, asked).content.decode()

    assert shown(q="nuoc tran")
    assert not shown(q="0912")
    assert not shown(q=published.code)
    assert shown(state="open", category=category.pk, days=30, unit=published.unit_id)
    assert not shown(state="answered")
    assert client.get(base, {"unit": "x", "days": "-1", "after": "%%"}).status_code == 200


def test_pages_by_key_show_each_report_once(
    client: Client, cast: SimpleNamespace, category: Category, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _n in range(30):
        moves.accept(report=send(category), actor=cast.owner)
    seen: list[int] = []
    answer = client.get(reverse("citizen_reports:public"))
    while True:
        page = answer.context["page"]
        seen += [one.number for one in page.rows]
        if not page.after:
            break
        answer = client.get(reverse("citizen_reports:public"), {"after": page.after})
    assert len(seen) == len(set(seen)) == 30


def test_the_list_asks_few_queries(
    client: Client, category: Category, cast: SimpleNamespace,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:  # fmt: skip
    for _n in range(5):
        moves.accept(report=send(category), actor=cast.owner)
    with django_assert_max_num_queries(BUDGET):
        client.get(reverse("citizen_reports:public"))


def test_tiles_count_from_afar_and_show_each_from_near(published: Report) -> None:
    lon, lat = published.point.x, published.point.y
    for z in (8, tiles.POINTS_FROM):
        x, y = spot(lon, lat, z)
        found = tile(z, x, y)
        layer = "cells" if z < tiles.POINTS_FROM else "reports"
        (feature,) = found[layer]
        assert feature.get("count", 1) == 1
    assert feature["id"] == published.pk
    assert client_status(99, 0, 0) == client_status(3, 8, 0) == 404


def client_status(z: int, x: int, y: int) -> int:
    return Client().get(reverse("citizen_reports:public_tile", args=[z, x, y])).status_code


def spot(lon: float, lat: float, z: int) -> tuple[int, int]:
    n = 2**z
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return int((lon + 180) / 360 * n), int(y * n)


def test_the_sum_of_all_cells_is_the_number_of_reports(cast: SimpleNamespace, category: Category) -> None:
    for _n in range(7):
        moves.accept(report=send(category), actor=cast.owner)
    point = Report.objects.all()[0].point
    for z in range(5, tiles.POINTS_FROM):
        x, y = spot(point.x, point.y, z)
        cells = tile(z, x, y)["cells"]
        assert sum(cell["count"] for cell in cells) == 7


def test_figures_are_counted_and_say_when(client: Client, cast: SimpleNamespace, published: Report) -> None:
    moves.answer(report=published, actor=cast.owner, text="Đã sửa")
    answer = client.get(reverse("citizen_reports:public_statistics"), {"by": "owner"})
    (line,) = answer.context["counted"].lines
    assert (line.received, line.solved, line.ended, line.on_time) == (1, 1, 1, 1)
    assert f"{timezone.localtime(answer.context['counted'].at):%H:%M}" in answer.content.decode()


def test_only_the_embedded_views_may_be_framed(client: Client, published: Report) -> None:
    for name in PAGES:
        url = reverse(f"citizen_reports:{name}")
        plain, framed = client.get(url), client.get(url, {"embed": "1"})
        assert plain["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in plain["Content-Security-Policy"]
        assert "X-Frame-Options" not in framed
        assert "frame-ancestors *" in framed["Content-Security-Policy"]
        assert '<form method="post"' not in framed.content.decode()
    assert client.get(reverse("citizen_reports:new"), {"embed": "1"})["X-Frame-Options"] == "DENY"


def test_open_data_carries_no_formula_and_its_licence(
    client: Client, cast: SimpleNamespace, category: Category
) -> None:
    moves.accept(report=send(category, text="=HYPERLINK(1)"), actor=cast.owner)
    answer = client.get(reverse("citizen_reports:public_file", args=["csv"]))
    assert 'rel="license"' in answer["Link"]
    head, row = csv.reader(io.StringIO(whole(answer).decode("utf-8-sig")))
    assert row[head.index("text")] == "'=HYPERLINK(1)"
    told = json.loads(whole(client.get(reverse("citizen_reports:public_file", args=["geojson"]))))
    assert told["license"].startswith("https://")
    (feature,) = told["features"]
    assert feature["geometry"]["type"] == "Point"
    report = Report.objects.get()
    assert report.code not in json.dumps(told)
    assert client.get(reverse("citizen_reports:public_file", args=["exe"])).status_code == 404
    assert not Photo.objects.exists()
