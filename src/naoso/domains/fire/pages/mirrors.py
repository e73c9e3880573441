"""Feeds of the national fire database, and which member of their rows means what."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _

from naoso.core.people.access import account_of, permission_required
from naoso.domains.fire.forms import FeedForm
from naoso.domains.fire.models import MirrorFeed
from naoso.domains.fire.pages.editing import refuse
from naoso.domains.fire.services.mirrors import save_feed
from naoso.domains.fire.services.premises import MANAGE
from naoso.kernel.errors import BadInput


@permission_required(MANAGE)
def feeds(request: HttpRequest) -> HttpResponse:
    """Where alarms are mirrored from."""
    rows = MirrorFeed.objects.visible_to(request.user).select_related("source__last_word", "owner")
    return render(
        request, "fire/mirrors.html", {"title": _("National fire database"), "tab": "mirrors", "rows": rows}
    )


@permission_required(MANAGE)
def feed_new(request: HttpRequest) -> HttpResponse:
    """A new one."""
    return edited(
        request, MirrorFeed(premises_at="/premises", id_at="/id", state_at="/state", time_at="/time")
    )


@permission_required(MANAGE)
def feed_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the mapping."""
    return edited(request, get_object_or_404(MirrorFeed.objects.visible_to(request.user), pk=pk))


def edited(request: HttpRequest, feed: MirrorFeed) -> HttpResponse:
    """The form; the secret of a new source is shown once."""
    form = FeedForm(request.POST or None, instance=feed, actor=account_of(request))
    if request.method == "POST" and form.is_valid():
        code = form.cleaned_data.get("code", "")
        try:
            saved, secret = save_feed(actor=account_of(request), feed=form.instance, code=code)
        except BadInput as error:
            refuse(form, error)
        else:
            if not secret:
                messages.success(request, _("Saved."))
                return redirect("fire:mirrors")
            token = f"{saved.source.code}.{secret}"
            return render(
                request, "fire/mirror_secret.html", {"title": saved.name, "feed": saved, "token": token}
            )
    title = feed.name or _("New mirrored feed")
    crumbs = [(_("National fire database"), reverse("fire:mirrors")), (title, "")]
    lead = _(
        "Fields are JSON pointers (RFC 6901), such as /premises/code; the list of alarms stays empty "
        "where the body itself is the list."
    )
    context = {
        "title": title, "form": form, "back": reverse("fire:mirrors"), "crumbs": crumbs, "lead": lead
    }  # fmt: skip
    return render(request, "ui/form_page.html", context, status=422 if form.errors else 200)


urlpatterns = [
    path("mirrors/", feeds, name="mirrors"),
    path("mirrors/new/", feed_new, name="mirror_new"),
    path("mirrors/<int:pk>/", feed_edit, name="mirror"),
]
