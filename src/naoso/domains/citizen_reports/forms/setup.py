"""What those type who keep categories, questions, templates, rules, outside bodies and the desk."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from naoso.core.people.models import Account
from naoso.core.people.scope import accounts_with
from naoso.core.places.models import LOCAL, AdminUnit
from naoso.domains.citizen_reports.models import (
    AnswerTemplate,
    Category,
    Desk,
    OutsideBody,
    OutsideChannel,
    Question,
    QuestionKind,
    RoutingRule,
)

HOUR = 3600
DAYS = (
    (0, _("Monday")),
    (1, _("Tuesday")),
    (2, _("Wednesday")),
    (3, _("Thursday")),
    (4, _("Friday")),
    (5, _("Saturday")),
    (6, _("Sunday")),
)
MOST_STEPS = 3


class HoursField(forms.FloatField):
    """A duration of working time, typed in hours."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"min_value": 0, "max_value": 2000, **kwargs})

    def prepare_value(self, value: Any) -> Any:
        """A duration → hours."""
        return value.total_seconds() / HOUR if isinstance(value, timedelta) else value

    def clean(self, value: Any) -> Any:
        """Hours → a duration."""
        hours = super().clean(value)
        return None if hours is None else timedelta(hours=hours)


class StepsField(forms.CharField):
    """Up to three durations in hours, growing."""

    def prepare_value(self, value: Any) -> Any:
        """Durations → `0; 8; 24`."""
        if isinstance(value, list):
            return "; ".join(f"{step.total_seconds() / HOUR:g}" for step in value)
        return value

    def clean(self, value: Any) -> Any:
        """`0; 8; 24` → durations."""
        text = super().clean(value)
        try:
            hours = [float(part.replace(",", ".")) for part in text.split(";") if part.strip()]
        except ValueError:
            raise forms.ValidationError(_("Write hours with “;” between them, such as 0; 8; 24.")) from None
        if len(hours) > MOST_STEPS or hours != sorted(hours) or any(not 0 <= h <= 2000 for h in hours):
            raise forms.ValidationError(_("At most three levels, each later than the one before."))
        return [timedelta(hours=one) for one in hours]


