"""What people type about plates."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from naoso.core.objects.models import CityObject
from naoso.core.people.forms import OrganisationField, ServiceForm, manageable
from naoso.core.people.models import Account, Organisation
from naoso.domains.traffic.models import Desk, Operation, ReaderFeed, Section, WatchList
from naoso.domains.traffic.models.words import Vehicle
from naoso.domains.traffic.selectors.reach import cameras_offered, lists_offered
from naoso.domains.traffic.workflow import CheckReason, HitState

ANY = ("", _("All"))
MOST_CHOSEN = 400


class CameraField(forms.ModelChoiceField[CityObject]):
    """Cameras by their names."""

    def label_from_instance(self, obj: CityObject) -> str:
        """As people know it."""
        return str(obj.data.get("name") or obj.code)


class CamerasField(forms.ModelMultipleChoiceField[CityObject]):
    """Several."""

    def label_from_instance(self, obj: CityObject) -> str:
        """As people know it."""
        return str(obj.data.get("name") or obj.code)


class PassageFilter(forms.Form):
    """Which passages are listed: never by plate, which only a case may follow."""

    camera = CameraField(CityObject.objects.none(), label=_("Camera"), required=False)
    vehicle = forms.ChoiceField(label=_("Vehicle"), required=False, choices=[ANY, *Vehicle.choices])
    origin = forms.ChoiceField(
        label=pgettext_lazy("plates", "From"), required=False,
        choices=[ANY, ("home", _("this province")), ("outside", _("out of province"))],
    )  # fmt: skip

    def __init__(self, *args: Any, actor: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["camera"].queryset = cameras_offered(actor, "traffic.passages")  # type: ignore[attr-defined]


class HitFilter(forms.Form):
    """Which hits are listed."""

    state = forms.ChoiceField(label=_("State"), required=False, choices=[ANY, *HitState.choices])


class OwnedForm(forms.ModelForm[Any]):
    """A row with an owner; only bodies where the actor holds the permission are offered."""

    permission: ClassVar[str] = "traffic.setup"
    owner = OrganisationField(Organisation.objects.none(), label=_("Owner"))

    def __init__(self, *args: Any, actor: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = manageable(actor, self.permission)  # type: ignore[attr-defined]


class WatchListForm(OwnedForm):
    """Why, on whose word, by which law, until when."""

    permission = "traffic.lists"

    class Meta:
        model = WatchList
        fields: ClassVar = [
            "name", "sort", "reason", "authority", "legal_basis", "owner", "likeness", "severity",
            "incident_kind", "expires_on",
        ]  # fmt: skip
        widgets: ClassVar = {"reason": forms.Textarea({"rows": 2})}


class EntryForm(ServiceForm):
    """One plate."""

    text = forms.CharField(label=_("Number plate"), max_length=40)
    note = forms.CharField(label=_("Note"), max_length=200, required=False)
    expires_on = forms.DateField(label=_("Valid until"), required=False)
    foreign = forms.BooleanField(label=_("It is a foreign plate"), required=False)


class ImportForm(forms.Form):
    """A file of plates."""

    file = forms.FileField(label=_("CSV or XLSX with a column “Biển số”"))


class ReasonForm(ServiceForm):
    """Why."""

    reason = forms.CharField(label=_("Reason"), max_length=300)


class CheckForm(forms.Form):
    """A check by hand; the phone sends the same."""

    text = forms.CharField(label=_("Number plate"), max_length=40)
    reason = forms.ChoiceField(
        label=_("Why do you check it?"), choices=CheckReason.choices, widget=forms.RadioSelect
    )
    words = forms.CharField(label=pgettext_lazy("plate check", "In words"), max_length=300)


class CaseForm(ServiceForm):
    """Purpose, law, decision, end."""

    title = forms.CharField(label=_("Title"), max_length=160)
    purpose = forms.CharField(label=_("Purpose"), max_length=500, widget=forms.Textarea({"rows": 2}))
    legal_basis = forms.CharField(label=_("Legal basis"), max_length=300)
    document = forms.CharField(label=_("Decision or request no."), max_length=120)
    owner = OrganisationField(Organisation.objects.none(), label=_("Owner"))
    searched_from = forms.DateTimeField(
        label=_("Passages searched from"), required=False,
        help_text=_("Nothing before it is ever searched in this case."),
    )  # fmt: skip
    expires_at = forms.DateTimeField(label=_("Expires"))

    def __init__(self, *args: Any, actor: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = manageable(actor, "traffic.case")  # type: ignore[attr-defined]
        self.fields["searched_from"].initial = timezone.localtime() - dt.timedelta(days=30)
        self.fields["expires_at"].initial = timezone.localtime() + dt.timedelta(days=30)


class PlateForm(ServiceForm):
    """A plate of a case."""

    text = forms.CharField(label=_("Number plate"), max_length=40)
    note = forms.CharField(label=_("Note"), max_length=200, required=False)


class KeepForm(ServiceForm):
    """Until when a case's material stays, and why."""

    until = forms.DateTimeField(label=_("Keep until"))
    reason = forms.CharField(label=_("Reason"), max_length=300)


