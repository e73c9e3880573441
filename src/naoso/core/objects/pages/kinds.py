"""Which kinds of objects there are, and how many of each."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _

from naoso.core.objects.selectors import VIEW, kinds_in_use
from naoso.core.people.access import account_of, permission_required
from naoso.core.people.scope import allowed


@permission_required(VIEW)
def kinds(request: HttpRequest) -> HttpResponse:
    """A card for each kind in use."""
    user = account_of(request)
    words = {
        "title": _("City objects"),
        "kinds": kinds_in_use(user),
        "may_declare": allowed(user, "objects.manage_kinds"),
    }
    return render(request, "objects/kinds.html", words)


urlpatterns = [path("", kinds, name="kinds")]
