"""What a person chooses to start an exercise."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from naoso.core.people.models import Account, Organisation
from naoso.core.people.scope import scope_of
from naoso.domains.exercises.services import RUN

SPEEDS = (
    (1.0, _("as in life")),
    (5.0, _("5 times faster")),
    (20.0, _("20 times faster")),
    (60.0, _("60 times faster")),
)


class StartForm(forms.Form):
    """Speed, and who plays the people."""

    owner = forms.ModelChoiceField(Organisation.objects.none(), label=_("Organisation"))
    speed = forms.TypedChoiceField(label=_("Speed"), choices=SPEEDS, coerce=float, initial=1.0)
    unattended = forms.BooleanField(
        label=_("The script plays the people too"), required=False,
        help_text=_("for a demonstration; otherwise operators act themselves and are scored"),
    )  # fmt: skip

    def __init__(self, *args: Any, actor: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owners = Organisation.objects.order_by("name")
        scope = scope_of(actor, RUN)
        if not scope.everything:
            owners = owners.filter(pk__in=frozenset().union(*(ids for ids, _units in scope.bindings)))
        self.fields["owner"].queryset = owners  # type: ignore[attr-defined]
        self.fields["owner"].initial = actor.organisation_id
