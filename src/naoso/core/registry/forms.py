"""What people type about sources."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from naoso.core.people.forms import OrganisationField, ServiceForm, manageable
from naoso.core.people.models import Account, Organisation
from naoso.core.places.models import AdminUnit
from naoso.core.registry.models import SourceKind

MANAGE = "registry.manage"


class SourceFilter(forms.Form):
    """Which sources are listed."""

    q = forms.CharField(label=_("Words"), required=False, max_length=100)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("All")),
            ("silent", _("Silent")),
            ("enabled", _("Enabled")),
            ("disabled", _("Disabled")),
        ],
    )


class SourceForm(ServiceForm):
    """A new source."""

    code = forms.CharField(
        label=_("Code"), max_length=63,
        help_text=_("Also its user name and the last part of its MQTT topic; cannot be changed later."),
    )  # fmt: skip
    name = forms.CharField(label=_("Name"), max_length=200)
    owner = OrganisationField(Organisation.objects.none(), label=_("Owner"))
    unit = forms.ModelChoiceField(AdminUnit.objects.none(), label=_("Administrative unit"), required=False)
    domain = forms.ChoiceField(label=_("Domain"))
    kind = forms.ChoiceField(label=_("Way of speaking"), choices=SourceKind.choices)
    silence_minutes = forms.IntegerField(
        label=_("Silent after (minutes)"), min_value=1, max_value=60 * 24 * 30, required=False,
        help_text=_("Silence longer than this raises an alert; empty: never."),
    )  # fmt: skip
    allows_history = forms.BooleanField(label=_("May send readings older than 30 days"), required=False)

    def __init__(self, *args: Any, actor: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = manageable(actor, MANAGE)  # type: ignore[attr-defined]
        self.fields["unit"].queryset = AdminUnit.objects.on(timezone.localdate())  # type: ignore[attr-defined]
        self.fields["domain"].choices = [(m.slug, m.title) for m in settings.MODULES]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Minutes become the span that the service takes."""
        data = super().clean() or {}
        minutes = data.pop("silence_minutes", None)
        return data | {"silence_after": dt.timedelta(minutes=minutes) if minutes else None}


class DisableForm(ServiceForm):
    """Why the source is switched off."""

    reason = forms.CharField(label=_("Reason"), max_length=200)
