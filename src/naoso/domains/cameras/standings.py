"""How a camera stands, in words, shape and colour: one place for lists, map, panel and report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Case, CharField, F, Value, When
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from naoso.domains.cameras.models import CameraHealth, CameraSource, HealthState

OFF, NONE = "off", "none"


@dataclass(frozen=True, slots=True)
class Standing:
    """`tone` and `icon` as badges have them; `on_map` is a state of map features."""

    code: str
    label: Any
    tone: str
    icon: str
    on_map: str


STANDINGS = {
    one.code: one
    for one in (
        Standing("ok", pgettext_lazy("camera", "Works"), "calm", "circle-check", "normal"),
        Standing("picture", _("Picture is wrong"), "warn", "photo-exclamation", "warning"),
        Standing("silent", _("No picture"), "bad", "photo-off", "danger"),
        Standing("unreachable", _("Cannot be reached"), "bad", "plug-connected-x", "danger"),
        Standing("refused", _("Refuses password"), "bad", "lock-x", "danger"),
        Standing("unsupported", _("Picture cannot be read"), "bad", "file-unknown", "danger"),
        Standing("new", _("Not checked yet"), "info", "clock", "notice"),
        Standing(OFF, _("Switched off"), "mute", "power", "off"),
        Standing(NONE, _("Not connected"), "mute", "plug-off", "off"),
    )
}


def standing_case() -> Case:
    """The code of a city object's standing, for a queryset of cameras."""
    return Case(
        When(camera_source=None, then=Value(NONE)),
        When(camera_source__enabled=False, then=Value(OFF)),
        When(camera_source__health=None, then=Value(HealthState.NEW.value)),
        default=F("camera_source__health__state"),
        output_field=CharField(),
    )


def standing_of(source: CameraSource | None) -> Standing:
    """Of one that was read."""
    if source is None:
        return STANDINGS[NONE]
    if not source.enabled:
        return STANDINGS[OFF]
    health = health_of(source)
    return STANDINGS[health.state if health else HealthState.NEW]


def health_of(source: CameraSource | None) -> CameraHealth | None:
    """None before the first round of checks."""
    return getattr(source, "health", None)
