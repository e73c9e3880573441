"""Who stands behind a request of a citizen's page: a phone, and perhaps somebody signed in by a code."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from naoso.domains.citizen_reports.models import Citizen
from naoso.domains.citizen_reports.services.sending import Contact

SESSION_KEY = "citizen"
DEVICE_COOKIE = "naoso_device"
DEVICE_AGE = 400 * 24 * 3600


def citizen_of(request: HttpRequest) -> Citizen | None:
    """Somebody who proved an address in this browser."""
    key = request.session.get(SESSION_KEY)
    return Citizen.objects.filter(key=key, erased_at__isnull=True).first() if key else None


def enter(request: HttpRequest, citizen: Citizen) -> None:
    """A new session id, as after every sign-in."""
    request.session.cycle_key()
    request.session[SESSION_KEY] = str(citizen.key)


def leave(request: HttpRequest) -> None:
    """An officer's sign-in in the same browser stays."""
    request.session.pop(SESSION_KEY, None)


def device_of(request: HttpRequest) -> str:
    """The phone's random name from its cookie, or empty where the cookie is not ours."""
    try:
        return str(uuid.UUID(request.COOKIES.get(DEVICE_COOKIE, "")))
    except ValueError:
        return ""


def named(request: HttpRequest, answer: HttpResponseBase, device: str = "") -> HttpResponseBase:
    """Give the phone a name where it has none: limits and followings hold on to it."""
    if not device_of(request):
        answer.set_cookie(
            DEVICE_COOKIE,
            device or str(uuid.uuid4()),
            max_age=DEVICE_AGE,
            path="/reports/",
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )
    return answer


def limit_key(request: HttpRequest) -> str:
    """A phone by its name; without one, by its address."""
    return device_of(request) or str(request.META.get("REMOTE_ADDR", ""))


def contact_of(request: HttpRequest, *, email: str = "") -> Contact:
    """What is kept apart from the report about whoever sends it."""
    citizen = citizen_of(request)
    return Contact(
        name=citizen.name if citizen else "",
        email=email or (citizen.email if citizen else "") or "",
        phone=(citizen.phone if citizen else "") or "",
        device=device_of(request),
        network=str(request.META.get("REMOTE_ADDR", "")),
        citizen=citizen,
    )
