"""What people type about cameras, their groups and who may look."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib.gis.geos import Point
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from naoso.connectors.rtsp import split_credentials
from naoso.core.objects.models import CityObject
from naoso.core.people.forms import OrganisationField, ServiceForm, manageable
from naoso.core.people.models import Account, Organisation
from naoso.core.people.scope import User
from naoso.core.places.models import AdminUnit
from naoso.domains.cameras.listing import vendors
from naoso.domains.cameras.models import CameraGroup, CameraSource, LookKind, May, Protocol
from naoso.domains.cameras.module import PURPOSES
from naoso.domains.cameras.standings import STANDINGS
from naoso.domains.cameras.words import PROBLEM_WORDS
from naoso.kernel.errors import BadInput
from naoso.kernel.geometry import LonLat

ANY = ("", _("All"))
SAVED = _("Saved; leave empty to keep it.")
PURPOSE_CHOICES = [(choice.value, choice.title) for choice in PURPOSES]


class UnitField(forms.ModelChoiceField[AdminUnit]):
    """Units by name, without their outlines."""

    def label_from_instance(self, obj: AdminUnit) -> str:
        """The name alone: all are of today."""
        return obj.name


class CameraFilter(forms.Form):
    """Which cameras are listed."""

    q = forms.CharField(label=_("Name, code, vendor"), required=False, max_length=80)
    state = forms.ChoiceField(label=_("State"), required=False)
    group = forms.ModelChoiceField(
        CameraGroup.objects.none(), label=_("Group"), required=False, empty_label=_("All")
    )
    unit = UnitField(
        AdminUnit.objects.none(), label=_("Commune or ward"), required=False, empty_label=_("All")
    )
    vendor = forms.ChoiceField(label=_("Vendor"), required=False)
    purpose = forms.ChoiceField(label=_("Purpose"), required=False, choices=[ANY, *PURPOSE_CHOICES])

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        states = [(code, one.label) for code, one in STANDINGS.items()]
        self.fields["state"].choices = [ANY, *states, ("clock", PROBLEM_WORDS["clock"])]  # type: ignore[attr-defined]
        self.fields["group"].queryset = CameraGroup.objects.visible_to(user)  # type: ignore[attr-defined]
        self.fields["unit"].queryset = units_of(user)  # type: ignore[attr-defined]
        self.fields["vendor"].choices = [ANY, *((name, name) for name in vendors(user))]  # type: ignore[attr-defined]


def units_of(user: User) -> Any:
    """Units in which the reader sees a camera."""
    here = CityObject.objects.filter(kind__slug="camera").permitted_to(user, "cameras.view")
    rows = AdminUnit.objects.filter(pk__in=here.order_by().values("unit"))
    return rows.defer("outline", "centre").order_by("name")


class SourceForm(ServiceForm):
    """How a camera is reached. A password is written, never shown; typed into an address it is taken out."""

    group = forms.ModelChoiceField(
        CameraGroup.objects.none(), label=_("Group"), required=False,
        help_text=_("Says who may watch and how long recordings are kept."),
    )  # fmt: skip
    protocol = forms.ChoiceField(label=_("Connected by"), choices=Protocol.choices, initial=Protocol.RTSP)
    main_url = forms.CharField(
        label=_("Address of the large picture"), max_length=400,
        widget=forms.TextInput({"placeholder": "rtsp://10.0.0.5:554/stream1", "autocomplete": "off"}),
    )  # fmt: skip
    sub_url = forms.CharField(
        label=_("Address of the small picture"), max_length=400, required=False,
        help_text=_("For walls and checks; without one the large picture serves for both."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )  # fmt: skip
    username = forms.CharField(
        label=_("User name"), max_length=64, required=False, widget=forms.TextInput({"autocomplete": "off"})
    )
    password = forms.CharField(
        label=_("Password"), max_length=128, required=False, strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )  # fmt: skip
    channel = forms.IntegerField(
        label=_("Channel of the recorder"), required=False, min_value=1, max_value=512
    )
    onvif_url = forms.CharField(label=_("ONVIF address"), max_length=400, required=False)
    vendor = forms.CharField(label=_("Vendor"), max_length=80, required=False)
    device_model = forms.CharField(label=_("Model"), max_length=80, required=False)
    can_turn = forms.BooleanField(label=_("Can turn and zoom"), required=False)
    enabled = forms.BooleanField(label=_("In use"), required=False, initial=True)

    def __init__(
        self, data: Any = None, *args: Any, actor: Account, group: CameraGroup | None = None, **kwargs: Any
    ) -> None:
        super().__init__(cleaned_of_secrets(data), *args, **kwargs)
        rows = CameraGroup.objects.permitted_to(actor, "cameras.manage")
        if group is not None:  # the one that it is in stays to be chosen, whoever manages that
            rows = CameraGroup.objects.filter(Q(pk=group.pk) | Q(pk__in=rows.values("pk")))
        self.fields["group"].queryset = rows  # type: ignore[attr-defined]


def cleaned_of_secrets(data: Any) -> Any:
    """A form that comes back shows what was typed: credentials leave the addresses before that."""
    if data is None:
        return None
    said = data.copy()
    for name in ("main_url", "sub_url"):
        address, who = split_credentials(str(said.get(name, "")))
        if who:
            said[name] = address
            said["username"] = who.username or said.get("username", "")
            said["password"] = said.get("password") or who.password
    return said


def initial_of(source: CameraSource) -> dict[str, Any]:
    """What a form begins with; never the password."""
    names = [name for name in SourceForm.base_fields if name not in {"password", "group"}]
    return {name: getattr(source, name) for name in names} | {"group": source.group_id}


class NewCameraForm(SourceForm):
    """A camera that nobody has entered yet: the city object and its source at once."""

    name = forms.CharField(label=_("Name"), max_length=160)
    code = forms.CharField(
        label=_("Code"), max_length=63, required=False, help_text=_("Empty: the next one.")
    )
    owner = OrganisationField(Organisation.objects.none(), label=_("Owner"))
    purpose = forms.ChoiceField(label=_("Purpose"), choices=PURPOSE_CHOICES)
    heading_deg = forms.FloatField(
        label=_("Looks towards (°)"), required=False, min_value=0, max_value=360,
        help_text=_("clockwise from north"),
    )  # fmt: skip
    view_deg = forms.FloatField(label=_("Field of view (°)"), required=False, min_value=1, max_value=360)
    range_m = forms.FloatField(label=_("Sees up to (m)"), required=False, min_value=1, max_value=5000)
    notice = forms.CharField(
        label=_("Legal notice of recording"), max_length=300, required=False,
        help_text=_("Where the sign hangs that tells people; shown to the public."),
    )  # fmt: skip
    lon = forms.FloatField(widget=forms.HiddenInput)
    lat = forms.FloatField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, actor: Account, **kwargs: Any) -> None:
        super().__init__(*args, actor=actor, **kwargs)
        self.fields["owner"].queryset = manageable(actor, "cameras.manage")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The pin lies on the earth; the rest as the service takes it."""
        said = dict(self.cleaned_data)
        try:
            place = LonLat.checked(said.pop("lon"), said.pop("lat"))
        except (KeyError, BadInput):
            self.add_error(None, _("Set the pin on the map."))
        else:
            said["place"] = Point(place.lon, place.lat, srid=4326)
        return said


