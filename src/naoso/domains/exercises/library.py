"""The scripts that come with the house, and a recorded day as a script."""

from __future__ import annotations

import base64
import json
from functools import cache
from pathlib import Path

from naoso.domains.exercises.rules import Deed, Script, parse
from naoso.kernel.errors import BadInput

FOLDER = Path(__file__).parent / "scripts"


@cache
def scripts() -> dict[str, Script]:
    """By slug, in the order of their names."""
    return {
        path.stem: parse(path.stem, path.read_text(encoding="utf-8"))
        for path in sorted(FOLDER.glob("*.toml"))
    }


def script_of(slug: str) -> Script:
    """Raises BadInput for a name that no script has."""
    try:
        return scripts()[slug]
    except KeyError:
        raise BadInput.of("script", slug, "known", f"one of {', '.join(scripts())}") from None


def recorded(path: Path) -> Script:
    """JSON lines that `exercise record` wrote: `at` in seconds, the subject, the message."""
    deeds = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            told = json.loads(line)
            payload = base64.b64decode(told["payload"], validate=True)
            deeds.append(
                Deed(float(told["at"]), "", "message", {"subject": str(told["subject"]), "raw": payload})
            )
        except (ValueError, KeyError, TypeError) as error:
            raise BadInput.of(f"line {number}", line[:100], "recording", str(error)) from error
    if not deeds:
        raise BadInput.of("file", path.name, "required", "the recording is empty")
    return Script(path.stem[:50], path.stem, path.stem, "", tuple(deeds), ())
