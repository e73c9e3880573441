"""The components say what they promise, in both languages."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django import forms
from django.db.models.fields import BLANK_CHOICE_DASH
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone, translation

from naoso.kernel.errors import BadInput, NotAllowed
from naoso.kernel.findings import Severity
from naoso.ui import icons
from naoso.ui.ages import age_in_words
from naoso.ui.middleware import problem_answer

AT = datetime(2026, 11, 22, 17, 30, tzinfo=UTC)
SOURCE = Path(__file__).parents[2]


def rendered(source: str, **values: object) -> str:
    """A template's text."""
    return Template(source).render(Context(values))


@pytest.mark.parametrize(
    ("value", "decimals", "vi", "en"),
    [
        (1234567.891, 1, "1.234.567,9", "1,234,567.9"),
        (88.25, 1, "88,3", "88.3"),
        (-3, None, "-3", "-3"),
        (0.1 + 0.2, 2, "0,30", "0.30"),
        (None, 1, "–", "–"),
        (float("nan"), 1, "–", "–"),
    ],
)
def test_numbers_are_rounded_and_grouped(value: float, decimals: int, vi: str, en: str) -> None:
    for language, expected in (("vi", vi), ("en", en)):
        with translation.override(language):
            assert f">{expected}</span>" in rendered("{% number v d %}", v=value, d=decimals)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-30, "vừa xong"),
        (59, "vừa xong"),
        (60, "1 phút trước"),
        (3600, "1 giờ trước"),
        (3 * 86400, "3 ngày trước"),
        (7 * 86400, "23/11/2026 00:30"),
        (-90, "còn 1 phút"),
        (-3600, "còn 1 giờ"),
        (-2.5 * 86400, "còn 2 ngày"),
        (-7 * 86400, "23/11/2026 00:30"),
    ],
)
def test_ages_speak_vietnamese(seconds: float, words: str) -> None:
    with translation.override("vi"):
        assert age_in_words(AT, AT + timedelta(seconds=seconds)) == words


def test_age_carries_its_absolute_time() -> None:
    html = rendered("{% age at %}", at=AT)
    assert 'title="23/11/2026 00:30"' in html
    assert "data-age" in html


def test_a_moment_far_away_is_told_once() -> None:
    now = timezone.now()
    near = rendered("{% moment at %}", at=now + timedelta(days=2, minutes=1))
    assert near.count("<time") == 1
    assert "(" in near
    assert "(" not in rendered("{% moment at %}", at=now - timedelta(days=8))


def test_stale_speaks_only_when_it_is() -> None:
    now = timezone.now()
    limit = timedelta(minutes=10)
    assert rendered("{% stale at limit %}", at=now, limit=limit) == ""
    with translation.override("vi"):
        assert "Quá cũ" in rendered("{% stale at 600 %}", at=now - timedelta(minutes=11))
        assert "Chưa có dữ liệu" in rendered("{% stale at limit %}", at=None, limit=limit)


@pytest.mark.parametrize("value", [Severity.SEVERE, 3, "late", "stale", "something-new"])
def test_a_badge_has_words_shape_and_colour(value: object) -> None:
    html = rendered("{% badge v %}", v=value)
    assert re.search(r'class="sign sign-\w+', html)
    assert "<svg" in html
    assert re.search(r"<span>[^<]+</span>", html)


def test_text_from_outside_stays_text() -> None:
    assert "<script>" not in rendered("{% badge v label=v %}{% nothing v %}", v="<script>")


def test_every_icon_that_is_named_exists() -> None:
    if not icons.shapes():
        pytest.skip("the front end is not built")
    named: set[str] = set()
    for path in SOURCE.rglob("*.html"):
        named |= set(re.findall(r"{% icon \"([\w-]+)\"", path.read_text(encoding="utf-8")))
    for path in SOURCE.rglob("module.py"):
        named |= set(re.findall(r'icon="([\w-]+)"', path.read_text(encoding="utf-8")))
        named |= set(
            re.findall(r'MenuItem\([^"]*"[^"]+"\), "[^"]+", "([\w-]+)"', path.read_text(encoding="utf-8"))
        )
    assert named - icons.shapes().keys() == set()


def test_templates_hold_no_inline_script_or_style() -> None:
    forbidden = re.compile(r"<style|\sstyle=|\son\w+=\"|<script(?![^>]*(src=|type=\"application/json\"))")
    found = [
        path.name for path in SOURCE.rglob("*.html") if forbidden.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize("catalogue", sorted(SOURCE.rglob("*.po")), ids=lambda p: p.parts[-5])
def test_catalogues_are_complete(catalogue: Path) -> None:
    entries = catalogue.read_text(encoding="utf-8").split("\n\n")[1:]
    empty = [entry for entry in entries if re.search(r'^msgstr(\[\d\])? ""\s*$(?!\n")', entry, re.MULTILINE)]
    assert empty == []


def test_refusals_are_problems_for_machines_and_pages_for_people() -> None:
    factory = RequestFactory()
    machine = problem_answer(factory.get("/"), BadInput.of("limit", -1, "min", "must be positive"))
    assert machine is not None
    assert machine.status_code == 422
    assert machine["Content-Type"] == "application/problem+json"
    htmx = factory.post("/", headers={"HX-Request": "true", "Accept": "text/html"})
    refused = problem_answer(htmx, NotAllowed("no"))
    assert refused is not None
    assert refused.status_code == 403
    assert problem_answer(factory.get("/"), ValueError("a fault")) is None


class Blank(forms.Form):
    """Choices with an empty one."""

    needed = forms.ChoiceField(choices=[*BLANK_CHOICE_DASH, ("a", "A")])
    wished = forms.ChoiceField(choices=[*BLANK_CHOICE_DASH, ("a", "A")], required=False)


def test_an_empty_choice_has_words() -> None:
    with translation.override("vi"):
        html = str(Blank())
    assert "Chọn…" in html
    assert ">–<" in html
    assert "---" not in html
