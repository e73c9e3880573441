"""Why a camera gives no picture."""

from __future__ import annotations

from enum import StrEnum


class Fault(StrEnum):
    """What is wrong, in the words of `HealthState`: who mends it differs."""

    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    SILENT = "silent"
    UNSUPPORTED = "unsupported"


class RtspError(Exception):
    """A camera did not do what was asked; the text holds neither name nor password."""

    def __init__(self, fault: Fault, text: str) -> None:
        super().__init__(text)
        self.fault = fault