class LinesField(forms.CharField):
    """One item on each line."""

    widget = forms.Textarea(attrs={"rows": 3})

    def prepare_value(self, value: Any) -> Any:
        """A list → lines."""
        return "\n".join(str(item) for item in value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        """Lines → a list without blanks."""
        return [line.strip() for line in super().clean(value).splitlines() if line.strip()]


class CategoryForm(forms.ModelForm[Category]):
    """A category; its clocks in working hours."""

    answer_deadline = HoursField(label=_("First answer within (working hours)"), min_value=0.25)
    deadline = HoursField(label=_("Solved within (working hours)"), min_value=0.5)
    warn_before = HoursField(label=_("Warning before the deadline (working hours)"))
    escalate_after = StepsField(
        label=_("Escalation after the deadline (working hours)"),
        required=False,
        help_text=_(
            "Up to three levels: who supervises the owner, who stands above, and so on. Such as 0; 8; 24."
        ),
    )

    class Meta:
        model = Category
        fields = [
            "title",
            "title_en",
            "code",
            "parent",
            "icon",
            "owner",
            "answer_deadline",
            "deadline",
            "warn_before",
            "escalate_after",
            "visibility",
            "opens_incident",
            "order",
            "enabled",
        ]

    def clean_parent(self) -> Category | None:
        """No category stands below itself."""
        parent: Category | None = self.cleaned_data["parent"]
        step = parent
        while step is not None:
            if step.pk == self.instance.pk:
                raise forms.ValidationError(_("A category cannot be a part of itself."))
            step = step.parent
        return parent


class QuestionForm(forms.ModelForm[Question]):
    """A question; its choices one on a line, with the English words after a bar."""

    choices = LinesField(
        label=_("Choices"),
        required=False,
        help_text=_("One on a line: words | English words. Only for “one of” and “any of several”."),
    )

    class Meta:
        model = Question
        fields = ["label", "label_en", "code", "kind", "choices", "required", "order"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["choices"] = [
                f"{one['label']} | {one['label_en']}" if one.get("label_en") else one["label"]
                for one in self.instance.choices
            ]

    def clean(self) -> dict[str, Any]:
        """Lines → {key, label, label_en}; a key that is known stays, so that old answers keep their words."""
        values = super().clean() or self.cleaned_data
        lines = values.get("choices") or []
        known = {one["label"]: one["key"] for one in self.instance.choices or []}
        found = []
        for number, line in enumerate(lines, 1):
            label, _bar, english = (part.strip() for part in line.partition("|"))
            found.append({"key": known.get(label, f"c{number}"), "label": label, "label_en": english})
        while len({one["key"] for one in found}) < len(found):
            for number, one in enumerate(found, 1):
                one["key"] = f"c{number}-{len(found)}"
        if values.get("kind") in {QuestionKind.CHOICE, QuestionKind.MULTI} and len(found) < 2:
            self.add_error("choices", _("Give at least two choices."))
        values["choices"] = found
        return values


class TemplateForm(forms.ModelForm[AnswerTemplate]):
    """Ready words."""

    class Meta:
        model = AnswerTemplate
        fields = ["title", "kind", "category", "text", "text_en", "order"]


class RuleForm(forms.ModelForm[RoutingRule]):
    """A rule; an empty condition fits everything."""

    weekdays = forms.TypedMultipleChoiceField(
        label=_("Days of the week"),
        choices=DAYS,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None means every day."),
    )
    words = LinesField(
        label=_("Key words, one on a line"),
        required=False,
        help_text=_("Any of them is enough; tone marks do not matter."),
    )

    class Meta:
        model = RoutingRule
        fields = [
            "title",
            "category",
            "unit",
            "weekdays",
            "time_from",
            "time_to",
            "words",
            "organisation",
            "handler",
            "enabled",
        ]
        widgets = {
            "time_from": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "time_to": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = AdminUnit.objects.on(timezone.localdate()).defer("outline", "centre")
        self.fields["unit"].queryset = today.order_by("name")  # type: ignore[attr-defined]
        self.fields["handler"].queryset = accounts_with("citizen_reports.handle")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Both times or none; the person may act for that body."""
        values = super().clean() or self.cleaned_data
        if (values.get("time_from") is None) != (values.get("time_to") is None):
            self.add_error("time_to", _("Give both times, or none."))
        handler: Account | None = values.get("handler")
        body = values.get("organisation")
        if handler and body:
            may = accounts_with("citizen_reports.handle", owner_id=body.pk)
            if not may.filter(pk=handler.pk).exists():
                self.add_error("handler", _("This person may not handle reports of that body."))
        return values


class BenchForm(forms.Form):
    """A report that is only imagined: where would it go?"""

    category = forms.ModelChoiceField(Category.objects.filter(enabled=True), label=_("Category"))
    unit = forms.ModelChoiceField(AdminUnit.objects.none(), label=_("Commune or ward"), required=False)
    text = forms.CharField(
        label=_("Words of the citizen"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    at = forms.DateTimeField(label=_("Sent at"), required=False, help_text=_("Empty: now."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = AdminUnit.objects.on(timezone.localdate()).filter(kind__in=LOCAL)
        self.fields["unit"].queryset = units.defer("outline", "centre")  # type: ignore[attr-defined]


class OutsideBodyForm(forms.ModelForm[OutsideBody]):
    """A body outside; its API key is typed once and never shown."""

    key = forms.CharField(
        label=_("API key"),
        required=False,
        widget=forms.PasswordInput,
        help_text=_("Kept encrypted. Empty: it stays as it is."),
    )

    class Meta:
        model = OutsideBody
        fields = ["name", "channel", "address", "jurisdiction", "service_code", "enabled"]

    def clean(self) -> dict[str, Any]:
        """An address of the channel's kind."""
        values = super().clean() or self.cleaned_data
        address, channel = values.get("address", ""), values.get("channel")
        if channel == OutsideChannel.EMAIL and address:
            try:
                validate_email(address)
            except forms.ValidationError as error:
                self.add_error("address", error)
        if channel == OutsideChannel.OPEN311:
            if not address.startswith("https://"):
                self.add_error("address", _("An Open311 address begins with https://."))
            if not values.get("service_code"):
                self.add_error("service_code", _("Open311 needs the code of a service."))
        return values


class DeskForm(forms.ModelForm[Desk]):
    """What holds for all reports."""

    take_within = HoursField(label=_("Somebody takes it within (working hours)"), min_value=0.25)
    keep_days = forms.IntegerField(
        label=_("Identity of reporters is kept after the end (days)"), min_value=1, max_value=3650
    )

    class Meta:
        model = Desk
        fields = ["fallback", "take_within", "jurisdiction", "sure_from"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["keep_days"] = self.instance.keep_identity.days

    def save(self, commit: bool = True) -> Desk:
        """Days → a duration."""
        self.instance.keep_identity = timedelta(days=self.cleaned_data["keep_days"])
        return super().save(commit)
