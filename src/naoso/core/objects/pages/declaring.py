"""Kinds of objects as administrators make them: lines of fields, a preview, what a change does to objects."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from naoso.core.objects.forms import RemoveForm, made
from naoso.core.objects.icon_words import found_icons
from naoso.core.objects.kind_sheet import Data, Sheet, act, copied, posted
from naoso.core.objects.models import ObjectKind
from naoso.core.objects.pages.kind_words import described, field_lines, outlook_lines
from naoso.core.objects.services import declaring
from naoso.core.objects.services.declaring import MANAGE
from naoso.core.people.access import account_of, permission_required
from naoso.kernel.errors import BadInput, Conflict
from naoso.ui import icons


@permission_required(MANAGE)
def setup(request: HttpRequest) -> HttpResponse:
    """Every kind: those of the city's systems, those made here, those no longer used."""
    words = {
        "title": _("Kinds of objects"),
        "crumbs": [(_("City objects"), reverse("objects:kinds"))],
        "kinds": [described(kind) for kind in ObjectKind.objects.order_by("retired", "title")],
    }
    return render(request, "objects/kind_list.html", words)


@never_cache
@permission_required(MANAGE)
def new(request: HttpRequest) -> HttpResponse:
    """Declares a kind."""
    if request.method != "POST":
        return form_page(request, Sheet(posted(None), kind=None, quiet=True))
    sheet = Sheet(copied(request.POST), kind=None, quiet=False)
    if sheet.sound:
        try:
            kind = declaring.declare_kind(actor=account_of(request), spec=sheet.spec)
        except BadInput as error:
            sheet.tell(error)
        else:
            messages.success(request, _("The kind %(kind)s is ready.") % {"kind": kind})
            return redirect("objects:map", kind.slug)
    return form_page(request, sheet, status=422)


@never_cache
@permission_required(MANAGE)
def change(request: HttpRequest, slug: str) -> HttpResponse:
    """Changes a kind; what it does to the objects is shown first. A declared kind is only read."""
    kind = get_object_or_404(ObjectKind, slug=slug)
    if kind.declared and request.method != "POST":
        return read_page(request, kind)
    if request.method != "POST":
        return form_page(request, Sheet(posted(kind), kind=kind, quiet=True))
    sheet = Sheet(copied(request.POST), kind=kind, quiet=False)
    if not sheet.sound:
        return form_page(request, sheet, status=422)
    return changed(request, kind, sheet, request.POST.get("confirm", ""))


def changed(request: HttpRequest, kind: ObjectKind, sheet: Sheet, consent: str) -> HttpResponse:
    """Carries it out at once where no object is touched, else after a look at what it does."""
    actor = account_of(request)
    try:
        wanted = sheet.change(empty=consent == "empty")
        if not consent:
            outcome = declaring.outlook(actor=actor, kind=kind, change=wanted)
            if outcome.changed or outcome.unfit:
                return form_page(request, sheet, outlook=outlook_lines(outcome, kind))
        seen = sheet.form.cleaned_data["seen"]
        declaring.change_kind(actor=actor, kind=kind, change=wanted, seen=seen)
    except BadInput as error:
        sheet.tell(error)
        return form_page(request, sheet, status=422)
    except Conflict as error:
        sheet.form.add_error(None, str(error))
        return form_page(request, sheet, status=409)
    messages.success(request, _("The kind was changed."))
    return redirect("objects:kind_change", kind.slug)


@require_POST
@permission_required(MANAGE)
def draft(request: HttpRequest) -> HttpResponse:
    """While it is written: `do` adds, moves or takes away a line; without it the preview is made anew."""
    data = copied(request.POST)
    deed = request.POST.get("do", "")
    if deed:
        act(data, deed)
    kind = ObjectKind.objects.filter(slug=request.POST.get("of", ""), declared=False).first()
    sheet = Sheet(data, kind=kind, quiet=True)
    words = {"sheet": sheet, "kind": kind, "lines": bool(deed), **preview(sheet), "draft": True}
    return render(request, "objects/parts/kind_draft.html", words)


@permission_required(MANAGE)
def pick_icon(request: HttpRequest) -> HttpResponse:
    """Icons that fit words, in Vietnamese or English."""
    chosen = request.GET.get("icon", "")
    words = {"icons": found_icons(request.GET.get("q", "")), "chosen": chosen}
    return render(request, "objects/parts/kind_icons.html", words)


@require_POST
@permission_required(MANAGE)
def retire(request: HttpRequest, slug: str) -> HttpResponse:
    """The kind is offered nowhere any more."""
    kind, form = get_object_or_404(ObjectKind, slug=slug), RemoveForm(request.POST, prefix="retire")
    if form.is_valid() and form.carry_out(declaring.retire_kind, actor=account_of(request), kind=kind):
        messages.success(request, _("The kind is no longer offered; its objects are kept."))
        return redirect("objects:kind_setup")
    return form_page(request, Sheet(posted(kind), kind=kind, quiet=True), status=422, retiring=form)


@require_POST
@permission_required(MANAGE)
def revive(request: HttpRequest, slug: str) -> HttpResponse:
    """The kind is in use again."""
    declaring.revive_kind(actor=account_of(request), kind=get_object_or_404(ObjectKind, slug=slug))
    messages.success(request, _("The kind is in use again."))
    return redirect("objects:kind_setup")


def form_page(request: HttpRequest, sheet: Sheet, *, status: int = 200, **more: Any) -> HttpResponse:
    """The form with everything that was typed."""
    kind = sheet.kind
    crumbs = [
        (_("City objects"), reverse("objects:kinds")),
        (_("Kinds of objects"), reverse("objects:kind_setup")),
    ]
    words = {
        "title": str(kind) if kind else _("New kind of object"),
        "crumbs": crumbs, "kind": kind, "sheet": sheet, "retiring": RemoveForm(prefix="retire"),
        "icons": found_icons(""), "chosen": sheet.form["icon"].value(), **preview(sheet), **more,
    }  # fmt: skip
    return render(request, "objects/kind_form.html", words, status=status)


def preview(sheet: Sheet) -> dict[str, Any]:
    """How the form of an object will look."""
    shown = forms.Form()
    for place, field in enumerate(sheet.fields):
        if str(field.title):
            shown.fields[f"p{place}"] = made(field, None, required=field.required)
    data: Data = sheet.form.data  # type: ignore[assignment]
    return {
        "preview": shown,
        "preview_title": data.get("title", ""),
        "preview_icon": data.get("icon", "") if data.get("icon", "") in icons.shapes() else "map-pin",
        "preview_tint": data.get("tint", ""),
    }


def read_page(request: HttpRequest, kind: ObjectKind) -> HttpResponse:
    """A kind that a system of the city declares."""
    words = {
        "title": str(kind),
        "crumbs": [
            (_("City objects"), reverse("objects:kinds")),
            (_("Kinds of objects"), reverse("objects:kind_setup")),
        ],
        "kind": kind,
        "described": described(kind),
        "lines": field_lines(kind.spec.fields),
    }
    return render(request, "objects/kind_read.html", words)


urlpatterns = [
    path("kinds/", setup, name="kind_setup"),
    path("kinds/new/", new, name="kind_new"),
    path("kinds/draft/", draft, name="kind_draft"),
    path("kinds/icons/", pick_icon, name="kind_icons"),
    path("kinds/<slug:slug>/change/", change, name="kind_change"),
    path("kinds/<slug:slug>/retire/", retire, name="kind_retire"),
    path("kinds/<slug:slug>/revive/", revive, name="kind_revive"),
]
