"""Features of a web address: OGC API – Features, WFS 2.0 with GeoJSON answers, or a plain GeoJSON document.

The server is not trusted: pages come from the host that was asked, none comes twice, and their number and
size are bounded.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit, urlunsplit

from naoso.connectors.datasets import encodings, features, wkb
from naoso.connectors.datasets.cells import Cleaner, Profile
from naoso.connectors.datasets.encodings import UTF8
from naoso.connectors.datasets.fetching import refusal
from naoso.connectors.datasets.files import chosen
from naoso.connectors.datasets.legacy import LEGACY
from naoso.connectors.datasets.types import LIMITS, Description, Fetched, Fetcher, Limits, Row, Tally

ACCEPT = "application/geo+json, application/json;q=0.9"
ACCEPT_XML = "application/xml, text/xml;q=0.9"
PAGE, SAMPLED = 1000, 200
EXCEPTION = re.compile(r"<(?:\w+:)?ExceptionText>\s*(?:<!\[CDATA\[)?(.*?)<", re.DOTALL)
TYPE_NAME = re.compile(r"<(?:\w+:)?FeatureType\b[^>]*>\s*<(?:\w+:)?Name>\s*([^<]+?)\s*<")


@dataclass(frozen=True, slots=True)
class Target:
    """Where the features are: the first page's address, and how to go on."""

    url: str
    wfs: bool
    layers: tuple[str, ...] = ()


def describe_address(
    url: str, fetch: Fetcher, *, layer: str = "", encoding: str = "", limits: Limits = LIMITS
) -> Description:
    """What the address holds, by its first page; columns that only later features have are not known.

    Raises BadInput when it answers with anything but features.
    """
    target = located(url, fetch, layer, "", limits)
    page = document(fetch, page_url(target, 0, SAMPLED), limits)
    cleaner = cleaner_for(page, encoding, limits)
    profile, seen = Profile(), Tally()
    for number, feature in enumerate(islice(members(page, target.url), SAMPLED), 1):
        raw = features.record(number, feature, limits)
        profile.add(cleaner.row(raw).values)
        seen.add(raw)
    legacy = {} if encoding else profile.legacy()
    return Description(
        format="features", layers=target.layers, columns=tuple(map(profile.column, profile.samples)),
        rows=total(page), crs=features.crs_of(page), geometry=wkb.family_of(seen.shapes),
        encoding=encoding or next(iter(legacy.values()), UTF8),
        warnings=("legacy-encoding",) if legacy else (),
    )  # fmt: skip


def rows_of_address(
    url: str,
    fetch: Fetcher,
    *,
    layer: str = "",
    encoding: str = "",
    crs: str = "",
    after: int = 0,
    limits: Limits = LIMITS,
) -> Iterator[Row]:
    """The features behind the first `after`, page by page. `crs` is asked of the server where given.

    Raises BadInput when an answer is no page of features, also in the midst; go on then with `after`.
    """
    target = located(url, fetch, layer, crs, limits)
    cleaner: Cleaner | None = None
    pages = wfs_pages(target, fetch, after, limits) if target.wfs else linked_pages(target, fetch, limits)
    for first, page in pages:
        cleaner = cleaner or cleaner_for(page, encoding, limits)
        for number, feature in enumerate(members(page, target.url), first):
            if number > limits.rows:
                words = f"the address gives more than {limits.rows:,} features"
                raise refusal(target.url, "count", words)
            if number > after:
                yield cleaner.row(features.record(number, feature, limits))


def cleaner_for(page: dict[str, Any], encoding: str, limits: Limits) -> Cleaner:
    """By the first page, where legacy text is to be converted."""
    legacy = encodings.checked(encoding)
    if legacy not in LEGACY:
        return Cleaner(UTF8, limits)
    profile = Profile()
    for feature in members(page, ""):
        profile.add(features.record(1, feature, limits).cells)
    names = profile.names_are(legacy)
    return Cleaner(UTF8, limits, legacy=legacy, plain=profile.plain(legacy), names=names)


