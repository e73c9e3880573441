"""What people type into situation reports."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from naoso.core.people.models import Account, Organisation
from naoso.core.people.scope import scope_of
from naoso.core.response.models import Incident
from naoso.domains.situation.models import Duty
from naoso.kernel.text import folded

FIGURES = "Số người phải sơ tán | người\nSố nhà ngập | nhà\nSố người bị thương | người"


class AskForm(forms.Form):
    """Who reports what, how often."""

    title = forms.CharField(label=_("Title"), max_length=160)
    owner = forms.ModelChoiceField(Organisation.objects.none(), label=_("Asked by"))
    bodies = forms.ModelMultipleChoiceField(
        Organisation.objects.none(), label=_("Who reports"), widget=forms.SelectMultiple(attrs={"size": 12})
    )
    figures = forms.CharField(
        label=_("Figures"), initial=FIGURES, required=False, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("one a line: what is counted | unit"),
    )  # fmt: skip
    hours = forms.FloatField(label=_("Every (hours)"), min_value=0.25, max_value=168, initial=6)
    grace = forms.IntegerField(
        label=_("Missing after (minutes)"), min_value=1, max_value=720, initial=30,
        help_text=_("a report that is later than this becomes an alert"),
    )  # fmt: skip
    starts_at = forms.DateTimeField(label=_("First due"), required=False)
    incident = forms.ModelChoiceField(
        Incident.objects.none(), label=_("Belongs to incident"), required=False, to_field_name="number",
        widget=forms.TextInput(attrs={"placeholder": "2026-000123"}),
    )  # fmt: skip

    def __init__(self, *args: Any, actor: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everyone = Organisation.objects.order_by("name")
        scope = scope_of(actor, "situation.ask")
        owners = everyone
        if not scope.everything:
            owners = everyone.filter(pk__in=frozenset().union(*(ids for ids, _units in scope.bindings)))
        self.fields["owner"].queryset = owners  # type: ignore[attr-defined]
        self.fields["owner"].initial = actor.organisation_id
        self.fields["bodies"].queryset = owners  # type: ignore[attr-defined]
        self.fields["incident"].queryset = Incident.objects.visible_to(actor).open()  # type: ignore[attr-defined]

    def asked(self) -> dict[str, Any]:
        """As the service takes it."""
        values = dict(self.cleaned_data)
        values["every"] = timedelta(hours=values.pop("hours"))
        values["grace"] = timedelta(minutes=values["grace"])
        values["starts_at"] = values["starts_at"] or timezone.now()
        values["figures"] = figures_of(values["figures"])
        return values


def figures_of(text: str) -> list[dict[str, str]]:
    """`title | unit` a line; the name is made of the title, and made different where two would be equal."""
    found: list[dict[str, str]] = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        title, _bar, unit = (part.strip() for part in line.partition("|"))
        name = slugify(folded(title)).replace("-", "_")[:40] or "figure"
        taken = {figure["name"] for figure in found}
        found.append(
            {"name": name if name not in taken else f"{name}_{len(found)}", "title": title, "unit": unit}
        )
    return found


class ReportForm(forms.Form):
    """The figures of a duty, and words."""

    text = forms.CharField(
        label=_("In words"), required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("what happened, what is needed"),
    )  # fmt: skip

    def __init__(self, *args: Any, duty: Duty, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for figure in duty.figures:
            label = f"{figure['title']} ({figure['unit']})" if figure["unit"] else figure["title"]
            self.fields[f"f_{figure['name']}"] = forms.FloatField(label=label, min_value=0, required=False)
        self.order_fields([*(name for name in self.fields if name != "text"), "text"])

    def values(self) -> dict[str, Any]:
        """By the figures' names."""
        return {name[2:]: value for name, value in self.cleaned_data.items() if name.startswith("f_")}
