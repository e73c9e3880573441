"""What officers type into a report: one form for each action."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from naoso.core.people.models import Account, Organisation
from naoso.core.people.scope import accounts_with
from naoso.core.response.models import Incident
from naoso.domains.citizen_reports.forms.photos import PhotosField
from naoso.domains.citizen_reports.models import AnswerTemplate, Category, OutsideBody, Report, TemplateKind
from naoso.domains.citizen_reports.rules.words import MOST_LETTERS


class ActionForm(forms.Form):
    """One action on one report, seen by one account; `seen` is the version that the screen showed."""

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, report: Report, actor: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.report, self.actor = report, actor
        self.fields["seen"].initial = report.version
        self.prepare()

    def prepare(self) -> None:
        """Fill in the choices that depend on the report."""


class WordsForm(ActionForm):
    """Words, which may begin from a template in the reporter's language."""

    template_kinds: tuple[TemplateKind, ...] = ()

    def templates(self) -> list[tuple[str, str]]:
        """Title and words of each template that fits the category."""
        rows = AnswerTemplate.objects.filter(kind__in=self.template_kinds, category=None) | (
            AnswerTemplate.objects.filter(kind__in=self.template_kinds, category_id=self.report.category_id)
        )
        english = self.report.language == "en"
        return [(row.title, (row.text_en if english else "") or row.text) for row in rows]


class AcceptForm(ActionForm):
    """Nothing to type."""


class AnswerForm(WordsForm):
    """The public answer."""

    template_kinds = (TemplateKind.ANSWER, TemplateKind.REJECT)
    text = forms.CharField(
        label=_("Answer to the citizen"), max_length=MOST_LETTERS, widget=forms.Textarea(attrs={"rows": 4})
    )
    photos = PhotosField(label=_("Photos of what was done"), required=False)
    rejected = forms.BooleanField(label=_("Nothing will be done; the answer says why"), required=False)


class TellForm(ActionForm):
    """A word on the way."""

    text = forms.CharField(
        label=_("News for the citizen"),
        help_text=_("The citizen reads it; the report stays open."),
        max_length=MOST_LETTERS,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class AskForm(WordsForm):
    """A question to the citizen."""

    template_kinds = (TemplateKind.QUESTION,)
    text = forms.CharField(
        label=_("Question to the citizen"),
        help_text=_("The clock stands still until the reply."),
        max_length=MOST_LETTERS,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class AssignForm(ActionForm):
    """To which body, and to whom."""

    owner = forms.ModelChoiceField(Organisation.objects.order_by("name"), label=_("Organisation"))
    handler = forms.ModelChoiceField(Account.objects.none(), label=_("Person"), required=False)
    reason = forms.CharField(label=_("Reason, for colleagues"), required=False, max_length=500)

    def prepare(self) -> None:
        """Anybody who may handle reports somewhere; the service checks that it is there."""
        people = accounts_with("citizen_reports.handle").select_related("organisation")
        field = self.fields["handler"]
        field.queryset = people.order_by("last_name", "username")  # type: ignore[attr-defined]
        self.fields["owner"].initial = self.report.owner_id
        field.initial = self.report.handler_id


class CategoryForm(ActionForm):
    """Another category; it decides anew who answers and by when."""

    category = forms.ModelChoiceField(Category.objects.filter(enabled=True), label=_("Category"))


class NoteForm(ActionForm):
    """A line for colleagues."""

    text = forms.CharField(
        label=_("Internal note"),
        help_text=_("The citizen never sees it."),
        max_length=MOST_LETTERS,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ReasonForm(ActionForm):
    """Why."""

    reason = forms.CharField(label=_("Reason"), max_length=500)


class OtherReportForm(ActionForm):
    """Another report, by its code."""

    other = forms.ModelChoiceField(
        Report.objects.none(),
        label=_("Code of the other report"),
        to_field_name="code",
        widget=forms.TextInput(attrs={"placeholder": "7K3M-Q0ZD", "autocomplete": "off"}),
        error_messages={"invalid_choice": _("There is no such report in your scope.")},
    )

    def prepare(self) -> None:
        """Those that the actor sees."""
        others = Report.objects.visible_to(self.actor).exclude(pk=self.report.pk)
        self.fields["other"].queryset = others  # type: ignore[attr-defined]


class ParentForm(OtherReportForm):
    """Part of which; empty: by itself."""

    def prepare(self) -> None:
        """May be left empty."""
        super().prepare()
        self.fields["other"].required = False


class IncidentForm(ActionForm):
    """An open incident, by its number."""

    incident = forms.ModelChoiceField(
        Incident.objects.none(),
        label=_("Number of the incident"),
        to_field_name="number",
        widget=forms.TextInput(attrs={"placeholder": "2026-000123", "autocomplete": "off"}),
        error_messages={"invalid_choice": _("There is no such open incident in your scope.")},
    )

    def prepare(self) -> None:
        """Open ones that the actor sees."""
        found = Incident.objects.visible_to(self.actor).open()
        self.fields["incident"].queryset = found  # type: ignore[attr-defined]


class OutsideForm(ActionForm):
    """To which body outside the house."""

    body = forms.ModelChoiceField(OutsideBody.objects.filter(enabled=True), label=_("Outside body"))
    note = forms.CharField(
        label=_("Note to them"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )


class ContactForm(forms.Form):
    """Why somebody looks at the contact."""

    reason = forms.CharField(label=_("Why do you need the contact?"), max_length=200)
