"""Readers of other makers, and the settings of the domain."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _

from naoso.core.people.access import account_of, permission_required
from naoso.domains.traffic.forms import DeskForm, FeedForm
from naoso.domains.traffic.models import Desk, ReaderFeed
from naoso.domains.traffic.pages.shell import refuse, shown
from naoso.domains.traffic.services.setup import SETUP, may_save_desk, save_desk, save_feed
from naoso.kernel.errors import BadInput


@permission_required(SETUP)
def feeds(request: HttpRequest) -> HttpResponse:
    """Readers, and how long passages stay."""
    may_save = may_save_desk(request.user)
    form = DeskForm(request.POST or None, instance=Desk.objects.first() or Desk())
    if request.method == "POST" and (not may_save or form.is_valid()):
        save_desk(actor=account_of(request), desk=form.instance)
        messages.success(request, _("Saved."))
        return redirect("traffic:feeds")
    rows = ReaderFeed.objects.visible_to(request.user).select_related("source__last_word", "source__owner")
    context = {"title": _("Plate readers"), "rows": rows, "form": form if may_save else None}
    return shown(request, "feeds.html", "setup", context, status=422 if form.errors else 200)


@permission_required(SETUP)
def feed_new(request: HttpRequest) -> HttpResponse:
    """A new one, with the places that our own form has."""
    return edited(request, ReaderFeed(plate_at="/plate", time_at="/time", camera_at="/camera"))


@permission_required(SETUP)
def feed_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the mapping."""
    return edited(
        request,
        get_object_or_404(ReaderFeed.objects.visible_to(request.user).select_related("source__owner"), pk=pk),
    )


def edited(request: HttpRequest, feed: ReaderFeed) -> HttpResponse:
    """The form; the secret of a new source is shown once."""
    form = FeedForm(request.POST or None, instance=feed, actor=account_of(request))
    if request.method == "POST" and form.is_valid():
        new = {name: form.cleaned_data[name] for name in ("code", "owner") if name in form.cleaned_data}
        try:
            saved, secret = save_feed(actor=account_of(request), feed=form.instance, **new)
        except BadInput as error:
            refuse(form, error)
        else:
            if not secret:
                messages.success(request, _("Saved."))
                return redirect("traffic:feeds")
            told = {"title": saved.name, "feed": saved, "token": f"{saved.source.code}.{secret}"}
            return shown(request, "feed_secret.html", "setup", told)
    crumbs = [(_("Plate readers"), reverse("traffic:feeds")), (feed.name or _("New reader"), "")]
    context = {
        "title": feed.name or _("New reader"), "form": form, "back": reverse("traffic:feeds"),
        "crumbs": crumbs,
        "lead": _(
            "Fields are JSON pointers (RFC 6901) into one passage, such as /plate/text; words are pairs of "
            "theirs and ours, such as {“CH-07”: “cam-05518-01”} in straight quotes."
        ),
    }  # fmt: skip
    return render(request, "ui/form_page.html", context, status=422 if form.errors else 200)


urlpatterns = [
    path("readers/", feeds, name="feeds"),
    path("readers/new/", feed_new, name="feed_new"),
    path("readers/<int:pk>/", feed_edit, name="feed"),
]
