"""A report that somebody tells by telephone or at the counter, typed by an officer."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from naoso.core.people.access import account_of, permission_required
from naoso.domains.citizen_reports.forms import PhotosField
from naoso.domains.citizen_reports.forms.inbox import tree
from naoso.domains.citizen_reports.models import Category, Channel
from naoso.domains.citizen_reports.rules.words import MOST_LETTERS
from naoso.domains.citizen_reports.services.sending import Contact, send_report
from naoso.kernel.errors import BadInput
from naoso.kernel.geometry import LonLat


class CounterForm(forms.Form):
    """What the caller says."""

    draft = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    category = forms.ModelChoiceField(Category.objects.filter(enabled=True), label=gettext_lazy("Category"))
    text = forms.CharField(
        label=gettext_lazy("What the caller says"),
        max_length=MOST_LETTERS,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    place_text = forms.CharField(label=gettext_lazy("Place in words"), required=False, max_length=200)
    lon = forms.FloatField(required=False, widget=forms.HiddenInput)
    lat = forms.FloatField(required=False, widget=forms.HiddenInput)
    photos = PhotosField(label=gettext_lazy("Photos"), required=False)
    name = forms.CharField(label=gettext_lazy("Name of the caller"), required=False, max_length=120)
    phone = forms.RegexField(
        r"^\+?[\d .-]{8,18}$",
        label=gettext_lazy("Phone of the caller"),
        required=False,
        error_messages={"invalid": gettext_lazy("A telephone number has digits only, such as 0912 345 678.")},
    )
    email = forms.EmailField(label=gettext_lazy("E-mail of the caller"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("Choose…")), *tree(Category.objects.filter(enabled=True))]
        self.fields["category"].widget = forms.Select(choices=choices)

    def clean(self) -> dict[str, Any]:
        """A pin on the map."""
        values = super().clean() or self.cleaned_data
        lon, lat = values.get("lon"), values.get("lat")
        if lon is None or lat is None:
            self.add_error(None, _("Say where it is: tap on the map."))
            return values
        try:
            values["place"] = LonLat.checked(lon, lat)
        except BadInput:
            self.add_error(None, _("This position cannot be right. Tap on the map to set it."))
        return values


@permission_required("citizen_reports.handle")
def counter(request: HttpRequest) -> HttpResponse:
    """Typed while the caller speaks; the code is told to them."""
    form = CounterForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        contact = Contact(name=values["name"], email=values["email"], phone=values["phone"])
        try:
            report = send_report(
                draft=values["draft"],
                category=values["category"],
                place=values["place"],
                text=values["text"],
                place_text=values["place_text"],
                photos=values["photos"],
                contact=contact,
                channel=Channel.DESK,
                actor=account_of(request),
            )
        except BadInput as error:
            form.add_error(None, "; ".join(one.message for one in error.errors))
        else:
            words = {"code": report.code, "owner": report.owner}
            messages.success(request, _("Tell the caller the code %(code)s. %(owner)s will answer.") % words)
            return redirect("citizen_reports:list")
    context = {
        "title": _("Report by telephone"),
        "form": form,
        "crumbs": [(_("Citizen reports"), reverse("citizen_reports:list")), (_("Report by telephone"), "")],
    }
    return render(request, "citizen_reports/counter.html", context, status=422 if form.errors else 200)


urlpatterns = [path("counter/", counter, name="counter")]
