"""Sources are connected by those who manage them; a password is in no address, trail, error or page."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from ipaddress import ip_address, ip_network
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from naoso.connectors.rtsp import RtspError
from naoso.core.people.models import AuditEntry
from naoso.core.registry.sealing import unseal
from naoso.domains.cameras.models import CameraSource, HealthState, Outage
from naoso.domains.cameras.reaching import credentials_of, judged
from naoso.domains.cameras.rules.address import carries_password, fault_of_host
from naoso.domains.cameras.services.groups import drop_group, give_access, save_group, take_access
from naoso.domains.cameras.services.sources import connect, disconnect, edit_source, set_password
from naoso.domains.cameras.tests import factories as make
from naoso.kernel.errors import BadInput, Conflict, NotAllowed

SECRET = "Bí-mật/9@x"


@pytest.mark.parametrize(
    ("address", "fault"),
    [
        ("10.1.2.3", ""), ("192.168.1.9", ""), ("203.113.1.1", ""), ("fd12::7", ""), ("127.0.0.1", "own"),
        ("::1", "own"), ("::ffff:127.0.0.1", "own"), ("0.0.0.0", "own"), ("169.254.169.254", "link-local"),
        ("fe80::1", "link-local"), ("fd00:ec2::254", "link-local"), ("239.1.1.1", "multicast"),
    ],
)  # fmt: skip
def test_cameras_live_in_private_networks_but_not_here(address: str, fault: str) -> None:
    assert fault_of_host(ip_address(address)) == fault


def test_the_simulators_network_may_be_allowed() -> None:
    assert not fault_of_host(ip_address("127.0.0.1"), (ip_network("127.0.0.0/8"),))


@pytest.mark.parametrize(
    ("url", "carries"),
    [
        ("rtsp://10.0.0.1/user=admin&password=x&channel=1.sdp", True),
        ("rtsp://10.0.0.1/live?channel=1", False),
        ("rtsp://10.0.0.1/live?pwd=1", True),
    ],
)
def test_a_password_in_the_path_is_seen(url: str, carries: bool) -> None:
    assert carries_password(url) is carries


@pytest.mark.django_db
def test_typed_credentials_are_split_and_sealed(cast: SimpleNamespace, caplog: Any) -> None:
    caplog.set_level(logging.DEBUG)
    typed = "rtsp://admin:B%C3%AD-m%E1%BA%ADt/9@x@10.0.0.5:554/live"
    row = connect(actor=cast.owner, camera=make.camera(cast.department, cast.ward), main_url=typed)
    row.refresh_from_db()
    assert (row.main_url, row.username) == ("rtsp://10.0.0.5:554/live", "admin")
    assert unseal(row.sealed_password, "cameras.password") == SECRET
    assert credentials_of(row).password == SECRET
    assert SECRET not in f"{caplog.text}{row.__dict__}"
    trail = AuditEntry.objects.get(table="cameras_camerasource")
    assert row.sealed_password not in f"{trail.before}{trail.after}"
    assert row.health.state == HealthState.NEW


@pytest.mark.django_db
@pytest.mark.parametrize(
    "url", ["rtsp://127.0.0.1/x", "rtsp://localhost/x", "http://10.0.0.5/x", "rtsp://10.0.0.5/?pwd=abc", ""]
)
def test_addresses_where_no_camera_may_be(cast: SimpleNamespace, url: str) -> None:
    with pytest.raises(BadInput) as refused:
        connect(actor=cast.owner, camera=make.camera(cast.department, cast.ward), main_url=url)
    assert refused.value.errors[0].field == "main_url"
    assert "abc" not in str(refused.value.problem())
    assert not CameraSource.objects.exists()


def test_a_name_that_leads_here_is_refused(settings: Any) -> None:
    with pytest.raises(RtspError):
        asyncio.run(judged("rtsp://localhost:554/x"))
    settings.CAMERA_NETWORKS = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
    assert "localhost" not in asyncio.run(judged("rtsp://localhost:554/x"))
    assert asyncio.run(judged("rtsp://10.0.0.7/x?a=1")) == "rtsp://10.0.0.7/x?a=1"


@pytest.mark.django_db
def test_editing_keeps_the_password_and_begins_health_anew(cast: SimpleNamespace) -> None:
    row = make.source(cast)
    set_password(actor=cast.owner, source=row, username="xem", password=SECRET)
    row.health.state, row.health.baseline = HealthState.UNREACHABLE, {"n": 5}
    row.health.save()
    Outage.objects.create(source=row, began_at=timezone.now() - dt.timedelta(hours=1), state="unreachable")
    edited = edit_source(actor=cast.owner, source=row, seen=2, vendor="Hãng A")
    assert (edited.version, credentials_of(edited).password) == (3, SECRET)
    row.health.refresh_from_db()
    assert row.health.baseline == {"n": 5}
    with pytest.raises(BadInput):  # a saved password goes to no other device
        edit_source(actor=cast.owner, source=row, main_url="rtsp://10.0.0.77/b")
    edit_source(actor=cast.owner, source=row, main_url=row.main_url + "/b")
    row.health.refresh_from_db()
    assert (row.health.state, row.health.baseline) == (HealthState.NEW, {})
    assert not Outage.objects.filter(ended_at=None).exists()
    with pytest.raises(Conflict):
        edit_source(actor=cast.owner, source=row, seen=2, vendor="B")
    set_password(actor=cast.owner, source=row, username="", password="")
    assert not CameraSource.objects.get().sealed_password


@pytest.mark.django_db
def test_only_those_who_manage_it_there(cast: SimpleNamespace) -> None:
    row, thing = make.source(cast), make.camera(cast.department, cast.ward)
    foreign = make.group(cast, owner=cast.agency)
    for who in (cast.stranger, cast.colleague, cast.nobody):
        for step in (
            lambda who=who: connect(actor=who, camera=thing, main_url="rtsp://10.0.0.5/a"),
            lambda who=who: edit_source(actor=who, source=row, vendor="x"),
            lambda who=who: set_password(actor=who, source=row, username="", password="x"),
            lambda who=who: disconnect(actor=who, source=row, reason="x"),
        ):
            with pytest.raises(NotAllowed):
                step()
    with pytest.raises(NotAllowed):
        edit_source(actor=cast.owner, source=row, group=foreign)
    theirs = make.source(cast, foreign)  # the camera is ours, its group is not: it stays in there
    assert edit_source(actor=cast.owner, source=theirs, vendor="B").group == foreign
    with pytest.raises(NotAllowed):
        edit_source(actor=cast.owner, source=theirs, group=None)
    with pytest.raises(BadInput):
        disconnect(actor=cast.owner, source=row, reason=" ")
    assert not disconnect(actor=cast.owner, source=row, reason="Tháo dỡ").enabled
    with pytest.raises(Conflict):
        connect(actor=cast.owner, camera=row.camera, main_url="rtsp://10.0.0.5/a")


@pytest.mark.django_db
def test_groups_and_who_is_named_for_them(cast: SimpleNamespace) -> None:
    group = make.group(cast, restricted=True)
    given = {"group": group, "may": ["live"], "reason": "Trực camera"}
    with pytest.raises(NotAllowed):
        give_access(actor=cast.stranger, account=cast.stranger, **given)
    for bad in (
        {},
        {"account": cast.owner, "organisation": cast.department},
        {"account": cast.owner, "may": []},
    ):
        with pytest.raises(BadInput):
            give_access(actor=cast.owner, **(given | bad))
    row = give_access(actor=cast.owner, account=cast.owner, **given)
    with pytest.raises(NotAllowed):
        take_access(actor=cast.stranger, access=row)
    take_access(actor=cast.owner, access=row)
    make.source(cast, group)
    with pytest.raises(BadInput):
        drop_group(actor=cast.owner, group=group)
    group.retention_days = 400
    with pytest.raises(BadInput):
        save_group(actor=cast.owner, group=group)
    with pytest.raises(NotAllowed):
        save_group(actor=cast.stranger, group=make.group(cast, "Chợ"))
