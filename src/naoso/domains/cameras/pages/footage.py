"""Looking into recordings: for an open case, of the span that was asked for, each look written down."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from naoso.core.people.access import account_of, permission_required
from naoso.core.response.models import Incident
from naoso.domains.cameras.models import CameraSource, Footage, Look, LookKind, May
from naoso.domains.cameras.rights import look, require_may
from naoso.domains.cameras.services.evidence import checked_span
from naoso.kernel.errors import BadInput
from naoso.ui.sending import ranged

HISTORY = "cameras.history"
LONGEST = dt.timedelta(hours=4)
OPEN_FOR = dt.timedelta(hours=8)


class FootageForm(forms.Form):
    """Which case, why, from when, how long."""

    incident = forms.ModelChoiceField(Incident.objects.none(), label=gettext_lazy("Open incident"))
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=300)
    since = forms.SplitDateTimeField(
        label=gettext_lazy("From"),
        widget=forms.SplitDateTimeWidget(
            date_attrs={"type": "date"}, time_attrs={"type": "time", "step": "1"}, date_format="%Y-%m-%d",
            time_format="%H:%M:%S",
        ),
    )  # fmt: skip
    minutes = forms.IntegerField(label=gettext_lazy("Minutes"), min_value=1, max_value=240, initial=15)

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["incident"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Incident.objects.visible_to(actor).open().order_by("-opened_at")

    def clean_since(self) -> dt.datetime:
        """A time that a recording can be of."""
        since: dt.datetime = self.cleaned_data["since"]
        if not 2000 <= since.year <= 2200:
            raise forms.ValidationError(gettext_lazy("Nothing was recorded in this time."))
        return since

    @property
    def span(self) -> tuple[dt.datetime, dt.datetime]:
        """Of a valid form."""
        since = self.cleaned_data["since"]
        return since, since + dt.timedelta(minutes=self.cleaned_data["minutes"])


def source_for(request: HttpRequest, pk: int) -> CameraSource:
    """By the number of the camera, in the scope of who looks into recordings, or 404."""
    rows = CameraSource.objects.permitted_to(request.user, HISTORY).select_related("camera", "group")
    return get_object_or_404(rows, camera_id=pk)


@permission_required(HISTORY)
def recordings(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What is there, by day; and the form that opens a span of it."""
    actor, source = account_of(request), source_for(request, pk)
    require_may(actor, source, May.HISTORY)
    begins = timezone.localtime() - dt.timedelta(minutes=15)
    given = {"since": begins, "incident": request.GET.get("incident", ""), "minutes": 15}
    form = FootageForm(request.POST or None, initial=given, actor=actor)
    if request.method == "POST" and form.is_valid():
        try:
            checked_span(*form.span, LONGEST)
            row = look(
                actor=actor, source=source, kind=LookKind.HISTORY, reason=form.cleaned_data["reason"],
                incident=form.cleaned_data["incident"], span=form.span,
            )  # fmt: skip
            return redirect("cameras:looked", row.pk)
        except BadInput as error:
            form.add_error(None, str(error.errors[0].message))
    rows = Footage.objects.filter(source=source)
    first, last = rows.order_by("began_at").first(), rows.order_by("-began_at").first()
    crumbs = [
        (_("Cameras"), reverse("cameras:list")),
        (source.name, reverse("cameras:camera", args=[pk])),
        (_("Recordings"), ""),
    ]
    return render(request, "cameras/footage.html", {
        "title": _("Recordings of %(name)s") % {"name": source.name}, "form": form, "source": source,
        "first": first, "last": last, "crumbs": crumbs,
    })  # fmt: skip


def look_for(request: HttpRequest, pk: int) -> Look:
    """One's own, not older than a shift, of a case that is still open and rights that still are; or 404."""
    rows = Look.objects.filter(account=account_of(request), kind=LookKind.HISTORY, incident__isnull=False)
    row = get_object_or_404(rows.select_related("incident", "camera"), pk=pk)
    if row.incident is None or not row.incident.is_open or timezone.now() - row.at > OPEN_FOR:
        raise Http404("this look is over")
    source = get_object_or_404(CameraSource.objects.select_related("camera", "group"), camera=row.camera)
    require_may(request.user, source, May.HISTORY)
    return row


def clips_of(row: Look) -> Any:
    """Recordings of the span that was asked for."""
    assert row.of_from is not None
    assert row.of_to is not None
    rows = Footage.objects.filter(source__camera_id=row.camera_id).during(row.of_from, row.of_to)
    return rows.order_by("began_at")


@permission_required(HISTORY)
def looked(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The recordings of the span, one after another."""
    row = look_for(request, pk)
    clips = list(clips_of(row))
    assert row.of_from is not None
    assert row.of_to is not None
    asked = (row.of_to - row.of_from).total_seconds()
    there = sum(
        (min(clip.ended_at, row.of_to) - max(clip.began_at, row.of_from)).total_seconds() for clip in clips
    )
    listed = [
        {
            "url": reverse("cameras:clip", args=[row.pk, clip.pk]), "title": date_format(local, "H:i:s"),
            "at": clip.began_at.isoformat(), "seconds": (clip.ended_at - clip.began_at).total_seconds(),
        }
        for clip in clips
        for local in [timezone.localtime(clip.began_at)]
    ]  # fmt: skip
    crumbs = [(_("Recordings"), reverse("cameras:recordings", args=[row.camera_id])), (_("Look"), "")]
    return render(request, "cameras/looked.html", {
        "title": str(row.camera.data.get("name") or row.camera.code), "look": row, "clips": listed,
        "share": round(100 * there / asked) if asked else 0, "crumbs": crumbs,
    })  # fmt: skip


@permission_required(HISTORY)
def clip(request: HttpRequest, pk: int, footage: int) -> HttpResponseBase:
    """One recorded piece, in ranges."""
    row = look_for(request, pk)
    piece = get_object_or_404(clips_of(row), pk=footage)
    file = Path(settings.RECORDINGS_DIR) / piece.path
    if not file.is_file():
        raise Http404("the recording is gone")
    return ranged(request, file, "video/mp4")


urlpatterns = [
    path("<int:pk>/recordings/", recordings, name="recordings"),
    path("looked/<int:pk>/", looked, name="looked"),
    path("looked/<int:pk>/<int:footage>.mp4", clip, name="clip"),
]
