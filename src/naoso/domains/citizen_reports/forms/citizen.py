"""What a citizen's phone sends."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from naoso.connectors.photo import Photo
from naoso.connectors.video import Video, read_video
from naoso.core.places.models import LOCAL, AdminUnit
from naoso.domains.citizen_reports.forms.photos import PhotosField
from naoso.domains.citizen_reports.models import Category, Visibility
from naoso.domains.citizen_reports.rules.words import MOST_LETTERS
from naoso.kernel.errors import BadInput, FieldError
from naoso.kernel.geometry import LonLat

ANSWERS = "answers."
VIDEO_MARKS = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip")
EBML = b"\x1a\x45\xdf\xa3"
VIDEO_MESSAGES = {
    "size": _("A video may have at most 60 MB."),
    "duration": _("A video may last at most 30 seconds."),
    "pixels": _("This video is too large; a phone's usual setting is enough."),
    "type": _("This kind of video cannot be read. MP4, MOV and WebM are taken."),
    "broken": _("The video is damaged or incomplete. Please take it again."),
}


@dataclass(frozen=True, slots=True)
class Pictures:
    """What was photographed, and what was filmed."""

    photos: list[Photo]
    clip: Video | None = None


class PicturesField(PhotosField):
    """Up to five photos and one short video under one name, told apart by their content."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Pictures; what is neither is refused with its rule."""
        files = [item for item in (data if isinstance(data, list | tuple) else [data]) if item]
        films = [item for item in files if is_film(item)]
        photos = super().clean([item for item in files if item not in films], initial)
        if len(films) > 1:
            raise forms.ValidationError(_("One video is enough."))
        try:
            return Pictures(photos, read_video(films[0].read(), field="photos") if films else None)
        except BadInput as error:
            raise forms.ValidationError(VIDEO_MESSAGES.get(error.errors[0].rule, str(error))) from error


def is_film(item: UploadedFile[bytes]) -> bool:
    """By its first bytes; whether it is a sound film the reader says."""
    head = item.read(12)
    item.seek(0)
    return head[4:8] in VIDEO_MARKS or head[:4] == EBML


class ReportForm(forms.Form):
    """The citizen's page: photo, place, category, words."""

    draft = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    photos = PicturesField(label=_("Photos"), required=False)
    category = forms.ModelChoiceField(
        Category.objects.filter(enabled=True).exclude(visibility=Visibility.INTERNAL),
        label=_("What is it about?"),
        widget=forms.RadioSelect,
        empty_label=None,
    )
    text = forms.CharField(
        label=_("What did you see?"),
        required=False,
        max_length=MOST_LETTERS,
        widget=forms.Textarea(attrs={"rows": 2, "enterkeyhint": "done"}),
        help_text=_("You may leave it empty when the photo says it all."),
    )
    place_text = forms.CharField(
        label=_("Address or landmark, if it helps"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "enterkeyhint": "done"}),
    )
    unit = forms.ModelChoiceField(
        AdminUnit.objects.none(), label=_("Commune or ward"), required=False, empty_label=_("Choose…")
    )
    lon = forms.FloatField(required=False, widget=forms.HiddenInput)
    lat = forms.FloatField(required=False, widget=forms.HiddenInput)
    contact_email = forms.EmailField(
        label=_("E-mail, if you want to hear back"),
        required=False,
        help_text=_("Only the officer in charge can see it, and each look is recorded."),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """The units of today, for a browser without scripts that shows no map."""
        super().__init__(*args, **kwargs)
        units = AdminUnit.objects.on(timezone.localdate()).filter(kind__in=LOCAL).defer("outline")
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The place: the pin, else where the first photo was taken, else the middle of the unit."""
        values = super().clean() or self.cleaned_data
        lon, lat = values.get("lon"), values.get("lat")
        if lon is None or lat is None:
            pictures = values.get("photos") or Pictures([])
            placed = next((p for p in pictures.photos if p.lon is not None), None)
            lon, lat = (placed.lon, placed.lat) if placed else centre_of(values.get("unit"))
        if lon is None or lat is None:
            self.add_error(None, _("Say where it is: use your position, or tap on the map."))
            return values
        try:
            values["place"] = LonLat.checked(lon, lat)
        except BadInput:
            self.add_error(None, _("This position cannot be right. Tap on the map to set it."))
        return values

    def answers(self) -> dict[str, Any]:
        """What was answered to the category's questions, unread: code → one value or several."""
        found = {}
        for name in self.data:
            if name.startswith(ANSWERS):
                values = self.data.getlist(name)  # type: ignore[attr-defined]
                found[name.removeprefix(ANSWERS)] = values if len(values) > 1 else values[0]
        return found

    def problem(self) -> BadInput:
        """The same errors for a machine: field, value, rule, words."""
        return BadInput(
            *(
                FieldError(
                    "place" if name == NON_FIELD_ERRORS else name,
                    "" if name == "photos" else self.data.get(name, ""),
                    error.code or "invalid",
                    str(error.messages[0]),
                )
                for name, errors in self.errors.as_data().items()
                for error in errors
            )
        )


def centre_of(unit: AdminUnit | None) -> tuple[float | None, float | None]:
    """A place for somebody who can name no better one."""
    return (unit.centre.x, unit.centre.y) if unit else (None, None)


class ReplyForm(forms.Form):
    """The citizen's reply to an officer's question."""

    text = forms.CharField(
        label=_("Your reply"), max_length=MOST_LETTERS, widget=forms.Textarea(attrs={"rows": 3})
    )
    photos = PhotosField(label=_("Photos"), required=False)


class RateForm(forms.Form):
    """Is it solved? With stars and words, if one likes."""

    solved = forms.ChoiceField(choices=[("yes", _("Yes")), ("no", _("No"))])
    rating = forms.TypedChoiceField(
        choices=[(str(n), str(n)) for n in range(1, 6)], coerce=int, empty_value=None, required=False
    )
    text = forms.CharField(required=False, max_length=1000)
