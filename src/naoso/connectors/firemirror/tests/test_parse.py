"""Mirrored alarms: read by the pointers that people set, pulled over real HTTP."""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from naoso.connectors.firemirror import FieldMapping, parse, pull, state_of
from naoso.kernel.errors import BadInput

MAPPING = FieldMapping(
    rows="/data/items", premises="/coSo/ma", id="/maBaoDong", state="/trangThai", time="/thoiGian",
    text="/ghiChu",    alarm_words=frozenset({"Báo cháy"}), restore_words=frozenset({"Kết thúc"}),
)  # fmt: skip
ROW = {
    "coSo": {"ma": "TN-001"}, "maBaoDong": 77, "trangThai": "BÁO CHÁY", "thoiGian": "2026-07-01T08:30:00",
    "ghiChu": "Khu A",
}  # fmt: skip


def body(*rows: object) -> bytes:
    return json.dumps({"data": {"items": list(rows)}}).encode()


def test_rows_are_read_by_their_pointers() -> None:
    page = parse(body(ROW, ROW | {"trangThai": "ket thuc", "thoiGian": 1782869400}), MAPPING)
    assert [(a.premises, a.id, a.active) for a in page.alarms] == [
        ("TN-001", "77", True),
        ("TN-001", "77", False),
    ]
    assert {a.told_at for a in page.alarms} == {dt.datetime(2026, 7, 1, 1, 30, tzinfo=dt.UTC)}
    assert page.alarms[0].text == "Khu A"


def test_a_broken_row_is_named_and_loses_no_other() -> None:
    page = parse(body(ROW, ROW | {"trangThai": "gì đó", "thoiGian": "hôm qua"}, 5), MAPPING)
    assert len(page.alarms) == 1
    assert {(e.field, e.rule) for e in page.errors} >= {
        ("[1]/thoiGian", "iso8601"),
        ("[1]/trangThai", "known"),
    }
    with pytest.raises(BadInput, match="nothing at this pointer"):
        parse(b'{"data": {}}', MAPPING)


@given(st.binary(max_size=120))
def test_bytes_are_read_or_refused(payload: bytes) -> None:
    with pytest.raises(BadInput) as refused:
        parse(payload, MAPPING)
    assert refused.value.errors


def test_a_state_without_meaning_is_neither() -> None:
    assert (state_of("báo cháy", MAPPING), state_of("KẾT THÚC", MAPPING), state_of("?", MAPPING)) == (
        True,
        False,
        None,
    )


@pytest.fixture
def database() -> Iterator[str]:
    """A feed on loopback that wants its token."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            good = self.path == "/open"
            answer = body(ROW) if good else b"{}"
            self.send_response(200 if good else 401)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_words: object) -> None:
            """Silent."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_page_is_pulled_and_a_refusal_is_an_error(database: str) -> None:
    with httpx.Client() as client:
        assert pull(client, f"{database}/open", "", MAPPING).alarms[0].premises == "TN-001"
        with pytest.raises(httpx.HTTPStatusError):
            pull(client, f"{database}/feed", "wrong", MAPPING)
