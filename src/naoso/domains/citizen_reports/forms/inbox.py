"""What narrows the inbox, and what is done to several reports at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from naoso.core.people.models import Organisation
from naoso.core.places.models import LOCAL, AdminUnit
from naoso.domains.citizen_reports.models import Category, Channel
from naoso.domains.citizen_reports.selectors.directory import directory
from naoso.domains.citizen_reports.selectors.inbox import Asked
from naoso.domains.citizen_reports.workflow import State

QUEUES = (
    ("untaken", _("Nobody has taken it")),
    ("late", _("Late")),
    ("soon", _("Due within 4 hours")),
    ("escalated", _("Escalated")),
    ("reopened", _("Opened again")),
    ("fallback", _("Fallback queue")),
    ("held", _("Held back for a look")),
    ("ended_late", _("Answered late")),
    ("rated", _("Rated")),
)
Choices = list[tuple[Any, Any]]
EVERYTHING = ("", pgettext_lazy("filter", "All"))


def units() -> Choices:
    """Communes and wards of today."""
    rows = AdminUnit.objects.filter(kind__in=LOCAL, valid_to=None).order_by("name")
    return list(rows.values_list("pk", "name"))


def bodies() -> Choices:
    """Every organisation by name."""
    return list(Organisation.objects.order_by("name").values_list("pk", "name"))


def tree(rows: Iterable[Category]) -> Choices:
    """Categories in their tree, indented."""
    children: dict[int | None, list[Category]] = {}
    for row in rows:
        children.setdefault(row.parent_id, []).append(row)

    def walk(parent: int | None, depth: int) -> Choices:
        found: Choices = []
        for row in children.get(parent, []):
            found += [(row.pk, f"{'— ' * depth}{row}"), *walk(row.pk, depth + 1)]
        return found

    return walk(None, 0)


class InboxForm(forms.Form):
    """The filters of the inbox; each may be left empty."""

    q = forms.CharField(label=_("Search"), required=False, max_length=100)
    state = forms.ChoiceField(label=_("State"), required=False)
    category = forms.TypedChoiceField(label=_("Category"), required=False, coerce=int, empty_value=None)
    who = forms.ChoiceField(
        label=_("Handled by"),
        required=False,
        choices=[("", _("Anybody")), ("me", _("Me")), ("nobody", _("Nobody yet"))],
    )
    queue = forms.ChoiceField(label=_("Queue"), required=False, choices=[("", _("All")), *QUEUES])
    unit = forms.IntegerField(label=_("Commune or ward"), required=False)
    owner = forms.IntegerField(label=_("Organisation"), required=False)
    channel = forms.ChoiceField(
        label=_("Channel"), required=False, choices=[("", _("All")), *Channel.choices]
    )
    since = forms.DateField(label=_("Received from"), required=False)
    until = forms.DateField(label=_("Received until"), required=False)
    ended_since = forms.DateField(label=_("Ended from"), required=False)
    ended_until = forms.DateField(label=_("Ended until"), required=False)
    older_than = forms.IntegerField(label=_("Older than (days)"), required=False, min_value=0, max_value=3650)
    younger_than = forms.IntegerField(
        label=_("Younger than (days)"), required=False, min_value=1, max_value=3650
    )
    handler = forms.IntegerField(required=False, widget=forms.HiddenInput)
    sort = forms.ChoiceField(
        label=_("Order"),
        required=False,
        choices=[("newest", _("Newest first")), ("due", _("Due first"))],
    )
    first = ("q", "state", "category", "who", "queue", "sort")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.book = directory()
        for name, choices in (
            ("state", [("", _("Open")), *State.choices, ("all", _("All"))]),
            ("category", [EVERYTHING, *tree(self.book.categories.values())]),
        ):
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def asked(self) -> Asked:
        """What is valid of it; what is not does not narrow."""
        self.is_valid()
        values = self.cleaned_data
        return Asked(
            text=values.get("q", ""),
            state=values.get("state", ""),
            category=self.book.categories.get(values.get("category") or 0),
            unit_id=values.get("unit"),
            owner_id=values.get("owner"),
            who=values.get("who", ""),
            queue=values.get("queue", ""),
            channel=values.get("channel", ""),
            since=values.get("since"),
            until=values.get("until"),
            handler_id=values.get("handler"),
            ended_since=values.get("ended_since"),
            ended_until=values.get("ended_until"),
            older_than=values.get("older_than"),
            younger_than=values.get("younger_than"),
            sort=values.get("sort") or "newest",
        )

    @property
    def shown(self) -> list[forms.BoundField]:
        """The filters that are always on the screen."""
        return [self[name] for name in self.first]

    def with_choices(self) -> InboxForm:
        """The further filters with what they offer: asked for only when somebody opens them."""
        self.fields["unit"].widget = forms.Select(choices=[EVERYTHING, *units()])
        self.fields["owner"].widget = forms.Select(choices=[EVERYTHING, *bodies()])
        return self

    @property
    def further(self) -> list[forms.BoundField]:
        """Those behind "More filters"."""
        return [field for field in self.visible_fields() if field.name not in self.first]

    @property
    def narrowed_further(self) -> bool:
        """Whether one of those behind is in use."""
        return any(self.data.get(field.name) for field in self.further)


class FilterNameForm(forms.Form):
    """The name under which a filter is kept."""

    title = forms.CharField(label=_("Name of the filter"), max_length=80)
    query = forms.CharField(widget=forms.HiddenInput, required=False, max_length=1000)
    shared = forms.BooleanField(label=_("For my whole organisation"), required=False)


class BulkForm(forms.Form):
    """One move of several reports."""

    ids = forms.TypedMultipleChoiceField(coerce=int, widget=forms.MultipleHiddenInput)
    move = forms.ChoiceField(
        label=_("Do"),
        choices=[
            ("accept", _("Accept")),
            ("assign", _("Give to an organisation")),
            ("category", _("Change the category")),
            ("note", _("Add an internal note")),
            ("release", _("Release what was held back")),
        ],
    )
    owner = forms.ModelChoiceField(
        Organisation.objects.order_by("name"), required=False, label=_("Organisation")
    )
    category = forms.ModelChoiceField(
        Category.objects.filter(enabled=True), required=False, label=_("Category")
    )
    text = forms.CharField(label=_("Note"), required=False, max_length=500)
    needs = {"assign": "owner", "category": "category", "note": "text"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.data.getlist("ids") if hasattr(self.data, "getlist") else []
        self.fields["ids"].choices = [(pk, pk) for pk in chosen if str(pk).isdigit()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """What the move needs is there."""
        values = super().clean() or self.cleaned_data
        needed = self.needs.get(values.get("move", ""))
        if needed and not values.get(needed):
            self.add_error(needed, _("This is needed for that move."))
        return values
