"""Where the centre demands a second factor, an account without one may do nothing but set one up."""

from __future__ import annotations

from allauth.mfa.utils import is_mfa_enabled
from asgiref.sync import iscoroutinefunction, sync_to_async
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.decorators import sync_and_async_middleware
from django.utils.translation import gettext as _

from naoso.core.people.request_context import AsyncNext, SyncNext

OPEN = ("/account/", "/i18n/", "/static/")
CHECKED = "second_factor_seen"


@sync_and_async_middleware
def required(get_response: SyncNext | AsyncNext) -> SyncNext | AsyncNext:
    """Redirects to the two-factor page; a session that was seen with a factor is not asked again."""
    if iscoroutinefunction(get_response):

        async def awaited(request: HttpRequest) -> HttpResponseBase:
            if settings.SECOND_FACTOR_REQUIRED:
                elsewhere = await sync_to_async(_elsewhere)(request)
                if elsewhere:
                    return elsewhere
            response: HttpResponseBase = await get_response(request)
            return response

        return awaited

    def called(request: HttpRequest) -> HttpResponseBase:
        elsewhere = _elsewhere(request) if settings.SECOND_FACTOR_REQUIRED else None
        return elsewhere or get_response(request)  # type: ignore[return-value]

    return called


def _elsewhere(request: HttpRequest) -> HttpResponseRedirect | None:
    if request.path.startswith(OPEN) or not request.user.is_authenticated or request.session.get(CHECKED):
        return None
    if is_mfa_enabled(request.user):
        request.session[CHECKED] = True
        return None
    messages.warning(request, _("This centre asks for a second factor: set one up to go on."))
    return redirect("mfa_index")
