"""Whoever wants to hear of a report: the one who sent it, and everybody who saw the same."""

from __future__ import annotations

import json
import uuid
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from naoso.core.notify.push import public_key
from naoso.core.people.audit import recorded
from naoso.domains.citizen_reports.models import Citizen, Follower, Report, Reporter
from naoso.domains.citizen_reports.services.screening import digest
from naoso.kernel.errors import BadInput

LONGEST_PUSH = 500  # what a delivery's address holds
LONGEST_EMAIL = 254


def follow(
    *, report: Report, device: str = "", citizen: Citizen | None = None, me_too: bool = False
) -> Follower:
    """The same citizen or the same phone twice is one follower."""
    mark = digest(device)
    with recorded(None, reason="citizen"):
        Report.objects.select_for_update(of=("self",)).only("pk").get(pk=report.pk)
        known = known_follower(report, mark, citizen, me_too=me_too)
        if known is None:
            return Follower.objects.create(
                report=report,
                device=mark,
                citizen=citizen,
                me_too=me_too,
                email="" if me_too else address_left(report, mark, citizen),
                language=(get_language() or "vi")[:2],
            )
        known.citizen = known.citizen or citizen
        known.ended_at = None
        known.save(update_fields=["citizen", "ended_at"])
    return known


def address_left(report: Report, mark: str, citizen: Citizen | None) -> str:
    """The address that this same sender left with the report: the following takes it over."""
    reporter = Reporter.objects.filter(report=report).first()
    if reporter is None:
        return ""
    same = (mark and reporter.device == mark) or (citizen and reporter.citizen_id == citizen.pk)
    return reporter.email if same else ""


def known_follower(report: Report, mark: str, citizen: Citizen | None, *, me_too: bool) -> Follower | None:
    """By account, else by phone."""
    same = Q(pk__in=[])
    if citizen is not None:
        same |= Q(citizen=citizen)
    if mark:
        same |= Q(device=mark)
    return Follower.objects.filter(same, report=report, me_too=me_too).first()


def of_visitor(report: Report, *, device: str = "", citizen: Citizen | None = None) -> Follower | None:
    """How this citizen or phone, the holder of the code, follows the report; None: not yet."""
    return known_follower(report, digest(device), citizen, me_too=False)


def of_link(report: Report, token: str) -> Follower | None:
    """Whoever came by the link of a letter about this report."""
    try:
        return Follower.objects.filter(token=uuid.UUID(token), report=report, me_too=False).first()
    except ValueError:
        return None


def push_key() -> str:
    """What a browser wants before it subscribes; empty where this centre sends no web push."""
    return public_key()


def tell_by_email(*, follower: Follower, email: str) -> Follower:
    """Letters go to this address from now on; an empty one ends them."""
    email = email.strip()
    if email:
        try:
            validate_email(email)
        except ValidationError as error:
            raise BadInput.of("email", email, "email", _("This is not an e-mail address.")) from error
        if len(email) > LONGEST_EMAIL:
            raise BadInput.of("email", email, "length", _("This is not an e-mail address."))
    return change(follower, email=email)


def tell_by_push(*, follower: Follower, given: Any) -> Follower:
    """This browser shows a message from now on (W3C Push API JSON); None ends that."""
    return change(follower, push=checked_subscription(given) if given is not None else "")


def stop(*, follower: Follower) -> Follower:
    """Nothing more is said; the "me too" still counts."""
    with recorded(None, reason="citizen"):
        follower.ended_at, follower.email, follower.push = timezone.now(), "", ""
        follower.save(update_fields=["ended_at", "email", "push"])
    return follower


def change(follower: Follower, **values: str) -> Follower:
    """Set the ways to hear; whoever chooses one follows again."""
    with recorded(None, reason="citizen"):
        for name, value in values.items():
            setattr(follower, name, value)
        follower.ended_at = None
        follower.save(update_fields=[*values, "ended_at"])
    return follower


def checked_subscription(given: Any) -> str:
    """The subscription as it is kept: endpoint and keys, nothing else. Raises BadInput."""
    keys = given.get("keys") if isinstance(given, dict) else None
    endpoint = given.get("endpoint") if isinstance(given, dict) else None
    if not isinstance(endpoint, str) or urlsplit(endpoint).scheme != "https":
        raise BadInput.of("endpoint", endpoint, "https-url", _("The browser gave no usable subscription."))
    if not isinstance(keys, dict) or not all(isinstance(keys.get(k), str) for k in ("p256dh", "auth")):
        raise BadInput.of("keys", keys, "required", _("The browser gave no usable subscription."))
    kept = json.dumps({"endpoint": endpoint, "keys": {k: keys[k] for k in ("p256dh", "auth")}})
    if len(kept) > LONGEST_PUSH:
        raise BadInput.of("endpoint", endpoint, "length", _("The browser gave no usable subscription."))
    return kept
