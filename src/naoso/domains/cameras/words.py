"""What can be wrong with a camera that answers, in words."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import pgettext_lazy

PROBLEM_WORDS = {
    "black": pgettext_lazy("camera", "black picture"),
    "frozen": pgettext_lazy("camera", "picture stands still"),
    "blurred": pgettext_lazy("camera", "picture is blurred"),
    "covered": pgettext_lazy("camera", "something covers the lens"),
    "turned": pgettext_lazy("camera", "looks elsewhere"),
    "clock": pgettext_lazy("camera", "clock is wrong"),
}


def problem_words(codes: Iterable[str]) -> str:
    """`picture is blurred, clock is wrong`."""
    return ", ".join(str(PROBLEM_WORDS.get(code, code)) for code in codes)
