"""Closed roads: where no way leads through."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from naoso.core.people.access import account_of, permission_required
from naoso.core.people.scope import allowed
from naoso.domains.dispatch.forms import ClosureForm
from naoso.domains.dispatch.models import RoadClosure, RoadGraph
from naoso.domains.dispatch.selectors import roads
from naoso.domains.dispatch.services import roads as services
from naoso.kernel.errors import BadInput
from naoso.kernel.geometry import LonLat


@permission_required("dispatch.view")
def closures(request: HttpRequest) -> HttpResponse:
    """What is closed now, and the graph that ways come from."""
    form = ClosureForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and closed(request, form):
        messages.success(request, _("The road is closed for every way from now on."))
        return redirect("dispatch:roads")
    context = {
        "title": _("Closed roads"), "closures": roads.closures(), "form": form,
        "graph": RoadGraph.objects.order_by("-loaded_at").first(), "usable": roads.has_pgrouting(),
        "may_close": allowed(request.user, services.CLOSE),
        "crumbs": [(_("Forces"), reverse("dispatch:board")), (_("Closed roads"), "")],
    }  # fmt: skip
    return render(request, "dispatch/roads.html", context, status=422 if form.errors else 200)


def closed(request: HttpRequest, form: ClosureForm) -> bool:
    """Whether it was; the refusal stands at its field."""
    said = form.cleaned_data
    try:
        services.close_road(
            actor=account_of(request), place=LonLat.checked(said["lon"], said["lat"]),
            reason=said["reason"], until=said["until"],
        )  # fmt: skip
    except BadInput as error:
        for broken in error.errors:
            form.add_error(broken.field if broken.field in form.fields else None, broken.message)
        return False
    return True


@require_POST
@permission_required("dispatch.assign")
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Ways lead over it again."""
    services.open_road(actor=account_of(request), closure=get_object_or_404(RoadClosure, pk=pk))
    messages.success(request, _("The road is open again."))
    return redirect("dispatch:roads")


urlpatterns = [
    path("roads/", closures, name="roads"),
    path("roads/<int:pk>/open/", reopen, name="road_open"),
]
