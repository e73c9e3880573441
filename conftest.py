"""Pytest's entry: test databases may carry a suffix, so that several runs share one cluster."""

from __future__ import annotations

import os
from types import SimpleNamespace
from typing import Any

import hypothesis
import pytest
from xdist.scheduler import LoadScopeScheduling

hypothesis.settings.register_profile("house", deadline=None)  # no test fails because the machine is busy
hypothesis.settings.load_profile("house")


class ByServers(LoadScopeScheduling):
    """Tests that share a running centre stay in one process, also those of a file with servers of its own."""

    def _split_scope(self, nodeid: str) -> str:
        """What is not cut apart; every other test is alone."""
        file = nodeid.partition("::")[0]
        if file.endswith("/test_exercises.py") or "tests/faults/" in file:
            return file
        return "tests/e2e" if "tests/e2e/" in file else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByServers:
    """In the place of `--dist loadgroup`, whose marks pytest 9 no longer carries to the scheduler."""
    return ByServers(config, log)


@pytest.fixture(scope="session")
def django_db_modify_db_settings_parallel_suffix(request: pytest.FixtureRequest) -> None:
    """Names the test database by PYTEST_DB and the xdist worker; its tables are there already."""
    from django.conf import settings
    from pytest_django.fixtures import _set_suffix_to_test_databases
    from xdist import get_xdist_worker_id

    worker = get_xdist_worker_id(request)
    parts = [os.environ.get("PYTEST_DB", ""), "" if worker == "master" else worker]
    suffix = "_".join(part for part in parts if part)
    if suffix and settings.DATABASES:
        _set_suffix_to_test_databases(suffix=suffix)
    if template := os.environ.get("NAOSO_TEST_TEMPLATE"):
        settings.DATABASES["default"].setdefault("TEST", {})["TEMPLATE"] = template


@pytest.fixture
def cast(db: None) -> SimpleNamespace:
    """The named cast of most tests: two wards, two agencies below the province, and who works there.

    `owner` holds every permission over the department, `colleague` over the ward's authority of the
    same ward, `stranger` over the other agency, `chief` over everything, `nobody` holds nothing.
    """
    from django.contrib.gis.geos import Point

    from naoso.core.people.tests import factories as make

    province = make.unit("19", "Thái Nguyên", kind="province")
    ward = make.unit("05518", "Sông Công", province)
    other_ward = make.unit("05443", "Phan Đình Phùng", province, centre=Point(105.83, 21.59))
    root = make.body("ubnd")
    department, agency, ward_office = (
        make.body("so", root),
        make.body("khac", root),
        make.body("p", root, unit=ward),
    )
    everything = make.role("everything", "*")
    world = SimpleNamespace(
        province=province, ward=ward, other_ward=other_ward, root=root, department=department, agency=agency,
        ward_office=ward_office, everything=everything, make=make,
    )  # fmt: skip
    for name, body in {
        "chief": root, "owner": department, "colleague": ward_office, "stranger": agency
    }.items():  # fmt: skip
        setattr(world, name, make.account(name, body))
        make.grant(getattr(world, name), everything, body)
    world.nobody = make.account("nobody", agency)
    return world
