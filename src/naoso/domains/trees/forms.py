"""What people type about trees."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from naoso.core.people.forms import ServiceForm
from naoso.domains.trees.kinds import HEALTH
from naoso.domains.trees.models import Programme, Species
from naoso.domains.trees.services import Seen
from naoso.domains.trees.workflow import PermitState

DEFECTS = (
    ("lean", _("Leans")),
    ("cavity", _("Cavity in the trunk")),
    ("cracks", _("Cracks")),
    ("dead_branches", _("Dead branches")),
    ("root_damage", _("Damaged roots")),
    ("fungus", _("Fungus")),
    ("pest", _("Pests")),
    ("heaving", _("Roots lift the ground")),
    ("wires", _("Touches wires")),
)
TARGETS = (
    ("none", _("Nobody passes")),
    ("seldom", _("Seldom somebody")),
    ("frequent", _("Often people or vehicles")),
    ("constant", _("Always people, school, market")),
)


class InspectionForm(forms.Form):
    """What an inspector saw; sent from a phone, perhaps hours later."""

    key = forms.UUIDField()
    at = forms.DateTimeField(required=False)
    health = forms.ChoiceField(label=_("Health"), choices=[(c.value, c.title) for c in HEALTH])
    target = forms.ChoiceField(label=_("What it could hit"), choices=TARGETS)
    defects = forms.MultipleChoiceField(label=_("Defects"), choices=DEFECTS, required=False)
    girth_cm = forms.FloatField(label=_("Girth at 1.3 m (cm)"), required=False, min_value=1, max_value=2500)
    height_m = forms.FloatField(label=_("Height (m)"), required=False, min_value=0.2, max_value=80)
    crown_m = forms.FloatField(label=_("Crown width (m)"), required=False, min_value=0.1, max_value=60)
    text = forms.CharField(label=_("Note"), required=False, max_length=1000)
    lifted = forms.BooleanField(label=_("The hazard is gone"), required=False)

    def seen(self) -> Seen:
        """As the service takes it."""
        said = self.cleaned_data
        return Seen(
            health=said["health"], target=said["target"], defects=frozenset(said["defects"]),
            girth_cm=said["girth_cm"], height_m=said["height_m"], crown_m=said["crown_m"], note=said["text"],
            at=said["at"] or timezone.now(), lifted=said["lifted"],
        )  # fmt: skip


class PermitForm(ServiceForm):
    """An application to fell."""

    reason = forms.CharField(
        label=_("Why it is to be felled"), max_length=500, widget=forms.Textarea({"rows": 3})
    )
    replacement = forms.CharField(label=_("What is planted instead"), max_length=300, required=False)


class DecisionForm(ServiceForm):
    """Grounds of a decision."""

    answer = forms.CharField(label=_("Grounds"), max_length=500, widget=forms.Textarea({"rows": 3}))


class PermitFilter(forms.Form):
    """Which applications are listed."""

    q = forms.CharField(label=_("Code of the tree"), required=False, max_length=60)
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("All")), *PermitState.choices]
    )


class SpeciesForm(forms.ModelForm[Species]):
    """One species."""

    class Meta:
        model = Species
        fields = [
            "name",
            "scientific",
            "max_height_m",
            "max_girth_cm",
            "density",
            "factor",
            "restricted",
            "note",
        ]


class ProgrammeForm(forms.ModelForm[Programme]):
    """Prices and intervals."""

    class Meta:
        model = Programme
        fields = [
            "price_vnd_cm2", "months_ordinary", "months_conserved", "months_ancient", "months_hazardous",
        ]  # fmt: skip


def problems_of(form: forms.Form) -> list[tuple[str, Any, str]]:
    """Field, value and words of everything that is wrong."""
    return [
        (name, form.data.get(name, ""), " ".join(map(str, errors))) for name, errors in form.errors.items()
    ]
