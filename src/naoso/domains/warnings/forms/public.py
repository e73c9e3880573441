"""What citizens choose."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from naoso.domains.warnings.forms.fields import SubscriptionField, UnitsField
from naoso.domains.warnings.services.subscribing import Wish
from naoso.domains.warnings.vocabulary import Language
from naoso.kernel.errors import BadInput
from naoso.kernel.geometry import LonLat


class WishForm(forms.Form):
    """Where somebody wants to be warned, in which language; and how, for a new one."""

    units = UnitsField(
        label=_("Communes and wards"), required=False, help_text=_("Several with Ctrl or by touch.")
    )
    lon = forms.FloatField(required=False, widget=forms.HiddenInput)
    lat = forms.FloatField(required=False, widget=forms.HiddenInput)
    language = forms.ChoiceField(label=_("Language"), choices=Language, initial=Language.VI)
    consent = forms.BooleanField(
        label=_("I agree that this address and these places are kept to warn me, until I end it."),
        required=False,
    )
    subscription = SubscriptionField(required=False, max_length=4000)
    phone = forms.CharField(label=_("Phone number"), required=False, max_length=20)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["units"].known()  # type: ignore[attr-defined]
        self.fields["phone"].widget.attrs |= {"inputmode": "tel", "autocomplete": "tel"}

    def wish(self) -> Wish:
        """Raises BadInput for a place that cannot be."""
        said = self.cleaned_data
        placed = said["lon"] is not None and said["lat"] is not None
        return Wish(
            units=tuple(unit.pk for unit in said["units"]),
            language=said["language"],
            consent=said["consent"],
            point=LonLat.checked(said["lon"], said["lat"]) if placed else None,
        )

    def refused(self, error: BadInput) -> None:
        """At the fields."""
        for broken in error.errors:
            self.add_error(broken.field if broken.field in self.fields else None, broken.message)
