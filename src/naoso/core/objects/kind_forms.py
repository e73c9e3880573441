"""What an administrator types of a kind: the kind, its fields, their choices; one form for each line."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from naoso.core.objects.forms import NumberField
from naoso.core.objects.models import GeometryType, ObjectKind
from naoso.core.people.forms import ServiceForm
from naoso.kernel.kinds import Field
from naoso.kernel.text import folded
from naoso.ui import icons

TYPES = [
    ("text", gettext_lazy("Text")), ("choice", gettext_lazy("One choice")),
    ("choices", gettext_lazy("Several choices")), ("integer", gettext_lazy("Whole number")),
    ("number", gettext_lazy("Number")), ("boolean", gettext_lazy("Yes or no")),
    ("date", gettext_lazy("Date")),
]  # fmt: skip
PALETTE = (
    "#2f9e44", "#e8590c", "#1971c2", "#9c36b5", "#e03131", "#0c8599", "#f08c00", "#495057", "#6741d9",
    "#66a80f",
)  # fmt: skip
COLOUR = re.compile(r"^#[0-9a-fA-F]{6}\Z")


class Words:
    """A title in both languages: reads as the language of the page wants it."""

    def __init__(self, vietnamese: str, english: str = "") -> None:
        self.vietnamese, self.english = vietnamese, english

    def __str__(self) -> str:
        return ObjectKind.words(self.vietnamese, self.english)

    def __bool__(self) -> bool:
        return bool(self.vietnamese)


def named(title: str, joint: str = "_") -> str:
    """A name made from a title: `Chu vi (cm)` → `chu_vi_cm`."""
    bare = re.sub(r"[^a-z0-9]+", joint, folded(title)).strip(joint)
    return re.sub(rf"^[0-9{joint}]+", "", bare)[:40].strip(joint)


class ColourField(forms.CharField):
    """`#rrggbb`, from the browser's own picker."""

    widget = forms.TextInput(attrs={"type": "color", "class": "form-control-color"})

    def clean(self, value: Any) -> Any:
        """Refuses everything that is no colour."""
        text = super().clean(value)
        if text and not COLOUR.match(text):
            raise forms.ValidationError(_("A colour is expected, such as #2f9e44."))
        return text


def number(name: str, label: Any, **more: Any) -> NumberField:
    """A limit."""
    return NumberField(of=Field(name, "", "number"), label=label, **({"required": False} | more))


def permissions() -> list[tuple[str, str]]:
    """Every permission there is, for a field that asks for one more."""
    found = [(p.code, f"{m.title}: {p.title}") for m in settings.MODULES for p in m.permissions]
    return [("", _("nothing more")), *found]


