"""Photos of an object: shown to whoever may see it, added and dropped by whoever may change it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from naoso.connectors.photo import read_photo
from naoso.core.objects.models import ObjectPhoto
from naoso.core.objects.selectors import VIEW, object_for
from naoso.core.objects.services import photos as services
from naoso.core.objects.services.editing import EDIT
from naoso.core.people.access import account_of, permission_required
from naoso.kernel.errors import BadInput
from naoso.ui.sending import stored

MOST_AT_ONCE = 4
REFUSALS = {
    "type": gettext_lazy("One of the files is not a photo. JPEG, PNG and WebP are taken."),
    "heic": gettext_lazy("One of the files is not a photo. JPEG, PNG and WebP are taken."),
    "size": gettext_lazy("A photo may have at most 15 MB."),
    "pixels": gettext_lazy("A photo may have at most 50 megapixels."),
    "broken": gettext_lazy("One of the photos is damaged. Please take it again."),
}


class PhotoForm(forms.Form):
    """A word on what the photos show."""

    note = forms.CharField(label=gettext_lazy("What it shows"), max_length=200, required=False)


@permission_required(VIEW)
def photo(request: HttpRequest, slug: str, pk: int, key: str, size: str) -> Any:
    """The picture itself, for the object's own circle."""
    row = object_for(account_of(request), slug, pk)
    found = get_object_or_404(ObjectPhoto, object=row, key=key)
    name = found.small if size == "small" else found.file
    return stored(name, "image/jpeg", kept_s=86_400)


@require_POST
@permission_required(EDIT)
def add(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """New photos from the page of the object."""
    user = account_of(request)
    row = object_for(user, slug, pk)
    form = PhotoForm(request.POST)
    note = form.cleaned_data["note"] if form.is_valid() else ""
    try:
        read = [read_photo(bytes(file.read())) for file in request.FILES.getlist("photos")[:MOST_AT_ONCE]]
        services.add_photos(actor=user, row=row, photos=read, note=note)
    except BadInput as error:
        broken = error.errors[0]
        messages.error(request, str(REFUSALS.get(broken.rule, broken.message)))
    else:
        if read:
            messages.success(request, _("The photo was kept."))
        else:
            messages.error(request, _("No photo was chosen."))
    return redirect("objects:object", slug, pk)


@require_POST
@permission_required(EDIT)
def drop(request: HttpRequest, slug: str, pk: int, key: str) -> HttpResponse:
    """A photo goes."""
    user = account_of(request)
    row = object_for(user, slug, pk)
    services.drop_photo(actor=user, photo=get_object_or_404(ObjectPhoto, object=row, key=key))
    messages.success(request, _("The photo was dropped."))
    return redirect("objects:object", slug, pk)


urlpatterns = [
    path("<slug:slug>/<int:pk>/photos/", add, name="photo_add"),
    path("<slug:slug>/<int:pk>/photos/<slug:key>/drop/", drop, name="photo_drop"),
    path("<slug:slug>/<int:pk>/photos/<slug:key>-<slug:size>.jpg", photo, name="photo"),
]
