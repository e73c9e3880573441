"""Deny by default, asked of every address there is: nobody signed out, nobody without a grant, gets in."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

pytestmark = pytest.mark.django_db

# open to everyone, each for a reason
PUBLIC = {
    "set_language", "js_words",  # words, before anybody signs in
    "citizen_reports:new", "citizen_reports:find", "citizen_reports:follow", "citizen_reports:rate",
    "citizen_reports:reply", "citizen_reports:send", "citizen_reports:token", "citizen_reports:follow_start",
    "citizen_reports:suggest",  # what the form asks while somebody types
    "citizen_reports:citizen_photo",
    "citizen_reports:citizen_video",  # a citizen has no account; the code is the key
    "citizen_reports:near", "citizen_reports:me_too", "citizen_reports:blurred_photo",  # public reports only
    "citizen_reports:following", "citizen_reports:follower_email", "citizen_reports:follower_push",
    "citizen_reports:follower_stop",  # a follower's token is the key
    "citizen_reports:manifest", "citizen_reports:worker", "js_words_of", "citizen_reports:shell",
    "citizen_reports:mine", "citizen_reports:field_worker",
    "trees:field_worker", "dispatch:crew_worker",  # the app on the phone, the same for everybody
    "citizen_reports:sign_in", "citizen_reports:sign_in_code", "citizen_reports:account",
    "citizen_reports:account_name", "citizen_reports:account_leave",
    "citizen_reports:own_data", "citizen_reports:own_ask", "citizen_reports:own_copy",
    "citizen_reports:take_over",  # a citizen's own, after a code; never an account of the house
    "citizen_reports:outside_answer", "citizen_reports:outside_photo",  # an outside body's link is its key
    "citizen_reports:public", "citizen_reports:public_one", "citizen_reports:public_map",
    "citizen_reports:public_tile", "citizen_reports:public_statistics", "citizen_reports:public_data",
    "citizen_reports:public_file",  # public reports in public words, for everybody
    "objects:public_object", "objects:public_object_photo",  # public fields of public kinds, for everybody
    "sos:button", "sos:shell", "sos:worker", "sos:manifest", "sos:send",  # in danger one has no account
    "sos:follow", "sos:follow_json", "sos:details", "sos:positions",
    "sos:media",  # the caller's token is the key
    "sos:sms",  # the gateway, by its own token
    "notify:receipt",  # the gateway, by its own token
    "places:at", "screens:base_map",  # public facts: units and their outlines
    "people:first",  # only while there is no account
    "cameras:notices",  # what is recorded, for everybody
    "cameras:media_admit",  # the media server asks; the ticket is the key
    "warnings:public", "warnings:public_one", "warnings:active", "warnings:active_shapes", "warnings:shape",
    "warnings:cap", "warnings:cap_json", "warnings:feed_atom", "warnings:feed_rss",
    "warnings:certificate",  # warnings are for everybody
    "warnings:follow", "warnings:device", "warnings:device_code",
    "warnings:device_stop",  # a device's token is its key
}  # fmt: skip
# what everybody who is signed in has for themselves
OWN = {
    "notify:inbox", "notify:bell", "notify:read_all", "notify:read", "notify:preferences", "notify:subscribe",
    "notify:unsubscribe",
}  # fmt: skip
FOREIGN_SPACES = {"api-v1", "open311", "ogc"}  # for machines: they have tests of their own
PROBES = {"int": 1, "str": "x", "slug": "x", "uuid": uuid.UUID(int=1)}
NAMED = {
    "key": uuid.UUID(int=1), "size": "small", "action": "accept", "layer": "alerts", "slug": "alerts",
    "quantity": "pm25", "code": "x", "path": "x", "token": uuid.UUID(int=1), "name": "new", "language": "vi",
}  # fmt: skip


def addresses() -> Iterator[tuple[str, str]]:
    """(name with its namespace, path) of our own; allauth's are its own affair, the API has its own tests."""
    yield from walk(get_resolver().url_patterns, "")


def walk(patterns: list[URLPattern | URLResolver], space: str) -> Iterator[tuple[str, str]]:
    for entry in patterns:
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from walk(entry.url_patterns, inner)
        elif entry.name:
            name = f"{space}{entry.name}"
            if space and space.split(":", maxsplit=1)[0] not in FOREIGN_SPACES:
                yield name, path_of(name, entry)


def path_of(name: str, entry: URLPattern) -> str:
    """The pattern with probes for its parts."""
    converters = entry.pattern.converters
    names = set(converters) | set(getattr(entry.pattern.regex, "groupindex", {}))
    values = {
        part: NAMED.get(part)
        or PROBES.get(type(converters[part]).__name__.replace("Converter", "").lower(), "x")
        if part in converters and type(converters[part]).__name__ != "IntConverter"
        else (1 if part in converters else NAMED.get(part, "1"))
        for part in names
    }
    return reverse(name, kwargs=values)


def house() -> list[tuple[str, str]]:
    """All of them, and no fewer than there were."""
    found = list(addresses())
    assert len(found) > 80
    return found


def test_signed_out_everything_leads_to_the_sign_in_page(client: Client) -> None:
    cache.clear()
    for name, path in house():
        if name in PUBLIC:
            continue
        for answer in (client.get(path), client.post(path)):
            assert answer.status_code in {302, 401, 405}, (name, path, answer.status_code)
            if answer.status_code == 302:
                assert answer.url.startswith("/account/login/"), (name, answer.url)  # type: ignore[attr-defined]


def test_signed_in_without_a_grant_nothing_opens(client: Client, cast: SimpleNamespace) -> None:
    client.force_login(cast.nobody)
    for name, path in house():
        if name in PUBLIC | OWN:
            continue
        for answer in (client.get(path), client.post(path)):
            assert answer.status_code in {403, 404, 405}, (name, path, answer.status_code)
