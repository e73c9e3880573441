"""SenML in JSON, RFC 8428: base fields carry over, names are joined, times may be relative.

Only numbers (`v`) become readings; text, booleans and data are refused by name.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any

from naoso.connectors.readings.plain import load, number_fault
from naoso.connectors.readings.types import Broken, Parsed, Reading, gathered
from naoso.kernel.errors import FieldError

VERSION = 10
RELATIVE_BELOW = 2**28  # section 4.5.3: smaller times count from now
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9\-:./_]*\Z")  # section 4.5.1
NUMBERS = ("bt", "bv", "bs", "v", "s", "t", "ut")
BASE = ("bn", "bt", "bu", "bv", "bs", "bver")
KNOWN = {"bn", "bt", "bu", "bv", "bs", "bver", "n", "u", "v", "vs", "vb", "vd", "s", "t", "ut"}


def parse_senml(body: bytes, received: float) -> Parsed:
    """`received` is now in seconds since 1970, for relative times."""
    loaded = load(body)
    if isinstance(loaded, FieldError):
        return Parsed((), (), (Broken(-1, loaded, body),))
    if not isinstance(loaded, list):
        return Parsed.nothing("message", loaded, "shape", "a SenML pack is a list of records", body)
    base: dict[str, Any] = {}
    items: list[Reading | Broken] = []
    for record in loaded:
        error = _fault(record)
        if error is None:
            base.update({label: record[label] for label in BASE if label in record})
        if error is None and _base_only(record):
            continue
        made = error or _resolved(base, record, received)
        if isinstance(made, FieldError):
            text = json.dumps([{**base, **record} if isinstance(record, dict) else record]).encode()
            items.append(Broken(len(items), made, text))
        else:
            items.append(made)
    return gathered(items)


def _fault(record: Any) -> FieldError | None:
    if not isinstance(record, dict):
        return FieldError("record", record, "shape", "a SenML record is an object")
    for label, value in record.items():
        if label.endswith("_") and label not in KNOWN:
            return FieldError(label, value, "shape", "a field that must be understood is not known here")
        if label in NUMBERS and (error := number_fault(label, value)):
            return error
        if label in ("bn", "n", "bu", "u") and not isinstance(value, str):
            return FieldError(label, value, "shape", "must be text")
    version = record.get("bver", VERSION)
    if not isinstance(version, int) or version > VERSION:
        return FieldError("bver", version, "shape", f"SenML versions up to {VERSION} are understood")
    return None


def _base_only(record: dict[str, Any]) -> bool:
    return not any(label in record for label in ("v", "vs", "vb", "vd", "s", "n"))


def _resolved(base: dict[str, Any], record: dict[str, Any], received: float) -> Reading | FieldError:
    name = base.get("bn", "") + record.get("n", "")
    if not NAME.match(name):
        return FieldError(
            "n", name, "shape", "must begin with a letter or digit and hold only A-Za-z0-9-:./_"
        )
    for label in ("vs", "vb", "vd"):
        if label in record:
            return FieldError(label, record[label], "shape", "only numbers (v) are taken as readings")
    if "v" not in record:
        return FieldError("v", None, "shape", "is missing")
    time = float(base.get("bt", 0)) + float(record.get("t", 0))
    if time < RELATIVE_BELOW:
        time += received
    value = float(base.get("bv", 0)) + float(record["v"])
    if not (math.isfinite(value) and math.isfinite(time)):
        return FieldError("v", value, "finite", "must be a finite number")
    return Reading(name, time, value, record.get("u") or base.get("bu", ""))
