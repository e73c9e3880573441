"""What others publish: each public sample is read as it should be, the broken ones with their rule."""

from __future__ import annotations

from pathlib import Path

import pytest

from naoso.connectors.cap import feeds, signing
from naoso.connectors.cap.checking import doubts
from naoso.connectors.cap.reading import parse
from naoso.connectors.cap.writing import render
from naoso.kernel.errors import BadInput

SAMPLES = Path(__file__).parents[6] / "shared/data/cap_google"
pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="shared/data/cap_google is not here")

GOOD = {
    "testdata/australia.cap": (), "testdata/canada.cap": (), "testdata/canada_signed.cap": (),
    "testdata/earthquake.cap": ("circle-zero",), "testdata/earthquake-iso8859-1.cap": ("circle-zero",),
    "testdata/earthquake_signed.cap": ("circle-zero",), "testdata/no_optional_fields.cap": ("required",),
    "testdata/wcatwc-warning.cap": (), "testdata/weather.cap": (),
    "validator/war/examples/43b080713727.cap": ("required",),
    "validator/war/examples/KAR0-0306112239-SW.cap": ("required",),
    "validator/src/com/google/publicalerts/cap/validator/examples/thunderstorm.cap": (),
}  # fmt: skip
BAD = {
    "testdata/canada_errors.cap": {("references", "references")},
    "testdata/invalid.cap": {("scope", "enum")},
    "testdata/noaa_errors.cap": {
        ("info[0].urgency", "enum"), ("info[0].severity", "enum"), ("info[0].certainty", "enum"),
        ("info[0].area[0].polygon[0]", "coordinates"),
    },
    "testdata/xee.cap": {("body", "doctype")},
}  # fmt: skip


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


@pytest.mark.parametrize(("name", "doubted"), GOOD.items())
def test_good_ones_are_read_and_written_again(name: str, doubted: tuple[str, ...]) -> None:
    alert = parse(sample(name))
    assert tuple(doubt.rule for doubt in doubts(alert)) == doubted
    assert parse(render(alert)) == alert


@pytest.mark.parametrize(("name", "rules"), BAD.items())
def test_bad_ones_name_every_rule(name: str, rules: set[tuple[str, str]]) -> None:
    with pytest.raises(BadInput) as refused:
        parse(sample(name))
    assert {(error.field, error.rule) for error in refused.value.errors} == rules


def test_no_sample_is_forgotten() -> None:
    there = {str(path.relative_to(SAMPLES)) for path in SAMPLES.rglob("*.cap")}
    assert there == GOOD.keys() | BAD.keys()


@pytest.mark.parametrize(
    ("name", "alerts", "links"),
    [
        ("amber.atom", 1, 0), ("weather.atom", 1, 0), ("weather_index.atom", 0, 2),
        ("canada_signed.atom", 1, 0),
        ("earthquake_index.atom", 0, 1), ("no_entries.atom", 0, 0), ("ny_index.rss", 0, 2),
        ("invalid.rss", 0, 0), ("bushfire_valid.edxlde", 7, 0), ("bushfire_invalid.edxlde", 7, 0),
        ("empty_weather_index.atom", 0, 0),
    ],
)  # fmt: skip
def test_feeds_hold_alerts_or_point_to_them(name: str, alerts: int, links: int) -> None:
    found = feeds.contents_of(sample(f"testdata/{name}"))
    assert (len(found.alerts), len(found.links)) == (alerts, links)


def test_one_bad_alert_of_a_feed_leaves_the_others() -> None:
    outcomes = []
    for raw in feeds.contents_of(sample("testdata/bushfire_invalid.edxlde")).alerts:
        try:
            outcomes.append(parse(raw).identifier != "")
        except BadInput:
            outcomes.append(False)
    assert outcomes == [True, False, False, True, True, True, True]


def test_a_feed_with_entities_is_refused() -> None:
    with pytest.raises(BadInput, match="document type"):
        feeds.contents_of(sample("testdata/xee.atom"))


@pytest.mark.parametrize("name", ["earthquake_signed.cap", "canada_signed.cap"])
def test_signatures_of_yesterday_are_not_believed(name: str) -> None:
    certificate = sample("testdata/naads_x509_cert.pem").decode()
    with pytest.raises(BadInput, match=r"SHA1|one, right below"):
        signing.verified(sample(f"testdata/{name}"), certificates=[certificate])
