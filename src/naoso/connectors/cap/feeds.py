"""Atom 1.0 (RFC 4287), RSS 2.0, EDXL-DE and plain CAP: the alerts in a document, and those it points to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from lxml import etree

from naoso.connectors.cap.markup import NAMESPACES, Element, local, text_of, tree_of
from naoso.kernel.errors import BadInput

ATOM = "http://www.w3.org/2005/Atom"
CAP_TYPE = "application/cap+xml"
MOST_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Contents:
    """Alerts inside the document, and addresses of others, in its order."""

    alerts: tuple[bytes, ...]
    links: tuple[str, ...]


def contents_of(raw: bytes) -> Contents:
    """Raises BadInput where the document is none of the four kinds."""
    root = tree_of(raw, most=MOST_BYTES)
    namespace, name = local(root)
    if name == "alert" and namespace in NAMESPACES:
        return Contents((raw,), ())
    if (namespace, name) == (ATOM, "feed"):
        parts = root.findall(f"{{{ATOM}}}entry")
    elif name == "rss":
        parts = root.findall("channel/item")
    elif name == "EDXLDistribution":
        parts = [root]
    else:
        raise BadInput.of("body", name, "feed", "is neither Atom, RSS, EDXL-DE nor CAP")
    alerts: list[bytes] = []
    links: list[str] = []
    for part in parts:
        inside = list(_alerts_in(part))
        alerts += inside
        if not inside and (link := _link_of(part)):
            links.append(link)
    return Contents(tuple(alerts), tuple(dict.fromkeys(links)))


def _alerts_in(part: Element) -> Iterator[bytes]:
    for one in part.iter():
        namespace, name = local(one)
        if name == "alert" and namespace in NAMESPACES:
            yield etree.tostring(one, with_tail=False, encoding="UTF-8")


def _link_of(part: Element) -> str:
    """The CAP file where the entry names one, else its page."""
    atom = [
        one
        for one in part.findall(f"{{{ATOM}}}link")
        if one.get("rel", "alternate") in {"alternate", "enclosure"}
    ]
    typed = [one for one in atom if one.get("type") == CAP_TYPE] or atom
    if typed:
        return str(typed[0].get("href", "")).strip()
    enclosures = [one for one in part.findall("enclosure") if one.get("type") == CAP_TYPE]
    if enclosures:
        return str(enclosures[0].get("url", "")).strip()
    link = part.find("link")
    return text_of(link).strip() if link is not None else ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One warning in a feed: its page and its CAP file."""

    identifier: str
    title: str
    summary: str
    published: datetime
    updated: datetime
    page: str
    cap: str
    category: str = ""


@dataclass(frozen=True, slots=True)
class Feed:
    """What stands above the entries; `address` is the feed's own."""

    title: str
    description: str
    address: str
    page: str
    author: str
    language: str
    updated: datetime


def atom(feed: Feed, entries: Iterable[Entry]) -> bytes:
    """RFC 4287."""
    root = etree.Element(f"{{{ATOM}}}feed", nsmap={None: ATOM})
    root.set("{http://www.w3.org/XML/1998/namespace}lang", feed.language)
    _put(root, "id", feed.address)
    _put(root, "title", feed.title)
    _put(root, "subtitle", feed.description)
    _put(root, "updated", feed.updated.replace(microsecond=0).isoformat())
    _put(etree.SubElement(root, f"{{{ATOM}}}author"), "name", feed.author)
    _link(root, "self", feed.address, "application/atom+xml")
    _link(root, "alternate", feed.page, "text/html")
    for entry in entries:
        at = etree.SubElement(root, f"{{{ATOM}}}entry")
        _put(at, "id", f"urn:cap:{entry.identifier}")
        _put(at, "title", entry.title)
        _put(at, "updated", entry.updated.replace(microsecond=0).isoformat())
        _put(at, "published", entry.published.replace(microsecond=0).isoformat())
        _put(at, "summary", entry.summary)
        if entry.category:
            etree.SubElement(at, f"{{{ATOM}}}category", term=entry.category)
        _link(at, "alternate", entry.cap, CAP_TYPE)
        _link(at, "related", entry.page, "text/html")
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def rss(feed: Feed, entries: Iterable[Entry]) -> bytes:
    """RSS 2.0; the CAP file is the item's link, its page a comment address, as CAP feeds have it."""
    root = etree.Element("rss", version="2.0")
    channel = etree.SubElement(root, "channel")
    for name, text in (
        ("title", feed.title), ("link", feed.page), ("description", feed.description or feed.title),
        ("language", feed.language), ("lastBuildDate", format_datetime(feed.updated)),
    ):  # fmt: skip
        etree.SubElement(channel, name).text = text
    for entry in entries:
        at = etree.SubElement(channel, "item")
        for name, text in (
            ("title", entry.title), ("link", entry.cap), ("description", entry.summary or entry.title),
            ("comments", entry.page), ("pubDate", format_datetime(entry.published)),
        ):  # fmt: skip
            etree.SubElement(at, name).text = text
        if entry.category:
            etree.SubElement(at, "category").text = entry.category
        etree.SubElement(at, "guid", isPermaLink="false").text = entry.identifier
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _put(at: Element, name: str, text: str) -> None:
    etree.SubElement(at, f"{{{ATOM}}}{name}").text = text


def _link(at: Element, rel: str, href: str, kind: str) -> None:
    etree.SubElement(at, f"{{{ATOM}}}link", rel=rel, href=href, type=kind)
