"""Why a device does not do what was asked."""

from __future__ import annotations

from enum import StrEnum


class OnvifFault(StrEnum):
    """What is wrong: who mends it differs."""

    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    UNSUPPORTED = "unsupported"


class OnvifError(Exception):
    """A device did not do what was asked; the text holds neither name nor password."""

    def __init__(self, fault: OnvifFault, text: str) -> None:
        super().__init__(text)
        self.fault = fault
