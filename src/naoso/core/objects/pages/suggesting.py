"""Suggesting an edit: field staff from the object's page, citizens from a page that is open to everybody."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import cache_control, never_cache

from naoso.core.objects.forms import PREFIX, initial_of, made
from naoso.core.objects.models import CityObject, ObjectKind, ObjectPhoto, State
from naoso.core.objects.pages.showing import in_words, shown
from naoso.core.objects.selectors import object_for, rights_of, seen_fields
from naoso.core.objects.services.suggesting import SUGGEST, suggest
from naoso.core.people.access import account_of, permission_required
from naoso.core.people.forms import ServiceForm
from naoso.core.people.models import Account
from naoso.core.people.scope import require
from naoso.core.places.models import UNIT_SHAPES
from naoso.kernel.errors import BadInput
from naoso.kernel.kinds import Field
from naoso.ui.limits import limited
from naoso.ui.sending import Sent

HOUR = 3600
AN_ADDRESS = 30


class SuggestForm(ServiceForm):
    """How it should be; what is left as it is is not suggested. `website` is a field that no person sees."""

    note = forms.CharField(
        label=gettext_lazy("What is wrong, in your words"), max_length=500, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    key = forms.UUIDField(widget=forms.HiddenInput)
    website = forms.CharField(
        required=False, widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"})
    )

    def __init__(self, *args: Any, fields: Iterable[Field], before: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.before, self.named = before, {field.name: field for field in fields}
        for name, field in self.named.items():
            made_field = made(field, before.get(name))
            made_field.initial = initial_of(field, before.get(name))
            self.fields[PREFIX + name] = made_field
        self.fields["key"].initial = uuid.uuid4()

    @property
    def value_fields(self) -> list[forms.BoundField]:
        """The kind's own, in its order."""
        return [self[PREFIX + name] for name in self.named]

    @property
    def changes(self) -> dict[str, Any]:
        """What should be different; None takes a value away."""
        typed = {name: self.cleaned_data.get(PREFIX + name) for name in self.named}
        plain = {name: value if value not in ("", []) else None for name, value in typed.items()}
        return {name: value for name, value in plain.items() if value != self.before.get(name)}

    def send(self, row: CityObject, actor: Account | None) -> bool:
        """Keeps the suggestion; False where it was refused, which stands at its field. A robot is thanked."""
        if not self.is_valid():
            return False
        given = self.cleaned_data
        if given["website"]:
            return True
        try:
            suggest(
                actor=actor,
                kind=row.kind,
                row=row,
                key=given["key"],
                changes=self.changes,
                note=given["note"],
            )
        except BadInput as error:
            for broken in error.errors:
                name = PREFIX + broken.field
                self.add_error(name if name in self.fields else None, broken.message)
            return False
        return True


@never_cache
@permission_required(SUGGEST)
def suggest_page(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """For those who may suggest and not change."""
    user = account_of(request)
    row = object_for(user, slug, pk)
    require(user, SUGGEST, row)
    held = rights_of(user)
    fields = [one for one in seen_fields(row.kind, user) if not one.edit_right or held(one.edit_right)]
    form = SuggestForm(request.POST or None, fields=fields, before=row.data)
    if request.method == "POST" and form.send(row, user):
        messages.success(request, _("Thank you. Whoever looks after it decides about your suggestion."))
        return redirect("objects:object", slug, pk)
    words = {
        "title": _("Suggest an edit: %(code)s") % {"code": row.code},
        "crumbs": [
            (str(row.kind), reverse("objects:map", args=[slug])),
            (row.code, reverse("objects:object", args=[slug, pk])),
        ],
        "row": row,
        "form": form,
    }
    return render(request, "objects/suggest.html", words, status=422 if form.errors else 200)


def public_kind(slug: str) -> ObjectKind:
    """A kind that everybody may see, or 404."""
    return get_object_or_404(ObjectKind, slug=slug, public=True, retired=False)


def public_row(kind: ObjectKind, pk: int) -> CityObject:
    """An object that stands there, whoever asks; or 404."""
    rows = CityObject.objects.exclude(state=State.REMOVED).select_related("kind", "owner", "unit")
    return get_object_or_404(rows.defer(*UNIT_SHAPES), kind=kind, pk=pk)


@login_not_required
@never_cache
@limited("object-suggest", most=AN_ADDRESS, per_s=HOUR)
def public_page(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """What everybody may know of one object, and how to say that it is not so."""
    kind = public_kind(slug)
    row = public_row(kind, pk)
    fields = [field for field in kind.spec.fields if field.public and not field.view_right]
    open_fields = [field for field in fields if not field.edit_right]
    form = SuggestForm(request.POST or None, fields=open_fields, before=row.data)
    if request.method == "POST" and form.send(row, None):
        return redirect(f"{request.path}?sent=1")
    label = next((field for field in fields if field.name == kind.label), None)
    filled = [field for field in fields if row.data.get(field.name) not in (None, "", [])]
    words = {
        "title": in_words(label, row.data[label.name]) if label and row.data.get(label.name) else row.code,
        "kind": kind,
        "row": row,
        "middle": row.shape.centroid,
        "values": [shown(field, row.data.get(field.name)) for field in filled],
        "photo": row.photos.first(),
        "form": form,
        "sent": "sent" in request.GET,
    }
    return render(request, "objects/public.html", words, status=422 if form.errors else 200)


@login_not_required
@cache_control(public=True, max_age=3600)
def public_photo(_request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    """The newest photo of a public object."""
    photo: ObjectPhoto | None = public_row(public_kind(slug), pk).photos.first()
    if photo is None or not default_storage.exists(photo.file):
        raise Http404("there is no photo")
    headers = {"X-Content-Type-Options": "nosniff"}
    return Sent(default_storage.open(photo.file), content_type="image/jpeg", headers=headers)


urlpatterns = [
    path("public/<slug:slug>/<int:pk>/", public_page, name="public_object"),
    path("public/<slug:slug>/<int:pk>/photo.jpg", public_photo, name="public_object_photo"),
    path("<slug:slug>/<int:pk>/suggest/", suggest_page, name="suggest"),
]