def located(url: str, fetch: Fetcher, layer: str, crs: str, limits: Limits) -> Target:
    """Tells a WFS from a collection, and finds the layer."""
    url = url.strip()
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise refusal(url, "address", "this is not a web address") from error
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise refusal(url, "address", "a web address that begins with https:// is expected")
    query = {name.lower(): text for name, text in parse_qsl(parts.query, keep_blank_values=True)}
    if query.get("service", "").upper() == "WFS" or "typenames" in query or "typename" in query:
        return wfs_target(url, query, fetch, layer, crs, limits)
    if parts.path.rstrip("/").lower().endswith("/wfs"):
        return wfs_target(url, query, fetch, layer, crs, limits)
    return collection_target(url, fetch, layer, crs, limits)


def collection_target(url: str, fetch: Fetcher, layer: str, crs: str, limits: Limits) -> Target:
    """The items of a collection; a landing page or a list of collections leads to one."""
    wanted = {"crs": crs_uri(crs)} if crs else {}
    page = document(fetch, url, limits)
    for _hop in range(3):
        if "features" in page or page.get("type") == "Feature":
            return Target(with_query(url, wanted), wfs=False)
        if isinstance(page.get("collections"), list):
            listed = [item for item in page["collections"] if isinstance(item, dict)]
            found = {str(item.get("id")): item for item in listed}
            names = tuple(found)
            name = chosen(layer, names)
            items = linked(found[name], url, "items") or f"{bare(url)}/{quote(name, safe='')}/items"
            return Target(with_query(items, wanted), wfs=False, layers=names)
        following = linked(page, url, "items") or linked(page, url, "data")
        if not following:
            break
        if linked(page, url, "items"):
            ids = (str(page["id"]),) if page.get("id") else ()
            return Target(with_query(following, wanted), wfs=False, layers=ids)
        url, page = following, document(fetch, following, limits)
    raise refusal(url, "features", "the address answers, but not with features")


def wfs_target(
    url: str, query: Mapping[str, str], fetch: Fetcher, layer: str, crs: str, limits: Limits
) -> Target:
    """GetFeature for the layer named in the address or asked for, or the first of the capabilities."""
    layers = tuple(filter(None, (query.get("typenames") or query.get("typename") or "").split(",")))
    if not layers:
        ask = {"service": "WFS", "version": "2.0.0", "request": "GetCapabilities"}
        answer = fetched(fetch, with_query(bare(url), ask), ACCEPT_XML, limits)
        layers = tuple(dict.fromkeys(TYPE_NAME.findall(answer.body.decode("utf-8", "replace"))))
    name = chosen(layer, layers)
    used = ("service", "version", "request", "typenames", "typename", "outputformat", "count", "startindex")
    kept = {key: text for key, text in query.items() if key not in used}
    ask = {
        "service": "WFS", "version": "2.0.0", "request": "GetFeature", "typeNames": name,
        "outputFormat": "application/json", "srsName": crs or kept.pop("srsname", "EPSG:4326"),
    }  # fmt: skip
    return Target(with_query(bare(url), kept | ask), wfs=True, layers=layers)


def page_url(target: Target, start: int, count: int) -> str:
    """The address of the features from `start` (0 is the first) on."""
    if target.wfs:
        return with_query(target.url, {"startIndex": str(start), "count": str(count)})
    return (
        with_query(target.url, {"limit": str(count)})
        if target.layers or "/items" in target.url
        else target.url
    )


