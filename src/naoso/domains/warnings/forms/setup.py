"""Templates, sources, channels, files by hand."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from naoso.core.people.forms import OrganisationField, ServiceForm, manageable
from naoso.core.people.models import Account, Organisation
from naoso.domains.warnings.models import FeedSource, Pace, Template
from naoso.domains.warnings.vocabulary import Response


class TemplateForm(forms.ModelForm[Template]):
    """One template."""

    responses = forms.MultipleChoiceField(
        label=_("What people should do"),
        choices=Response,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Template
        fields = [
            "code", "title", "hazard", "category", "severity", "urgency", "certainty", "responses", "hours",
            "radius_km", "incident_kinds", "event", "headline", "description", "instruction", "event_en",
            "headline_en", "description_en", "instruction_en",
        ]  # fmt: skip
        widgets = {
            name: forms.Textarea({"rows": 4})
            for name in ("description", "instruction", "description_en", "instruction_en")
        }


class SourceForm(forms.ModelForm[FeedSource]):
    """One source."""

    owner = OrganisationField(Organisation.objects.none(), label=_("Organisation"))
    url = forms.URLField(label=_("Address"), max_length=500, assume_scheme="https")

    class Meta:
        model = FeedSource
        fields = ["owner", "name", "url", "trust", "certificates", "every_minutes", "enabled"]
        widgets = {"certificates": forms.Textarea({"rows": 6, "spellcheck": "false"})}

    def __init__(self, *args: Any, actor: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = manageable(actor, "warnings.setup")  # type: ignore[attr-defined]


class PaceForm(forms.ModelForm[Pace]):
    """How fast a channel sends."""

    class Meta:
        model = Pace
        fields = ["per_second"]


class UploadForm(ServiceForm):
    """A CAP file, or a feed that holds some."""

    owner = OrganisationField(Organisation.objects.none(), label=_("Organisation"))
    file = forms.FileField(label=_("CAP file"), max_length=200)

    def __init__(self, *args: Any, actor: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = manageable(actor, "warnings.moderate")  # type: ignore[attr-defined]
