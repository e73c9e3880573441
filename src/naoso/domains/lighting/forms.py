"""What people type about lighting."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from naoso.core.people.forms import ServiceForm

DAYS = (
    (0, _("Monday")), (1, _("Tuesday")), (2, _("Wednesday")), (3, _("Thursday")), (4, _("Friday")),
    (5, _("Saturday")), (6, _("Sunday")),
)  # fmt: skip


class SwitchForm(forms.Form):
    """A level, under a key of the page."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    level = forms.IntegerField(label=_("Level (%)"), min_value=0, max_value=100)


class StepForm(ServiceForm):
    """One step of a schedule."""

    at = forms.TimeField(label=_("At"), widget=forms.TimeInput({"type": "time"}, format="%H:%M"))
    level = forms.IntegerField(label=_("Level (%)"), min_value=0, max_value=100)
    days = forms.TypedMultipleChoiceField(
        label=_("Days"), choices=DAYS, coerce=int, widget=forms.CheckboxSelectMultiple, initial=list(range(7))
    )


class ConnectForm(ServiceForm):
    """How a cabinet is reached."""

    url = forms.URLField(
        label=_("Address of its controller"), required=False, assume_scheme="https", max_length=300
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["url"].help_text = _("Empty: the cabinet is not switched from afar.")
