"""What those type who keep categories, questions, templates, rules and the desk."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from naoso.domains.citizen_reports.models import Category


class CategoryForm(forms.ModelForm[Category]):
    """A category; its deadline in working hours."""

    hours = forms.FloatField(label=_("Deadline (working hours)"), min_value=0.5, max_value=2000)

    class Meta:
        model = Category
        fields = ["title", "title_en", "code", "icon", "owner", "order", "enabled", "opens_incident"]
