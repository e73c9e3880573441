"""A table of cameras: read, judged by line, written; its passwords are nowhere in the clear."""

from __future__ import annotations

import io
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook

from naoso.core.objects.models import CityObject
from naoso.domains.cameras.models import CameraSource
from naoso.domains.cameras.reaching import credentials_of
from naoso.domains.cameras.tests import factories as make

pytestmark = pytest.mark.django_db
HEAD = "mã,tên,kinh độ,vĩ độ,hướng,mục đích,nhóm,địa chỉ,địa chỉ phụ,tài khoản,mật khẩu,hãng,kênh"
LINES = (
    'cam-1,Cổng chợ,"105,85",21.47,90,Giao thông,Giao thông,rtsp://10.1.1.1/a,,xem,P-một,Hãng A,',
    ",Cầu,105.86,21.48,,flood,,rtsp://admin:P-hai@10.1.1.2/a,,,,,3",
    "cam-3,,105.85,21.47,,,,rtsp://10.1.1.3/a,,,P-ba,,",
    "cam-4,Xa,5,21.47,400,Chợ đêm,Không có,http://10.1.1.4/a,,,P-bốn,,",
    "cam-5,Tại chỗ,105.85,21.47,,,,rtsp://127.0.0.1/a,,,,,",
    "cam-1,Lặp lại,105.85,21.47,,,,rtsp://10.1.1.6/?password=P-năm,,,,,",
)


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path},
        }
    }
    return tmp_path


def looked_at(client: Client, cast: SimpleNamespace, name: str, body: bytes) -> Any:
    file = SimpleUploadedFile(name, body)
    return client.post(reverse("cameras:import"), {"file": file, "owner": cast.department.pk})


def as_xlsx(text: str) -> bytes:
    book, out = Workbook(), io.BytesIO()
    for line in text.splitlines():
        book.active.append([cell or None for cell in line.replace('"105,85"', "105.85").split(",")])  # type: ignore[union-attr]
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_lines_are_judged_then_written(
    client: Client, cast: SimpleNamespace, folder: Path, suffix: str
) -> None:
    group = make.group(cast)
    client.force_login(cast.owner)
    text = "\n".join((HEAD, *LINES))
    answer = looked_at(client, cast, f"cam.{suffix}", text.encode() if suffix == "csv" else as_xlsx(text))
    page, counts = answer.content.decode(), answer.context["counts"]
    assert counts == {"new": 2, "changed": 0, "refused": 4}
    for secret in ("P-một", "P-hai", "P-ba", "P-bốn", "P-năm"):
        assert secret not in page
        assert all(secret.encode() not in file.read_bytes() for file in folder.rglob("*") if file.is_file())
    for word in ("Từ 0 đến 360", "cần có tên", "chính máy chủ"):
        assert word in page
    assert not CameraSource.objects.exists()
    done = client.post(reverse("cameras:import_commit"), {"token": answer.context["token"]})
    assert done.context["told"].made == 2
    first = CameraSource.objects.get(camera__code="cam-1")
    assert (first.group, first.vendor, first.camera.data["heading_deg"]) == (group, "Hãng A", 90)
    assert credentials_of(first).password == "P-một"
    second = CameraSource.objects.exclude(pk=first.pk).get()
    assert (credentials_of(second).password, second.channel, second.protocol) == ("P-hai", 3, "recorder")
    again = client.post(reverse("cameras:import_commit"), {"token": answer.context["token"]})
    assert again.status_code == 302  # once


def test_a_known_camera_is_changed_and_a_foreign_one_is_not(
    client: Client, cast: SimpleNamespace, folder: Path
) -> None:
    make.camera(cast.department, cast.ward, code="cam-1")
    make.camera(cast.agency, cast.other_ward, code="cam-2")
    client.force_login(cast.owner)
    text = "code,address,user,password\ncam-1,rtsp://10.1.1.1/a,xem,x\ncam-2,rtsp://10.1.1.2/a,xem,x\n"
    answer = looked_at(client, cast, "cam.csv", text.encode())
    assert answer.context["counts"] == {"new": 0, "changed": 1, "refused": 1}
    stolen = Client()
    stolen.force_login(cast.chief)
    assert (
        stolen.post(reverse("cameras:import_commit"), {"token": answer.context["token"]}).status_code == 302
    )
    assert not CameraSource.objects.exists()
    client.post(reverse("cameras:import_commit"), {"token": answer.context["token"]})
    assert CameraSource.objects.get().camera.code == "cam-1"
    assert CityObject.objects.get(code="cam-1").data["purpose"] == "traffic"


@pytest.mark.parametrize(
    ("name", "body"),
    [("a.pdf", b"%PDF"), ("a.csv", b"code,name\nx,y\n"), ("a.csv", b"\x00\x01"), ("a.csv", b"")],
)
def test_what_is_no_table_of_cameras(
    client: Client, cast: SimpleNamespace, folder: Path, name: str, body: bytes
) -> None:
    client.force_login(cast.owner)
    assert looked_at(client, cast, name, body).status_code == 422


def test_a_broken_workbook_says_so_in_words(client: Client, cast: SimpleNamespace, folder: Path) -> None:
    client.force_login(cast.owner)
    answer = looked_at(client, cast, "a.xlsx", b"PK\x03\x04 broken")
    assert answer.status_code == 422
    assert "XLSX hoặc CSV" in answer.content.decode()


def test_the_template_reads_as_it_is(client: Client, cast: SimpleNamespace, folder: Path) -> None:
    make.group(cast)
    client.force_login(cast.owner)
    body = client.get(reverse("cameras:import_template")).content
    assert looked_at(client, cast, "t.csv", body).context["counts"] == {"new": 1, "changed": 0, "refused": 0}
