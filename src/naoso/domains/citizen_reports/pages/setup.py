"""Categories and routes, as the one who keeps them edits them."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _

from naoso.core.people.access import permission_required
from naoso.core.people.audit import recorded
from naoso.domains.citizen_reports import forms
from naoso.domains.citizen_reports.models import Category


@permission_required("citizen_reports.edit_categories")
def category_list(request: HttpRequest) -> HttpResponse:
    """Every category with its deadline and its routes."""
    rows = Category.objects.select_related("owner")
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
        "crumbs": [(_("Report categories"), reverse("citizen_reports:categories")), (title, "")],
    }
    return render(request, "citizen_reports/category.html", context)


urlpatterns = [
    path("categories/", category_list, name="categories"),
    path("categories/new/", category_edit, name="category_new"),
    path("categories/<int:pk>/", category_edit, name="category"),
]
