"""Stocks of supplies: what there is where, and what went in and out."""

from __future__ import annotations

from django import forms as django_forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from naoso.core.people.access import account_of, permission_required
from naoso.core.people.scope import allowed
from naoso.domains.dispatch import forms
from naoso.domains.dispatch.models import StockItem
from naoso.domains.dispatch.selectors import resources
from naoso.domains.dispatch.services import resources as services

PAGE = 100
MOVEMENTS = 100


class StockFilter(django_forms.Form):
    """Which items are listed."""

    q = django_forms.CharField(label=gettext_lazy("Item"), required=False, max_length=60)


@permission_required("dispatch.view")
def stocks(request: HttpRequest) -> HttpResponse:
    """Every item of every stock in scope."""
    form = StockFilter(request.GET)
    rows = resources.stocks(request.user, form.cleaned_data["q"] if form.is_valid() else "")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(request, "dispatch/stocks.html", {"title": _("Stocks"), "filter": form, "page": page})


@permission_required("dispatch.view")
def item(request: HttpRequest, pk: int) -> HttpResponse:
    """One item with its movements."""
    return shown(request, item_of(request, pk))


@require_POST
@permission_required("dispatch.assign")
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """So much in or out."""
    row, form = item_of(request, pk), forms.MovementForm(request.POST)
    if form.is_valid() and form.carry_out(services.move_stock, item=row, actor=account_of(request)):
        messages.success(request, _("The movement is kept."))
        return redirect("dispatch:stock_item", pk=pk)
    return shown(request, row, form)


@require_POST
@permission_required("dispatch.manage")
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """One more item of a stock."""
    resource, form = resources.resource_for(request.user, pk), forms.ItemForm(request.POST)
    if form.is_valid():
        made = form.carry_out(services.add_item, resource=resource, actor=account_of(request))
        if made:
            return redirect("dispatch:stock_item", pk=made.pk)
    messages.error(request, " ".join(str(word) for words in form.errors.values() for word in words))
    return redirect("dispatch:resource", pk=pk)


def item_of(request: HttpRequest, pk: int) -> StockItem:
    """In scope, or 404."""
    rows = StockItem.objects.visible_to(request.user).select_related("resource__owner", "resource__unit")
    return get_object_or_404(rows, pk=pk)


def shown(request: HttpRequest, row: StockItem, form: forms.MovementForm | None = None) -> HttpResponse:
    """The page of an item."""
    may = allowed(request.user, services.ASSIGN, row.resource)
    context = {
        "title": row.name, "item": row, "form": (form or forms.MovementForm()) if may else None,
        "movements": row.movements.select_related("actor")[:MOVEMENTS],
        "crumbs": [(_("Stocks"), reverse("dispatch:stocks")), (row.name, "")],
    }  # fmt: skip
    return render(request, "dispatch/item.html", context, status=422 if form and form.errors else 200)


urlpatterns = [
    path("stocks/", stocks, name="stocks"),
    path("stocks/items/<int:pk>/", item, name="stock_item"),
    path("stocks/items/<int:pk>/move/", move, name="stock_move"),
    path("resources/<int:pk>/items/", add, name="stock_add"),
]
