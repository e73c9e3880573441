"""What a phone sends from the street."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from naoso.domains.citizen_reports.forms.photos import PhotosField
from naoso.domains.citizen_reports.models import Deed
from naoso.domains.citizen_reports.rules.words import MOST_LETTERS
from naoso.kernel.errors import BadInput, FieldError


class DeedForm(forms.Form):
    """One deed; `seen` is the version that the officer's screen showed, `key` is the phone's own."""

    key = forms.UUIDField()
    deed = forms.ChoiceField(choices=Deed)
    seen = forms.IntegerField(required=False)
    text = forms.CharField(label=_("What was done"), max_length=MOST_LETTERS, required=False)
    photos = PhotosField(required=False)

    def problem(self) -> BadInput:
        """The form's errors as the house tells them to machines."""
        found = self.errors.items()
        return BadInput(
            *(FieldError(name, self.data.get(name), "form", str(words[0])) for name, words in found)
        )
