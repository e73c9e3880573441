"""What people type about premises."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django import forms
from django.contrib.gis.geos import Point
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from naoso.core.people.forms import OrganisationField, ServiceForm, manageable
from naoso.core.people.models import Account, Organisation
from naoso.domains.fire.models import (
    Category,
    Detector,
    DetectorKind,
    MirrorFeed,
    Premises,
    PremisesFile,
    Suspension,
    Zone,
)
from naoso.domains.fire.workflow import Standing
from naoso.kernel.errors import BadInput
from naoso.kernel.geometry import LonLat

STATES = (
    ("alarm", pgettext_lazy("detector", "Alarm")),
    ("lost", _("Connection lost")),
    ("fault", pgettext_lazy("detector", "Fault")),
    ("isolated", pgettext_lazy("detector", "Isolated")),
    ("test", pgettext_lazy("detector", "In test")),
    ("normal", pgettext_lazy("detector", "Normal")),
    ("off", _("Not connected")),
)
ANY = ("", _("All"))
MINUTES = (
    (15, _("15 minutes")), (30, _("30 minutes")), (60, _("1 hour")), (120, _("2 hours")), (240, _("4 hours")),
    (480, _("8 hours")),
)  # fmt: skip
LONGER = ((1440, _("1 day")), (10_080, _("7 days")), (43_200, _("30 days")))


class PremisesFilter(forms.Form):
    """Which premises are listed."""

    q = forms.CharField(label=_("Name, code, address"), required=False, max_length=80)
    category = forms.ChoiceField(
        label=pgettext_lazy("fire", "Category"), required=False, choices=[ANY, *Category.choices]
    )
    standing = forms.ChoiceField(label=_("Standing"), required=False, choices=[ANY, *Standing.choices])
    state = forms.ChoiceField(label=_("State"), required=False, choices=[ANY, *STATES])


class PremisesForm(forms.ModelForm[Premises]):
    """Facts of premises, and the pin on the map."""

    lon = forms.FloatField(widget=forms.HiddenInput)
    lat = forms.FloatField(widget=forms.HiddenInput)
    owner = OrganisationField(Organisation.objects.none(), label=_("Answers for it"))

    class Meta:
        model = Premises
        fields: ClassVar = [
            "name", "code", "national_code", "category", "owner", "address", "floors", "basements", "area_m2",
            "occupants_day", "occupants_night", "chemicals", "gas", "power", "access", "tactics",
        ]  # fmt: skip
        widgets: ClassVar = {"tactics": forms.Textarea({"rows": 4})}

    def __init__(self, *args: Any, actor: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = manageable(actor, "fire.manage")  # type: ignore[attr-defined]
        if self.instance.pk:
            # as text: the map wants a point for a comma, whatever the language
            self.initial.update(lon=f"{self.instance.point.x:.6f}", lat=f"{self.instance.point.y:.6f}")

    def clean(self) -> dict[str, Any] | None:
        """The pin lies on the earth."""
        said = super().clean()
        try:
            place = LonLat.checked(self.cleaned_data["lon"], self.cleaned_data["lat"])
        except KeyError:
            self.add_error(None, _("Set the pin on the map."))
        except BadInput as error:
            self.add_error(None, str(error))
        else:
            self.instance.point = Point(place.lon, place.lat, srid=4326)
            self.instance.unit = None
        return said


class ContactForm(ServiceForm):
    """Who is called."""

    name = forms.CharField(label=_("Name or role"), max_length=120)
    phone = forms.RegexField(
        r"^\+?[0-9 .]{8,20}$", label=_("Phone"), max_length=20,
        error_messages={"invalid": _("Digits, 8 to 15 of them.")},
        widget=forms.TextInput({"inputmode": "tel"}),
    )  # fmt: skip
    order = forms.IntegerField(label=_("Called as number"), required=False, min_value=1, max_value=99)

    def clean_phone(self) -> str:
        """Without blanks and dots: one number has one form."""
        return str(self.cleaned_data["phone"]).replace(" ", "").replace(".", "")

    def clean_order(self) -> int:
        """0: the last."""
        return self.cleaned_data["order"] or 0


class TankForm(ServiceForm):
    """Water of its own."""

    name = forms.CharField(label=_("What it is"), max_length=120)
    capacity_m3 = forms.IntegerField(label=_("Holds (m³)"), min_value=1, max_value=1_000_000)
    note = forms.CharField(label=_("How to draw from it"), max_length=200, required=False)


class PlanForm(forms.Form):
    """A picture of a floor."""

    title = forms.CharField(label=_("Title"), max_length=160)
    floor = forms.IntegerField(label=_("Floor"), initial=1, min_value=-10, max_value=120)
    file = forms.FileField(label=_("Picture (JPEG, PNG, WebP)"))


class PaperForm(forms.Form):
    """A paper."""

    title = forms.CharField(label=_("Title"), max_length=160)
    file = forms.FileField(label=_("PDF, at most 20 MB"))


class TransmitterForm(ServiceForm):
    """A box that is to be connected."""

    name = forms.CharField(label=_("Name"), max_length=120)
    code = forms.SlugField(label=_("Code of its source"), max_length=63)
    heartbeat_s = forms.IntegerField(
        label=_("Speaks every … seconds"), initial=60, min_value=10, max_value=86_400
    )

    def clean(self) -> dict[str, Any]:
        """As the service takes it."""
        said = dict(self.cleaned_data)
        if "heartbeat_s" in said:
            said["heartbeat"] = dt.timedelta(seconds=said.pop("heartbeat_s"))
        return said


class ZoneForm(ServiceForm):
    """A zone and its place on a plan."""

    number = forms.CharField(label=pgettext_lazy("fire", "Number"), max_length=40)
    name = forms.CharField(label=_("Name"), max_length=120)
    floor = forms.IntegerField(label=_("Floor"), initial=1, min_value=-10, max_value=120)
    plan = forms.ModelChoiceField(PremisesFile.objects.none(), label=_("Plan"), required=False)
    x = forms.FloatField(label=_("From the left (%)"), required=False, min_value=0, max_value=100)
    y = forms.FloatField(label=_("From the top (%)"), required=False, min_value=0, max_value=100)

    def __init__(self, *args: Any, premises: Premises, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plans = premises.files.filter(kind=PremisesFile.Kind.PLAN)
        self.fields["plan"].queryset = plans  # type: ignore[attr-defined]


class DetectorsForm(ServiceForm):
    """Several detectors of one kind."""

    zone = forms.ModelChoiceField(Zone.objects.none(), label=_("Zone"))
    kind = forms.ChoiceField(label=_("Kind"), choices=DetectorKind.choices)
    addresses = forms.CharField(label=_("Addresses, by comma"), max_length=400)
    place = forms.CharField(label=_("Where it hangs"), max_length=120, required=False)

    def __init__(self, *args: Any, premises: Premises, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["zone"].queryset = premises.zones.all()  # type: ignore[attr-defined]

    def clean_addresses(self) -> list[str]:
        """Each once."""
        parts = (part.strip() for part in self.cleaned_data["addresses"].split(","))
        return list(dict.fromkeys(part for part in parts if part))


class SuspendForm(ServiceForm):
    """What is suspended, how long, why."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Suspension.Kind.choices)
    zone = forms.ModelChoiceField(
        Zone.objects.none(), label=_("Zone"), required=False, empty_label=_("The whole premises")
    )
    detector = forms.ModelChoiceField(
        Detector.objects.none(), label=_("Detector"), required=False, empty_label=_("Every detector there")
    )
    minutes = forms.TypedChoiceField(label=_("For"), choices=[*MINUTES, *LONGER], coerce=int, initial=60)
    reason = forms.CharField(label=_("Reason"), max_length=300)

    def __init__(self, *args: Any, premises: Premises, kinds: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["zone"].queryset = premises.zones.all()  # type: ignore[attr-defined]
        hanging = Detector.objects.filter(zone__premises=premises).select_related("zone")
        self.fields["detector"].queryset = hanging  # type: ignore[attr-defined]
        choices = [(value, label) for value, label in Suspension.Kind.choices if value in kinds]
        self.fields["kind"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A test lasts at most eight hours."""
        said = dict(self.cleaned_data)
        minutes = said.pop("minutes", None)
        if minutes is not None:
            said["until"] = timezone.now() + dt.timedelta(minutes=minutes)
            if said.get("kind") == Suspension.Kind.TEST and minutes > 480:
                self.add_error("minutes", _("A test lasts at most 8 hours."))
        return said


class ReasonForm(ServiceForm):
    """Why something is switched off."""

    reason = forms.CharField(label=_("Reason"), max_length=200)


class WordsField(forms.CharField):
    """Words by comma ⇄ a list."""

    def prepare_value(self, value: Any) -> Any:
        """As it is typed."""
        return ", ".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        """Each once, at least one."""
        words = [word.strip()[:40] for word in str(super().clean(value)).split(",")]
        return list(dict.fromkeys(word for word in words if word))


class FeedForm(forms.ModelForm[MirrorFeed]):
    """Where the national database speaks, and which member of its rows means what."""

    code = forms.SlugField(label=_("Code of its source"), max_length=63, required=False)
    owner = OrganisationField(Organisation.objects.none(), label=_("Owner"))
    alarm_words = WordsField(label=_("Words for an alarm, by comma"))
    restore_words = WordsField(label=_("Words for its end, by comma"))

    class Meta:
        model = MirrorFeed
        fields: ClassVar = [
            "name", "owned_by", "owner", "url", "access_token", "enabled", "rows_at", "premises_at", "id_at",
            "state_at", "time_at", "text_at", "alarm_words", "restore_words",
        ]  # fmt: skip
        widgets: ClassVar = {"access_token": forms.PasswordInput({"autocomplete": "off"})}

    def __init__(self, *args: Any, actor: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = manageable(actor, "fire.manage")  # type: ignore[attr-defined]
        if self.instance.pk:
            del self.fields["code"]
        else:
            self.fields["code"].required = True

    def clean_access_token(self) -> str:
        """Left empty, the token stays."""
        return str(self.cleaned_data["access_token"]) or self.instance.access_token
