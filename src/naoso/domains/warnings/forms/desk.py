"""A warning as it is written, and what is said about it in review."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.gis.geos import Point
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from naoso.core.alerts.models import SeverityLevel
from naoso.core.people.forms import OrganisationField, manageable
from naoso.core.people.models import Account, Organisation
from naoso.domains.warnings.forms.fields import PolygonField, UnitsField
from naoso.domains.warnings.models.warnings import LARGEST_KM
from naoso.domains.warnings.services.drafting import WRITE, Content, Words
from naoso.domains.warnings.vocabulary import (
    Category,
    Certainty,
    Hazard,
    Language,
    Response,
    Status,
    Urgency,
)
from naoso.domains.warnings.workflow import State
from naoso.kernel.errors import BadInput

FURTHER = [(code, label) for code, label in Language.choices if code not in {"vi", "en"}]
TEXTS = ("event", "headline", "description", "instruction")


def area(rows: int) -> forms.Textarea:
    """A field of several lines."""
    return forms.Textarea({"rows": rows})


class WarningForm(forms.Form):
    """Everything of a warning; fields end in _en and _other for further languages."""

    owner = OrganisationField(Organisation.objects.none(), label=_("Issued by"))
    hazard = forms.ChoiceField(label=pgettext_lazy("field", "Hazard"), choices=Hazard)
    status = forms.ChoiceField(
        label=_("Real or exercise"), choices=Status, initial=Status.ACTUAL,
        help_text=_("A technical test is shown to nobody and sent to nobody."),
    )  # fmt: skip
    category = forms.ChoiceField(label=_("Category"), choices=Category)
    severity = forms.TypedChoiceField(label=_("Severity"), choices=SeverityLevel, coerce=int)
    urgency = forms.ChoiceField(label=_("Urgency"), choices=Urgency)
    certainty = forms.ChoiceField(label=_("Certainty"), choices=Certainty)
    responses = forms.MultipleChoiceField(
        label=_("What people should do"),
        choices=Response,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    onset = forms.DateTimeField(label=_("Begins"), required=False, help_text=_("empty: at once"))
    expires = forms.DateTimeField(label=_("Ends"))
    event = forms.CharField(label=_("Event"), max_length=120)
    headline = forms.CharField(label=_("Headline"), max_length=160)
    description = forms.CharField(label=_("Description"), max_length=4000, required=False, widget=area(4))
    instruction = forms.CharField(label=_("What to do"), max_length=4000, required=False, widget=area(4))
    event_en = forms.CharField(label=_("Event in English"), max_length=120, required=False)
    headline_en = forms.CharField(label=_("Headline in English"), max_length=160, required=False)
    description_en = forms.CharField(
        label=_("Description in English"), max_length=4000, required=False, widget=area(3)
    )
    instruction_en = forms.CharField(
        label=_("What to do, in English"), max_length=4000, required=False, widget=area(3)
    )
    language_other = forms.ChoiceField(
        label=_("A further language"), required=False, choices=[("", "–"), *FURTHER]
    )
    event_other = forms.CharField(label=_("Event"), max_length=120, required=False)
    headline_other = forms.CharField(label=_("Headline"), max_length=160, required=False)
    description_other = forms.CharField(
        label=_("Description"), max_length=4000, required=False, widget=area(2)
    )
    instruction_other = forms.CharField(
        label=_("What to do"), max_length=4000, required=False, widget=area(2)
    )
    units = UnitsField(
        label=_("Communes and wards"), required=False,
        help_text=_("Several with Ctrl or by touch. The province stands for all of them."),
    )  # fmt: skip
    lon = forms.FloatField(label=_("Longitude of the centre"), required=False, min_value=-180, max_value=180)
    lat = forms.FloatField(label=_("Latitude of the centre"), required=False, min_value=-90, max_value=90)
    radius_km = forms.FloatField(label=_("Radius (km)"), required=False, min_value=0.05, max_value=LARGEST_KM)
    polygon = PolygonField(
        label=_("Polygon"), required=False, max_length=60_000, widget=area(2),
        help_text=_("Pairs of latitude,longitude by blanks; the map writes them here."),
    )  # fmt: skip
    area_note = forms.CharField(label=_("Where, in words"), max_length=300, required=False)
    contact = forms.CharField(label=_("Contact"), max_length=200, required=False)
    web = forms.URLField(
        label=_("Further page"), max_length=300, required=False, assume_scheme="https",
        help_text=_("empty: the page of this warning"),
    )  # fmt: skip
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, actor: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = manageable(actor, WRITE)  # type: ignore[attr-defined]
        self.fields["units"].known()  # type: ignore[attr-defined]
        if settings.EXERCISE and self.initial.get("status", Status.ACTUAL) == Status.ACTUAL:
            self.initial["status"] = Status.EXERCISE  # what the service makes of it is what is shown

    def content(self) -> Content:
        """As the service takes it; call it on a valid form."""
        said = self.cleaned_data
        languages = (("vi", ""), ("en", "_en"), (said["language_other"], "_other"))
        words = tuple(
            Words(language, *(said[f"{name}{end}"] for name in TEXTS))
            for language, end in languages
            if language and said[f"headline{end}"]
        )
        placed = said["lon"] is not None and said["lat"] is not None
        same = (
            "hazard",
            "status",
            "category",
            "severity",
            "urgency",
            "certainty",
            "onset",
            "expires",
            "polygon",
            "area_note",
            "contact",
            "web",
        )
        return Content(
            **{name: said[name] for name in same}, responses=tuple(said["responses"]), words=words,
            units=tuple(said["units"]), centre=Point(said["lon"], said["lat"], srid=4326) if placed else None,
            radius_km=said["radius_km"] if placed else None,
        )  # fmt: skip

    def refused(self, error: BadInput) -> None:
        """What the service said, at the fields."""
        for broken in error.errors:
            self.add_error(broken.field if broken.field in self.fields else None, broken.message)


def initial_of(content: Content) -> dict[str, Any]:
    """A content as the form shows it."""
    shown: dict[str, Any] = {
        name: getattr(content, name)
        for name in ("hazard", "status", "category", "severity", "urgency", "certainty", "onset", "expires",
                     "polygon", "area_note", "contact", "web", "radius_km")
    }  # fmt: skip
    shown |= {"responses": list(content.responses), "units": [unit.pk for unit in content.units]}
    if content.centre is not None:
        shown |= {"lon": round(content.centre.x, 6), "lat": round(content.centre.y, 6)}
    for words in content.words:
        end = {"vi": "", "en": "_en"}.get(words.language, "_other")
        shown |= {f"{name}{end}": getattr(words, name) for name in TEXTS}
        if end == "_other":
            shown["language_other"] = words.language
    return shown


class DeskFilter(forms.Form):
    """Which warnings are listed."""

    q = forms.CharField(label=_("Words or identifier"), required=False, max_length=100)
    state = forms.ChoiceField(label=_("State"), required=False)
    hazard = forms.ChoiceField(
        label=pgettext_lazy("field", "Hazard"), required=False, choices=[("", _("All")), *Hazard.choices]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        waiting = ("waiting", _("Being written or reviewed"))
        self.fields["state"].choices = [("", _("All")), waiting, *State.choices]  # type: ignore[attr-defined]