class FindForm(ServiceForm):
    """Where to look for cameras, and with which name and password they are asked."""

    network = forms.CharField(
        label=_("Network"), max_length=18, help_text=_("Such as 192.168.1.0/24; at most 1,024 addresses."),
        widget=forms.TextInput({"placeholder": "192.168.1.0/24", "autocomplete": "off"}),
    )  # fmt: skip
    username = forms.CharField(
        label=_("User name"), max_length=64, required=False, widget=forms.TextInput({"autocomplete": "off"})
    )
    password = forms.CharField(
        label=_("Password"), max_length=128, required=False, strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text=_("Sealed at once, shown nowhere, forgotten after an hour."),
    )  # fmt: skip


class ChosenForm(ServiceForm):
    """What the chosen cameras share."""

    owner = OrganisationField(Organisation.objects.none(), label=_("Owner"))
    unit = UnitField(
        AdminUnit.objects.none(), label=_("Commune or ward"),
        help_text=_("They stand at its centre until you set their places on the map."),
    )  # fmt: skip
    purpose = forms.ChoiceField(label=_("Purpose"), choices=PURPOSE_CHOICES)
    group = forms.ModelChoiceField(CameraGroup.objects.none(), label=_("Group"), required=False)

    def __init__(self, *args: Any, actor: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bodies = manageable(actor, "cameras.manage")
        units = AdminUnit.objects.on(timezone.localdate()).filter(parent__isnull=False)
        self.fields["owner"].queryset = bodies  # type: ignore[attr-defined]
        self.fields["owner"].initial = bodies.filter(pk=actor.organisation_id).first()
        self.fields["unit"].queryset = units.defer("outline").order_by("name")  # type: ignore[attr-defined]
        rows = CameraGroup.objects.permitted_to(actor, "cameras.manage")
        self.fields["group"].queryset = rows  # type: ignore[attr-defined]


class GroupForm(forms.ModelForm[CameraGroup]):
    """Purpose, retention, and whether only named people watch."""

    owner = OrganisationField(Organisation.objects.none(), label=_("Owner"))

    class Meta:
        model = CameraGroup
        fields: ClassVar = ["name", "owner", "purpose", "retention_days", "restricted"]

    def __init__(self, *args: Any, actor: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = manageable(actor, "cameras.manage")  # type: ignore[attr-defined]


class PersonField(forms.ModelChoiceField[Account]):
    """People with the body that they work in."""

    def label_from_instance(self, obj: Account) -> str:
        """Two people may have one name."""
        return f"{obj} ({obj.organisation})" if obj.organisation else str(obj)


class AccessForm(ServiceForm):
    """A person or a body, what they may do, when."""

    account = PersonField(Account.objects.none(), label=_("Person"), required=False)
    organisation = OrganisationField(
        Organisation.objects.none(), label=_("or everyone who works in"), required=False
    )
    may = forms.MultipleChoiceField(
        label=pgettext_lazy("camera", "May"), choices=May.choices, widget=forms.CheckboxSelectMultiple
    )
    hours_from = forms.TimeField(
        label=pgettext_lazy("hour", "From"),
        required=False,
        widget=forms.TimeInput({"type": "time"}),
        help_text=_("Empty: at any hour."),
    )
    hours_to = forms.TimeField(
        label=pgettext_lazy("hour", "To"), required=False, widget=forms.TimeInput({"type": "time"})
    )
    valid_to = forms.DateField(label=_("Last day"), required=False, widget=forms.DateInput({"type": "date"}))
    reason = forms.CharField(label=_("Reason"), max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = Account.objects.filter(is_active=True).select_related("organisation").order_by("username")
        self.fields["account"].queryset = people  # type: ignore[attr-defined]
        self.fields["organisation"].queryset = Organisation.objects.with_tree_fields()  # type: ignore[attr-defined]


class LookFilter(forms.Form):
    """Which looks are listed."""

    q = forms.CharField(label=_("Person, camera, reason"), required=False, max_length=80)
    kind = forms.ChoiceField(
        label=pgettext_lazy("camera", "What"), required=False, choices=[ANY, *LookKind.choices]
    )
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput({"type": "date"}))
    until = forms.DateField(label=_("To"), required=False, widget=forms.DateInput({"type": "date"}))
    camera = forms.IntegerField(required=False, widget=forms.HiddenInput)


class ReportFilter(forms.Form):
    """Over which days, by what."""

    by = forms.ChoiceField(
        label=pgettext_lazy("report", "By"), required=False,
        choices=[
            ("camera", _("Camera")), ("group", _("Group")), ("vendor", _("Vendor")),
            ("unit", _("Commune or ward")),
        ],
    )  # fmt: skip
    days = forms.TypedChoiceField(
        label=_("Over"), required=False, coerce=int,
        choices=[(30, _("30 days")), (1, _("1 day")), (7, _("7 days")), (90, _("90 days"))],
    )  # fmt: skip
    group = forms.ModelChoiceField(
        CameraGroup.objects.none(), label=_("Group"), required=False, empty_label=_("All")
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["group"].queryset = CameraGroup.objects.visible_to(user)  # type: ignore[attr-defined]


class ReasonForm(ServiceForm):
    """Why something is switched off."""

    reason = forms.CharField(label=_("Reason"), max_length=200)