WHOLE = 0
DAYS = [
    (1, _("1 day")), (7, _("7 days")), (30, _("30 days")),
    (WHOLE, pgettext_lazy("case", "the whole period of the case")),
]  # fmt: skip


class LookForm(forms.Form):
    """What to look at, and why."""

    plate = forms.ChoiceField(label=_("Number plate"))
    days = forms.TypedChoiceField(label=_("Period"), choices=DAYS, coerce=int, initial=7)
    what = forms.ChoiceField(
        label=pgettext_lazy("case", "Show"),
        choices=[("journey", _("where it was")), ("together", _("who went with it"))],
    )
    minutes = forms.IntegerField(label=_("Within minutes"), min_value=1, max_value=30, initial=3)
    cameras = forms.IntegerField(label=_("At cameras"), min_value=2, max_value=20, initial=2)
    reason = forms.CharField(label=_("Reason of this look"), max_length=300)

    def __init__(self, *args: Any, plates: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["plate"].choices = plates  # type: ignore[attr-defined]


class SectionForm(OwnedForm):
    """Two gates, a length, a limit."""

    start = CameraField(CityObject.objects.none(), label=_("First camera"))
    end = CameraField(CityObject.objects.none(), label=_("Second camera"))

    class Meta:
        model = Section
        fields: ClassVar = ["name", "start", "end", "length_m", "limit_kmh", "owner", "enabled"]

    def __init__(self, *args: Any, actor: Account, **kwargs: Any) -> None:
        super().__init__(*args, actor=actor, **kwargs)
        cameras = cameras_offered(actor, self.permission, (self.instance.start_id, self.instance.end_id))
        for name in ("start", "end"):
            self.fields[name].queryset = cameras  # type: ignore[attr-defined]


class OperationForm(OwnedForm):
    """Name, order, time, cameras and lists."""

    permission = "traffic.operate"
    cameras = CamerasField(
        CityObject.objects.none(),
        label=pgettext_lazy("traffic", "Cameras"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    lists = forms.ModelMultipleChoiceField(
        WatchList.objects.none(), label=_("Lists of plates"), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    class Meta:
        model = Operation
        fields: ClassVar = ["name", "purpose", "order", "owner", "starts_at", "ends_at", "cameras", "lists"]

    def __init__(self, *args: Any, actor: Account, **kwargs: Any) -> None:
        super().__init__(*args, actor=actor, **kwargs)
        chosen = self.instance.cameras.values_list("pk", flat=True) if self.instance.pk else ()
        cameras = cameras_offered(actor, self.permission, chosen)
        self.fields["cameras"].queryset = cameras  # type: ignore[attr-defined]
        self.fields["lists"].queryset = lists_offered(actor)  # type: ignore[attr-defined]


class PointForm(ServiceForm):
    """A check-point."""

    name = forms.CharField(label=_("Name"), max_length=120)
    place = forms.CharField(label=_("Place"), max_length=200)
    camera = CameraField(CityObject.objects.none(), label=_("Camera beside it"), required=False)

    def __init__(self, *args: Any, actor: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["camera"].queryset = cameras_offered(actor, "traffic.operate")  # type: ignore[attr-defined]


class DutyForm(ServiceForm):
    """Who stands there: people of the operation's owner."""

    person = forms.ModelChoiceField(Account.objects.none(), label=_("Person"))

    def __init__(self, *args: Any, operation: Operation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = Account.objects.filter(organisation=operation.owner_id, is_active=True)
        self.fields["person"].queryset = people.order_by("username")  # type: ignore[attr-defined]


class FeedForm(OwnedForm):
    """Where a reader of another maker tells what."""

    code = forms.SlugField(label=_("Code of its source"), max_length=63, required=False)

    class Meta:
        model = ReaderFeed
        fields: ClassVar = [
            "name", "enabled", "rows_at", "plate_at", "time_at", "camera_at", "id_at",
            "confidence_at", "colour_at", "vehicle_at", "direction_at", "lane_at", "speed_at",
            "occupancy_at", "crop_at", "scene_at", "cameras", "colours", "directions", "vehicles",
        ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("cameras", "colours", "directions", "vehicles"):
            self.fields[name].widget = forms.Textarea({"rows": 2})
        if self.instance.pk:
            del self.fields["code"], self.fields["owner"]  # its source has them
        else:
            self.fields["code"].required = True


class DeskForm(forms.ModelForm[Desk]):
    """Settings of the domain."""

    class Meta:
        model = Desk
        fields: ClassVar = ["keep_days", "sure_from", "usual_kmh", "open_counts"]
