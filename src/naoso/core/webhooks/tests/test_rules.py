"""Which events, when again, when no more."""

from __future__ import annotations

import base64
import datetime as dt

import pytest

from naoso.core.webhooks import rules, signing

NOW = dt.datetime(2026, 3, 2, 8, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("patterns", "name", "wanted"),
    [
        (["*"], "alerts.raised", True),
        (["alerts.*"], "alerts.raised", True),
        (["alerts.*"], "alertsx.raised", False),
        (["alerts.cleared"], "alerts.raised", False),
        (["response.*", "alerts.raised"], "alerts.raised", True),
        ([], "alerts.raised", False),
    ],
)
def test_patterns(patterns: list[str], name: str, wanted: bool) -> None:
    assert rules.wants(patterns, name) is wanted


@pytest.mark.parametrize(
    "text", ["", "alerts", "alerts.**", "*.raised", "Alerts.raised", "a.b.c", "alerts.\n"]
)
def test_what_is_no_pattern(text: str) -> None:
    assert not rules.is_pattern(text)


def test_the_tries_of_one_delivery_span_a_day() -> None:
    at, tries = NOW, 1
    while (again := rules.retry_at(tries, at)) is not None:
        at, tries = again, tries + 1
    assert tries == len(rules.RETRY_AFTER) + 1
    assert dt.timedelta(hours=20) < at - NOW <= dt.timedelta(hours=24)


@pytest.mark.parametrize(
    ("asked", "seconds"), [("", 5), ("120", 120), ("99999999", 3600), ("-1", 5), ("soon", 5)]
)
def test_retry_after_is_heeded_within_reason(asked: str, seconds: int) -> None:
    assert rules.retry_at(1, NOW, asked) == NOW + dt.timedelta(seconds=seconds)


def test_an_endpoint_is_given_up_after_five_days() -> None:
    assert not rules.is_given_up(None, NOW)
    assert not rules.is_given_up(NOW - dt.timedelta(days=4), NOW)
    assert rules.is_given_up(NOW - dt.timedelta(days=5), NOW)


def test_the_signature_is_that_of_the_specification() -> None:
    """The example of standardwebhooks.com."""
    signed = signing.signature(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        message_id="msg_p5jXN8AQM9LWM0D4loKWxJek",
        timestamp=1614265330,
        body='{"test": 2432232314}',
    )
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_secret_is_long_and_comes_back_from_its_seal() -> None:
    secret = signing.new_secret()
    assert len(base64.b64decode(secret.removeprefix(signing.PREFIX))) == 32
    sealed = signing.seal(secret)
    assert secret not in sealed
    assert signing.unseal(sealed) == secret
