"""How a figure is told: one JSON line, so that machines read it too."""

from __future__ import annotations

import json
from dataclasses import dataclass, field


@dataclass(slots=True)
class Report:
    """The figures of one bench; `ok` is False as soon as one falls short of its reach."""

    bench: str
    ok: bool = True
    lines: list[str] = field(default_factory=list)

    def at_least(self, figure: str, value: float, unit: str, reach: float) -> None:
        """Falls short below `reach`."""
        self._tell(figure, value, unit, reach, value >= reach)

    def below(self, figure: str, value: float, unit: str, reach: float) -> None:
        """Falls short at `reach` and above."""
        self._tell(figure, value, unit, reach, value < reach)

    def at_most(self, figure: str, value: float, unit: str, reach: float) -> None:
        """Falls short above `reach`."""
        self._tell(figure, value, unit, reach, value <= reach)

    def note(self, figure: str, value: float | str, unit: str) -> None:
        """A figure that nothing is promised of."""
        self._tell(figure, value, unit, None, True)

    def _tell(self, figure: str, value: float | str, unit: str, reach: float | None, ok: bool) -> None:
        told = float(f"{value:.4g}") if isinstance(value, float) else value
        line = json.dumps(
            {"bench": self.bench, "figure": figure, "value": told, "unit": unit, "reach": reach, "ok": ok}
        )
        print(line, flush=True)
        self.lines.append(line)
        self.ok = self.ok and ok
