"""Procedures as people write them: saving makes a new version, and the kinds that used it follow."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.contrib import messages
from django.forms import BaseFormSet, formset_factory
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from naoso.core.people.access import permission_required
from naoso.core.people.audit import recorded
from naoso.core.people.models import Account, Role
from naoso.core.people.scope import require
from naoso.core.response import step_actions
from naoso.core.response.models import Condition, DoneWhen, IncidentKind, Procedure, ProcedureStep
from naoso.kernel.findings import Severity
from naoso.kernel.text import folded


class StepForm(forms.Form):
    """One step."""

    title = forms.CharField(label=gettext_lazy("What is done"), max_length=200)
    role = forms.ModelChoiceField(Role.objects.all(), label=gettext_lazy("Role"), required=False)
    minutes = forms.IntegerField(
        label=gettext_lazy("Within (minutes)"), min_value=1, max_value=100_000, initial=30
    )
    stage = forms.IntegerField(
        label=gettext_lazy("Stage"), min_value=1, max_value=99, initial=1,
        help_text=gettext_lazy("Steps of one stage run side by side; the next stage waits for all of them."),
    )  # fmt: skip
    condition = forms.ChoiceField(
        label=gettext_lazy("Only"), choices=Condition.choices, required=False, initial=Condition.ALWAYS
    )
    condition_value = forms.IntegerField(
        label=gettext_lazy("Number"), min_value=0, max_value=1000, required=False, initial=0,
        help_text=gettext_lazy("severity 1–4, or how many witnesses"),
    )  # fmt: skip
    action = forms.ChoiceField(label=gettext_lazy("The centre does it"), required=False)
    argument = forms.CharField(
        label=gettext_lazy("What it needs for it"), max_length=300, required=False,
        help_text=gettext_lazy("words of the message, a place to meet, a template's name"),
    )  # fmt: skip

    done_when = forms.ChoiceField(label=gettext_lazy("Done"), choices=DoneWhen.choices, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        actions = [(action.code, action.title) for action in step_actions.known().values()]
        self.fields["action"].choices = [("", gettext_lazy("no, a person does")), *actions]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A condition with a number needs one that can be met."""
        values = super().clean() or {}
        condition, number = values.get("condition"), values.get("condition_value") or 0
        if condition == Condition.SEVERITY and not 1 <= number <= int(Severity.EXTREME):
            self.add_error("condition_value", _("Severities are 1 to 4."))
        if condition == Condition.WITNESSES and number < 1:
            self.add_error("condition_value", _("One witness at least."))
        return values


class ProcedureForm(forms.Form):
    """A procedure's name."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=160)


class KindForm(forms.ModelForm[IncidentKind]):
    """Deadline and procedure of a kind of incident."""

    hours = forms.FloatField(label=gettext_lazy("Deadline (hours)"), min_value=0.25, max_value=2000)
    join_minutes = forms.IntegerField(
        label=gettext_lazy("Joins within (minutes)"), min_value=1, max_value=1440,
        help_text=gettext_lazy("what is told this soon after the opening joins the same incident"),
    )  # fmt: skip

    class Meta:
        model = IncidentKind
        fields = ["title", "title_en", "around_the_clock", "procedure", "join_radius_m"]

    def save(self, commit: bool = True) -> IncidentKind:
        """Hours → the deadline, minutes → the time to join."""
        self.instance.deadline = dt.timedelta(hours=self.cleaned_data["hours"])
        self.instance.join_within = dt.timedelta(minutes=self.cleaned_data["join_minutes"])
        return super().save(commit)


WRITTEN = ("title", "stage", "condition", "condition_value", "action", "argument", "done_when")
Steps = formset_factory(StepForm, extra=2, max_num=40, can_delete=True, can_order=False)


def save_version(
    *, procedure: Procedure | None, title: str, steps: list[dict[str, Any]], actor: Account
) -> Procedure:
    """Write the next version; running incidents keep the one that they began with."""
    require(actor, "response.edit_procedures")
    with recorded(actor):
        code = procedure.code if procedure else slugify(folded(title))[:50]
        last = Procedure.objects.filter(code=code).order_by("-version").first()
        version = Procedure.objects.create(code=code, title=title, version=(last.version if last else 0) + 1)
        ProcedureStep.objects.bulk_create(
            ProcedureStep(procedure=version, order=order, **step) for order, step in enumerate(steps, 1)
        )
        IncidentKind.objects.filter(procedure__code=code).update(procedure=version)
    return version


@permission_required("response.edit_procedures")
def procedure_list(request: HttpRequest) -> HttpResponse:
    """Procedures with their steps, newest version of each, and the kinds of incident."""
    newest = Procedure.objects.order_by("code", "-version").distinct("code")
    context = {
        "title": _("Procedures"),
        "procedures": Procedure.objects.filter(pk__in=newest.values("pk")).prefetch_related("steps__role"),
        "kinds": IncidentKind.objects.select_related("procedure"),
    }
    return render(request, "response/procedures.html", context)


@permission_required("response.edit_procedures")
def procedure_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Write a procedure, or the next version of one."""
    procedure = get_object_or_404(Procedure, pk=pk) if pk else None
    form = ProcedureForm(request.POST or None, initial={"title": procedure.title if procedure else ""})
    steps = Steps(request.POST or None, prefix="steps", initial=initial_steps(procedure))
    if request.method == "POST" and form.is_valid() and steps.is_valid():
        saved = save_version(
            procedure=procedure,
            title=form.cleaned_data["title"],
            steps=list(written_steps(steps)),
            actor=request.user,  # type: ignore[arg-type]
        )
        messages.success(request, _("%(procedure)s is saved.") % {"procedure": saved})
        return redirect("response:procedures")
    title = procedure.title if procedure else _("New procedure")
    crumbs = [(_("Procedures"), reverse("response:procedures")), (title, "")]
    context = {"title": title, "form": form, "steps": steps, "procedure": procedure, "crumbs": crumbs}
    return render(request, "response/procedure.html", context)


def initial_steps(procedure: Procedure | None) -> list[dict[str, Any]]:
    """The steps as the form shows them."""
    if procedure is None:
        return []
    return [
        {"role": step.role_id, "minutes": step.minutes, **{name: getattr(step, name) for name in WRITTEN}}
        for step in procedure.steps.all()
    ]


def written_steps(steps: BaseFormSet[StepForm]) -> Any:
    """Filled-in forms that are not marked for removal, as columns of a step."""
    for form in steps.forms:
        values = form.cleaned_data
        if values and values.get("title") and not values.get("DELETE"):
            within = dt.timedelta(minutes=values["minutes"])
            written = {name: values[name] for name in WRITTEN}
            written["condition"] = written["condition"] or Condition.ALWAYS
            written["condition_value"] = written["condition_value"] or 0
            yield {"role": values["role"], "within": within, **written}


@permission_required("response.edit_procedures")
def kind_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Deadline and procedure of one kind."""
    kind = get_object_or_404(IncidentKind, pk=pk)
    initial = {"hours": kind.deadline_hours, "join_minutes": int(kind.join_within.total_seconds() // 60)}
    form = KindForm(request.POST or None, instance=kind, initial=initial)
    if request.method == "POST" and form.is_valid():
        with recorded(request.user):  # type: ignore[arg-type]
            form.save()
        messages.success(request, _("%(kind)s is saved.") % {"kind": kind})
        return redirect("response:procedures")
    crumbs = [(_("Procedures"), reverse("response:procedures")), (str(kind), "")]
    return render(request, "response/kind.html", {"title": str(kind), "form": form, "crumbs": crumbs})
