"""What narrows the public list."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from naoso.domains.citizen_reports.forms.inbox import EVERYTHING, tree, units
from naoso.domains.citizen_reports.models import Category, Visibility
from naoso.domains.citizen_reports.selectors.portal import Wanted


class PortalForm(forms.Form):
    """Each may be left empty; what makes no sense is left out rather than refused."""

    q = forms.CharField(label=_("Search"), required=False, max_length=100)
    category = forms.TypedChoiceField(label=_("Category"), required=False, coerce=int, empty_value=None)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            EVERYTHING,
            ("open", _("Being handled")),
            ("answered", _("Answered")),
            ("rejected", _("Not taken up")),
        ],
    )
    unit = forms.TypedChoiceField(label=_("Commune or ward"), required=False, coerce=int, empty_value=None)
    days = forms.TypedChoiceField(
        label=_("Period"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[EVERYTHING, (30, _("30 days")), (90, _("90 days")), (365, _("12 months"))],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = list(Category.objects.filter(enabled=True, visibility=Visibility.PUBLIC))
        self.fields["category"].choices = [EVERYTHING, *tree(self.known)]  # type: ignore[attr-defined]
        self.fields["unit"].choices = [EVERYTHING, *units()]  # type: ignore[attr-defined]

    def wanted(self) -> Wanted:
        """The filters that were understood."""
        self.is_valid()
        values = self.cleaned_data
        chosen = {row.pk: row for row in self.known}.get(values.get("category") or 0)
        return Wanted(
            category=chosen,
            state=values.get("state", ""),
            unit_id=values.get("unit"),
            days=values.get("days"),
            text=values.get("q", ""),
        )
