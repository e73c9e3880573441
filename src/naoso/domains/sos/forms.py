"""What operators type about calls."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from naoso.core.people.forms import OrganisationField, ServiceForm, manageable
from naoso.core.people.models import Account, Organisation
from naoso.domains.sos.models import KEEP_HELP, SMS_HELP
from naoso.domains.sos.workflow import CheckResult, Kind, Outcome, State

ANY = ("", _("All"))
MARKS = (
    ("silent", pgettext_lazy("sos", "Silent")), ("many", _("Many calls")),
    ("false", _("Repeated false calls")), ("outside", _("Outside the province")),
    ("placeless", _("Without a position")),
)  # fmt: skip


class CallFilter(forms.Form):
    """Which calls are listed."""

    q = forms.CharField(label=_("Code or phone number"), required=False, max_length=40)
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[ANY, ("open", _("Open")), *State.choices]
    )
    kind = forms.ChoiceField(
        label=pgettext_lazy("sos", "Kind"), required=False,
        choices=[ANY, *Kind.choices, ("none", pgettext_lazy("sos", "Kind not told yet"))],
    )  # fmt: skip
    mark = forms.ChoiceField(label=_("Mark"), required=False, choices=[ANY, *MARKS])


class CheckForm(ServiceForm):
    """What calling back has shown."""

    result = forms.ChoiceField(label=_("Calling back"), choices=CheckResult.choices)


class CloseForm(ServiceForm):
    """How it ended."""

    outcome = forms.ChoiceField(label=_("Outcome"), choices=Outcome.choices)
    note = forms.CharField(label=_("Note"), required=False, max_length=500)


class WipeForm(ServiceForm):
    """Why personal data go."""

    reason = forms.CharField(label=_("Reason"), max_length=200)


class RouteForm(ServiceForm):
    """Which body answers for a kind."""

    kind = forms.ChoiceField(
        label=pgettext_lazy("sos", "Kind"), required=False, choices=[("", _("All others")), *Kind.choices]
    )
    owner = OrganisationField(Organisation.objects.none(), label=pgettext_lazy("sos", "Answers for it"))

    def __init__(self, *args: Any, actor: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = manageable(actor, "sos.setup")  # type: ignore[attr-defined]


class DeskForm(ServiceForm):
    """Number for SMS, days that data stay."""

    sms_number = forms.CharField(
        label=_("Number for SMS"),
        max_length=20,
        required=False,
        help_text=SMS_HELP,
    )
    keep_days = forms.IntegerField(
        label=_("Days that personal data stay"), min_value=1, max_value=3650,
        help_text=KEEP_HELP,
    )  # fmt: skip
