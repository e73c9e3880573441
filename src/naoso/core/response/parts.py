"""What the modules show beside an incident: parts of their own, so one that fails leaves the rest."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from naoso.core.people.access import permission_required
from naoso.core.people.scope import User, allowed, require
from naoso.core.response import selectors
from naoso.kernel.modules import IncidentPanel, resolve


def declared() -> list[IncidentPanel]:
    """In their order."""
    specs = [spec for module in settings.MODULES for spec in module.incident_panels]
    return sorted(specs, key=lambda spec: spec.order)


def parts_for(user: User) -> list[IncidentPanel]:
    """Those that this person may see somewhere."""
    return [spec for spec in declared() if allowed(user, spec.permission)]


@permission_required("response.view")
def part(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """One module's part of one incident."""
    spec = next((spec for spec in declared() if spec.slug == slug), None)
    if spec is None:
        raise Http404(f"no part {slug!r}")
    require(request.user, spec.permission)
    incident = selectors.incident_for(request.user, pk)
    found = resolve(spec.context)(request.user, incident)
    if found is None:
        return HttpResponse()  # an empty part takes no room
    return render(request, "response/parts/module.html", {"spec": spec, "incident": incident, **found})
