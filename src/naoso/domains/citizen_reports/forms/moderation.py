"""What a moderator types."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from naoso.connectors.anonymise import Box
from naoso.domains.citizen_reports.models import BlockKind, Report
from naoso.domains.citizen_reports.rules.words import MOST_LETTERS
from naoso.domains.citizen_reports.services.blocking import kinds_for
from naoso.domains.citizen_reports.services.moderation import MOST_BOXES


class BoxesForm(forms.Form):
    """Boxes as the drawing sheet writes them: [{x, y, w, h}] in pixels of the photo."""

    boxes = forms.CharField(max_length=20_000, widget=forms.HiddenInput)

    def clean_boxes(self) -> list[Box]:
        """Whole numbers, at least one box."""
        problem = forms.ValidationError(_("The boxes cannot be read. Draw them again."))
        try:
            given = json.loads(self.cleaned_data["boxes"])
            found = [
                Box(int(one["x"]), int(one["y"]), int(one["w"]), int(one["h"])) for one in given[:MOST_BOXES]
            ]
        except (ValueError, TypeError, KeyError, OverflowError):
            raise problem from None
        if not found:
            raise forms.ValidationError(_("Draw at least one box."))
        return found


class PublicTextForm(forms.Form):
    """The words that everybody reads."""

    text = forms.CharField(
        label=_("Public text"),
        help_text=_("Empty: the text is withdrawn, the report stays."),
        max_length=MOST_LETTERS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)


class BlockForm(forms.Form):
    """What of a report is blocked, why and until when."""

    kind = forms.ChoiceField(label=_("Block"))
    reason = forms.CharField(label=_("Reason"), max_length=300)
    until = forms.DateField(label=_("Until"), required=False, help_text=_("Empty: until somebody lifts it."))

    def __init__(self, *args: Any, report: Report, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in kinds_for(report)]  # type: ignore[attr-defined]

    def clean_kind(self) -> BlockKind:
        """As the type."""
        return BlockKind(self.cleaned_data["kind"])
