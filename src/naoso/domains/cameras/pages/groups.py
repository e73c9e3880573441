"""Groups of cameras: purpose, retention, and who is named for the restricted ones."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from naoso.core.people.access import account_of, permission_required
from naoso.core.people.scope import allowed
from naoso.domains.cameras.forms import AccessForm, GroupForm
from naoso.domains.cameras.models import CameraGroup, GroupAccess
from naoso.domains.cameras.pages.lists import VIEW, tabs_of
from naoso.domains.cameras.services import groups as services
from naoso.domains.cameras.services.sources import MANAGE
from naoso.kernel.errors import BadInput


@permission_required(VIEW)
def group_list(request: HttpRequest) -> HttpResponse:
    """What each is for, how long its pictures stay, how many cameras it has."""
    rows = CameraGroup.objects.visible_to(request.user).select_related("owner")
    rows = rows.annotate(
        cameras=Count("sources", distinct=True), named=Count("access", distinct=True)
    ).order_by("name")
    context = {"title": _("Groups of cameras"), "rows": rows}
    return render(request, "cameras/groups.html", context | tabs_of(request, "groups"))


@permission_required(VIEW)
def group(request: HttpRequest, pk: int) -> HttpResponse:
    """One group; who is named for it is for those who manage it."""
    return shown(request, get_object_or_404(CameraGroup.objects.visible_to(request.user), pk=pk))


def shown(request: HttpRequest, row: CameraGroup, form: AccessForm | None = None) -> HttpResponse:
    """With a form that was refused, what is wrong."""
    manages = allowed(request.user, MANAGE, row)
    accesses = row.access.select_related("account__organisation", "organisation") if manages else ()
    context: dict[str, Any] = {
        "title": row.name, "group": row, "manages": manages, "accesses": accesses,
        "count": row.sources.count(), "form": form or (AccessForm() if manages else None),
        "crumbs": [(_("Groups of cameras"), reverse("cameras:groups")), (row.name, "")],
    }  # fmt: skip
    status = 422 if form is not None else 200
    return render(request, "cameras/group.html", context | tabs_of(request, "groups"), status=status)


@permission_required(MANAGE)
def group_new(request: HttpRequest) -> HttpResponse:
    """A new one."""
    return edited(request, CameraGroup(), _("New group"), reverse("cameras:groups"))


@permission_required(MANAGE)
def group_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what it says."""
    row = group_for(request, pk)
    return edited(request, row, row.name, reverse("cameras:group", args=[pk]))


def group_for(request: HttpRequest, pk: int) -> CameraGroup:
    """One that the actor manages, or 404."""
    found: CameraGroup = get_object_or_404(CameraGroup.objects.permitted_to(request.user, MANAGE), pk=pk)
    return found


def edited(request: HttpRequest, row: CameraGroup, title: str, back: str) -> HttpResponse:
    """The form, and what it saves."""
    form = GroupForm(request.POST or None, instance=row, actor=account_of(request))
    if request.method == "POST" and form.is_valid():
        try:
            saved = services.save_group(actor=account_of(request), group=form.instance)
        except BadInput as error:
            for broken in error.errors:
                form.add_error(broken.field if broken.field in form.fields else None, broken.message)
        else:
            messages.success(request, _("Saved."))
            return redirect("cameras:group", saved.pk)
    crumbs = [(_("Groups of cameras"), reverse("cameras:groups")), (title, "")]
    context = {"title": title, "form": form, "back": back, "crumbs": crumbs} | tabs_of(request, "groups")
    return render(request, "ui/form_page.html", context, status=422 if form.errors else 200)


@require_POST
@permission_required(MANAGE)
def group_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """An empty one goes."""
    try:
        services.drop_group(actor=account_of(request), group=group_for(request, pk))
    except BadInput as error:
        messages.error(request, error.errors[0].message)
        return redirect("cameras:group", pk)
    messages.success(request, _("The group was removed."))
    return redirect("cameras:groups")


@require_POST
@permission_required(MANAGE)
def access_add(request: HttpRequest, pk: int) -> HttpResponse:
    """One more who is named."""
    row, form = group_for(request, pk), AccessForm(request.POST)
    if form.is_valid() and form.carry_out(services.give_access, actor=account_of(request), group=row):
        messages.success(request, _("Saved."))
        return redirect("cameras:group", pk)
    return shown(request, row, form)


@require_POST
@permission_required(MANAGE)
def access_drop(request: HttpRequest, pk: int, access: int) -> HttpResponse:
    """Named no more."""
    row = get_object_or_404(
        GroupAccess.objects.select_related("group"), pk=access, group=group_for(request, pk)
    )
    services.take_access(actor=account_of(request), access=row)
    messages.success(request, _("Removed."))
    return redirect("cameras:group", pk)


urlpatterns = [
    path("groups/", group_list, name="groups"),
    path("groups/new/", group_new, name="group_new"),
    path("groups/<int:pk>/", group, name="group"),
    path("groups/<int:pk>/edit/", group_edit, name="group_edit"),
    path("groups/<int:pk>/drop/", group_drop, name="group_drop"),
    path("groups/<int:pk>/access/", access_add, name="access_add"),
    path("groups/<int:pk>/access/<int:access>/drop/", access_drop, name="access_drop"),
]
