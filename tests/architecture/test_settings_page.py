"""docs/ops/settings.md names every option with its description."""

from __future__ import annotations

import inspect

from naoso.config import options
from naoso.config.options import ROOT, Options


def test_every_option_is_explained() -> None:
    page = (ROOT / "docs/ops/settings.md").read_text()
    classes = [
        c
        for _n, c in inspect.getmembers(options, inspect.isclass)
        if issubclass(c, Options) and c is not Options
    ]
    assert len(classes) >= 6
    missing = [
        name
        for one in classes
        for field, facts in one.model_fields.items()
        if (name := facts.alias or f"NAOSO_{field.upper()}")
        and f"| `{name}` | {facts.description} |" not in page
    ]
    assert missing == []
