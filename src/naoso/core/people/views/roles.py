"""Roles and what they hold."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from naoso.core.people import services
from naoso.core.people.access import account_of, permission_required
from naoso.core.people.forms import RoleForm
from naoso.core.people.models import Role
from naoso.core.people.rights import holds_everywhere
from naoso.core.people.scope import ALL_PERMISSIONS
from naoso.core.people.selectors import role_name
from naoso.kernel.errors import BadInput


@permission_required("people.view")
def listing(request: HttpRequest) -> HttpResponse:
    """Every role with the titles of its permissions."""
    titles = {permission.code: permission.title for permission in settings.MODULES.permissions}
    roles = [
        {
            "role": role,
            "name": role_name(role),
            "everything": ALL_PERMISSIONS in role.permissions,
            "titles": [titles.get(code, code) for code in role.permissions if code != ALL_PERMISSIONS],
        }
        for role in Role.objects.annotate(given=Count("grants"))
    ]
    may_change = holds_everywhere(account_of(request), "people.roles")
    return render(
        request, "people/roles.html", {"title": _("Roles"), "roles": roles, "may_change": may_change}
    )


@permission_required("people.roles")
def edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A new role, or another set of permissions for one."""
    role = get_object_or_404(Role, pk=pk) if pk else None
    form = RoleForm(request.POST or None, role=role)
    if request.method == "POST" and form.is_valid() and _saved(form, role, request):
        messages.success(request, _("Saved."))
        return redirect("people:roles")
    title = role_name(role) if role else _("New role")
    status = 422 if form.errors else 200
    return render(request, "people/form.html", {"title": title, "form": form}, status=status)


def _saved(form: RoleForm, role: Role | None, request: HttpRequest) -> bool:
    named = {name: form.cleaned_data[name] for name in ("code", "name", "name_en")}
    try:
        services.save_role(role=role, actor=account_of(request), permissions=form.permissions, **named)
    except BadInput as error:
        for broken in error.errors:
            form.add_error(broken.field if broken.field in form.fields else None, broken.message)
        return False
    return True
