"""No job of another test, and none for another: a flush passes over Procrastinate's tables."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection


@pytest.fixture
def no_jobs(transactional_db: None) -> Iterator[None]:
    def empty() -> None:
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_workers CASCADE")

    empty()
    yield
    empty()
