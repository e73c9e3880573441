"""An account's wishes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from naoso.core.notify.models import Preference
from naoso.ui.signs import SEVERITIES, SIGNS

FROM = [(level, SIGNS[name].label) for level, name in enumerate(SEVERITIES) if level]
CHOICES = [*FROM, (9, _("Never"))]


class PreferenceForm(forms.ModelForm[Preference]):
    """From which severity on over which channel, and when not."""

    class Meta:
        model = Preference
        fields = ["email_from", "push_from", "gateway_from", "quiet_from", "quiet_to"]
        widgets = {
            "email_from": forms.Select(choices=CHOICES),
            "push_from": forms.Select(choices=CHOICES),
            "gateway_from": forms.Select(choices=CHOICES),
            "quiet_from": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "quiet_to": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        }

    def clean(self) -> dict[str, Any]:
        """Quiet hours have both ends or none."""
        values = super().clean() or self.cleaned_data
        if bool(values.get("quiet_from")) != bool(values.get("quiet_to")):
            self.add_error("quiet_to", _("Give both ends of the quiet hours, or neither."))
        return values
