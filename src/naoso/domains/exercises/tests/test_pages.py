"""Pages open for those who may; a run is started from its page, in the space alone."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from naoso.domains.exercises.models import Run, RunState

pytestmark = pytest.mark.django_db
SLUG = "market-fire"


def start(client: Client, cast: SimpleNamespace) -> int:
    form = {"owner": cast.department.pk, "speed": "60.0", "unattended": "on"}
    return client.post(reverse("exercises:start", args=[SLUG]), form).status_code


def test_a_run_is_started_shown_and_stopped(client: Client, cast: SimpleNamespace, settings: Any) -> None:
    settings.EXERCISE = True
    client.force_login(cast.owner)
    assert "exercise-mark" in client.get(reverse("exercises:script", args=[SLUG])).content.decode()
    assert start(client, cast) == 302
    run = Run.objects.get()
    assert client.get(reverse("exercises:run", args=[run.pk])).status_code == 200
    assert start(client, cast) == 409
    client.post(reverse("exercises:stop", args=[run.pk]))
    run.refresh_from_db()
    assert run.state == RunState.STOPPED
    assert run.title in client.get(reverse("exercises:home")).content.decode()


def test_the_real_centre_shows_the_way_and_starts_nothing(
    client: Client, cast: SimpleNamespace, settings: Any
) -> None:
    settings.EXERCISE_URL = "https://dien-tap.example.vn"
    client.force_login(cast.owner)
    page = client.get(reverse("exercises:home")).content.decode()
    assert "https://dien-tap.example.vn" in page
    assert "exercise-mark" not in page
    assert start(client, cast) == 422
    assert not Run.objects.exists()


@pytest.mark.parametrize(("who", "status"), [("stranger", 404), ("colleague", 404), ("nobody", 403)])
def test_in_scope_only(client: Client, cast: SimpleNamespace, settings: Any, who: str, status: int) -> None:
    settings.EXERCISE = True
    run = Run.objects.create(script=SLUG, title="Của sở", owner=cast.department, state=RunState.DONE)
    client.force_login(getattr(cast, who))
    assert client.get(reverse("exercises:run", args=[run.pk])).status_code == status
    assert client.post(reverse("exercises:stop", args=[run.pk])).status_code == status
    listed = client.get(reverse("exercises:home"))
    assert listed.status_code == (403 if who == "nobody" else 200)
    assert "Của sở" not in listed.content.decode()
    assert client.get("/exercises/dragon/").status_code == (403 if who == "nobody" else 404)
