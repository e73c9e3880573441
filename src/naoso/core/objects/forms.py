"""Forms made from a kind's declaration: one object, a new one, many at once, a kept view."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django import forms
from django.contrib.gis.gdal import GDALException
from django.contrib.gis.geos import GEOSException, GEOSGeometry
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from naoso.core.objects import values
from naoso.core.objects.models import CityObject, ObjectKind, State
from naoso.core.objects.selectors import rights_of, seen_fields
from naoso.core.objects.services.editing import EDIT
from naoso.core.people.forms import OrganisationField, ServiceForm, manageable
from naoso.core.people.models import Account, Organisation
from naoso.kernel.errors import BadInput
from naoso.kernel.kinds import Field

PREFIX = "v_"
LONG_TEXT = 80
KEPT_STATES = [(state.value, state.label) for state in State if state != State.REMOVED]


class NumberField(forms.CharField):
    """A number as people write it, with a comma or a point before the decimals."""

    def __init__(self, *, of: Field, **kwargs: Any) -> None:
        self.of = of
        mode = "numeric" if of.type == "integer" else "decimal"
        super().__init__(widget=forms.TextInput(attrs={"inputmode": mode, "autocomplete": "off"}), **kwargs)

    def clean(self, value: Any) -> Any:
        """A typed number, or None."""
        text = super().clean(value)
        try:
            return values.from_text(self.of, text, typed=True) if text else None
        except BadInput as error:
            raise forms.ValidationError(error.errors[0].message) from error


class YesNoField(forms.TypedChoiceField):
    """Yes, no, or not stated."""

    def __init__(self, **kwargs: Any) -> None:
        choices = [("", "–"), ("true", gettext_lazy("Yes")), ("false", gettext_lazy("No"))]
        super().__init__(choices=choices, coerce=lambda text: text == "true", empty_value=None, **kwargs)


class DayField(forms.DateField):
    """A day, kept as ISO text."""

    def clean(self, value: Any) -> Any:
        """`2020-02-01` or None."""
        day: dt.date | None = super().clean(value)
        return day.isoformat() if day else None


def text_field(field: Field, current: Any, **kwargs: Any) -> forms.Field:
    """One line; several where there already are many words, or where the field is a note."""
    long = len(str(current or "")) > LONG_TEXT or "note" in field.name
    widget = forms.Textarea(attrs={"rows": 3}) if long else forms.TextInput()
    return forms.CharField(max_length=2000, widget=widget, **kwargs)


def choice_field(field: Field, _current: Any, **kwargs: Any) -> forms.Field:
    """One of the kind's choices."""
    listed = [("", "–"), *((choice.value, str(choice.title)) for choice in field.choices)]
    return forms.ChoiceField(choices=listed, **kwargs)


def choices_field(field: Field, _current: Any, **kwargs: Any) -> forms.Field:
    """Any of the kind's choices."""
    listed = [(choice.value, str(choice.title)) for choice in field.choices]
    return forms.MultipleChoiceField(choices=listed, widget=forms.CheckboxSelectMultiple, **kwargs)


MAKERS: dict[str, Callable[..., forms.Field]] = {
    "text": text_field,
    "integer": lambda field, _current, **kwargs: NumberField(of=field, **kwargs),
    "number": lambda field, _current, **kwargs: NumberField(of=field, **kwargs),
    "boolean": lambda _field, _current, **kwargs: YesNoField(**kwargs),
    "date": lambda _field, _current, **kwargs: DayField(**kwargs),
    "choice": choice_field,
    "choices": choices_field,
}


def made(field: Field, current: Any, *, required: bool = False, locked: bool = False) -> forms.Field:
    """The form field of one property; a locked one is shown and not sent."""
    unit = f" ({field.unit})" if field.unit else ""
    hint = " ".join(part for part in (str(field.help), limits(field)) if part)
    if locked:
        hint = _("You may not change this value.")
    return MAKERS[field.type](
        field, current, label=f"{field.title}{unit}", help_text=hint, required=required, disabled=locked
    )


def limits(field: Field) -> str:
    """What numbers are taken, in words."""
    least, most = written(field.minimum), written(field.maximum)
    if least and most:
        return _("From %(least)s to %(most)s.") % {"least": least, "most": most}
    if least:
        return _("At least %(limit)s.") % {"limit": least}
    return _("At most %(limit)s.") % {"limit": most} if most else ""


def written(value: Any) -> str:
    """A number as it stands in an input: no thousands, the decimals of the language."""
    if value is None:
        return ""
    text = f"{value:.10g}" if isinstance(value, float) else str(value)
    return text.replace(".", ",") if (get_language() or "vi").startswith("vi") else text


def initial_of(field: Field, value: Any) -> Any:
    """A stored value as the form field shows it."""
    if field.type in {"integer", "number"}:
        return written(value)
    if field.type == "boolean":
        return "" if value is None else str(value).lower()
    if field.type == "date":
        try:
            return dt.date.fromisoformat(str(value)) if value else None
        except ValueError:
            return value
    return value


