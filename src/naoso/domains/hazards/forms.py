"""What people type about stations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from naoso.core.alerts.models import AlertRule
from naoso.core.people.models import Account
from naoso.core.registry.models import Thing
from naoso.domains.hazards import kinds
from naoso.domains.hazards.services import set_levels
from naoso.kernel.errors import BadInput


class FilterForm(forms.Form):
    """What the list of stations shows."""

    q = forms.CharField(label=_("Search"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("Any")), ("alert", _("With an alert")), ("stale", _("Silent"))],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", _("All kinds")), *((k.slug, k.title) for k in kinds.KINDS)]  # type: ignore[attr-defined]


class LevelsForm(forms.Form):
    """A field for each level that has a height of its own at each station; blank: the rule's own counts."""

    def __init__(self, *args: Any, station: Thing, rules: Sequence[AlertRule], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.station, self.rules = station, rules
        own = dict(station.levels.values_list("rule", "raise_at"))
        for rule in rules:
            self.fields[rule.code] = forms.FloatField(
                label=rule.title, required=False, localize=True, initial=own.get(rule.pk)
            )

    def save(self, actor: Account) -> bool:
        """False where the service refused; the reason stands at the field."""
        heights = {rule: self.cleaned_data.get(rule.code) for rule in self.rules}
        try:
            set_levels(station=self.station, heights=heights, actor=actor)
        except BadInput as error:
            for broken in error.errors:
                self.add_error(broken.field if broken.field in self.fields else None, broken.message)
        return not self.errors
