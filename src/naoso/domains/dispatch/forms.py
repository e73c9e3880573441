"""What people type about forces."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from naoso.connectors.photo import Photo, read_photo
from naoso.core.people.forms import ServiceForm
from naoso.core.people.models import Account, Organisation
from naoso.core.people.scope import accounts_with, scope_of
from naoso.domains.dispatch.models import Deed, Resource, ResourceKind
from naoso.domains.dispatch.models.resources import CODE, MOVING, SKILL_WORDS
from naoso.domains.dispatch.services import resources as services
from naoso.domains.dispatch.workflow import ResourceState
from naoso.kernel.errors import BadInput, FieldError
from naoso.kernel.geometry import LonLat

MOST_PHOTOS = 5
HAND = [
    (state.value, state.label)
    for state in (ResourceState.AVAILABLE, ResourceState.OFF_DUTY, ResourceState.OUT_OF_SERVICE)
]
PHOTO_WORDS = {
    "type": _("One of the files is not a photo. JPEG, PNG and WebP are taken."),
    "size": _("A photo may have at most 15 MB."),
    "pixels": _("A photo may have at most 50 megapixels."),
    "broken": _("One of the photos is damaged. Please take it again."),
}


class BoardFilter(forms.Form):
    """Which resources the board and the list show."""

    q = forms.CharField(label=_("Search"), required=False, max_length=60)
    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[("", _("All")), *((k.value, k.label) for k in MOVING)]
    )
    skill = forms.ChoiceField(label=_("Skill"), required=False, choices=[("", _("All")), *SKILL_WORDS])


class ListFilter(BoardFilter):
    """The list holds shelters and stocks too."""

    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("All")), *ResourceKind.choices])
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("All")), *ResourceState.choices]
    )


class ResourceForm(ServiceForm):
    """One resource."""

    code = forms.CharField(label=_("Code"), max_length=40, validators=[CODE])
    name = forms.CharField(label=_("Call sign or name"), max_length=120)
    kind = forms.ChoiceField(label=_("Kind"), choices=ResourceKind.choices)
    owner = forms.ModelChoiceField(Organisation.objects.none(), label=_("Organisation"))
    skills = forms.MultipleChoiceField(
        label=_("Skills"), choices=SKILL_WORDS, required=False, widget=forms.CheckboxSelectMultiple
    )
    strength = forms.IntegerField(
        label=pgettext_lazy("resource", "People"), min_value=0, max_value=30_000, initial=0
    )
    capacity = forms.IntegerField(
        label=_("Places (shelter)"), min_value=0, max_value=1_000_000, initial=0, required=False
    )
    phone = forms.CharField(label=_("Phone"), max_length=20, required=False)
    enabled = forms.BooleanField(label=_("In use"), required=False, initial=True)
    lon = forms.FloatField(widget=forms.HiddenInput, label=_("Home place"))
    lat = forms.FloatField(widget=forms.HiddenInput, label=_("Home place"))

    def __init__(self, *args: Any, actor: Account, resource: Resource | None = None, **kwargs: Any) -> None:
        self.actor, self.resource = actor, resource or Resource()
        initial = kwargs.pop("initial", None) or {}
        if resource is not None:
            names = ("code", "name", "kind", "owner", "skills", "strength", "capacity", "phone", "enabled")
            initial |= {name: getattr(resource, name) for name in names}
            initial |= {"lon": resource.home.x, "lat": resource.home.y}
        super().__init__(*args, **(kwargs | {"initial": initial}))
        scope = scope_of(actor, services.MANAGE)
        owners = Organisation.objects.order_by("name").filter(scope.q("pk", ""))
        self.fields["owner"].queryset = owners  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any] | None:
        """A place that can be on the earth; a code of its own."""
        said = super().clean() or {}
        if said.get("lon") is None or said.get("lat") is None:
            self.add_error(None, _("Set the home place on the map."))
        else:
            try:
                said["place"] = LonLat.checked(said["lon"], said["lat"])
            except BadInput as error:
                self.add_error(None, str(error))
        same = Resource.objects.filter(code=said.get("code", "")).exclude(pk=self.resource.pk)
        if same.exists():
            self.add_error("code", _("Another resource has this code."))
        return said

    def save(self) -> Resource | None:
        """The row, or None with the refusal at its field."""
        said = dict(self.cleaned_data)
        place = said.pop("place")
        for name in ("lon", "lat"):
            said.pop(name)
        said["capacity"] = said["capacity"] or 0
        if place != LonLat(*(self.initial.get(name, 0.0) for name in ("lon", "lat"))):
            self.resource.unit = None  # found anew by the place
        for name, value in said.items():
            setattr(self.resource, name, value)
        try:
            return services.save_resource(actor=self.actor, resource=self.resource, place=place)
        except BadInput as error:
            for broken in error.errors:
                self.add_error(broken.field if broken.field in self.fields else None, broken.message)
        return None


class StateForm(ServiceForm):
    """On or off duty, in or out of service."""

    state = forms.ChoiceField(label=_("State"), choices=HAND)
    reason = forms.CharField(label=_("Reason"), max_length=300, required=False)


class OccupiedForm(ServiceForm):
    """How many people a shelter holds."""

    occupied = forms.IntegerField(label=_("Places taken"), min_value=0, max_value=1_000_000)


class ItemForm(ServiceForm):
    """A new line of a stock."""

    name = forms.CharField(label=_("Item"), max_length=120)
    measure = forms.CharField(label=_("Measured in"), max_length=20)


class MovementForm(ServiceForm):
    """So much in or out."""

    change = forms.DecimalField(
        label=pgettext_lazy("stock", "Change"),
        max_digits=12,
        decimal_places=2,
        help_text=_("Positive comes in, negative goes out."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=300)


class ReasonForm(ServiceForm):
    """Why an assignment is withdrawn."""

    reason = forms.CharField(label=_("Reason"), max_length=300)


class HandOverForm(ServiceForm):
    """To whom a crew's duty goes."""

    taker = forms.ModelChoiceField(Account.objects.none(), label=_("Taken over by"))
    note = forms.CharField(
        label=_("Note"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, resource: Resource, actor: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = accounts_with(services.CREW, owner_id=resource.owner_id, unit_id=resource.unit_id)
        # a grant's role may hold everything: who is no crew of this body is no likely taker
        near = people.filter(organisation=resource.owner_id).exclude(pk=actor.pk)
        self.fields["taker"].queryset = near.order_by("last_name", "username")  # type: ignore[attr-defined]


class ClosureForm(ServiceForm):
    """A closed road."""

    reason = forms.CharField(label=_("Reason"), max_length=300)
    until = forms.DateTimeField(label=pgettext_lazy("road", "Closed until"), required=False)
    lon = forms.FloatField(widget=forms.HiddenInput)
    lat = forms.FloatField(widget=forms.HiddenInput)


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
            raise forms.ValidationError(PHOTO_WORDS.get(error.errors[0].rule, str(error))) from error


class DeedForm(forms.Form):
    """One deed from a crew's phone; `key` is the phone's own."""

    key = forms.UUIDField()
    deed = forms.ChoiceField(choices=Deed)
    at = forms.DateTimeField(required=False)
    text = forms.CharField(max_length=2000, required=False)
    task = forms.IntegerField(required=False)
    photos = PhotosField(required=False)
    photo_lon = forms.FloatField(required=False)
    photo_lat = forms.FloatField(required=False)

    def place(self) -> LonLat | None:
        """Where the phone stood, where it knew."""
        lon, lat = self.cleaned_data["photo_lon"], self.cleaned_data["photo_lat"]
        return LonLat.checked(lon, lat) if lon is not None and lat is not None else None

    def problem(self) -> BadInput:
        """The form's errors as the house tells them to machines."""
        found = self.errors.items()
        return BadInput(
            *(FieldError(name, self.data.get(name), "form", str(words[0])) for name, words in found)
        )
