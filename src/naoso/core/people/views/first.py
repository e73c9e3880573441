"""The first administrator of an empty centre."""

from __future__ import annotations

from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from naoso.core.people import first
from naoso.core.people.forms import FirstForm


@sensitive_post_parameters("password", "code")
@login_not_required
def claim(request: HttpRequest) -> HttpResponse:
    """Not found once an account exists."""
    if not first.needed():
        raise Http404
    form = FirstForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        account = form.carry_out(first.claim)
        if account:
            login(request, account, backend="naoso.core.people.backends.GrantBackend")
            return redirect("/")
    words = {"title": _("First administrator"), "form": form}
    return render(request, "people/first.html", words, status=422 if form.errors else 200)
