"""Pytest's entry: test databases may carry a suffix, so that several runs share one cluster."""

from __future__ import annotations

import os

import pytest


@pytest.fixture(scope="session")
def django_db_modify_db_settings_parallel_suffix(request: pytest.FixtureRequest) -> None:
    """Names the test database by PYTEST_DB and the xdist worker."""
    from django.conf import settings
    from pytest_django.fixtures import _set_suffix_to_test_databases
    from xdist import get_xdist_worker_id

    worker = get_xdist_worker_id(request)
    parts = [os.environ.get("PYTEST_DB", ""), "" if worker == "master" else worker]
    suffix = "_".join(part for part in parts if part)
    if suffix and settings.DATABASES:
        _set_suffix_to_test_databases(suffix=suffix)
