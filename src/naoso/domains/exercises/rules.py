"""Scripts of an exercise as frozen types, and the score: pure.

A script tells what the outside does (messages of devices, readings, calls) at seconds of the script's own
time, what players of an unattended run do, and what is expected. Speed divides the script's time: at
60, a minute passes in a second. What the centre must do by itself is measured in real seconds, what people
must do in the script's time, because a machine is not slower when a script runs faster.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from naoso.kernel.errors import BadInput

DeedKind = Literal["message", "readings", "post", "step", "act"]
DEEDS: tuple[DeedKind, ...] = ("message", "readings", "post", "step", "act")
LONGEST_S = 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that happens `at` seconds of the script; `kind` says who does it and how.

    message: a source says `body`; readings: a source tells values; post: somebody sends a form to a public
    address; step: a player finishes the step whose title begins so; act: a player accepts or closes.
    """

    at: float
    say: str
    kind: DeedKind
    what: Mapping[str, Any]

    @property
    def by_a_player(self) -> bool:
        """Left out where people play themselves."""
        return self.kind in {"step", "act"}


@dataclass(frozen=True, slots=True)
class Expectation:
    """What must come true.

    `kind` incident: one of the kind `code` within `within` real seconds after `after` (script seconds), at
    least as severe, and no more than `most` of them; alert: the same for a rule; step: the step of that
    incident done within `within` seconds of the script; line: the timeline has these words.
    """

    kind: str
    code: str
    say: str
    after: float = 0.0
    within: float = 60.0
    severity: int = 0
    most: int = 1
    words: str = ""


@dataclass(frozen=True, slots=True)
class Script:
    """One exercise."""

    slug: str
    title: str
    title_en: str
    about: str
    deeds: tuple[Deed, ...]
    expected: tuple[Expectation, ...]

    @property
    def length_s(self) -> float:
        """Until the last thing happens."""
        return max((deed.at for deed in self.deeds), default=0.0)


def parse(slug: str, text: str) -> Script:
    """TOML → a script; raises BadInput with the place of the fault."""
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadInput.of("script", slug, "toml", str(error)) from error
    deeds = tuple(_deed(index, one) for index, one in enumerate(told.get("happens", ())))
    if not deeds:
        raise BadInput.of("happens", slug, "required", "a script tells at least one thing that happens")
    expected = tuple(_expectation(index, one) for index, one in enumerate(told.get("expect", ())))
    return Script(
        slug=slug,
        title=_text(told, "title", slug),
        title_en=str(told.get("title_en", "")) or _text(told, "title", slug),
        about=str(told.get("about", "")),
        deeds=tuple(sorted(deeds, key=lambda deed: deed.at)),
        expected=expected,
    )


def _text(told: Mapping[str, Any], name: str, slug: str) -> str:
    value = told.get(name)
    if not isinstance(value, str) or not value.strip():
        raise BadInput.of(name, slug, "required", "is missing")
    return value


def _deed(index: int, told: Mapping[str, Any]) -> Deed:
    place = f"happens[{index}]"
    kinds = [kind for kind in DEEDS if kind in told]
    if len(kinds) != 1:
        raise BadInput.of(place, ", ".join(told), "one-of", f"names exactly one of {', '.join(DEEDS)}")
    what = told[kinds[0]]
    if not isinstance(what, dict):
        raise BadInput.of(f"{place}.{kinds[0]}", what, "shape", "is a table")
    return Deed(_seconds(f"{place}.at", told.get("at")), str(told.get("say", "")), kinds[0], what)


def _expectation(index: int, told: Mapping[str, Any]) -> Expectation:
    place = f"expect[{index}]"
    if told.get("kind") not in {"incident", "alert", "step", "line"}:
        raise BadInput.of(f"{place}.kind", told.get("kind"), "known", "incident, alert, step or line")
    known = set(Expectation.__dataclass_fields__)
    for name in sorted(set(told) - known):
        raise BadInput.of(f"{place}.{name}", told[name], "known", f"one of {', '.join(sorted(known))}")
    if not told.get("code") or not told.get("say"):
        raise BadInput.of(place, "", "required", "code and say are needed")
    return Expectation(**told)


def _seconds(place: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= LONGEST_S:
        raise BadInput.of(place, value, "range", f"seconds, 0 to {LONGEST_S:.0f}")
    return float(value)


@dataclass(frozen=True, slots=True)
class Seen:
    """Something that came true during a run: an incident, an alert, a step done, a line."""

    kind: str
    code: str
    at: datetime
    severity: int = 0
    words: str = ""
    since: datetime | None = None
    """Of a step: when its incident was opened."""


@dataclass(frozen=True, slots=True)
class Result:
    """One expectation and how it went: `took_s` in the time that it is measured in, None: it never came."""

    say: str
    met: bool
    took_s: float | None
    limit_s: float
    why: str = ""


@dataclass(frozen=True, slots=True)
class Clock:
    """Real time ⇄ the script's time."""

    started: datetime
    speed: float

    def real_after(self, at: datetime, script_s: float) -> float:
        """Real seconds from a moment of the script until `at`."""
        return (at - self.started).total_seconds() - script_s / self.speed


def judge(expected: Iterable[Expectation], seen: Sequence[Seen], clock: Clock) -> list[Result]:
    """Each expectation against what came true."""
    return [_judge(one, [s for s in seen if s.kind == one.kind], clock) for one in expected]


def _judge(one: Expectation, seen: Sequence[Seen], clock: Clock) -> Result:
    fitting = [s for s in seen if _fits(one, s)]
    if one.kind in {"incident", "alert"}:
        fitting = [s for s in fitting if clock.real_after(s.at, one.after) >= 0]
    if not fitting:
        return Result(one.say, False, None, one.within, "never")
    first = min(fitting, key=lambda s: s.at)
    took = _took(one, first, clock)
    if len(fitting) > one.most and one.kind == "incident":
        return Result(one.say, False, took, one.within, "too-many")
    if max(s.severity for s in fitting) < one.severity:
        return Result(one.say, False, took, one.within, "too-mild")
    return Result(one.say, took <= one.within, took, one.within, "" if took <= one.within else "late")


def _took(one: Expectation, first: Seen, clock: Clock) -> float:
    if one.kind == "step" and first.since is not None:
        return (first.at - first.since).total_seconds() * clock.speed
    if one.kind == "line":
        return clock.real_after(first.at, one.after) * clock.speed
    return clock.real_after(first.at, one.after)


def _fits(one: Expectation, seen: Seen) -> bool:
    return seen.code == one.code and (not one.words or one.words.casefold() in seen.words.casefold())


def score(results: Sequence[Result]) -> int:
    """Out of 100: the share of what was expected that came true in time."""
    return round(100 * sum(result.met for result in results) / len(results)) if results else 100
