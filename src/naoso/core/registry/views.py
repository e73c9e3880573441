"""Pages of the sources."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from naoso.core.people.access import account_of, permission_required
from naoso.core.people.scope import allowed
from naoso.core.registry import selectors, services
from naoso.core.registry.forms import MANAGE, DisableForm, SourceFilter, SourceForm
from naoso.core.registry.models import Source

PAGE = 50


@permission_required("registry.view")
def listing(request: HttpRequest) -> HttpResponse:
    """Sources in scope with the age of their last word."""
    user, form = account_of(request), SourceFilter(request.GET or None)
    chosen = form.cleaned_data if form.is_valid() else {}
    found = selectors.filtered(selectors.sources(user), timezone.now(), **chosen)
    words = {
        "title": _("Sources"),
        "page": Paginator(found, PAGE).get_page(request.GET.get("page")),
        "filter": form,
        "may_create": allowed(user, MANAGE),
    }
    return render(request, "registry/sources.html", words)


@permission_required("registry.view")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One source: how it speaks, when it last did, what it tells of."""
    return _page(request, _source(request, pk))


@never_cache
@permission_required(MANAGE)
def create(request: HttpRequest) -> HttpResponse:
    """Registers a source; its secret is on the answering page and nowhere else."""
    user = account_of(request)
    form = SourceForm(request.POST or None, actor=user)
    if request.method == "POST" and form.is_valid():
        made = form.carry_out(services.register_source, actor=user)
        if made:
            return _page(request, made[0], secret=made[1])
    words = {"title": _("New source"), "form": form}
    return render(request, "registry/form.html", words, status=422 if form.errors else 200)


@require_POST
@never_cache
@permission_required(MANAGE)
def rotate(request: HttpRequest, pk: int) -> HttpResponse:
    """A new secret, shown once."""
    source = _source(request, pk)
    return _page(request, source, secret=services.rotate_secret(source=source, actor=account_of(request)))


@require_POST
@permission_required(MANAGE)
def disable(request: HttpRequest, pk: int) -> HttpResponse:
    """The source may not speak any more."""
    source, form = _source(request, pk), DisableForm(request.POST)
    if form.is_valid():
        form.carry_out(services.disable_source, source=source, actor=account_of(request))
    if form.errors:
        return _page(request, source, off=form, status=422)
    messages.success(request, _("The source was switched off."))
    return redirect("registry:source", pk=pk)


@require_POST
@permission_required(MANAGE)
def enable(request: HttpRequest, pk: int) -> HttpResponse:
    """The source may speak again."""
    services.enable_source(source=_source(request, pk), actor=account_of(request))
    messages.success(request, _("The source was switched on."))
    return redirect("registry:source", pk=pk)


def _source(request: HttpRequest, pk: int) -> Source:
    return get_object_or_404(selectors.sources(account_of(request)), pk=pk)


def _page(
    request: HttpRequest,
    source: Source,
    *,
    secret: str = "",
    off: DisableForm | None = None,
    status: int = 200,
) -> HttpResponse:
    words = {
        "title": source.name,
        "crumbs": [(_("Sources"), "/sources/"), (source.code, "")],
        "source": source,
        "things": source.things.order_by("code")[:200],
        "secret": secret,
        "off": off or DisableForm(),
        "may_manage": allowed(account_of(request), MANAGE, source),
    }
    return render(request, "registry/source.html", words, status=status)
