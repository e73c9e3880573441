"""What is wrong with a file as a whole, in the words of whoever chose it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from naoso.connectors.datasets import Description, describe
from naoso.kernel.errors import BadInput

TOO_LARGE = _("The file is too large when unpacked: split it.")
WORDS = {
    "readable": _("The file is broken: open it, save it anew as XLSX or CSV, and choose that file."),
    "content": _("The file is broken: open it, save it anew as XLSX or CSV, and choose that file."),
    "format": _("The file is no table that can be read: save it as XLSX or CSV, and choose that file."),
    "empty": _("Nothing stands in the file."),
    "password": _("The file is protected by a password: save it without one."),
    "unpacked-size": TOO_LARGE,
    "texts-size": TOO_LARGE,
    "ratio": TOO_LARGE,
}  # fmt: skip


def described(path: Path) -> Description:
    """What a table holds. Raises BadInput in these words, also for a workbook that is none inside."""
    try:
        found = describe(path)
    except BadInput as error:
        raise in_words(error) from error
    if path.suffix == ".xlsx" and found.format != "xlsx":
        raise BadInput.of("file", path.name, "format", str(WORDS["format"]))
    return found


def in_words(error: BadInput) -> BadInput:
    """The same faults of a file, as people are told them; the reader's own words are for machines."""
    return BadInput(
        *(
            replace(one, message=str(WORDS[one.rule])) if one.field == "file" and one.rule in WORDS else one
            for one in error.errors
        )
    )
