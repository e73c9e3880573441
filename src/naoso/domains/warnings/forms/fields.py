"""Shapes as text: what the map writes and anybody can type."""

from __future__ import annotations

import json
import re
from math import isfinite
from typing import Any

from django import forms
from django.contrib.gis.geos import GEOSException, Polygon
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from naoso.core.places.models import LOCAL, AdminUnit

PAIR = re.compile(r"(-?\d+(?:\.\d+)?)\s*,\s*(-?\d+(?:\.\d+)?)")
LEAST = 3


class PolygonField(forms.CharField):
    """`latitude,longitude` pairs by blanks or lines, as CAP has them; closed by itself."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> Any:
        """A GEOS polygon; None for nothing."""
        text = (super().to_python(value) or "").strip()
        if not text:
            return None
        pairs = PAIR.findall(text)
        rest = PAIR.sub("", text).strip()
        if rest or len(pairs) < LEAST:
            raise ValidationError(_("Write at least three pairs of latitude,longitude."), "pairs")
        points = [(float(lon), float(lat)) for lat, lon in pairs]
        if not all(isfinite(x) and abs(x) <= 180 and abs(y) <= 90 for x, y in points):
            raise ValidationError(_("Latitude lies in ±90 and longitude in ±180 degrees."), "range")
        if points[0] != points[-1]:
            points.append(points[0])
        try:
            return Polygon(points, srid=4326)
        except (GEOSException, ValueError) as error:
            raise ValidationError(_("These points make no polygon."), "polygon") from error

    def prepare_value(self, value: Any) -> Any:
        """The polygon as it is typed."""
        if isinstance(value, Polygon):
            return " ".join(f"{y:.6f},{x:.6f}" for x, y, *_height in value.exterior_ring.coords)
        return value


class UnitsField(forms.ModelMultipleChoiceField[AdminUnit]):
    """The communes and wards of today, and the province that they make."""

    def __init__(self, **more: Any) -> None:
        super().__init__(AdminUnit.objects.none(), **more)
        self.widget.attrs["size"] = 8

    def known(self) -> UnitsField:
        """Asked when a form is made, so that a merger shows at once."""
        local = AdminUnit.objects.filter(valid_to=None, kind__in=LOCAL)
        rows = AdminUnit.objects.filter(Q(pk__in=local) | Q(pk__in=local.values("parent_id")))
        self.queryset = rows.only("id", "name", "kind").order_by("kind", "name")
        return self

    def label_from_instance(self, obj: Any) -> str:
        """`phường Sông Công`."""
        return str(obj.full_name)


class SubscriptionField(forms.CharField):
    """What the browser's PushManager gave, as JSON."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> Any:
        """A dictionary; None for nothing."""
        text = super().to_python(value)
        if not text:
            return None
        try:
            return json.loads(text)
        except ValueError as error:
            raise ValidationError(_("The browser gave no address to send to."), "json") from error
