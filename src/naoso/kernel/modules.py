"""A system of the city declares itself: names only, no imports of its own code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from naoso.kernel.kinds import Kind


class ModuleError(Exception):
    """A declaration that cannot be loaded: says which module and what is wrong."""


@dataclass(frozen=True, slots=True)
class Permission:
    """`code` is `<app>.<verb>`; the title is a lazy translation."""

    code: str
    title: Any


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One entry of the navigation; `url` is a URL name, `icon` a Tabler icon."""

    title: Any
    url: str
    icon: str
    permission: str
    order: int = 100


@dataclass(frozen=True, slots=True)
class LegendItem:
    """What a state of a layer's features means: shown with its shape and colour."""

    state: str
    label: Any


@dataclass(frozen=True, slots=True)
class LayerSpec:
    """A layer of the operations map.

    `features` is a dotted path to `f(user, bbox | None) -> GeoJSON FeatureCollection as dict`
    whose features carry id and properties title, state, value, unit, at, url. With `sectors` a feature
    may also carry heading and width (degrees) and reach (m): the map draws what it looks at.
    """

    slug: str
    title: Any
    icon: str
    features: str
    permission: str
    visible: bool = True
    refresh_s: int = 60
    legend: tuple[LegendItem, ...] = ()
    sectors: bool = False


@dataclass(frozen=True, slots=True)
class SearchSpec:
    """`search` is a dotted path to `f(user, text, limit) -> list of SearchHit`."""

    title: Any
    search: str
    permission: str


@dataclass(frozen=True, slots=True)
class ObjectLink:
    """What a domain offers on the card of a kind's objects; `url` names an address that takes a number."""

    kind: str
    title: Any
    icon: str
    url: str
    permission: str


@dataclass(frozen=True, slots=True)
class IncidentPanel:
    """What a domain shows beside an incident: plan and hydrants, crews, cameras near it.

    `context` is a dotted path to `f(user, incident) -> dict | None`; None where it has nothing to show.
    The template gets that context and `incident`. The part is asked for when the incident is opened, and
    again when an event of the names in `refresh_on` comes (blanks between them).
    """

    slug: str
    title: Any
    icon: str
    context: str
    template: str
    permission: str
    order: int = 100
    refresh_on: str = ""


@dataclass(frozen=True, slots=True)
class StepAction:
    """What a step of a procedure does by itself when its turn comes: warn, convene, draft a warning.

    `run` is a dotted path to `f(incident, step) -> str`: it does its work in the running transaction and
    returns one sentence for the timeline; `step.argument` is the text that the author of the procedure
    gave it. Raises BadInput where it cannot; the step then waits for a person.
    """

    code: str
    title: Any
    run: str
    argument_help: Any = ""


@dataclass(frozen=True, slots=True)
class Module:
    """Everything the house knows of a system before it imports any of its code.

    intake: dotted paths `f(batch: StoredBatch) -> None`, called by ingest in its transaction.
    messages: dotted path `f(messages: Sequence[SourceMessage]) -> Sequence[Refused]`, called in the
    transaction that moves the stream's position, with the messages of sources of this domain.
    subscriptions: event name → dotted path `f(event: Event) -> None`, at least once, idempotent;
    "*" → `f(events: Sequence[Event]) -> None`, every event there is, in batches.
    seed: dotted path `f() -> None`, deterministic, through the services.
    urls: dotted path of the URL conf, mounted at `url_prefix`.
    api: dotted path of a ninja Router, mounted at /api/v1/<slug>.
    mounts: further (prefix, dotted path of a URL conf), for addresses that a standard prescribes.
    """

    slug: str
    title: Any
    app: str
    permissions: tuple[Permission, ...] = ()
    menu: tuple[MenuItem, ...] = ()
    layers: tuple[LayerSpec, ...] = ()
    search: tuple[SearchSpec, ...] = ()
    intake: tuple[str, ...] = ()
    messages: str = ""
    incident_panels: tuple[IncidentPanel, ...] = ()
    step_actions: tuple[StepAction, ...] = ()
    subscriptions: tuple[tuple[str, str], ...] = ()
    kinds: tuple[Kind, ...] = ()
    object_links: tuple[ObjectLink, ...] = ()
    seed: str = ""
    urls: str = ""
    url_prefix: str = ""
    mounts: tuple[tuple[str, str], ...] = ()
    api: str = ""
    audited: tuple[str, ...] = field(default=())


class Registry:
    """The modules that this centre runs, in the order of their declaration."""

    def __init__(self, modules: Iterable[Module]) -> None:
        self.modules = tuple(modules)
        seen: set[str] = set()
        for module in self.modules:
            if module.slug in seen:
                raise ModuleError(f"two modules call themselves {module.slug!r}")
            seen.add(module.slug)

    def __iter__(self) -> Iterator[Module]:
        return iter(self.modules)

    def get(self, slug: str) -> Module:
        """Raises ModuleError for a slug that is not switched on."""
        for module in self.modules:
            if module.slug == slug:
                return module
        raise ModuleError(f"module {slug!r} is not switched on")

    @property
    def permissions(self) -> tuple[Permission, ...]:
        """Every permission of every module."""
        return tuple(p for m in self.modules for p in m.permissions)

    @property
    def menu(self) -> tuple[MenuItem, ...]:
        """Navigation entries in their order."""
        return tuple(sorted((i for m in self.modules for i in m.menu), key=lambda i: i.order))

    @property
    def layers(self) -> tuple[LayerSpec, ...]:
        """Map layers in the modules' order."""
        return tuple(layer for m in self.modules for layer in m.layers)


def load_module(package: str) -> Module:
    """Import `<package>.module` and return its MODULE."""
    try:
        declared = import_module(f"{package}.module")
    except ModuleNotFoundError as error:
        raise ModuleError(f"{package} has no module.py that can be imported: {error}") from error
    module = getattr(declared, "MODULE", None)
    if not isinstance(module, Module):
        raise ModuleError(f"{package}.module must define MODULE = Module(…)")
    return module


def resolve(path: str) -> Any:
    """A dotted path `package.module.name` → the object; raises ModuleError when it is absent."""
    module_path, _, name = path.rpartition(".")
    try:
        return getattr(import_module(module_path), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise ModuleError(f"{path!r} names nothing that can be imported: {error}") from error
