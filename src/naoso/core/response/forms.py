"""What people type into an incident."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from naoso.core.alerts.models import SeverityLevel
from naoso.core.people.models import Account, Organisation
from naoso.core.people.scope import accounts_with, scope_of
from naoso.core.response.models import DayException, Incident, IncidentKind
from naoso.core.response.workflow import Outcome


class ActionForm(forms.Form):
    """One action on one incident, seen by one account."""

    def __init__(self, *args: Any, incident: Incident, actor: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.incident, self.actor = incident, actor
        self.prepare()

    def prepare(self) -> None:
        """Fill in the choices that depend on the incident."""


class AssignForm(ActionForm):
    """To which body, and to whom."""

    owner = forms.ModelChoiceField(Organisation.objects.all(), label=_("Organisation"))
    assignee = forms.ModelChoiceField(Account.objects.none(), required=False, label=_("Person"))

    def prepare(self) -> None:
        """Bodies in the actor's scope; people who may work where the incident is now or will be."""
        scope = scope_of(self.actor, "response.assign")
        owners = Organisation.objects.order_by("name")
        if not scope.everything:
            ids = frozenset().union(*(owner_ids for owner_ids, _units in scope.bindings))
            owners = owners.filter(pk__in=ids)
        self.fields["owner"].queryset = owners  # type: ignore[attr-defined]
        self.fields["owner"].initial = self.incident.owner_id
        people = accounts_with("response.work").order_by("last_name", "username")
        self.fields["assignee"].queryset = people  # type: ignore[attr-defined]
        self.fields["assignee"].initial = self.incident.assignee_id


class NoteForm(ActionForm):
    """A line of the timeline."""

    text = forms.CharField(label=_("Note"), max_length=5000, widget=forms.Textarea(attrs={"rows": 2}))
    handover = forms.BooleanField(label=_("For the next shift"), required=False)


class TaskForm(ActionForm):
    """A piece of work."""

    title = forms.CharField(label=_("New task"), max_length=200)
    due_at = forms.DateTimeField(label=_("Due"), required=False)


class PauseForm(ActionForm):
    """Why the clock stops."""

    reason = forms.CharField(label=_("Reason of the pause"), max_length=300)


class ReopenForm(ActionForm):
    """Why it is opened again."""

    reason = forms.CharField(label=_("Reason"), max_length=300)


class CloseForm(ActionForm):
    """How it ended."""

    outcome = forms.ChoiceField(
        label=_("Outcome"), choices=[c for c in Outcome.choices if c[0] != Outcome.MERGED]
    )
    note = forms.CharField(
        label=_("What was done"), required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 2})
    )


class MergeForm(ActionForm):
    """Into which other incident."""

    into = forms.ModelChoiceField(
        Incident.objects.none(),
        label=_("Merge into"),
        to_field_name="number",
        widget=forms.TextInput(attrs={"placeholder": "2026-000123"}),
    )

    def prepare(self) -> None:
        """Open ones that the actor sees."""
        others = Incident.objects.visible_to(self.actor).open().exclude(pk=self.incident.pk)
        self.fields["into"].queryset = others  # type: ignore[attr-defined]


class SplitForm(ActionForm):
    """Which witnesses tell of something else."""

    title = forms.CharField(label=_("Title of the new incident"), max_length=200)
    witness_ids = forms.MultipleChoiceField(
        label=_("Witnesses that go with it"), widget=forms.CheckboxSelectMultiple
    )

    def prepare(self) -> None:
        """The incident's own witnesses."""
        rows = self.incident.witnesses.all()
        self.fields["witness_ids"].choices = [(row.pk, row.title) for row in rows]  # type: ignore[attr-defined]


class OpenForm(forms.Form):
    """An incident that a person opens by hand."""

    kind = forms.ModelChoiceField(IncidentKind.objects.all(), label=_("Kind"))
    title = forms.CharField(label=_("Title"), max_length=200)
    description = forms.CharField(
        label=_("Description"), required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 3})
    )
    severity = forms.TypedChoiceField(
        label=_("Severity"), coerce=int, choices=SeverityLevel.choices, initial=2
    )
    owner = forms.ModelChoiceField(Organisation.objects.none(), label=_("Organisation"))
    lon = forms.FloatField(required=False, widget=forms.HiddenInput)
    lat = forms.FloatField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, actor: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scope = scope_of(actor, "response.open")
        owners = Organisation.objects.order_by("name")
        if not scope.everything:
            ids = frozenset().union(*(owner_ids for owner_ids, _units in scope.bindings))
            owners = owners.filter(pk__in=ids)
        self.fields["owner"].queryset = owners  # type: ignore[attr-defined]
        self.fields["owner"].initial = actor.organisation_id


class FilterForm(forms.Form):
    """What the list of incidents shows."""

    q = forms.CharField(label=_("Search"), required=False)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("Open")),
            ("late", _("Late")),
            ("mine", _("Mine")),
            ("closed", _("Closed")),
            ("all", _("All")),
        ],
    )
    kind = forms.ModelChoiceField(
        IncidentKind.objects.all(), label=_("Kind"), required=False, empty_label=_("All")
    )


class DayForm(forms.ModelForm[DayException]):
    """One exception of the working week."""

    class Meta:
        model = DayException
        fields = ["day", "works", "name"]
