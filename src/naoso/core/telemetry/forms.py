"""A series as a data steward registers it: what it measures, where, within which bounds."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.gis.geos import Point
from django.utils.translation import gettext_lazy as _

from naoso.core.people.audit import recorded
from naoso.core.people.models import Account
from naoso.core.registry.models import Source, Thing
from naoso.core.registry.services import register_thing
from naoso.core.telemetry.models import Series
from naoso.core.telemetry.services import register_series
from naoso.kernel.errors import BadInput
from naoso.kernel.geometry import LonLat
from naoso.kernel.units import SHOWN

UNITS = [(code, shown or "–") for code, shown in SHOWN.items()]


class SeriesForm(forms.Form):
    """For one source; the thing that it tells of is an existing one, or made here."""

    thing = forms.ModelChoiceField(Thing.objects.none(), label=_("Thing"), required=False)
    code = forms.SlugField(label=_("Code of a new thing"), required=False, max_length=63)
    name = forms.CharField(label=_("Name of a new thing"), required=False, max_length=200)
    lon = forms.FloatField(label=_("Longitude"), required=False)
    lat = forms.FloatField(label=_("Latitude"), required=False)
    property = forms.SlugField(
        label=_("What is measured"), max_length=50, help_text=_("pm25, water_level, temperature …")
    )
    unit = forms.ChoiceField(label=_("Unit"), choices=UNITS)
    low = forms.FloatField(label=_("Lowest plausible value"))
    high = forms.FloatField(label=_("Highest plausible value"))

    def __init__(self, *args: Any, source: Source, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.source = source
        things = Thing.objects.filter(owner=source.owner, domain=source.domain).order_by("code")
        self.fields["thing"].queryset = things  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """An existing thing, or code and name of a new one."""
        values = super().clean() or self.cleaned_data
        if not values.get("thing") and not (values.get("code") and values.get("name")):
            self.add_error("thing", _("Choose a thing, or give code and name of a new one."))
        return values

    def carry_out(self, *, actor: Account) -> Series | None:
        """Register; what the services refuse stands at the form afterwards."""
        values = self.cleaned_data
        try:
            with recorded(actor):
                thing = values["thing"] or self.new_thing(actor)
                return register_series(
                    actor=actor,
                    key=f"{thing.code}/{values['property']}",
                    source=self.source,
                    thing=thing,
                    property=values["property"],
                    unit=values["unit"],
                    low=values["low"],
                    high=values["high"],
                )
        except BadInput as error:
            for broken in error.errors:
                self.add_error(broken.field if broken.field in self.fields else None, broken.message)
        return None

    def new_thing(self, actor: Account) -> Thing:
        """A thing of the source's owner, in its unit."""
        values = self.cleaned_data
        point = None
        if values["lon"] is not None and values["lat"] is not None:
            place = LonLat.checked(values["lon"], values["lat"])
            point = Point(place.lon, place.lat, srid=4326)
        return register_thing(
            actor=actor,
            kind="station",
            code=values["code"],
            name=values["name"],
            owner=self.source.owner,
            domain=self.source.domain,
            unit=self.source.unit,
            point=point,
            source=self.source,
        )