def wfs_pages(
    target: Target, fetch: Fetcher, after: int, limits: Limits
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Counts what really came, since a server may give fewer at a time than it was asked for."""
    seen, start = Seen(target.url, limits), max(after, 0)
    while True:
        page = document(fetch, page_url(target, start, PAGE), limits, seen)
        count = len(members(page, target.url))
        if not count:
            return
        yield start + 1, page
        start += count
        known = total(page)
        if known is not None and start >= known:
            return
        if known is None and count < PAGE:
            return


def linked_pages(target: Target, fetch: Fetcher, limits: Limits) -> Iterator[tuple[int, dict[str, Any]]]:
    """From link to link; an empty page is the last."""
    seen, url, number = Seen(target.url, limits), page_url(target, 0, PAGE), 1
    while url:
        page = document(fetch, url, limits, seen)
        count = len(members(page, target.url))
        if not count:
            return
        yield number, page
        number += count
        url = linked(page, url, "next")


class Seen:
    """Refuses a page that came before, and too many pages."""

    def __init__(self, url: str, limits: Limits) -> None:
        self._url, self._limits = url, limits
        self._digests: set[bytes] = set()

    def check(self, url: str, page: dict[str, Any]) -> None:
        """By address and by what is on it: a server that ignores the paging sends one page for ever."""
        found = members(page, url)
        content = json.dumps([len(found), found[:1], found[-1:]])
        for what in (url, content) if found else (url,):
            digest = hashlib.blake2b(what.encode("utf-8", "backslashreplace"), digest_size=12).digest()
            if digest in self._digests:
                raise refusal(url, "loop", "the server sends the same page again")
            self._digests.add(digest)
        if len(self._digests) > 2 * self._limits.pages:
            raise refusal(self._url, "pages", f"the address has more than {self._limits.pages:,} pages")


def document(fetch: Fetcher, url: str, limits: Limits, seen: Seen | None = None) -> dict[str, Any]:
    """A JSON object."""
    answer = fetched(fetch, url, ACCEPT, limits)
    try:
        page = json.loads(answer.body)
    except (ValueError, RecursionError) as error:
        told = EXCEPTION.search(answer.body[:65536].decode("utf-8", "replace"))
        words = f"the server says: {told.group(1).strip()[:200]}" if told else "the answer is not JSON"
        raise refusal(url, "json", words) from error
    if not isinstance(page, dict):
        raise refusal(url, "json", "the answer is no JSON object")
    if seen:
        seen.check(url, page)
    return page


def fetched(fetch: Fetcher, url: str, accept: str, limits: Limits) -> Fetched:
    """An answer with status 200 of bounded size."""
    answer = fetch(url, accept=accept, most=limits.page_bytes)
    if len(answer.body) > limits.page_bytes:
        raise refusal(url, "size", "one page of the answer is too large")
    if answer.status != 200:
        told = EXCEPTION.search(answer.body[:65536].decode("utf-8", "replace"))
        words = f"the server answers {answer.status}"
        raise refusal(url, "answer", f"{words}: {told.group(1).strip()[:200]}" if told else words)
    return answer


def members(page: dict[str, Any], url: str) -> list[Any]:
    """The features of a page."""
    if page.get("type") == "Feature":
        return [page]
    found = page.get("features")
    if not isinstance(found, list):
        raise refusal(url, "features", "the answer holds no features")
    return found


def total(page: dict[str, Any]) -> int | None:
    """How many there are in all, where the server tells."""
    for name in ("numberMatched", "totalFeatures"):
        number = page.get(name)
        if isinstance(number, int) and not isinstance(number, bool) and number >= 0:
            return number
    return None


def linked(page: dict[str, Any], url: str, relation: str) -> str:
    """The link's address, empty where there is none; raises BadInput where it leads to another host."""
    links = page.get("links")
    wanted = [
        link for link in (links if isinstance(links, list) else [])
        if isinstance(link, dict) and link.get("rel") == relation and isinstance(link.get("href"), str)
    ]  # fmt: skip
    if not wanted:
        return ""
    best = next((link for link in wanted if "json" in str(link.get("type", ""))), wanted[0])
    try:
        asked, parts = urlsplit(url), urlsplit(urljoin(url, str(best["href"])))
        same = bool(parts.hostname) and parts.hostname == asked.hostname
    except ValueError:
        same = False
    if not same:
        words = f"the link “{relation}” leads to another host"
        raise refusal(best["href"], "host", words)
    # behind a proxy servers write links by their inner scheme and port
    return urlunsplit((asked.scheme, asked.netloc, parts.path, parts.query, ""))


def with_query(url: str, more: Mapping[str, str]) -> str:
    """The address with these parameters set, the others kept."""
    parts = urlsplit(url)
    lower = {name.lower() for name in more}
    kept = [
        (name, text)
        for name, text in parse_qsl(parts.query, keep_blank_values=True)
        if name.lower() not in lower
    ]
    return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode([*kept, *more.items()]), ""))


def bare(url: str) -> str:
    """Without its query."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, parts.path.rstrip("/"), "", ""))


def crs_uri(crs: str) -> str:
    """`EPSG:3405` as OGC API names it."""
    authority, _, code = crs.partition(":")
    return crs if "/" in crs or not code else f"http://www.opengis.net/def/crs/{authority.upper()}/0/{code}"
