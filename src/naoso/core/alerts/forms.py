"""What people type about alerts and rules."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from naoso.core.alerts.models import AlertRule, SeverityLevel
from naoso.core.people.models import Account, Organisation
from naoso.core.people.scope import scope_of


class FilterForm(forms.Form):
    """What the list of alerts shows."""

    q = forms.CharField(label=_("Search"), required=False)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("Open")),
            ("unseen", _("Not acknowledged")),
            ("active", pgettext_lazy("alert", "Active")),
            ("all", _("All")),
        ],
    )
    severity = forms.TypedChoiceField(
        label=_("Severity from"),
        required=False,
        coerce=int,
        choices=[("", _("Any")), *SeverityLevel.choices],
    )


class AcknowledgeForm(forms.Form):
    """A word with the acknowledgement."""

    note = forms.CharField(label=_("Note"), required=False, max_length=500)


class RuleForm(forms.ModelForm[AlertRule]):
    """A rule; times are given in minutes."""

    hold_minutes = forms.IntegerField(
        label=_("Must hold for (minutes)"), min_value=0, max_value=1440, initial=0
    )
    window_minutes = forms.IntegerField(
        label=_("Span of a rise or a forecast (minutes)"), min_value=1, max_value=1440, initial=60
    )
    opens_incident = forms.SlugField(
        label=_("Opens an incident of kind"),
        required=False,
        help_text=_("Code of the kind; blank: people decide. One that is open at the same place is joined."),
    )
    escalate_minutes = forms.IntegerField(
        label=_("Escalate after (minutes)"), min_value=1, max_value=1440, initial=15
    )

    class Meta:
        model = AlertRule
        fields = [
            "title", "code", "domain", "quantity", "measure", "direction", "raise_at", "clear_at", "severity",
            "opens_incident", "owner", "unit", "enabled",
        ]  # fmt: skip
        localized_fields = ["raise_at", "clear_at"]

    def __init__(self, *args: Any, actor: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scope = scope_of(actor, "alerts.edit_rules")
        owners = Organisation.objects.order_by("name")
        if not scope.everything:
            owners = owners.filter(pk__in=frozenset().union(*(ids for ids, _units in scope.bindings)))
        self.fields["owner"].queryset = owners  # type: ignore[attr-defined]
        self.fields["unit"].queryset = self.fields["unit"].queryset.filter(valid_to__isnull=True)  # type: ignore[attr-defined]
        if self.instance.pk:
            self.fields["window_minutes"].initial = int(self.instance.window.total_seconds() // 60)
            self.fields["hold_minutes"].initial = int(self.instance.hold.total_seconds() // 60)
            self.fields["escalate_minutes"].initial = int(self.instance.escalate_after.total_seconds() // 60)

    def clean(self) -> dict[str, Any]:
        """The clearing limit lies on the good side of the raising one."""
        values = super().clean() or self.cleaned_data
        high, low = values.get("raise_at"), values.get("clear_at")
        if high is None or low is None:
            return values
        above = values.get("direction") == "above"
        if (above and low > high) or (not above and low < high):
            self.add_error(
                "clear_at", _("The alert must clear on the good side of the limit that raises it.")
            )
        return values

    def unsaved(self) -> AlertRule:
        """The rule as typed, for a rehearsal or for saving by the service."""
        rule = self.instance
        rule.window = timedelta(minutes=self.cleaned_data["window_minutes"])
        rule.hold = timedelta(minutes=self.cleaned_data["hold_minutes"])
        rule.escalate_after = timedelta(minutes=self.cleaned_data["escalate_minutes"])
        return rule
