"""The modules that this centre runs: the core's own, then the domains switched on."""

from __future__ import annotations

from pkgutil import iter_modules

import naoso.domains
from naoso.config import options
from naoso.kernel.modules import Registry, load_module

CORE = (
    "naoso.core.places",
    "naoso.core.people",
    "naoso.core.registry",
    "naoso.core.objects",
    "naoso.core.telemetry",
    "naoso.core.ingest",
    "naoso.core.notify",
    "naoso.core.webhooks",
    "naoso.core.alerts",
    "naoso.core.response",
)
SCREENS = ("naoso.screens",)


def domains() -> tuple[str, ...]:
    """Packages of the domains switched on: the allow-list of the settings, else every folder there is."""
    wanted = [name.strip() for name in options.web().modules.split(",") if name.strip()]
    found = wanted or sorted(info.name for info in iter_modules(naoso.domains.__path__) if info.ispkg)
    return tuple(f"naoso.domains.{name}" for name in found)


registry = Registry(load_module(package) for package in (*CORE, *domains(), *SCREENS))