class KindForm(ServiceForm):
    """The kind itself."""

    title = forms.CharField(label=gettext_lazy("Title in Vietnamese"), max_length=80)
    title_en = forms.CharField(label=gettext_lazy("Title in English"), max_length=80, required=False)
    slug = forms.SlugField(
        label=gettext_lazy("Address"), max_length=40,
        help_text=gettext_lazy("Part of the address of its map; cannot be changed later."),
    )  # fmt: skip
    geometry = forms.ChoiceField(label=gettext_lazy("Shape"), choices=GeometryType.choices)
    tint = ColourField(label=gettext_lazy("Colour"))
    near_m = number(
        "near_m", gettext_lazy("Doubles are nearer than (m)"), required=True,
        help_text=gettext_lazy("An import asks before it adds an object nearer to another than this."),
    )  # fmt: skip
    public = forms.BooleanField(
        label=gettext_lazy("Open data: everybody may see the public fields"), required=False
    )
    icon = forms.CharField(widget=forms.HiddenInput, max_length=40)
    label = forms.ChoiceField(label=gettext_lazy("Label on the map"), required=False)
    colour = forms.ChoiceField(
        label=gettext_lazy("Coloured by"),
        help_text=gettext_lazy("One of the fields counted on the map."),
        required=False,
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    auto = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, fields: Iterable[Field], fixed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        listed = [field for field in fields if field.name]
        painting = [field for field in listed if field.counted]
        for name, offered in (("label", listed), ("colour", painting)):
            titles = [(field.name, str(field.title) or field.name) for field in offered]
            self.fields[name].choices = [("", "–"), *titles]  # type: ignore[attr-defined]
            self.fields[name].widget.attrs["form"] = "kind-form"
        if fixed:
            del self.fields["slug"]

    def clean_icon(self) -> str:
        """One of Tabler's."""
        name: str = self.cleaned_data["icon"]
        if icons.shapes() and name not in icons.shapes():
            raise forms.ValidationError(_("There is no such icon."))
        return name

    def clean_near_m(self) -> float:
        """Metres, not below nothing."""
        metres = float(self.cleaned_data["near_m"])
        if not 0 <= metres <= 1000:
            raise forms.ValidationError(_("From 0 to 1000 m."))
        return metres


class FieldForm(forms.Form):
    """One field; `was` is its name as it is kept now, `auto` the name that the house made of its title."""

    was = forms.CharField(widget=forms.HiddenInput, required=False)
    auto = forms.CharField(widget=forms.HiddenInput, required=False)
    open = forms.BooleanField(label=gettext_lazy("More"), required=False)
    title = forms.CharField(label=gettext_lazy("Title in Vietnamese"), max_length=80)
    title_en = forms.CharField(label=gettext_lazy("Title in English"), max_length=80, required=False)
    name = forms.CharField(label=gettext_lazy("Name in files and filters"), max_length=40)
    type = forms.ChoiceField(label=gettext_lazy("Kind of value"), choices=TYPES)
    unit = forms.CharField(label=gettext_lazy("Unit"), max_length=20, required=False)
    minimum = number("minimum", gettext_lazy("At least"))
    maximum = number("maximum", gettext_lazy("At most"))
    required = forms.BooleanField(label=gettext_lazy("Required"), required=False)
    fill = forms.CharField(
        label=gettext_lazy("For objects without a value"), max_length=200,
        help_text=gettext_lazy("Set once, when this change is made."), required=False,
    )  # fmt: skip
    public = forms.BooleanField(label=gettext_lazy("Open data"), required=False)
    counted = forms.BooleanField(
        label=gettext_lazy("Counted on the map: quick filter and colours"), required=False
    )
    indexed = forms.BooleanField(label=gettext_lazy("Indexed: quick search among very many"), required=False)
    view_right = forms.ChoiceField(label=gettext_lazy("To see it, one also needs"), required=False)
    edit_right = forms.ChoiceField(label=gettext_lazy("To change it, one also needs"), required=False)
    help = forms.CharField(label=gettext_lazy("Hint in Vietnamese"), max_length=200, required=False)
    help_en = forms.CharField(label=gettext_lazy("Hint in English"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = permissions()
        for name in ("view_right", "edit_right"):
            given = self.data.get(self.add_prefix(name), "")
            more = [] if given in dict(offered) else [(given, given)]
            self.fields[name].choices = [*offered, *more]  # type: ignore[attr-defined]

    def group(self, *names: str) -> list[forms.BoundField]:
        """Some of the fields, in this order."""
        return [self[name] for name in names]

    @property
    def words(self) -> list[forms.BoundField]:
        """What every field has."""
        return self.group("title", "name", "type", "unit")

    @property
    def more(self) -> list[forms.BoundField]:
        """What most fields leave as it is."""
        return self.group("title_en", "help", "help_en", "view_right", "edit_right")

    @property
    def limits(self) -> list[forms.BoundField]:
        """For numbers."""
        return self.group("minimum", "maximum")

    @property
    def switches(self) -> list[forms.BoundField]:
        """Yes or no."""
        return self.group("required", "public", "counted", "indexed")


class ChoiceForm(forms.Form):
    """One choice of a field."""

    title = forms.CharField(label=gettext_lazy("Choice"), max_length=80)
    title_en = forms.CharField(label=gettext_lazy("In English"), max_length=80, required=False)
    value = forms.CharField(label=gettext_lazy("Value in files"), max_length=80)
    colour = ColourField(label=gettext_lazy("Colour"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs |= {"placeholder": field.label, "aria-label": field.label}
