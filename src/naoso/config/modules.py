"""The modules that this centre runs: the core's own, then the domains switched on."""

from __future__ import annotations

from naoso.config import options
from naoso.kernel.modules import Registry, load_module

CORE = (
    "naoso.core.places",
    "naoso.core.people",
    "naoso.core.registry",
    "naoso.core.telemetry",
    "naoso.core.ingest",
    "naoso.core.notify",
    "naoso.core.alerts",
    "naoso.core.response",
)
SCREENS = ("naoso.screens",)


def domains() -> tuple[str, ...]:
    """Packages of the domains that the settings switch on."""
    return tuple(name.strip() for name in options.web().modules.split(",") if name.strip())


registry = Registry(load_module(package) for package in (*CORE, *domains(), *SCREENS))
