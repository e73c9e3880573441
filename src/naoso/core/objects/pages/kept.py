"""Kept views of a map: shared by name, or one's own."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.views.decorators.http import require_POST

from naoso.core.objects.forms import ViewForm
from naoso.core.objects.models import NamedView, ObjectKind
from naoso.core.objects.selectors import VIEW, kind_for, views_for
from naoso.core.objects.services import viewing
from naoso.core.people.access import account_of, permission_required


@require_POST
@permission_required(VIEW)
def keep(request: HttpRequest, slug: str) -> HttpResponse:
    """The view that the map shows now, under a name."""
    kind, form = kind_for(slug), ViewForm(request.POST)
    if form.is_valid() and form.carry_out(viewing.keep_view, actor=account_of(request), kind=kind):
        return answer(request, kind, ViewForm())
    return answer(request, kind, form, status=422)


@require_POST
@permission_required(VIEW)
def drop(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Forgets one of one's own."""
    kind, user = kind_for(slug), account_of(request)
    viewing.drop_view(actor=user, view=get_object_or_404(NamedView, kind=kind, key=key))
    return answer(request, kind, ViewForm())


def answer(request: HttpRequest, kind: ObjectKind, form: ViewForm, *, status: int = 200) -> HttpResponse:
    """The list as it is now."""
    if "HX-Request" not in request.headers and status == 200:
        return redirect("objects:map", kind.slug)
    words = {"kind": kind, "views": views_for(kind, account_of(request)), "view_form": form}
    return render(request, "objects/parts/views.html", words, status=status)


urlpatterns = [
    path("<slug:slug>/views/", keep, name="view_keep"),
    path("<slug:slug>/views/<slug:key>/drop/", drop, name="view_drop"),
]
