"""What is typed about another system's key."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from naoso.core.people.forms import OrganisationField, ServiceForm, manageable
from naoso.core.people.models import Account, Organisation
from naoso.domains.citizen_reports.models import OutsideBody
from naoso.domains.citizen_reports.services.api_keys import EDIT


class ApiKeyForm(ServiceForm):
    """Which system, who answers for it, what it may do."""

    name = forms.CharField(label=_("System"), max_length=120)
    owner = OrganisationField(Organisation.objects.none(), label=_("Organisation that answers for it"))
    contact = forms.EmailField(label=_("Who looks after that system"), required=False)
    per_hour = forms.IntegerField(
        label=_("Most reports in an hour"), min_value=1, max_value=100_000, initial=600
    )
    body = forms.ModelChoiceField(
        OutsideBody.objects.filter(enabled=True),
        label=_("Tells what this outside body did"),
        required=False,
        help_text=_("It may report progress on what was passed on to this body, and on nothing else."),
    )

    def __init__(self, *args: Any, actor: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = manageable(actor, EDIT)  # type: ignore[attr-defined]
