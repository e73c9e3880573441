"""Pages of imports: from a file to objects on the map, and what stays hidden."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from naoso.core.objects import tasks
from naoso.core.objects.importing_models import ImportRun, ImportState
from naoso.core.objects.models import CityObject
from naoso.core.objects.tests import factories as make

pytestmark = pytest.mark.django_db
TABLE = "Mã,Loài,Sức khỏe,Kinh độ,Vĩ độ\nA1,Sấu,Tốt,105.85,21.47\nA2,Sấu,=1+1,105.851,21.47\n"
BUDGET = {"imports": 16, "upload": 16, "import": 16}


@pytest.fixture
def world(
    cast: SimpleNamespace, client: Client, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> SimpleNamespace:
    """Signed in as the owner; jobs are run by `work`."""
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path), "base_url": None},
        }
    }
    cast.kind, cast.client, cast.jobs = make.kind(), client, []
    for job in (tasks.check_import, tasks.write_import):
        monkeypatch.setattr(job, "defer", put(cast, job))
    client.force_login(cast.owner)
    return cast


def put(world: SimpleNamespace, job: Any) -> Callable[..., None]:
    return lambda run: world.jobs.append((job, run))


def work(world: SimpleNamespace) -> None:
    """As the worker does."""
    while world.jobs:
        job, run = world.jobs.pop(0)
        job.func(run)


def uploaded(world: SimpleNamespace, content: str = TABLE) -> ImportRun:
    file = SimpleUploadedFile("cây.csv", content.encode())
    answer = world.client.post(
        "/objects/bench-tree/import/", {"file": file, "address": "", "owner": world.department.pk}
    )
    assert answer.status_code == 302, answer.content.decode()
    run = ImportRun.objects.get()
    assert answer.url == f"/objects/imports/{run.pk}/"
    return run


def sent(world: SimpleNamespace, run: ImportRun, verb: str, **more: Any) -> Any:
    return world.client.post(f"/objects/imports/{run.pk}/{verb}/", {**run.mapping, **more})


def test_from_a_file_to_the_map(world: SimpleNamespace) -> None:
    run = uploaded(world)
    page = world.client.get(f"/objects/imports/{run.pk}/").content.decode()
    assert "Kinh độ" in page
    assert sent(world, run, "check").status_code == 422  # no coordinate system
    assert sent(world, run, "check", crs="EPSG:4326").status_code == 302
    assert "every 2s" in world.client.get(f"/objects/imports/{run.pk}/").content.decode()
    work(world)
    page = world.client.get(f"/objects/imports/{run.pk}/").content.decode()
    assert "Lựa chọn không có trong danh sách" in page
    assert "=1+1" in page
    refused = world.client.get(f"/objects/imports/{run.pk}/refused.csv")
    assert "A2,Sấu,'=1+1,105.851,21.47,2," in b"".join(refused.streaming_content).decode()
    assert sent(world, run, "apply").status_code == 302
    work(world)
    run.refresh_from_db()
    assert (run.state, CityObject.objects.get().code) == (ImportState.DONE, "A1")
    assert world.client.get(f"/objects/imports/{run.pk}/").status_code == 200


def test_runs_of_others_are_not_there(world: SimpleNamespace) -> None:
    run = uploaded(world)
    world.client.force_login(world.stranger)
    assert list(ImportRun.objects.visible_to(world.stranger)) == []
    assert run.name not in world.client.get("/objects/imports/").content.decode()
    for verb in ("look", "check", "apply", "resume", "cancel"):
        assert sent(world, run, verb).status_code == 404
    for part in ("", "refused.csv"):
        assert world.client.get(f"/objects/imports/{run.pk}/{part}").status_code == 404
    file = SimpleUploadedFile("x.csv", TABLE.encode())
    given = {"file": file, "address": "", "owner": world.department.pk}
    assert world.client.post("/objects/bench-tree/import/", given).status_code == 422


@pytest.mark.parametrize("path", ["/objects/imports/", "/objects/bench-tree/import/"])
def test_pages_are_for_those_who_may_import(world: SimpleNamespace, path: str) -> None:
    world.client.force_login(world.nobody)
    assert world.client.get(path).status_code == 403


@pytest.mark.parametrize(
    ("path", "name"),
    [("/objects/imports/", "imports"), ("/objects/bench-tree/import/", "upload"),
     ("/objects/imports/{}/", "import")],
)  # fmt: skip
def test_pages_keep_their_budget(
    world: SimpleNamespace, django_assert_max_num_queries: DjangoAssertNumQueries, path: str, name: str
) -> None:
    run = uploaded(world)
    sent(world, run, "check", crs="EPSG:4326")
    work(world)
    for _ in range(5):
        ImportRun.objects.create(kind=run.kind, owner=run.owner, name="x", created_by=world.owner)
    with django_assert_max_num_queries(BUDGET[name]):
        assert world.client.get(path.format(run.pk)).status_code == 200


def test_a_cancelled_import_leaves_nothing(world: SimpleNamespace) -> None:
    run = uploaded(world)
    sent(world, run, "check", crs="EPSG:4326")
    work(world)
    sent(world, run, "cancel")
    run.refresh_from_db()
    assert run.state == ImportState.CANCELLED
    assert sent(world, run, "apply").status_code == 302
    assert not world.jobs
    assert not CityObject.objects.exists()


def test_nothing_chosen_is_said(world: SimpleNamespace) -> None:
    answer = world.client.post("/objects/bench-tree/import/", {"address": "", "owner": world.department.pk})
    assert answer.status_code == 422
    assert ImportRun.objects.count() == 0


def test_an_address_inside_the_house_is_refused(world: SimpleNamespace) -> None:
    given = {"address": "https://127.0.0.1/wfs", "owner": world.department.pk}
    answer = world.client.post("/objects/bench-tree/import/", given)
    assert answer.status_code == 422
    assert ImportRun.objects.count() == 0
