"""The series of a source: what it may send, and what it sent last."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from naoso.core.people.access import account_of, permission_required
from naoso.core.people.scope import allowed, require
from naoso.core.registry.models import Source
from naoso.core.telemetry.forms import SeriesForm
from naoso.core.telemetry.models import Series
from naoso.core.telemetry.services import MANAGE
from naoso.kernel.units import shown_unit


@permission_required("registry.view")
def of_source(request: HttpRequest, pk: int) -> HttpResponse:
    """The list, and for who may manage the source a form for one more."""
    source = get_object_or_404(Source.objects.visible_to(request.user), pk=pk)
    if request.method == "POST":
        require(request.user, MANAGE, source)
    form = SeriesForm(request.POST or None, source=source)
    if request.method == "POST" and form.is_valid():
        made = form.carry_out(actor=account_of(request))
        if made is not None:
            messages.success(request, _("Readings of %(key)s are taken from now on.") % {"key": made.key})
            return redirect("telemetry:source", pk)
    rows = Series.objects.filter(source=source).select_related("thing", "latest")
    context = {
        "title": _("Series of %(source)s") % {"source": source.name},
        "crumbs": [
            (_("Sources"), reverse("registry:sources")),
            (source.name, reverse("registry:source", args=[pk])),
        ],
        "source": source,
        "rows": [(row, shown_unit(row.unit)) for row in rows],
        "form": form if allowed(request.user, MANAGE, source) else None,
    }
    return render(request, "telemetry/series.html", context, status=422 if form.errors else 200)
