"""Changing objects: one with its place, a new one, taking away, going back."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from naoso.core.objects.forms import PREFIX, NewObjectForm, ObjectForm, RemoveForm, initial_of
from naoso.core.objects.models import CityObject, PastObject
from naoso.core.objects.pages.map_page import card_words, place_of
from naoso.core.objects.pages.showing import in_words
from naoso.core.objects.selectors import kind_for, object_for, seen_fields
from naoso.core.objects.services import editing
from naoso.core.people.access import account_of, permission_required
from naoso.core.people.models import Account
from naoso.core.people.scope import require
from naoso.kernel.errors import BadInput, Conflict

EDIT = editing.EDIT


@never_cache
@permission_required(EDIT)
def edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The form of one object; what somebody else changed meanwhile is shown, what was typed is kept."""
    user = account_of(request)
    row = object_for(user, slug, pk)
    require(user, EDIT, row)
    if request.method != "POST":
        return form_page(request, form_of(row, user), row)
    before = seen_before(row, request.POST.get("seen", ""))
    form = ObjectForm(request.POST, kind=row.kind, actor=user, row=row, data_before=before)
    if form.is_valid():
        try:
            return done(request, saved(row, form, user), _("The change was saved."), row.spot)
        except BadInput as error:
            form.tell(error)
        except Conflict as error:
            return conflict(request, row, form, str(error))
    return form_page(request, form, row, status=422)


def form_of(row: CityObject, user: Account) -> ObjectForm:
    """As it stands now."""
    return ObjectForm(kind=row.kind, actor=user, row=row, data_before=row.data)


def seen_before(row: CityObject, seen: str) -> dict[str, Any]:
    """The values of the version that the form was made from."""
    if not seen.isdigit() or int(seen) == row.version:
        return dict(row.data)
    past = PastObject.objects.filter(object_id=row.pk, version=int(seen)).first()
    return dict(past.data) if past else dict(row.data)


def saved(row: CityObject, form: ObjectForm, user: Account) -> CityObject:
    """Only what was changed travels: a value that somebody else changed is not set back."""
    given = form.cleaned_data
    return editing.change_object(
        actor=user, row=row, seen=given["seen"], data=form.changed, shape=given["shape"],
        state=given["state"], valid_from=given["valid_from"], valid_to=given["valid_to"],
        reason=given["reason"],
    )  # fmt: skip


def conflict(request: HttpRequest, row: CityObject, form: ObjectForm, problem: str) -> HttpResponse:
    """The form anew from what is there now, with what was typed over it."""
    user = account_of(request)
    now = object_for(user, row.kind.slug, row.pk)
    changed = form.changed
    fields = {field.name: field for field in seen_fields(now.kind, user)}
    meanwhile = [
        (str(field.title), in_words(field, form.before.get(name)), in_words(field, now.data.get(name)))
        for name, field in fields.items()
        if form.before.get(name) != now.data.get(name)
    ]
    fresh = form_of(now, user)
    for name, value in changed.items():
        fresh.fields[PREFIX + name].initial = initial_of(fields[name], value)
    for name in ("state", "valid_from", "valid_to", "reason"):
        if name in form.changed_data:
            fresh.fields[name].initial = form.cleaned_data[name]
    fresh.fields["shape"].initial = form.data.get("shape", "")
    return form_page(request, fresh, now, status=409, problem=problem, meanwhile=meanwhile)


def form_page(
    request: HttpRequest, form: ObjectForm, row: CityObject | None, *, status: int = 200, **more: Any
) -> HttpResponse:
    """Beside the map as a part, elsewhere on a page of its own."""
    whole = "HX-Request" not in request.headers
    crumbs = [(str(form.kind), reverse("objects:map", args=[form.kind.slug]))]
    if row is not None:
        crumbs.append((row.code, reverse("objects:object", args=[form.kind.slug, row.pk])))
    words = {
        "title": heading(form, row), "place": place_of(row) if row else "",
        "crumbs": crumbs, "form": form, "row": row, "kind": form.kind, "whole": whole,
        "removing": RemoveForm(prefix="remove"), **more,
    }  # fmt: skip
    template = "objects/edit.html" if whole else "objects/parts/form.html"
    return render(request, template, words, status=status)


def heading(form: ObjectForm, row: CityObject | None) -> str:
    """What is being done."""
    if row is None:
        return _("New: %(kind)s") % {"kind": form.kind}
    return _("Change %(code)s") % {"code": row.code}


def done(request: HttpRequest, row: CityObject, words: str, *spots: int) -> HttpResponse:
    """The card as it is now; the map fetches what changed at once."""
    user = account_of(request)
    if "HX-Request" not in request.headers:
        return redirect("objects:object", row.kind.slug, row.pk)
    row = object_for(user, row.kind.slug, row.pk)
    answer = render(request, "objects/parts/card.html", card_words(row, user))
    told = {"kind": row.kind.slug, "spots": sorted({str(spot) for spot in (*spots, row.spot)})}
    answer["HX-Trigger"] = json.dumps({"toast": {"text": words, "tone": "success"}, "objects-saved": told})
    return answer


@never_cache
@permission_required(EDIT)
def add(request: HttpRequest, slug: str) -> HttpResponse:
    """A new object where the map was clicked."""
    kind, user = kind_for(slug), account_of(request)
    form = NewObjectForm(request.POST or None, kind=kind, actor=user, data_before={})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        data = {name: value for name, value in form.typed.items() if value not in (None, "", [])}
        try:
            row = editing.add_object(
                actor=user, kind=kind, owner=given["owner"], shape=given["shape"], data=data,
                code=given["code"], state=given["state"], valid_from=given["valid_from"],
                valid_to=given["valid_to"], reason=given["reason"],
            )  # fmt: skip
        except BadInput as error:
            form.tell(error)
        else:
            return done(request, row, _("%(code)s was added.") % {"code": row.code})
    return form_page(request, form, None, status=422 if form.errors else 200)


@require_POST
@permission_required(EDIT)
def remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """It stands there no more, for a reason."""
    user = account_of(request)
    row = object_for(user, slug, pk)
    form = RemoveForm(request.POST, prefix="remove")
    if form.is_valid():
        now = form.carry_out(editing.remove_object, actor=user, row=row, seen=seen_of(request))
        if now is not None:
            return done(request, now, _("%(code)s was removed.") % {"code": row.code}, row.spot)
    return form_page(request, form_of(row, user), row, status=422, removing=form)


@require_POST
@permission_required(EDIT)
def undo(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The object becomes again what it was in a version."""
    user = account_of(request)
    row = object_for(user, slug, pk)
    version = request.POST.get("version", "")
    now = editing.undo(
        actor=user, row=row, version=int(version) if version.isdigit() else 0, seen=seen_of(request)
    )
    return done(request, now, _("%(code)s is as it was before.") % {"code": row.code}, row.spot)


def seen_of(request: HttpRequest) -> int | None:
    """The version that the person looked at."""
    seen = request.POST.get("seen", "")
    return int(seen) if seen.isdigit() else None


urlpatterns = [
    path("<slug:slug>/add/", add, name="add"),
    path("<slug:slug>/<int:pk>/edit/", edit, name="edit"),
    path("<slug:slug>/<int:pk>/remove/", remove, name="remove"),
    path("<slug:slug>/<int:pk>/undo/", undo, name="undo"),
]
