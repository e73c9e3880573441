"""The ways out: one small protocol, one class each. A channel raises; the caller retries."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Protocol

import httpx
from django.conf import settings
from django.core.mail import EmailMessage
from pywebpush import WebPushException, webpush

TIMEOUT_S = 15
KEPT = "exercise"


class ChannelError(Exception):
    """The message did not leave; `final` when another try cannot help."""

    def __init__(self, text: str, *, final: bool = False) -> None:
        super().__init__(text)
        self.final = final


@dataclass(frozen=True, slots=True)
class Letter:
    """What leaves the house: to whom, a title, a text, an address to open."""

    address: str
    title: str
    body: str
    url: str
    severity: int
    key: str


class Channel(Protocol):
    """Carries a letter and returns the carrier's reference, which may be empty."""

    def send(self, letter: Letter) -> str: ...


class Email:
    """SMTP by Django's mail settings; the delivery id makes the Message-ID stable over retries."""

    def send(self, letter: Letter) -> str:
        """Raises ChannelError when the server is away or refuses."""
        text = "\n\n".join(part for part in (letter.body, absolute(letter.url)) if part)
        message_id = f"<{letter.key}@naoso>"
        message = EmailMessage(letter.title, text, to=[letter.address], headers={"Message-ID": message_id})
        try:
            message.send()
        except OSError as error:  # smtplib's errors are OSErrors
            raise ChannelError(str(error)) from error
        return message_id


class WebPush:
    """RFC 8030 with VAPID; the address is the subscription as JSON."""

    def send(self, letter: Letter) -> str:
        """404 and 410 mean that the browser is gone: final."""
        payload = {"title": letter.title, "body": letter.body, "url": absolute(letter.url)}
        try:
            answer = webpush(
                json.loads(letter.address),
                data=json.dumps(payload | {"severity": letter.severity, "tag": letter.key}),
                vapid_private_key=settings.PUSH_PRIVATE_KEY,
                vapid_claims={"sub": settings.PUSH_CONTACT},
                ttl=3600,
                timeout=TIMEOUT_S,
            )
        except WebPushException as error:
            gone = error.response is not None and error.response.status_code in {404, 410}
            raise ChannelError(str(error), final=gone) from error
        except OSError as error:
            raise ChannelError(str(error)) from error
        return str(getattr(answer, "headers", {}).get("location", ""))


class Gateway:
    """The province's SMS / Zalo OA gateway: POST JSON, bearer token, idempotency key."""

    def send(self, letter: Letter) -> str:
        """4xx but 408/425/429 is final: the same message would be refused again."""
        try:
            answer = httpx.post(
                settings.GATEWAY_URL,
                json={
                    "to": letter.address,
                    "text": f"{letter.title}\n{letter.body}".strip(),
                    "url": absolute(letter.url),
                    "severity": letter.severity,
                },
                headers={"Authorization": f"Bearer {settings.GATEWAY_TOKEN}", "Idempotency-Key": letter.key},
                timeout=TIMEOUT_S,
            )
            answer.raise_for_status()
        except httpx.HTTPStatusError as error:
            status = error.response.status_code
            final = 400 <= status < 500 and status not in {408, 425, 429}
            raise ChannelError(f"HTTP {status}", final=final) from error
        except httpx.HTTPError as error:
            raise ChannelError(str(error)) from error
        return reference(answer)


class Kept:
    """In an exercise: the letter is counted as sent, and stays here."""

    def send(self, letter: Letter) -> str:  # noqa: ARG002 - it goes nowhere
        """Where it would have gone is in the row of the delivery."""
        return KEPT


def reference(answer: httpx.Response) -> str:
    """The gateway's own id of the message, for its receipt; empty when it gives none."""
    try:
        body = answer.json()
    except ValueError:
        return ""
    return str(body.get("id", ""))[:200] if isinstance(body, dict) else ""


def absolute(url: str) -> str:
    """A path of ours → the full address."""
    return f"{settings.SITE_URL}{url}" if url.startswith("/") else url


@cache
def channels() -> Mapping[str, Channel]:
    """The channels that the settings switch on; in an exercise all of them, and none leads outside."""
    if settings.EXERCISE:
        return dict.fromkeys(("email", "push", "gateway"), Kept())
    on: dict[str, Channel] = {"email": Email()}
    if settings.PUSH_PRIVATE_KEY:
        on["push"] = WebPush()
    if settings.GATEWAY_URL:
        on["gateway"] = Gateway()
    return on
