"""Finding cameras: where may be searched, what is found of the simulator, what is made of a choice."""

from __future__ import annotations

import asyncio
import datetime as dt
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ipaddress import ip_network
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from naoso.cli.simulated_cameras.clips import Form, drawn
from naoso.connectors.onvif import Login
from naoso.connectors.onvif import serving as gates
from naoso.connectors.rtsp import Credentials
from naoso.connectors.rtsp import serving as streams
from naoso.core.people.models import AuditEntry
from naoso.domains.cameras import finding
from naoso.domains.cameras.models import CameraSource, Protocol, Search
from naoso.domains.cameras.pages import finding as pages
from naoso.domains.cameras.reaching import credentials_of
from naoso.domains.cameras.rules.network import fault_of_network, network_of
from naoso.domains.cameras.services import finding as services
from naoso.domains.cameras.tests import factories as make
from naoso.kernel.errors import BadInput, Conflict, NotAllowed

SECRET = "bí-mật-9"
SMALL = Form(320, 180, 10, 200_000, group_s=0.5, seconds=1.0)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("192.168.1.0/24", ""), ("10.0.0.7", ""), ("10.20.3.9/22", ""), ("10.0.0.0/21", "size"),
        ("8.8.8.0/24", "private"), ("127.0.0.0/30", "private"), ("169.254.0.0/24", "private"),
        ("0.0.0.0/0", "private"),
    ],
)  # fmt: skip
def test_only_small_private_networks_are_searched(text: str, fault: str) -> None:
    network = network_of(text)
    assert network is not None
    assert fault_of_network(network) == fault


def test_words_are_no_network_and_the_simulators_may_be_allowed() -> None:
    assert [network_of(text) for text in ("", "abc", "fd00::/120", "10.0.0.0/33")] == [None] * 4
    assert not fault_of_network(ip_network("127.0.0.0/30"), (ip_network("127.0.0.0/8"),))  # type: ignore[arg-type]


@contextmanager
def site(password: str) -> Iterator[tuple[int, int]]:
    """Three devices with pictures; their ports for ONVIF and RTSP."""
    loop, ready, stop, ports = asyncio.new_event_loop(), threading.Event(), asyncio.Event(), []
    clips = {"main": drawn(SMALL, 1), "sub": drawn(SMALL, 2)}
    cameras = {code: streams.Camera("main", "sub") for code in ("a", "b", "c")}
    cameras["c"].fault = streams.OFFLINE
    rtsp = streams.Site(clips, cameras, Credentials("demo", password))
    gate = gates.Gate({}, Login("demo", password))

    async def run() -> None:
        async with streams.serving(rtsp, "127.0.0.1", 0) as at, gates.serving(gate, "127.0.0.1", 0) as port:
            for code in cameras:
                url = f"rtsp://127.0.0.1:{at}/{code}"
                gate.cameras[code] = gates.SimulatedCamera(f"Cổng {code}", url, turns=code == "a")
            ports.extend((port, at))
            ready.set()
            await stop.wait()
            await asyncio.sleep(0.05)

    thread = threading.Thread(target=lambda: loop.run_until_complete(run()))
    thread.start()
    ready.wait(10)
    yield ports[0], ports[1]
    loop.call_soon_threadsafe(stop.set)
    thread.join(5)
    loop.close()


@pytest.fixture
def searched(cast: SimpleNamespace, settings: Any) -> Iterator[Callable[[str], Search]]:
    """Carries out a search of the owner's with this password."""
    settings.CAMERA_NETWORKS = (ip_network("127.0.0.0/8"),)
    with site(SECRET) as (port, at):
        settings.CAMERA_ONVIF_PORT, cast.rtsp = port, at

        def search(password: str) -> Search:
            row = services.begin(actor=cast.owner, network="127.0.0.0/30", username="demo", password=password)
            finding.search(row.pk)
            row.refresh_from_db()
            return row

        yield search


@pytest.mark.django_db
def test_what_answers_is_asked_tried_and_connected(
    client: Client, cast: SimpleNamespace, searched: Callable[[str], Search]
) -> None:
    make.source(cast, main_url=f"rtsp://127.0.0.1:{cast.rtsp}/b")
    search = searched(SECRET)
    assert SECRET not in f"{search.__dict__}{list(AuditEntry.objects.values_list('before', 'after'))}"
    found = {one.name: one for one in finding.found_in(search)}
    assert sorted(found) == ["Cổng a", "Cổng b", "Cổng c"]
    good, broken = found["Cổng a"], found["Cổng c"]
    assert (good.maker, good.size, good.can_turn, good.fault) == ("Sao Mai Vision", "1920 × 1080", True, "")
    assert good.picture.startswith("data:image/jpeg")
    assert broken.fault
    client.force_login(cast.owner)
    keys = [one.key for one in found.values()]
    said = {"chosen": keys, "key": keys, "name": list(found), "owner": cast.department.pk}
    said |= {"unit": cast.ward.pk, "purpose": "traffic"}
    page = client.post(reverse("cameras:found", args=[search.pk]), said, follow=True).content.decode()
    assert "Cổng b: Camera này đã được kết nối" in page
    row = CameraSource.objects.select_related("camera").get(onvif_url=good.url)
    assert (row.protocol, row.can_turn, row.onvif_profile) == (Protocol.ONVIF, True, "main")
    assert row.main_url == f"rtsp://127.0.0.1:{cast.rtsp}/a"
    assert credentials_of(row).password == SECRET
    assert row.camera.shape.equals_exact(cast.ward.centre, 1e-9)
    assert (
        "chưa được đặt vị trí" in client.get(reverse("cameras:camera", args=[row.camera_id])).content.decode()
    )


@pytest.mark.django_db
def test_the_page_tells_what_was_found_and_never_the_password(
    client: Client, cast: SimpleNamespace, searched: Callable[[str], Search]
) -> None:
    search = searched("sai-mật-khẩu")
    client.force_login(cast.owner)
    address = reverse("cameras:found", args=[search.pk])
    page = client.get(address).content.decode()
    assert "Cổng a" in page
    assert "từ chối tên đăng nhập" in page
    assert 'name="chosen"' not in page
    assert "sai-mật-khẩu" not in page
    assert client.post(address, {"owner": cast.department.pk}).status_code == 422
    client.force_login(cast.chief)
    assert client.get(address).status_code == 404
    Search.objects.update(began_at=timezone.now() - dt.timedelta(hours=2))
    assert Search.objects.over().count() == 1


@pytest.mark.django_db
def test_who_may_search_and_where(client: Client, cast: SimpleNamespace) -> None:
    for who in (cast.stranger, cast.nobody):
        client.force_login(who)
        status = client.get(reverse("cameras:find")).status_code
        assert status == (403 if who == cast.nobody else status)
    client.force_login(cast.nobody)
    assert client.get(reverse("cameras:found", args=[1])).status_code == 403
    with pytest.raises(NotAllowed):
        services.begin(actor=cast.nobody, network="10.0.0.0/24")
    with pytest.raises(BadInput):
        services.begin(actor=cast.owner, network="8.8.8.0/24")
    services.begin(actor=cast.owner, network="10.0.0.0/24")
    with pytest.raises(Conflict):
        services.begin(actor=cast.owner, network="10.0.1.0/24")
    client.force_login(cast.owner)
    page = client.post(reverse("cameras:find"), {"network": "1.2.3.0/24", "password": SECRET})
    assert (page.status_code, SECRET in page.content.decode()) == (422, False)
    assert "1.2.3.0/24" in page.content.decode()
    assert {one.name for one in pages.urlpatterns} == {"find", "found"}
    assert not CameraSource.objects.exists()
