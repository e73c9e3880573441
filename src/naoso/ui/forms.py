"""Forms in the theme's dress, whoever renders them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models.fields import BLANK_CHOICE_DASH
from django.forms.renderers import DjangoTemplates, TemplatesSetting
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _


class TablerRenderer(TemplatesSetting):
    """`{{ form }}` and `{{ field.as_field_group }}` come out with labels, hints and errors in place."""

    form_template_name = "ui/forms/form.html"
    field_template_name = "ui/forms/field.html"
    widgets = DjangoTemplates()

    def get_template(self, template_name: str) -> Any:
        """Our forms and fields from the project's templates, widgets as Django ships them."""
        if template_name.startswith("django/forms/"):
            return self.widgets.get_template(template_name)
        return super().get_template(template_name)


DASHES = BLANK_CHOICE_DASH[0][1]
CLASSES: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.CheckboxSelectMultiple, ""),
    (forms.RadioSelect, ""),
    (forms.CheckboxInput, "form-check-input"),
    (forms.Select, "form-select"),
    (forms.Widget, "form-control"),
)


def is_switch(field: forms.BoundField) -> bool:
    """A single checkbox."""
    return isinstance(field.field.widget, forms.CheckboxInput)


def name_the_blank(field: forms.BoundField) -> None:
    """An empty choice says what it means instead of nine dashes."""
    inner, widget = field.field, field.field.widget
    words = _("Choose…") if inner.required else "–"
    if isinstance(inner, forms.ModelChoiceField):
        if inner.empty_label == DASHES:
            inner.empty_label = words
    elif isinstance(widget, forms.Select):
        widget.choices = [
            (value, words if label == DASHES else label) for value, label in list(widget.choices)
        ]


def control(field: forms.BoundField) -> SafeString:
    """The widget with its theme class, its error state, and a hint of the expected form of dates."""
    widget = field.field.widget
    name_the_blank(field)
    own = next(classes for kind, classes in CLASSES if isinstance(widget, kind))
    words = [widget.attrs.get("class", ""), own, "is-invalid" if field.errors else ""]
    attrs = {"class": " ".join(word for word in words if word)}
    if isinstance(widget, forms.DateTimeInput):
        attrs |= {"placeholder": _("dd/mm/yyyy hh:mm"), "inputmode": "numeric"}
    elif isinstance(widget, forms.DateInput):
        attrs |= {"placeholder": _("dd/mm/yyyy"), "inputmode": "numeric"}
    return field.as_widget(attrs={k: v for k, v in attrs.items() if v})
