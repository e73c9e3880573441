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
from naoso.core.response.models import IncidentKind, Procedure, ProcedureStep
from naoso.kernel.text import folded


class StepForm(forms.Form):
    """One step."""

    title = forms.CharField(label=gettext_lazy("What is done"), max_length=200)
    role = forms.ModelChoiceField(Role.objects.all(), label=gettext_lazy("Role"), required=False)
    minutes = forms.IntegerField(
        label=gettext_lazy("Within (minutes)"), min_value=1, max_value=100_000, initial=30
    )


class ProcedureForm(forms.Form):
    """A procedure's name."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=160)


class KindForm(forms.ModelForm[IncidentKind]):
    """Deadline and procedure of a kind of incident."""

    hours = forms.FloatField(label=gettext_lazy("Deadline (hours)"), min_value=0.25, max_value=2000)

    class Meta:
        model = IncidentKind
        fields = ["title", "title_en", "around_the_clock", "procedure"]

    def save(self, commit: bool = True) -> IncidentKind:
        """Hours → the deadline."""
        self.instance.deadline = dt.timedelta(hours=self.cleaned_data["hours"])
        return super().save(commit)


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
        {"title": step.title, "role": step.role_id, "minutes": int(step.within.total_seconds() // 60)}
        for step in procedure.steps.all()
    ]


def written_steps(steps: BaseFormSet[StepForm]) -> Any:
    """Filled-in forms that are not marked for removal, as columns of a step."""
    for form in steps.forms:
        values = form.cleaned_data
        if values and values.get("title") and not values.get("DELETE"):
            within = dt.timedelta(minutes=values["minutes"])
            yield {"title": values["title"], "role": values["role"], "within": within}


@permission_required("response.edit_procedures")
def kind_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Deadline and procedure of one kind."""
    kind = get_object_or_404(IncidentKind, pk=pk)
    form = KindForm(request.POST or None, instance=kind, initial={"hours": kind.deadline_hours})
    if request.method == "POST" and form.is_valid():
        with recorded(request.user):  # type: ignore[arg-type]
            form.save()
        messages.success(request, _("%(kind)s is saved.") % {"kind": kind})
        return redirect("response:procedures")
    crumbs = [(_("Procedures"), reverse("response:procedures")), (str(kind), "")]
    return render(request, "response/kind.html", {"title": str(kind), "form": form, "crumbs": crumbs})
