"""Web addresses: paging, old servers, and servers that mean no good."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from naoso.connectors.datasets import Fetched, Fetcher, Limits, describe_address, fetcher, rows_of_address
from naoso.connectors.datasets.legacy import TCVN3
from naoso.connectors.datasets.tests.factories import collection, feature, wkb_point
from naoso.connectors.datasets.tests.test_legacy import SENTENCES, written
from naoso.kernel.errors import BadInput

ROOT = "https://data.example.vn/ogc"
ITEMS = f"{ROOT}/collections/trees/items"
WFS = "https://data.example.vn/geoserver/wfs"
CAPABILITIES = (
    b'<wfs:WFS_Capabilities xmlns:wfs="w"><FeatureTypeList><FeatureType xmlns:a="b">'
    b"<Name>city:trees</Name></FeatureType></FeatureTypeList></wfs:WFS_Capabilities>"
)
Answer = Callable[[str, dict[str, str]], Any]


class Server:
    """Answers by path; remembers what it was asked."""

    def __init__(self, answer: Answer, *, status: int = 200) -> None:
        self.answer, self.status = answer, status
        self.asked: list[str] = []

    def __call__(self, url: str, *, accept: str, most: int) -> Fetched:
        self.asked.append(url)
        parts = urlsplit(url)
        body = self.answer(parts.path, dict(parse_qsl(parts.query)))
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return Fetched(self.status, "application/json", data)


def trees(start: int, count: int, total: int = 25) -> list[Any]:
    return [feature({"n": n}, id=f"t{n}") for n in range(start, min(start + count, total))]


def ogc(path: str, query: dict[str, str]) -> Any:
    """A server that gives ten at a time, whatever is asked."""
    if path == "/ogc/collections":
        return {"collections": [{"id": "trees", "links": [{"rel": "items", "href": ITEMS}]}, {"id": "lamps"}]}
    if path.endswith("/trees"):
        return {
            "id": "trees",
            "links": [{"rel": "items", "type": "application/geo+json", "href": "trees/items"}],
        }
    if path == "/ogc":
        return {"links": [{"rel": "data", "href": "http://data.example.vn:8080/ogc/collections"}]}
    start = int(query.get("offset", "0"))
    page = collection(trees(start, 10), numberMatched=25)
    if start + 10 < 25:
        page["links"] = [
            {
                "rel": "next",
                "href": f"http://data.example.vn:8080/ogc/collections/trees/items?offset={start + 10}",
            }
        ]
    return page


@pytest.mark.parametrize("url", [ITEMS, f"{ROOT}/collections/trees", f"{ROOT}/collections", ROOT])
def test_a_collection_by_any_of_its_addresses(url: str) -> None:
    server = Server(ogc)
    told = describe_address(url, server)
    assert (told.format, told.rows, told.crs, told.geometry) == ("features", 25, "EPSG:4326", "point")
    assert [(c.name, c.kind) for c in told.columns] == [("n", "integer"), ("id", "text")]
    found = list(rows_of_address(url, server))
    assert [r.values["n"] for r in found] == list(range(25))
    assert (found[0].values["id"], found[0].wkb) == ("t0", wkb_point())
    assert all(urlsplit(asked)[:2] == ("https", "data.example.vn") for asked in server.asked)


def test_going_on_behind_a_row_and_asking_for_a_system() -> None:
    server = Server(ogc)
    assert [r.number for r in rows_of_address(ITEMS, server, after=23)] == [24, 25]
    list(rows_of_address(ITEMS, server, crs="EPSG:3405"))
    assert any(
        "crs=http%3A%2F%2Fwww.opengis.net%2Fdef%2Fcrs%2FEPSG%2F0%2F3405" in asked for asked in server.asked
    )


def test_a_plain_document() -> None:
    server = Server(lambda path, query: collection(trees(0, 3)))
    assert len(list(rows_of_address("https://data.example.vn/trees.geojson", server))) == 3


def wfs(cap: int, *, matched: bool = True) -> Answer:
    def answer(path: str, query: dict[str, str]) -> Any:
        if query["request"] == "GetCapabilities":
            return CAPABILITIES
        assert (query["typeNames"], query["outputFormat"]) == ("city:trees", "application/json")
        page = collection(trees(int(query["startIndex"]), min(cap, int(query["count"]))))
        return {**page, "numberMatched": 25} if matched else page

    return answer


@pytest.mark.parametrize("url", [WFS, f"{WFS}?service=WFS&typeNames=city:trees", f"{WFS}?SERVICE=wfs&map=a"])
def test_wfs_pages_by_what_really_came(url: str) -> None:
    server = Server(wfs(10))
    told = describe_address(url, server)
    assert (told.layers, told.rows) == (("city:trees",), 25)
    assert [r.number for r in rows_of_address(url, server)] == list(range(1, 26))
    assert [r.values["n"] for r in rows_of_address(url, server, after=20)] == [20, 21, 22, 23, 24]
    assert len(list(rows_of_address(url, Server(wfs(1000, matched=False))))) == 25


def endless(path: str, query: dict[str, str]) -> Any:
    start = int(query.get("offset", "0"))
    return collection(trees(start, 10, 10**9), links=[{"rel": "next", "href": f"?offset={start + 10}"}])


def next_is(href: str) -> Answer:
    return lambda path, query: collection(trees(0, 2), links=[{"rel": "next", "href": href}])


@pytest.mark.parametrize(
    ("answer", "rule"),
    [
        (next_is(ITEMS), "loop"),
        (next_is("https://evil.example/items"), "host"),
        (next_is("http://[::1"), "host"),
        (next_is("file:///etc/passwd"), "host"),
        (endless, "count"),
        (lambda path, query: collection(trees(0, 2), links=[{"rel": "next", "href": f"?x={query}"}]), "loop"),
        (lambda path, query: b"<html>", "json"),
        (lambda path, query: b"[" * 100_000, "json"),
        (lambda path, query: b'{"n": ' + b"9" * 9999 + b"}", "json"),
        (lambda path, query: [1], "json"),
        (lambda path, query: {"features": {}}, "features"),
        (lambda path, query: {"collections": [7, None]}, "exists"),
        (lambda path, query: {"collections": 7, "links": 7}, "features"),
        (lambda path, query: {"links": [{"rel": "data", "href": "/ogc"}]}, "features"),
    ],
)
def test_servers_that_mean_no_good(answer: Answer, rule: str) -> None:
    with pytest.raises(BadInput) as caught:
        list(rows_of_address(ITEMS, Server(answer), limits=Limits(rows=200)))
    assert caught.value.errors[0].rule == rule


def test_a_wfs_that_ignores_paging_is_left() -> None:
    with pytest.raises(BadInput) as caught:
        list(rows_of_address(WFS, Server(lambda p, q: wfs(10)(p, {**q, "startIndex": "0"}))))
    assert caught.value.errors[0].rule == "loop"


def test_the_servers_own_words_are_passed_on() -> None:
    fault = b"<ows:Exception><ows:ExceptionText>no layer x</ows:ExceptionText></ows:Exception>"
    with pytest.raises(BadInput, match="no layer x"):
        describe_address(f"{WFS}?typeNames=x", Server(lambda p, q: fault))
    with pytest.raises(BadInput, match="answers 503"):
        describe_address(ITEMS, Server(lambda p, q: b"", status=503))


@pytest.mark.parametrize("url", ["", "ftp://a/b", "https://", "data", "http://[::1"])
def test_addresses_that_are_none(url: str) -> None:
    with pytest.raises(BadInput) as caught:
        describe_address(url, Server(ogc))
    assert caught.value.errors[0].rule == "address"


def test_a_page_beyond_the_limit() -> None:
    with pytest.raises(BadInput) as caught:
        describe_address(ITEMS, Server(ogc), limits=Limits(page_bytes=10))
    assert caught.value.errors[0].rule == "size"


def test_a_broken_feature_is_a_problem_of_its_row() -> None:
    server = Server(lambda p, q: collection([feature({"a": "x\0"}), 7, feature({"a": "y"})]))
    found = list(rows_of_address(ITEMS, server))
    assert [r.problem.rule if r.problem else "" for r in found] == ["nul", "shape", ""]


def test_legacy_text() -> None:
    server = Server(lambda p, q: collection([feature({"t": written(s, TCVN3)}) for s in SENTENCES]))
    assert describe_address(ITEMS, server).encoding == "tcvn3"
    told = [str(r.values["t"]).casefold() for r in rows_of_address(ITEMS, server, encoding="tcvn3")]
    assert told == [s.casefold() for s in SENTENCES]


def over(handler: Callable[[httpx.Request], httpx.Response]) -> Fetcher:
    return fetcher(httpx.Client(transport=httpx.MockTransport(handler)))


def test_the_fetcher_reads_up_to_the_limit_and_words_every_fault() -> None:
    page = json.dumps(collection(trees(0, 3))).encode()
    fetch = over(lambda request: httpx.Response(200, content=page))
    assert len(list(rows_of_address("https://a.example/b.json", fetch))) == 3
    with pytest.raises(BadInput, match="too large"):
        fetch(ITEMS, accept="*/*", most=10)

    def dead(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("nobody there")

    with pytest.raises(BadInput, match="nobody there"):
        describe_address(ITEMS, over(dead))
    with pytest.raises(BadInput, match="answers 302"):
        describe_address(ITEMS, over(lambda request: httpx.Response(302, headers={"location": "http://a"})))
