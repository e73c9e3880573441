"""Templates, and how fast channels send."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _

from naoso.core.people.access import account_of, permission_required
from naoso.core.response.models import IncidentKind
from naoso.domains.warnings import rules
from naoso.domains.warnings.forms.setup import PaceForm, TemplateForm
from naoso.domains.warnings.models import ChannelName, Device, Pace, Template
from naoso.domains.warnings.services import setup
from naoso.domains.warnings.services.sending import PER_SECOND
from naoso.domains.warnings.vocabulary import ICONS
from naoso.kernel.errors import BadInput


@permission_required("warnings.setup")
def templates(request: HttpRequest) -> HttpResponse:
    """Templates by hazard; channels below them."""
    kept = {row.channel: row for row in Pace.objects.all()}
    devices = (
        Device.objects.filter(verified_at__isnull=False)
        .order_by()
        .values_list("channel")
        .annotate(n=Count("pk"))
    )
    counts = dict(devices)
    paces = [
        (kept.get(name) or Pace(channel=name, per_second=PER_SECOND[name]), counts.get(name, 0))
        for name in ChannelName
    ]
    context = {
        "title": _("Templates of warnings"),
        "templates": Template.objects.all(),
        "kinds": {kind.code: kind for kind in IncidentKind.objects.all()},
        "icons": ICONS,
        "paces": paces,
    }
    return render(request, "warnings/templates.html", context)


@permission_required("warnings.setup")
def template_new(request: HttpRequest) -> HttpResponse:
    """A further one."""
    return template_form(request, None)


@permission_required("warnings.setup")
def template(request: HttpRequest, pk: int) -> HttpResponse:
    """Change one; warnings that began with it stay as they are."""
    return template_form(request, get_object_or_404(Template, pk=pk))


def template_form(request: HttpRequest, row: Template | None) -> HttpResponse:
    """The same for both."""
    form = TemplateForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        try:
            setup.save_template(actor=account_of(request), template=form.save(commit=False))
        except BadInput as error:
            for broken in error.errors:
                form.add_error(broken.field if broken.field in form.fields else None, broken.message)
        else:
            messages.success(request, _("Saved."))
            return redirect("warnings:templates")
    title = row.title if row else _("New template")
    gaps = ", ".join(f"{{{gap}}}" for gap in rules.GAPS)
    context = {
        "title": title, "form": form, "back": reverse("warnings:templates"),
        "hint": _("Gaps that are filled when it is used: %(gaps)s") % {"gaps": gaps},
        "crumbs": [(_("Templates of warnings"), reverse("warnings:templates")), (title, "")],
    }  # fmt: skip
    return render(request, "warnings/form.html", context, status=422 if form.errors else 200)


@permission_required("warnings.setup")
def pace(request: HttpRequest, channel: str) -> HttpResponse:
    """Messages a second of one channel."""
    if channel not in ChannelName.values:
        return redirect("warnings:templates")
    row = Pace.objects.filter(channel=channel).first()
    form = PaceForm(
        request.POST or None, instance=row, initial={"per_second": PER_SECOND[ChannelName(channel)]}
    )
    if request.method == "POST" and form.is_valid():
        setup.save_pace(
            actor=account_of(request), channel=channel, per_second=form.cleaned_data["per_second"]
        )
        messages.success(request, _("Saved."))
        return redirect("warnings:templates")
    title = str(ChannelName(channel).label)
    context = {
        "title": title, "form": form, "back": reverse("warnings:templates"),
        "crumbs": [(_("Templates of warnings"), reverse("warnings:templates")), (title, "")],
    }  # fmt: skip
    return render(request, "warnings/form.html", context, status=422 if form.errors else 200)


urlpatterns = [
    path("templates/", templates, name="templates"),
    path("templates/new/", template_new, name="template_new"),
    path("templates/<int:pk>/", template, name="template"),
    path("templates/channels/<slug:channel>/", pace, name="pace"),
]
