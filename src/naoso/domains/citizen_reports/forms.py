"""What citizens and officers type."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from naoso.connectors.photo import Photo, read_photo
from naoso.core.people.models import Organisation
from naoso.domains.citizen_reports.models import Category
from naoso.domains.citizen_reports.rules.words import MOST_LETTERS, MOST_PHOTOS
from naoso.domains.citizen_reports.workflow import State
from naoso.kernel.errors import BadInput
from naoso.kernel.geometry import LonLat


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


class ReportForm(forms.Form):
    """The citizen's page: photo, place, category, words."""

    draft = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    photos = PhotosField(label=_("Photos"), required=False)
    category = forms.ModelChoiceField(
        Category.objects.filter(enabled=True),
        label=_("What is it about?"),
        widget=forms.RadioSelect,
        empty_label=None,
    )
    text = forms.CharField(
        label=_("What did you see?"),
        required=False,
        max_length=MOST_LETTERS,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    lon = forms.FloatField(required=False, widget=forms.HiddenInput)
    lat = forms.FloatField(required=False, widget=forms.HiddenInput)
    contact_email = forms.EmailField(
        label=_("E-mail, if you want to hear back"),
        required=False,
        help_text=_("Only the officer in charge can see it, and each look is recorded."),
    )

    def clean(self) -> dict[str, Any]:
        """The place: the pin, else where the first photo was taken."""
        values = super().clean() or self.cleaned_data
        lon, lat = values.get("lon"), values.get("lat")
        if lon is None or lat is None:
            placed = next((p for p in values.get("photos") or [] if p.lon is not None), None)
            lon, lat = (placed.lon, placed.lat) if placed else (None, None)
        if lon is None or lat is None:
            self.add_error(None, _("Say where it is: use your position, or tap on the map."))
            return values
        try:
            values["place"] = LonLat.checked(lon, lat)
        except BadInput:
            self.add_error(None, _("This position cannot be right. Tap on the map to set it."))
        return values


class AnswerForm(forms.Form):
    """The public answer."""

    text = forms.CharField(
        label=_("Answer to the citizen"), max_length=MOST_LETTERS, widget=forms.Textarea(attrs={"rows": 4})
    )
    photos = PhotosField(label=_("Photos of what was done"), required=False)
    rejected = forms.BooleanField(label=_("Nothing will be done; the answer says why"), required=False)


class ForwardForm(forms.Form):
    """Another body."""

    owner = forms.ModelChoiceField(Organisation.objects.order_by("name"), label=_("Organisation"))
    reason = forms.CharField(label=_("Reason, for colleagues"), required=False, max_length=500)


class NoteForm(forms.Form):
    """A line for colleagues."""

    text = forms.CharField(
        label=_("Internal note"), max_length=MOST_LETTERS, widget=forms.Textarea(attrs={"rows": 2})
    )


class ContactForm(forms.Form):
    """Why somebody looks at the contact."""

    reason = forms.CharField(label=_("Why do you need the contact?"), max_length=200)


class FilterForm(forms.Form):
    """What the inbox shows."""

    q = forms.CharField(label=_("Search"), required=False)
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("Open")), *State.choices, ("all", _("All"))]
    )
    category = forms.ModelChoiceField(
        Category.objects.all(), label=_("Category"), required=False, empty_label=_("All")
    )


class CategoryForm(forms.ModelForm[Category]):
    """A category; its deadline in working hours."""

    hours = forms.FloatField(label=_("Deadline (working hours)"), min_value=0.5, max_value=2000)

    class Meta:
        model = Category
        fields = ["title", "title_en", "code", "icon", "owner", "order", "enabled", "opens_incident"]
