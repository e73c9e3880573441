"""Between the look and the writing: sealed, for whoever read it, for an hour."""

from __future__ import annotations

import json
import re
import secrets
from contextlib import suppress
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from cryptography.fernet import InvalidToken
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from django.utils.translation import gettext as _

from naoso.core.people.models import Account
from naoso.core.registry.sealing import seal, unseal
from naoso.domains.cameras.importing.reading import Entry
from naoso.kernel.errors import BadInput

FOLDER, PURPOSE = "cameras/imports", "cameras.import"
TOKEN = re.compile(r"[0-9a-f]{32}")
KEPT = timedelta(hours=1)


def keep(actor: Account, owner: int, entries: list[Entry]) -> str:
    """Returns the word by which it is found again; older ones go."""
    sweep()
    token = secrets.token_hex(16)
    body = json.dumps({"account": actor.pk, "owner": owner, "entries": [asdict(one) for one in entries]})
    default_storage.save(f"{FOLDER}/{token}", ContentFile(seal(body, PURPOSE).encode()))
    return token


def take(actor: Account, token: str) -> tuple[int, list[Entry]]:
    """The owner of new cameras, and the entries; raises BadInput where they are gone or somebody else's."""
    name = f"{FOLDER}/{token}"
    gone = BadInput.of("token", "", "gone", _("The file was read too long ago: choose it again."))
    if not TOKEN.fullmatch(token) or not default_storage.exists(name):
        raise gone
    try:
        with default_storage.open(name) as file:
            kept: dict[str, Any] = json.loads(unseal(file.read().decode(), PURPOSE))
    except (InvalidToken, ValueError) as error:
        raise gone from error
    if kept["account"] != actor.pk:
        raise gone
    return kept["owner"], [Entry(**entry) for entry in kept["entries"]]


def forget(token: str) -> None:
    """Written or given up."""
    with suppress(OSError):
        default_storage.delete(f"{FOLDER}/{token}")


def sweep() -> None:
    """What nobody came back for."""
    with suppress(OSError):
        for name in default_storage.listdir(FOLDER)[1]:
            if timezone.now() - default_storage.get_modified_time(f"{FOLDER}/{name}") > KEPT:
                forget(name)
