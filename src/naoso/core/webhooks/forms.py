"""What people type about webhooks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from naoso.core.people.forms import OrganisationField, ServiceForm, manageable
from naoso.core.people.models import Account, Organisation
from naoso.core.people.scope import allowed
from naoso.core.places.models import AdminUnit
from naoso.core.webhooks.models import Endpoint, State
from naoso.core.webhooks.services import MANAGE

SEEING = ".view"


class EventsField(forms.CharField):
    """One pattern on each line."""

    widget = forms.Textarea(attrs={"rows": 3, "spellcheck": "false"})

    def prepare_value(self, value: Any) -> Any:
        """A list from the database → lines."""
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        """Lines → a list without doubles, in their order."""
        return list(dict.fromkeys(str(super().clean(value)).replace(",", " ").split()))


class EndpointForm(ServiceForm):
    """Where to, and what about."""

    name = forms.CharField(label=_("Name"), max_length=120)
    url = forms.CharField(
        label=_("Address"), max_length=500, widget=forms.URLInput(attrs={"placeholder": "https://"}),
        help_text=_("The other system's address; each event is sent there by POST."),
    )  # fmt: skip
    owner = OrganisationField(
        Organisation.objects.none(), label=_("Organisation"),
        help_text=_("It hears of rows of this body and of all that report to it."),
    )  # fmt: skip
    unit = forms.ModelChoiceField(
        AdminUnit.objects.none(), label=_("Administrative unit"), required=False,
        help_text=_("Empty: everywhere."),
    )  # fmt: skip
    permissions = forms.MultipleChoiceField(
        label=_("What it may see"), widget=forms.CheckboxSelectMultiple,
        help_text=_("It hears of an event only if it may see the row that the event is about."),
    )  # fmt: skip
    events = EventsField(
        label=_("Events"), initial="*",
        help_text=_("Names such as alerts.raised, alerts.* or *: one on each line."),
    )  # fmt: skip

    def __init__(self, *args: Any, actor: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = manageable(actor, MANAGE)  # type: ignore[attr-defined]
        self.fields["unit"].queryset = AdminUnit.objects.on(timezone.localdate())  # type: ignore[attr-defined]
        self.fields["permissions"].choices = [  # type: ignore[attr-defined]
            (code, title) for code, title in seeing_choices() if allowed(actor, code)
        ]


def seeing_choices() -> list[tuple[str, str]]:
    """Rights to see, of every module, with their words."""
    return [
        (permission.code, f"{module.title}: {permission.title}")
        for module in settings.MODULES
        for permission in module.permissions
        if permission.code.endswith(SEEING)
    ]


class LogFilter(forms.Form):
    """Which deliveries are listed."""

    webhook = forms.ModelChoiceField(Endpoint.objects.none(), label=_("Webhook"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("All")), *State.choices])
    event = forms.CharField(label=_("Event begins with"), required=False, max_length=80)

    def __init__(self, *args: Any, actor: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["webhook"].queryset = Endpoint.objects.visible_to(actor)  # type: ignore[attr-defined]


class OffForm(ServiceForm):
    """Why it is switched off."""

    reason = forms.CharField(label=_("Reason"), max_length=200)