class ValuesForm(ServiceForm):
    """The values of a kind's objects as fields `v_<name>`; hidden ones are left out."""

    def __init__(
        self, *args: Any, kind: ObjectKind, actor: Account, data_before: Mapping[str, Any], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.actor, self.before = kind, actor, data_before
        held = rights_of(actor)
        self.editable: dict[str, Field] = {}
        for field in seen_fields(kind, actor):
            locked = bool(field.edit_right) and not held(field.edit_right)
            current = data_before.get(field.name)
            self.add_value(field, current, locked=locked)
            if not locked:
                self.editable[field.name] = field

    def add_value(self, field: Field, current: Any, *, locked: bool) -> None:
        """The field with what it holds now."""
        made_field = made(field, current, required=field.required and not locked, locked=locked)
        made_field.initial = initial_of(field, current)
        self.fields[PREFIX + field.name] = made_field

    @property
    def value_fields(self) -> list[forms.BoundField]:
        """The kind's own, in its order."""
        return [self[name] for name in self.fields if name.startswith(PREFIX)]

    @property
    def typed(self) -> dict[str, Any]:
        """What was typed into every field that may be changed."""
        return {name: self.cleaned_data.get(PREFIX + name) for name in self.editable}

    @property
    def changed(self) -> dict[str, Any]:
        """What differs from what was there; None takes a value away."""
        return {
            name: value
            for name, value in self.typed.items()
            if (value if value not in ("", []) else None) != self.before.get(name)
        }

    def tell(self, error: BadInput) -> None:
        """A refusal stands at its field."""
        for broken in error.errors:
            name = PREFIX + broken.field if PREFIX + broken.field in self.fields else broken.field
            self.add_error(name if name in self.fields else None, broken.message)


class ShapeField(forms.CharField):
    """A drawn place as GeoJSON; empty where it was left alone."""

    widget = forms.HiddenInput

    def clean(self, value: Any) -> Any:
        """A geometry, or None."""
        text = super().clean(value)
        if not text:
            return None
        try:
            return GEOSGeometry(text)
        except (GEOSException, GDALException, ValueError, TypeError) as error:
            raise forms.ValidationError(_("This place cannot be read.")) from error


class ObjectForm(ValuesForm):
    """One object: its values, state, since when, until when, and why it is changed."""

    state = forms.ChoiceField(label=gettext_lazy("State"), choices=KEPT_STATES)
    valid_from = forms.DateField(label=gettext_lazy("Since"), required=False)
    valid_to = forms.DateField(label=gettext_lazy("Until"), required=False)
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200, required=False)
    shape = ShapeField(required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, row: CityObject | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.row = row
        if row is not None:
            choices = KEPT_STATES if row.state != State.REMOVED else State.choices
            self.fields["state"].choices = choices  # type: ignore[attr-defined]
            for name in ("state", "valid_from", "valid_to"):
                self.fields[name].initial = getattr(row, name)
            self.fields["seen"].initial = row.version
        self.fields["shape"].widget.attrs["data-objects-shape"] = ""

    @property
    def facts(self) -> list[forms.BoundField]:
        """What every kind has."""
        return [self[name] for name in ("state", "valid_from", "valid_to", "reason")]


class NewObjectForm(ObjectForm):
    """A new object also has an owner, and perhaps a code of its own."""

    code = forms.CharField(
        label=gettext_lazy("Code"), max_length=63, required=False,
        help_text=gettext_lazy("Empty: the next free number."),
    )  # fmt: skip
    owner = OrganisationField(Organisation.objects.none(), label=gettext_lazy("Owner"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bodies = manageable(self.actor, EDIT)
        self.fields["owner"].queryset = bodies  # type: ignore[attr-defined]
        self.fields["owner"].initial = self.actor.organisation_id
        self.fields["state"].initial = State.ACTIVE
        self.fields["shape"].required = True
        self.fields["shape"].error_messages["required"] = _("Say on the map where it is.")

    @property
    def facts(self) -> list[forms.BoundField]:
        """Owner and code first."""
        return [self["code"], self["owner"], *super().facts]


class BulkForm(ValuesForm):
    """The same change to many: only what is ticked is set; an empty value is taken away."""

    state = forms.ChoiceField(
        label=gettext_lazy("State"), required=False,
        choices=[("", gettext_lazy("unchanged")), *KEPT_STATES],
    )  # fmt: skip
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, data_before={}, **kwargs)
        for name in list(self.fields):
            if name.startswith(PREFIX) and name.removeprefix(PREFIX) not in self.editable:
                del self.fields[name]
        self.ticked = set(self.data.getlist("set")) if hasattr(self.data, "getlist") else set()
        for name in self.editable:
            self.fields[PREFIX + name].required = False

    @property
    def rows(self) -> list[tuple[str, bool, forms.BoundField]]:
        """Name, ticked, field."""
        return [(name, name in self.ticked, self[PREFIX + name]) for name in self.editable]

    @property
    def wanted(self) -> dict[str, Any]:
        """What is to be set."""
        return {name: value for name, value in self.typed.items() if name in self.ticked}


class RemoveForm(ServiceForm):
    """Why it stands there no more."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)


class ViewForm(ServiceForm):
    """A name for a filter, a colouring and a piece of the map."""

    title = forms.CharField(label=gettext_lazy("Name of the view"), max_length=80)
    shared = forms.BooleanField(label=gettext_lazy("For everybody who may see these objects"), required=False)
    query = forms.CharField(max_length=2000, required=False, widget=forms.HiddenInput)


def chosen_columns(kind: ObjectKind, user: Account, asked: Iterable[str], most: int) -> list[Field]:
    """The columns of a table: those asked for, else the first."""
    seen = seen_fields(kind, user)
    wanted = set(asked)
    return [field for field in seen if field.name in wanted] or seen[:most]
