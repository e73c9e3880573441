"""Where the centre demands a second factor, an account without one may do nothing but set one up."""

from __future__ import annotations

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.decorators import sync_only_middleware
from django.utils.translation import gettext as _

from naoso.core.people.models import Account
from naoso.core.people.request_context import Next

OPEN = ("/account/", "/i18n/", "/static/")
CHECKED = "second_factor_seen"


@sync_only_middleware
def required(get_response: Next) -> Next:
    """Redirects to the two-factor page; a session that was seen with a factor is not asked again."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        elsewhere = _elsewhere(request) if settings.SECOND_FACTOR_REQUIRED else None
        return elsewhere or get_response(request)

    return middleware


def may_pass(user: Account, session: SessionBase) -> bool:
    """Whether a signed-in account may go on, where a second factor may be demanded."""
    return not settings.SECOND_FACTOR_REQUIRED or bool(session.get(CHECKED)) or is_mfa_enabled(user)


def _elsewhere(request: HttpRequest) -> HttpResponseRedirect | None:
    if request.path.startswith(OPEN) or not request.user.is_authenticated or request.session.get(CHECKED):
        return None
    if is_mfa_enabled(request.user):
        request.session[CHECKED] = True
        return None
    messages.warning(request, _("This centre asks for a second factor: set one up to go on."))
    return redirect("mfa_index")
