"""Photos as people send them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from naoso.connectors.photo import Photo, read_photo
from naoso.domains.citizen_reports.rules.words import MOST_PHOTOS
from naoso.kernel.errors import BadInput


class ManyFiles(forms.ClearableFileInput):
    """A file input that takes several."""

    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Uploads → photos drawn anew; what is no photo is refused with its rule."""

    widget = ManyFiles(attrs={"accept": "image/*"})

    def clean(self, data: Any, initial: Any = None) -> list[Photo]:
        """At most five; each is read completely."""
        files = [item for item in (data if isinstance(data, list | tuple) else [data]) if item]
        if len(files) > MOST_PHOTOS:
            raise forms.ValidationError(_("At most 5 photos."))
        for item in files:
            super().clean(item, initial)
        try:
            return [read_photo(item.read()) for item in files]
        except BadInput as error:
            raise forms.ValidationError(MESSAGES.get(error.errors[0].rule, str(error))) from error


MESSAGES = {
    "type": _("One of the files is not a photo. JPEG, PNG and WebP are taken."),
    "size": _("A photo may have at most 15 MB."),
    "pixels": _("A photo may have at most 50 megapixels."),
    "broken": _("One of the photos is damaged. Please take it again."),
}
