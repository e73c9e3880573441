"""Changes of premises: facts, standing, contacts, water."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from naoso.core.people.access import account_of, permission_required
from naoso.domains.fire.forms import ContactForm, PremisesForm, TankForm
from naoso.domains.fire.models import Contact, Premises, WaterTank
from naoso.domains.fire.pages.one import premises_for, shown
from naoso.domains.fire.services import premises as services
from naoso.domains.fire.services.premises import MANAGE
from naoso.kernel.errors import BadInput, Conflict


def to(row: Premises, tab: str = "facts") -> HttpResponse:
    """Back to the page."""
    return redirect(f"{reverse('fire:premises', args=[row.pk])}?tab={tab}")


@permission_required(MANAGE)
def premises_new(request: HttpRequest) -> HttpResponse:
    """Enter premises."""
    return edited(request, Premises(), _("New premises"), reverse("fire:list"))


@permission_required(MANAGE)
def premises_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what is known of it."""
    row = get_object_or_404(Premises.objects.permitted_to(request.user, MANAGE), pk=pk)
    title = _("Change %(name)s") % {"name": row.name}
    return edited(request, row, title, reverse("fire:premises", args=[pk]))


def edited(request: HttpRequest, row: Premises, title: str, back: str) -> HttpResponse:
    """The form, and what it saves."""
    form = PremisesForm(request.POST or None, instance=row, actor=account_of(request))
    if request.method == "POST" and form.is_valid():
        try:
            saved = services.save_premises(actor=account_of(request), premises=form.instance)
        except BadInput as error:
            refuse(form, error)
        else:
            messages.success(request, _("Saved."))
            return to(saved)
    crumbs = [(_("Listed premises"), reverse("fire:list")), (title, "")]
    context = {"title": title, "form": form, "back": back, "crumbs": crumbs}
    return render(request, "fire/premises_form.html", context, status=422 if form.errors else 200)


def refuse(form: Any, error: BadInput) -> None:
    """Each fault at its field."""
    for broken in error.errors:
        form.add_error(broken.field if broken.field in form.fields else None, broken.message)


@require_POST
@permission_required(MANAGE)
def premises_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Onto the list, connected, off the list."""
    row = premises_for(request, pk, MANAGE)
    try:
        services.move_premises(
            actor=account_of(request), premises=row, standing=request.POST.get("standing", "")
        )
        messages.success(request, _("Saved."))
    except (BadInput, Conflict, ValueError) as error:
        words = error.errors[0].message if isinstance(error, BadInput) else str(error)
        messages.error(request, words)
    return to(row)


@require_POST
@permission_required(MANAGE)
def contact_add(request: HttpRequest, pk: int) -> HttpResponse:
    """One more who is called."""
    row, form = premises_for(request, pk, MANAGE), ContactForm(request.POST)
    if form.is_valid() and form.carry_out(services.add_contact, actor=account_of(request), premises=row):
        return to(row, "contacts")
    return shown(request, row, "contacts", {"contact_form": form})


@require_POST
@permission_required(MANAGE)
def contact_drop(request: HttpRequest, pk: int, contact: int) -> HttpResponse:
    """Called no more."""
    row = premises_for(request, pk, MANAGE)
    try:
        services.drop_contact(
            actor=account_of(request), contact=get_object_or_404(Contact, premises=row, pk=contact)
        )
    except BadInput as error:
        messages.error(request, error.errors[0].message)
    return to(row, "contacts")


@require_POST
@permission_required(MANAGE)
def tank_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Water of its own."""
    row, form = premises_for(request, pk, MANAGE), TankForm(request.POST)
    if form.is_valid() and form.carry_out(services.add_tank, actor=account_of(request), premises=row):
        return to(row)
    return shown(request, row, "facts", {"tank_form": form})


@require_POST
@permission_required(MANAGE)
def tank_drop(request: HttpRequest, pk: int, tank: int) -> HttpResponse:
    """Gone."""
    row = premises_for(request, pk, MANAGE)
    services.drop_tank(actor=account_of(request), tank=get_object_or_404(WaterTank, premises=row, pk=tank))
    return to(row)


urlpatterns = [
    path("new/", premises_new, name="new"),
    path("<int:pk>/edit/", premises_edit, name="edit"),
    path("<int:pk>/move/", premises_move, name="move"),
    path("<int:pk>/contacts/", contact_add, name="contact_add"),
    path("<int:pk>/contacts/<int:contact>/drop/", contact_drop, name="contact_drop"),
    path("<int:pk>/tanks/", tank_add, name="tank_add"),
    path("<int:pk>/tanks/<int:tank>/drop/", tank_drop, name="tank_drop"),
]
