"""What people ask for in the list of units."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from naoso.core.places.models import UnitKind


class UnitFilter(forms.Form):
    """Narrows the list."""

    q = forms.CharField(label=_("Name or code"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("All")), *UnitKind.choices])
    before = forms.BooleanField(label=_("Also units of the past"), required=False)
