"""Pages: asked for, reported on, in scope only."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from naoso.core.response.tests.factories import incident
from naoso.domains.situation import services
from naoso.domains.situation.models import Duty, SituationReport

pytestmark = pytest.mark.django_db


@pytest.fixture
def duty(cast: SimpleNamespace) -> Duty:
    return services.ask(
        actor=cast.chief, title="Mưa lũ ở phường", owner=cast.root, bodies=[cast.ward_office],
        figures=[{"name": "nha", "title": "Nhà ngập", "unit": "nhà"}], every=timedelta(hours=6),
        grace=timedelta(minutes=30), starts_at=timezone.now(),
        incident=incident(cast, owner=cast.root, actor=cast.chief),
    )  # fmt: skip


def test_asked_on_a_page_and_answered_on_a_phone(client: Client, cast: SimpleNamespace) -> None:
    client.force_login(cast.chief)
    form = {
        "title": "Mưa lũ", "owner": cast.root.pk, "bodies": [cast.ward_office.pk],
        "figures": "Nhà ngập | nhà", "hours": "6", "grace": "30",
    }  # fmt: skip
    assert client.post(reverse("situation:ask"), form).status_code == 302
    duty = Duty.objects.get()
    client.force_login(cast.colleague)
    address = reverse("situation:report", args=[duty.pk, cast.ward_office.pk])
    assert address in client.get(reverse("situation:home")).content.decode()
    assert client.post(address, {"f_nha_ngap": "7", "text": "Ngập khu 3"}).status_code == 302
    assert SituationReport.objects.get().values == {"nha_ngap": 7}
    client.force_login(cast.chief)
    page = client.get(reverse("situation:duty", args=[duty.pk])).content.decode()
    assert "Ngập khu 3" in page
    assert client.post(reverse("situation:end", args=[duty.pk])).status_code == 302


def test_an_incident_shows_its_figures(client: Client, cast: SimpleNamespace, duty: Duty) -> None:
    client.force_login(cast.chief)
    part = client.get(reverse("response:part", args=[duty.incident_id, "situation"])).content.decode()
    assert "Nhà ngập" in part


@pytest.mark.parametrize(
    ("who", "page", "report"),
    [("chief", 200, 200), ("colleague", 200, 200), ("stranger", 404, 404), ("nobody", 403, 403)],
)
def test_in_scope_only(
    client: Client, cast: SimpleNamespace, duty: Duty, who: str, page: int, report: int
) -> None:
    client.force_login(getattr(cast, who))
    assert client.get(reverse("situation:duty", args=[duty.pk])).status_code == page
    body = cast.ward_office.pk
    assert client.get(reverse("situation:report", args=[duty.pk, body])).status_code == report
    ending = {"chief": 302, "colleague": 403, "stranger": 404, "nobody": 403}[who]
    assert client.post(reverse("situation:end", args=[duty.pk])).status_code == ending
    if who == "stranger":
        assert "Mưa lũ ở phường" not in client.get(reverse("situation:home")).content.decode()


def test_a_page_s_queries_do_not_grow_with_bodies(
    client: Client,
    cast: SimpleNamespace,
    duty: Duty,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    duty.bodies.add(*(cast.make.body(f"xa-{n}", cast.root) for n in range(30)))
    client.force_login(cast.chief)
    with django_assert_max_num_queries(20):
        client.get(reverse("situation:duty", args=[duty.pk]))


def test_a_body_that_is_asked_sees_its_own_reports_alone(
    client: Client, cast: SimpleNamespace, duty: Duty
) -> None:
    duty.bodies.add(cast.agency)
    told = {
        cast.agency: (cast.stranger, "Lời của cơ quan khác"),
        cast.ward_office: (cast.colleague, "Lời của phường"),
    }
    for body, (actor, text) in told.items():
        services.report(duty=duty, body=body, actor=actor, values={"nha": 9}, text=text)
    address = reverse("situation:duty", args=[duty.pk])
    seen = {}
    for who in ("chief", "colleague", "stranger"):
        client.force_login(getattr(cast, who))
        pages = client.get(address).content.decode() + client.get(reverse("situation:home")).content.decode()
        seen[who] = ["cơ quan khác" in pages, "của phường" in pages]
    assert seen == {
        "chief": [True, True], "colleague": [False, True], "stranger": [True, False],
    }  # fmt: skip
