"""The tree of bodies."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from naoso.core.people import selectors, services
from naoso.core.people.access import account_of, permission_required
from naoso.core.people.forms import OrganisationForm
from naoso.core.people.scope import allowed


@permission_required("people.view")
def tree(request: HttpRequest) -> HttpResponse:
    """Bodies in scope, set in below the one they report to."""
    bodies = selectors.organisations(account_of(request)).annotate(people=Count("members"))
    words = {
        "title": _("Organisations"),
        "bodies": bodies,
        "may_manage": allowed(account_of(request), "people.manage"),
    }
    return render(request, "people/organisations.html", words)


@permission_required("people.manage")
def create(request: HttpRequest) -> HttpResponse:
    """A new body."""
    form = OrganisationForm(request.POST or None, actor=account_of(request))
    if (
        request.method == "POST"
        and form.is_valid()
        and form.carry_out(services.create_organisation, actor=account_of(request))
    ):
        messages.success(request, _("Saved."))
        return redirect("people:organisations")
    status = 422 if form.errors else 200
    return render(request, "people/form.html", {"title": _("New organisation"), "form": form}, status=status)


@permission_required("people.manage")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Renames or moves a body."""
    body = get_object_or_404(selectors.organisations(account_of(request)), pk=pk)
    initial = {name: getattr(body, name) for name in OrganisationForm.base_fields}
    form = OrganisationForm(request.POST or None, initial=initial, actor=account_of(request))
    if (
        request.method == "POST"
        and form.is_valid()
        and form.carry_out(services.change_organisation, organisation=body, actor=account_of(request))
    ):
        messages.success(request, _("Saved."))
        return redirect("people:organisations")
    status = 422 if form.errors else 200
    return render(request, "people/form.html", {"title": str(body), "form": form}, status=status)
