"""`naoso audit verify`: its words and its exit status."""

from __future__ import annotations

import pytest
from django.db import connection
from typer.testing import CliRunner, Result

from naoso.cli.app import app
from naoso.core.people import sealing
from naoso.core.people.models import AuditEntry
from naoso.core.people.tests import factories as make

pytestmark = pytest.mark.django_db


def typed(*words: str) -> Result:
    return CliRunner().invoke(app, ["audit", "verify", *words])


def test_a_sound_chain_tells_its_head() -> None:
    make.role("one")
    result = typed()
    head = sealing.verify().head
    assert result.exit_code == 0
    assert head in result.output
    assert typed("--head", head).exit_code == 0
    assert typed("--head", "00" * 32).exit_code == 1


def test_a_broken_chain_names_the_row() -> None:
    make.role("one")
    sealing.seal()
    entry = AuditEntry.objects.latest("id").pk
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE people_auditentry SET reason = 'khác' WHERE id = %s", [entry])
        cursor.execute("SET session_replication_role = origin")
    result = typed()
    assert result.exit_code == 1
    assert f"entry {entry}" in result.output
