"""Cameras read for plates: the list, and lanes drawn on the picture."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from naoso.core.objects.models import CityObject
from naoso.core.people.access import account_of, permission_required
from naoso.core.people.forms import OrganisationField, manageable
from naoso.core.people.models import Organisation
from naoso.domains.traffic.models import Passage, PlateCamera
from naoso.domains.traffic.pages.shell import picture_of, refuse, shown
from naoso.domains.traffic.services.eyes import drop_plate_camera, read_lanes, save_plate_camera
from naoso.domains.traffic.services.setup import SETUP
from naoso.kernel.errors import BadInput


class CameraChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """By name and code."""

    def label_from_instance(self, obj: Any) -> str:
        """As the registry has it."""
        return f"{obj.data.get('name') or obj.code} ({obj.code})"


class PlateCameraForm(forms.ModelForm[PlateCamera]):
    """Which camera, whose passages, how often, in use; lanes come from the drawing."""

    camera = CameraChoice(CityObject.objects.none(), label=gettext_lazy("Camera"))
    owner = OrganisationField(
        Organisation.objects.none(), label=gettext_lazy("Answers for its passages"), required=False,
        help_text=gettext_lazy(
            "Its people see the passages, and its lists and those of bodies above it are asked. The camera's "
            "owner where none is chosen."
        ),
    )  # fmt: skip

    class Meta:
        model = PlateCamera
        fields: ClassVar = ["camera", "a_second", "enabled"]

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bodies = self.fields["owner"]
        assert isinstance(bodies, forms.ModelChoiceField)
        bodies.queryset = manageable(actor, SETUP)
        if self.instance.pk:
            bodies.initial = self.instance.source.owner_id
            del self.fields["camera"]
            return
        rows = CityObject.objects.permitted_to(actor, SETUP).filter(kind__slug="camera", state="active")
        field = self.fields["camera"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = rows.filter(plate_camera=None).order_by("code")


@permission_required(SETUP)
def eyes(request: HttpRequest) -> HttpResponse:
    """Those that are read, and when last."""
    rows = PlateCamera.objects.visible_to(request.user).select_related("camera", "source__owner")
    context = {"title": _("Cameras read for plates"), "rows": rows}
    return shown(request, "eyes.html", "setup", context)


@permission_required(SETUP)
def eye_new(request: HttpRequest) -> HttpResponse:
    """One more."""
    return edited(request, PlateCamera())


@permission_required(SETUP)
def eye_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Lanes, pace, in use."""
    rows = PlateCamera.objects.visible_to(request.user).select_related("camera__owner", "source")
    return edited(request, get_object_or_404(rows, pk=pk))


def edited(request: HttpRequest, row: PlateCamera) -> HttpResponse:
    """The form."""
    actor = account_of(request)
    form = PlateCameraForm(request.POST or None, instance=row, actor=actor)
    if request.method == "POST" and form.is_valid():
        try:
            form.instance.lanes = read_lanes(request.POST.get("lanes", ""))
            save_plate_camera(actor=actor, row=form.instance, owner=form.cleaned_data["owner"])
        except BadInput as error:
            refuse(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("traffic:eyes")
    scene = bool(row.pk) and scenes_of(request, row).exists()
    title = row.name if row.pk else _("New camera read for plates")
    crumbs = [(_("Plate readers"), reverse("traffic:feeds")), (title, "")]
    context = {"title": title, "form": form, "row": row, "scene": scene, "crumbs": crumbs}
    context["lanes"] = json.dumps(form.instance.lane_list)
    return shown(request, "eye_form.html", "setup", context, status=422 if form.errors else 200)


def scenes_of(request: HttpRequest, row: PlateCamera) -> Any:
    """Passages of it with a picture of the scene, newest first: a plate is in it, so whoever sets up sees it
    only with the right to see passages."""
    seen = Passage.objects.visible_to(request.user)
    return seen.filter(camera_id=row.camera_id).exclude(scene="").order_by("-at")


@permission_required(SETUP)
def eye_scene(request: HttpRequest, pk: int) -> HttpResponse:
    """The newest scene, to draw lanes on."""
    row = get_object_or_404(PlateCamera.objects.visible_to(request.user), pk=pk)
    return picture_of(request, get_object_or_404(scenes_of(request, row)[:1]), "scene")  # type: ignore[no-any-return]


@require_POST
@permission_required(SETUP)
def eye_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """It is read no longer."""
    row = get_object_or_404(PlateCamera.objects.visible_to(request.user).select_related("camera"), pk=pk)
    drop_plate_camera(actor=account_of(request), row=row)
    return redirect("traffic:eyes")


urlpatterns = [
    path("cameras/", eyes, name="eyes"),
    path("cameras/new/", eye_new, name="eye_new"),
    path("cameras/<int:pk>/", eye_edit, name="eye"),
    path("cameras/<int:pk>/scene.jpg", eye_scene, name="eye_scene"),
    path("cameras/<int:pk>/remove/", eye_drop, name="eye_drop"),
]
