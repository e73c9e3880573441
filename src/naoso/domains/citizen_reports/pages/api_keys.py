"""Keys of other systems, as the one who keeps the settings makes and switches them."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from naoso.core.people.access import account_of, permission_required
from naoso.domains.citizen_reports.forms.api_keys import ApiKeyForm
from naoso.domains.citizen_reports.models import ApiKey
from naoso.domains.citizen_reports.selectors.directory import desk
from naoso.domains.citizen_reports.services import api_keys

PAGE = 50


def list_page(request: HttpRequest, *, made: ApiKey | None = None, text: str = "") -> HttpResponse:
    """The keys in scope; `text` is a new one, on this page and nowhere else."""
    rows = ApiKey.objects.visible_to(account_of(request)).select_related("owner", "body")
    rows = rows.annotate(sent=Count("submissions")).order_by("name", "id")
    root = reverse("open311:discovery", args=["json"]).rpartition("/")[0]
    words = {
        "title": _("API keys"),
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "made": made,
        "text": text,
        "root": f"{settings.SITE_URL}{root}/",
        "jurisdiction": desk().jurisdiction,
    }
    return render(request, "citizen_reports/api_keys.html", words)


@permission_required(api_keys.EDIT)
def key_list(request: HttpRequest) -> HttpResponse:
    """Which systems send us reports, and how many."""
    return list_page(request)


@never_cache
@permission_required(api_keys.EDIT)
def key_new(request: HttpRequest) -> HttpResponse:
    """A key for another system."""
    actor = account_of(request)
    form = ApiKeyForm(request.POST or None, actor=actor)
    if request.method == "POST" and form.is_valid():
        done = form.carry_out(api_keys.make_key, actor=actor)
        if done:
            return list_page(request, made=done[0], text=done[1])
    crumbs = [(_("API keys"), reverse("citizen_reports:api_keys"))]
    words = {"title": _("New API key"), "form": form, "crumbs": crumbs}
    status = 422 if form.errors else 200
    return render(request, "citizen_reports/api_key_form.html", words, status=status)


@require_POST
@permission_required(api_keys.EDIT)
def key_switch(request: HttpRequest, pk: int) -> HttpResponse:
    """Off at once, or on again."""
    key = get_object_or_404(ApiKey.objects.visible_to(account_of(request)), pk=pk)
    api_keys.switch_key(key=key, actor=account_of(request), on=not key.enabled)
    messages.success(
        request, _("The key was switched off.") if key.enabled else _("The key was switched on.")
    )
    return redirect("citizen_reports:api_keys")


urlpatterns = [
    path("api-keys/", key_list, name="api_keys"),
    path("api-keys/new/", key_new, name="api_key_new"),
    path("api-keys/<int:pk>/switch/", key_switch, name="api_key_switch"),
]
