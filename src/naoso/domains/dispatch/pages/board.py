"""The board of forces by state, the list of all resources."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _

from naoso.core.people.access import permission_required
from naoso.core.people.scope import allowed
from naoso.domains.dispatch import forms
from naoso.domains.dispatch.rules import STALE_AFTER
from naoso.domains.dispatch.selectors import resources

PAGE = 50


@permission_required("dispatch.view")
def board(request: HttpRequest) -> HttpResponse:
    """Every state with who is in it, where they were last, how old that is."""
    form = forms.BoardFilter(request.GET)
    said = form.cleaned_data if form.is_valid() else {}
    columns = resources.board(
        request.user, kind=said.get("kind", ""), skill=said.get("skill", ""), text=said.get("q", "")
    )
    context = {
        "title": _("Forces"), "filter": form, "columns": columns, "limit": STALE_AFTER,
        "any": any(column.count for column in columns),
        "may_manage": allowed(request.user, "dispatch.manage"),
    }  # fmt: skip
    return render(request, "dispatch/board.html", context)


@permission_required("dispatch.view")
def listing(request: HttpRequest) -> HttpResponse:
    """All of them, shelters and stocks too."""
    form = forms.ListFilter(request.GET)
    said = form.cleaned_data if form.is_valid() else {}
    rows = resources.listed(
        request.user, kind=said.get("kind", ""), skill=said.get("skill", ""), text=said.get("q", ""),
        state=said.get("state", ""),
    )  # fmt: skip
    context = {
        "title": _("All resources"), "filter": form, "limit": STALE_AFTER,
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "may_manage": allowed(request.user, "dispatch.manage"),
    }  # fmt: skip
    return render(request, "dispatch/list.html", context)


urlpatterns = [path("", board, name="board"), path("resources/", listing, name="resources")]
