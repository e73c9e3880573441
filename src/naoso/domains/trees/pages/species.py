"""The catalogue of species, and the programme of care."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _

from naoso.core.people.access import account_of, permission_required
from naoso.core.people.scope import allowed
from naoso.domains.trees import selectors, services
from naoso.domains.trees.forms import ProgrammeForm, SpeciesForm
from naoso.domains.trees.models import Programme, Species

EDIT = "trees.edit_species"


@permission_required("trees.view")
def species_list(request: HttpRequest) -> HttpResponse:
    """The catalogue with how many trees stand of each."""
    context = {
        "title": _("Species"), "rows": selectors.species_counts(request.user),
        "may_edit": allowed(request.user, EDIT),
    }  # fmt: skip
    return render(request, "trees/species.html", context)


@permission_required(EDIT)
def species_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A new species, or one to change."""
    row = get_object_or_404(Species, pk=pk) if pk else Species()
    form = SpeciesForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        services.save_species(actor=account_of(request), species=form.save(commit=False))
        messages.success(request, _("The species is kept."))
        return redirect("trees:species")
    return editing(request, row.name or _("New species"), form, reverse("trees:species"), _("Species"))


@permission_required(EDIT)
def programme(request: HttpRequest) -> HttpResponse:
    """What a trunk is worth and how often a tree is seen."""
    form = ProgrammeForm(request.POST or None, instance=Programme.now())
    if request.method == "POST" and form.is_valid():
        services.save_programme(actor=account_of(request), programme=form.save(commit=False))
        messages.success(request, _("The programme is kept. Values follow with the next inspection."))
        return redirect("trees:inventory")
    return editing(request, _("Programme of care"), form, reverse("trees:inventory"), _("Inventory of trees"))


def editing(request: HttpRequest, title: str, form: Any, back: str, back_title: str) -> HttpResponse:
    """A form on a page of its own."""
    context = {"title": title, "form": form, "back": back, "crumbs": [(back_title, back), (title, "")]}
    return render(request, "ui/form_page.html", context, status=422 if form.errors else 200)


urlpatterns = [
    path("species/", species_list, name="species"),
    path("species/new/", species_edit, name="species_new"),
    path("species/<int:pk>/", species_edit, name="species_edit"),
    path("programme/", programme, name="programme"),
]
