"""Feeds that the schemas of Atom and RSS accept, read back by ourselves."""

from __future__ import annotations

import datetime as dt

import pytest
from lxml import etree

from naoso.connectors.cap import feeds
from naoso.connectors.cap.tests.factories import SENT, alert
from naoso.connectors.cap.tests.test_samples import SAMPLES
from naoso.connectors.cap.writing import render
from naoso.kernel.errors import BadInput

FEED = feeds.Feed("Cảnh báo", "Của tỉnh", "https://a.vn/feed.atom", "https://a.vn/", "UBND", "vi", SENT)
ENTRIES = [
    feeds.Entry(f"VN-{n}", "Ngập <lụt> & lũ", "Di dời", SENT, SENT + dt.timedelta(hours=n), f"https://a.vn/{n}/",
                f"https://a.vn/cap/VN-{n}.xml", "Met")
    for n in range(3)
]  # fmt: skip


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="shared/data/cap_google is not here")
def test_rss_is_valid() -> None:
    schema = etree.XMLSchema(etree.parse(str(SAMPLES / "schema/feed/rss-2_0.xsd")))
    assert schema.validate(etree.fromstring(feeds.rss(FEED, ENTRIES))), schema.error_log


def test_atom_has_what_rfc_4287_demands() -> None:
    """The grammar of the RFC is in a form that no installed parser reads: its demands one by one (4.1)."""
    ns = {"a": feeds.ATOM}
    root = etree.fromstring(feeds.atom(FEED, ENTRIES))
    for part in (root, *root.findall("a:entry", ns)):
        for name in ("id", "title", "updated"):
            assert len(part.findall(f"a:{name}", ns)) == 1
        assert len(part.findall("a:link[@rel='alternate']", ns)) == 1
        stamps = part.findall("a:updated", ns) + part.findall("a:published", ns)
        assert all(dt.datetime.fromisoformat(stamp.text or "").tzinfo for stamp in stamps)
    assert root.find("a:author/a:name", ns) is not None
    assert root.find("a:link[@rel='self']", ns) is not None
    ids = [entry.findtext("a:id", "", ns) for entry in root.findall("a:entry", ns)]
    assert len(set(ids)) == len(ENTRIES)


@pytest.mark.parametrize("make", [feeds.atom, feeds.rss])
def test_a_feed_leads_to_its_cap_files(make: object) -> None:
    found = feeds.contents_of(make(FEED, ENTRIES))  # type: ignore[operator]
    assert found.links == tuple(entry.cap for entry in ENTRIES)


def test_plain_cap_is_its_own_contents_and_other_things_are_refused() -> None:
    raw = render(alert())
    assert feeds.contents_of(raw).alerts == (raw,)
    with pytest.raises(BadInput, match="neither"):
        feeds.contents_of(b"<html/>")
