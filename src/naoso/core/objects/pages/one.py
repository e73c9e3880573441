"""The page of one object: everything that is known of it, and what it was."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from naoso.core.objects.models import CityObject, Relation
from naoso.core.objects.pages.history import history, standing_on
from naoso.core.objects.pages.map_page import card_words, place_of
from naoso.core.objects.pages.photos import PhotoForm
from naoso.core.objects.pages.showing import shown_values
from naoso.core.objects.selectors import VIEW, object_for
from naoso.core.people.access import account_of, permission_required
from naoso.core.people.models import Account
from naoso.core.places.models import UNIT_SHAPES


class DayForm(forms.Form):
    """Which day is asked for."""

    on = forms.DateField(label=gettext_lazy("As it was on"))


@permission_required(VIEW)
def page(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Values, photos, relations, history; `?on=dd/mm/yyyy` shows the values of that day."""
    user = account_of(request)
    row = object_for(user, slug, pk)
    form = DayForm(request.GET if "on" in request.GET else None)
    words = card_words(row, user) | {
        "title": f"{row.kind} {row.code}",
        "crumbs": [
            (_("City objects"), reverse("objects:kinds")),
            (str(row.kind), reverse("objects:map", args=[slug])),
            (row.code, ""),
        ],
        "photos": list(row.photos.select_related("added_by")),
        "photo_form": PhotoForm(),
        "relations": relations(row, user),
        "versions": history(row, user),
        "day_form": form,
        "middle": row.shape.centroid,
        "place": place_of(row),
        **(then(row, user, form.cleaned_data["on"]) if form.is_valid() else {}),
    }
    return render(request, "objects/object.html", words)


def then(row: CityObject, user: Account, on: dt.date) -> dict[str, Any]:
    """The values of a day, where it was there already."""
    past = standing_on(row, on)
    if past is None:
        return {"on": on, "then": None}
    return {"on": on, "then": past, "then_values": shown_values(row.kind, user, past.data)}


def relations(row: CityObject, user: Account) -> list[tuple[str, CityObject]]:
    """What it stands on, hangs on or belongs to, and the other way round; hidden objects are left out."""
    seen = CityObject.objects.visible_to(user).select_related("kind").defer(*UNIT_SHAPES)
    found = [(str(link.get_role_display()), link.to_object_id) for link in row.relations_out.all()] + [
        (reverse_words()[link.role], link.from_object_id) for link in row.relations_in.all()
    ]
    others = seen.in_bulk([pk for _role, pk in found])
    return [(role, others[pk]) for role, pk in found if pk in others]


def reverse_words() -> dict[str, str]:
    """A relation told from its other end."""
    return {
        Relation.Role.STANDS_ON: _("carries"),
        Relation.Role.FED_BY: _("feeds"),
        Relation.Role.PART_OF: _("has as a part"),
    }


urlpatterns = [path("<slug:slug>/<int:pk>/", page, name="object")]
