"""A base map in one file: served in ranges, told to the map, never a path of the request."""

from __future__ import annotations

import gzip
import json
import struct
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.test import AsyncClient, Client

from naoso.config.options import MapOptions
from naoso.screens import base

pytestmark = pytest.mark.django_db

ADDRESS = "/map/base.pmtiles"
WORLD = (-1_800_000_000, -850_000_000, 1_800_000_000, 850_000_000)


def archive() -> bytes:
    """The smallest PMTiles v3: one empty vector tile at zoom 0."""
    tile = gzip.compress(b"", mtime=0)
    root = gzip.compress(bytes([1, 0, 1, len(tile), 1]), mtime=0)
    facts = gzip.compress(json.dumps({"vector_layers": []}).encode(), mtime=0)
    at = 127
    spans = struct.pack(
        "<8Q", at, len(root), at + len(root), len(facts), 0, 0, at + len(root) + len(facts), len(tile)
    )
    head = b"PMTiles" + bytes([3]) + spans + struct.pack("<3Q", 1, 1, 1) + bytes([1, 2, 2, 1, 0, 0])
    return head + struct.pack("<4iB2i", *WORLD, 0, 0, 0) + root + facts + tile


@pytest.fixture
def file(tmp_path: Path, settings: Any) -> bytes:
    path = tmp_path / "vietnam.pmtiles"
    path.write_bytes(archive())
    settings.MAP = MapOptions(map_pmtiles=str(path))
    return path.read_bytes()


def ask(client: Client, **headers: str) -> tuple[int, bytes, Any]:
    answer = client.get(ADDRESS, headers={name.replace("_", "-"): value for name, value in headers.items()})
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return answer.status_code, body, answer


@pytest.mark.parametrize(
    ("header", "start", "end"),
    [("bytes=0-126", 0, 127), ("bytes=127-", 127, None), ("bytes=-5", -5, None), ("bytes=0-99999", 0, None)],
)
def test_a_range_is_a_part(client: Client, file: bytes, header: str, start: int, end: int | None) -> None:
    status, body, answer = ask(client, range=header)
    assert (status, body) == (206, file[start:end])
    first = start % len(file)
    assert answer["Content-Range"] == f"bytes {first}-{first + len(body) - 1}/{len(file)}"
    assert answer["Content-Length"] == str(len(body))


@pytest.mark.parametrize("header", ["", "bytes=5-2", "bytes=a-b", "bytes=0-1,5-6", "items=0-5", "bytes=-"])
def test_what_is_no_range_is_the_whole(client: Client, file: bytes, header: str) -> None:
    status, body, answer = ask(client, range=header)
    assert (status, body, answer["Accept-Ranges"]) == (200, file, "bytes")


@pytest.mark.parametrize("header", ["bytes=99999-", "bytes=-0"])
def test_a_range_beyond_the_end(client: Client, file: bytes, header: str) -> None:
    status, _body, answer = ask(client, range=header)
    assert (status, answer["Content-Range"]) == (416, f"bytes */{len(file)}")


def test_a_part_of_the_same_file_alone(client: Client, file: bytes) -> None:
    etag = ask(client)[2]["ETag"]
    assert ask(client, range="bytes=0-6", if_range=etag)[0] == 206
    assert ask(client, range="bytes=0-6", if_range='"another"')[:2] == (200, file)
    assert ask(client, if_none_match=etag)[0] == 304
    assert client.post(ADDRESS).status_code == 405
    head = client.head(ADDRESS)
    assert (head["Content-Length"], head["Content-Type"]) == (str(len(file)), "application/vnd.pmtiles")
    head.close()


def test_it_leaves_part_by_part(async_client: AsyncClient, file: bytes) -> None:
    async def read() -> bytes:
        answer = await async_client.get(ADDRESS, headers={"Range": "bytes=7-30"})
        body = b"".join([part async for part in answer])
        answer.close()
        return body

    assert async_to_sync(read)() == file[7:31]


def test_without_a_file_the_base_is_plain(client: Client, settings: Any) -> None:
    settings.MAP = MapOptions(map_pmtiles="/nowhere/x.pmtiles")
    assert client.get(ADDRESS).status_code == 404
    assert base.chosen_base() == {"kind": "plain", "url": "/map/base.json"}
    settings.MAP = MapOptions(map_style="https://tiles.example.vn/style.json")
    assert base.chosen_base() == {"kind": "style", "url": "https://tiles.example.vn/style.json"}
    assert settings.MAP.style_origin == ["https://tiles.example.vn"]


def test_the_map_is_told_of_the_file(file: bytes) -> None:
    told = base.chosen_base()
    assert (told["kind"], told["url"], told["outlines"]) == ("pmtiles", ADDRESS, "/map/base.json")
