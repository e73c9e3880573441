"""A ticket lets one page watch one camera for a while: made by the pages, taken by the media process.

It says who, what and until when, is signed with the centre's key, and opens one connection alone.
"""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass

from django.core import signing

SALT = "naoso.cameras.ticket"
OPENS_FOR = dt.timedelta(seconds=60)
WATCHES_FOR = dt.timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Ticket:
    """`until` in Unix seconds: the picture ends there unless the page brings another ticket."""

    source_id: int
    size: str
    account_id: int
    number: str
    until: float


class BadTicket(Exception):
    """Forged, used already, or too old."""


def ticket(source_id: int, size: str, account_id: int, until: dt.datetime) -> str:
    """As the page sends it."""
    content = [source_id, size, account_id, secrets.token_hex(8), int(until.timestamp())]
    return signing.dumps(content, salt=SALT, compress=False)


def take(text: str) -> Ticket:
    """Raises BadTicket."""
    try:
        content = signing.loads(text, salt=SALT, max_age=OPENS_FOR)
        return Ticket(*content)
    except (signing.BadSignature, TypeError, ValueError) as error:
        raise BadTicket(str(error)) from error
