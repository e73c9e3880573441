"""What people type about quarantined messages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from naoso.core.ingest.models import QuarantineState, Rule
from naoso.core.people.forms import ServiceForm
from naoso.core.people.models import Account
from naoso.core.registry.models import Source

ANY = ("", _("All"))


class QuarantineFilter(forms.Form):
    """Which messages are listed."""

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[ANY, *QuarantineState.choices],
        initial=QuarantineState.OPEN,
    )
    rule = forms.ChoiceField(label=_("Reason"), required=False, choices=[ANY, *Rule.choices])
    source = forms.ChoiceField(label=_("Source"), required=False)
    text = forms.CharField(label=_("Words"), required=False, max_length=100)

    def __init__(self, *args: Any, user: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        codes = Source.objects.permitted_to(user, "ingest.view").values_list("code", "name")
        self.fields["source"].choices = [ANY, *codes]  # type: ignore[attr-defined]


class MendForm(ServiceForm):
    """The message as text, to be sent again."""

    text = forms.CharField(
        label=_("Message"), strip=False, max_length=1_000_000,
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false", "class": "font-monospace"}),
        help_text=_("Change what is wrong and send it the way that it came."),
    )  # fmt: skip


class DiscardForm(ServiceForm):
    """Why the message is not wanted."""

    reason = forms.CharField(label=_("Reason"), max_length=300)
