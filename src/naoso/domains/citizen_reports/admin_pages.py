"""Categories and routes, as the one who keeps them edits them."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from naoso.core.people.access import permission_required
from naoso.core.people.audit import recorded
from naoso.domains.citizen_reports import forms
from naoso.domains.citizen_reports.models import Category, Route


@permission_required("citizen_reports.edit_categories")
def category_list(request: HttpRequest) -> HttpResponse:
    """Every category with its deadline and its routes."""
    rows = Category.objects.select_related("owner").prefetch_related("routes__unit", "routes__organisation")
    return render(request, "citizen_reports/categories.html", {"title": _("Report categories"), "rows": rows})


@permission_required("citizen_reports.edit_categories")
def category_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """One category."""
    category = get_object_or_404(Category, pk=pk) if pk else None
    hours = category.deadline.total_seconds() / 3600 if category else 16
    form = forms.CategoryForm(request.POST or None, instance=category, initial={"hours": hours})
    if request.method == "POST" and form.is_valid():
        form.instance.deadline = timedelta(hours=form.cleaned_data["hours"])
        with recorded(request.user):  # type: ignore[arg-type]
            saved = form.save()
        messages.success(request, _("%(category)s is saved.") % {"category": saved})
        return redirect("citizen_reports:category", saved.pk)
    title = str(category) if category else _("New category")
    context = {
        "title": title,
        "form": form,
        "category": category,
        "route_form": forms.RouteForm(),
        "crumbs": [(_("Report categories"), reverse("citizen_reports:categories")), (title, "")],
    }
    return render(request, "citizen_reports/category.html", context)


@require_POST
@permission_required("citizen_reports.edit_categories")
def route_add(request: HttpRequest, pk: int) -> HttpResponse:
    """One more route of a category; the same unit again replaces it."""
    category = get_object_or_404(Category, pk=pk)
    form = forms.RouteForm(request.POST)
    if form.is_valid():
        with recorded(request.user):  # type: ignore[arg-type]
            Route.objects.update_or_create(
                category=category,
                unit=form.cleaned_data["unit"],
                defaults={"organisation": form.cleaned_data["organisation"]},
            )
        messages.success(request, _("The route is saved."))
    else:
        messages.error(request, _("Choose a unit and an organisation."))
    return redirect("citizen_reports:category", pk)


@require_POST
@permission_required("citizen_reports.edit_categories")
def route_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """One route less."""
    route = get_object_or_404(Route, pk=pk)
    with recorded(request.user):  # type: ignore[arg-type]
        route.delete()
    return redirect("citizen_reports:category", route.category_id)
