"""Scripts are read or refused with the place of the fault; the score is what came true in time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from naoso.domains.exercises.library import scripts
from naoso.domains.exercises.rules import Clock, Expectation, Seen, judge, parse, score
from naoso.kernel.errors import BadInput

BEGUN = datetime(2026, 11, 25, 3, tzinfo=UTC)
CLOCK = Clock(BEGUN, speed=60.0)
GOOD = """
title = "Cháy"
[[happens]]
at = 60
say = "Báo cháy"
message = { source = "panel", body = { type = "alarm" } }
[[happens]]
at = 0
step = { incident = "fire", title = "Điều xe" }
[[expect]]
kind = "incident"
code = "fire"
say = "Sự cố mở"
"""


def after(real_s: float) -> datetime:
    return BEGUN + timedelta(seconds=real_s)


def test_a_script_is_read_in_the_order_of_its_time() -> None:
    script = parse("chay", GOOD)
    assert [(deed.at, deed.kind, deed.by_a_player) for deed in script.deeds] == [
        (0, "step", True), (60, "message", False),
    ]  # fmt: skip
    assert (script.length_s, script.title_en) == (60, "Cháy")


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("title =", "script"),
        ('title = "x"', "happens"),
        (GOOD.replace("at = 60", "at = -1"), "happens[0].at"),
        (GOOD.replace("at = 60", 'at = "soon"'), "happens[0].at"),
        (GOOD.replace("message =", "dance ="), "happens[0]"),
        (GOOD.replace('kind = "incident"', 'kind = "dragon"'), "expect[0].kind"),
        (GOOD.replace('say = "Sự cố mở"', 'say = "x"\nfoo = 1'), "expect[0].foo"),
        (GOOD.replace('title = "Cháy"', ""), "title"),
    ],
)
def test_a_bad_script_is_refused_with_the_place(text: str, field: str) -> None:
    with pytest.raises(BadInput) as error:
        parse("x", text)
    assert error.value.errors[0].field == field


@pytest.mark.parametrize(
    ("seen", "met", "why"),
    [
        ([Seen("incident", "fire", after(1.5), 4)], True, ""),
        ([Seen("incident", "fire", after(5), 4)], False, "late"),
        ([Seen("incident", "fire", after(1.5), 2)], False, "too-mild"),
        ([Seen("incident", "fire", after(1.5), 4), Seen("incident", "fire", after(2), 4)], False, "too-many"),
        ([Seen("incident", "fire", after(0.5), 4)], False, "never"),
        ([Seen("alert", "fire", after(1.5), 4)], False, "never"),
        ([], False, "never"),
    ],
)
def test_what_the_centre_does_is_measured_in_real_time(seen: list[Seen], met: bool, why: str) -> None:
    wanted = Expectation("incident", "fire", "mở", after=60, within=3, severity=3)
    [result] = judge([wanted], seen, CLOCK)
    assert (result.met, result.why) == (met, why)


def test_what_people_do_is_measured_in_the_script_s_time() -> None:
    done = Seen("step", "fire", after(3), words="Điều xe chữa cháy gần nhất", since=after(1))
    in_time = Expectation("step", "fire", "điều xe", within=180, words="điều xe")
    late = Expectation("step", "fire", "điều xe", within=100, words="điều xe")
    results = judge([in_time, late], [done], CLOCK)
    assert [r.met for r in results] == [True, False]
    assert results[0].took_s == pytest.approx(120)
    assert score(results) == 50


def test_the_scripts_of_the_house_can_be_read() -> None:
    assert {"market-fire", "flash-flood", "chemical-spill"} <= set(scripts())
    for script in scripts().values():
        assert script.expected
        assert any(deed.by_a_player for deed in script.deeds)
