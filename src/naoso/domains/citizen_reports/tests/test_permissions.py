"""The permission matrix of the officers' screens: with the right, without it, for every address."""

from __future__ import annotations

import uuid
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, reverse

from naoso.domains.citizen_reports.urls import urlpatterns

pytestmark = pytest.mark.django_db
SPACE = "citizen_reports"
MATRIX = {
    "view": (
        "list", "queues", "further_filters", "board", "filter_keep", "filter_drop", "page", "panel", "act",
        "action_form", "performance", "performance_file", "letter_switch",
    ),
    "handle": ("bulk_bar", "bulk", "counter", "field", "field_task", "field_send"),
    "see_contact": ("contact",),
    "moderate": (
        "moderation", "moderation_withdrawn", "moderation_held", "moderation_blocks", "moderation_lift",
        "moderation_words", "moderation_word_switch", "moderation_report", "moderation_report_do",
        "moderation_photo", "moderation_photo_do", "covered_photo",
    ),
    "answer_persons": ("persons", "person_copy", "person_erase", "person_refuse"),
    "edit_categories": (
        "categories", "category_new", "category", "question_new", "question", "question_remove", "templates",
        "template_new", "template", "template_remove", "desk", "rules", "rule_new", "rule", "rule_shift",
        "rule_remove",
    ),
    "edit_settings": (
        "bodies", "body_new", "body", "api_keys", "api_key_new", "api_key_switch", "classifier", "train",
        "use_version", "imports", "import", "import_check", "import_start", "import_rejected",
    ),
}  # fmt: skip
# a deed from a phone must also say whose it is; its own tests send that
SAYS_WHOSE = {"field_send"}
# scoped rows instead of a right: a photo or film of a report that the asker sees, else 404
BY_ROW = {"photo", "video"}
# open to citizens; tests/architecture names each with its reason
CITIZENS = {
    "new", "send", "token", "find", "follow", "reply", "rate", "citizen_photo", "citizen_video", "near",
    "me_too", "blurred_photo", "following", "follower_email", "follower_push", "follower_stop",
    "follow_start", "manifest", "worker", "shell", "mine", "public", "public_one", "public_map",
    "public_tile", "public_statistics", "public_data", "public_file", "sign_in", "sign_in_code", "account",
    "account_name", "account_leave", "take_over", "field_worker", "own_data", "own_ask", "own_copy",
    "outside_answer", "outside_photo", "suggest",
}  # fmt: skip
PROBES = {"action": "accept", "way": "up", "kind": "xlsx", "key": uuid.UUID(int=1)}
ROWS = [(permission, name) for permission, names in MATRIX.items() for name in names]


def address(name: str) -> str:
    """The address with probes for its parts: rows that do not exist."""
    entry: URLPattern = next(one for one in urlpatterns if one.name == name)
    parts = {*entry.pattern.converters, *getattr(entry.pattern.regex, "groupindex", {})}
    return reverse(f"{SPACE}:{name}", kwargs={part: PROBES.get(part, 1) for part in parts})


def account_with(cast: SimpleNamespace, *permissions: str) -> object:
    """Somebody who holds just these, everywhere."""
    role = cast.make.role("just", *permissions)
    whole = cast.department.parent
    somebody = cast.make.account("somebody", whole)
    cast.make.grant(somebody, role, whole)
    return somebody


def test_every_address_is_in_the_matrix() -> None:
    named = {name for _permission, name in ROWS} | BY_ROW | CITIZENS
    assert {entry.name for entry in urlpatterns} == named


@pytest.mark.parametrize("permission", MATRIX)
def test_with_the_right_alone(client: Client, cast: SimpleNamespace, permission: str) -> None:
    client.force_login(account_with(cast, f"{SPACE}.{permission}"))  # type: ignore[arg-type]
    for name in set(MATRIX[permission]) - SAYS_WHOSE:
        path = address(name)
        statuses = {client.get(path).status_code, client.post(path).status_code}
        assert statuses <= {200, 302, 404, 405, 422}, (name, statuses)


@pytest.mark.parametrize("permission", MATRIX)
def test_with_every_other_right(client: Client, cast: SimpleNamespace, permission: str) -> None:
    others = [one.code for one in settings.MODULES.permissions if one.code != f"{SPACE}.{permission}"]
    client.force_login(account_with(cast, *others))  # type: ignore[arg-type]
    for name in MATRIX[permission]:
        path = address(name)
        statuses = {client.get(path).status_code, client.post(path).status_code}
        assert 403 in statuses, name
        assert statuses <= {403, 405}, (name, statuses)
