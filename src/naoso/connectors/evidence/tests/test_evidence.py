"""A package holds; with one byte changed anywhere it does not."""

from __future__ import annotations

import json
import random
import subprocess
import zipfile
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from naoso.connectors.evidence import Item, fingerprint, public_pem, signing_key, verify, write

KEY = signing_key("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE")
FACTS = {"incident": "SC-2026-0007", "who": "Trực ban", "why": "Va chạm tại nút giao"}


@pytest.fixture
def package(tmp_path: Path) -> Path:
    dice = random.Random(7)
    items = []
    for number in range(3):
        path = tmp_path / f"piece-{number}"
        path.write_bytes(dice.randbytes(5000))
        items.append(Item(f"camera-{number}.mp4", path, {"camera": f"cam-{number}"}))
    write(tmp_path / "package.zip", items, FACTS, KEY)
    return tmp_path / "package.zip"


def test_it_holds_and_says_what_it_is(package: Path) -> None:
    verdict = verify(package)
    assert verdict.holds
    assert verdict.fingerprint == fingerprint(KEY.public_key())
    assert verdict.manifest is not None
    assert verdict.manifest["why"] == FACTS["why"]
    assert [one["camera"] for one in verdict.manifest["files"]] == ["cam-0", "cam-1", "cam-2"]


def test_any_changed_byte_of_its_content_shows(package: Path, tmp_path: Path) -> None:
    data = package.read_bytes()
    with zipfile.ZipFile(package) as opened:
        spans = [(info.header_offset, info.file_size, info.filename) for info in opened.infolist()]
    changed = tmp_path / "changed.zip"
    for offset, size, name in spans:
        at = offset + 30 + len(name) + (20 if name.startswith("files/") else 0) + size // 2
        changed.write_bytes(data[:at] + bytes((data[at] ^ 1,)) + data[at + 1 :])
        assert not verify(changed).holds, name


def test_every_single_byte_of_a_small_package(tmp_path: Path) -> None:
    piece = tmp_path / "piece"
    piece.write_bytes(b"picture")
    write(tmp_path / "small.zip", [Item("a.mp4", piece, {})], FACTS, KEY)
    data = (tmp_path / "small.zip").read_bytes()
    original = verify(tmp_path / "small.zip")
    for at in range(0, len(data), 7):
        (tmp_path / "c.zip").write_bytes(data[:at] + bytes((data[at] ^ 0x10,)) + data[at + 1 :])
        verdict = verify(tmp_path / "c.zip")  # a ZIP's own times and marks carry nothing
        assert not verdict.holds or verdict.manifest == original.manifest


def test_added_removed_and_signed_by_another(package: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(package, "a") as opened:
        opened.writestr("files/more.mp4", b"x")
    assert verify(package).faults == ("not in the manifest: files/more.mp4",)
    with zipfile.ZipFile(package) as opened, zipfile.ZipFile(tmp_path / "less.zip", "w") as less:
        for name in opened.namelist():
            if name not in {"files/more.mp4", "files/camera-1.mp4"}:
                less.writestr(name, opened.read(name))
    assert verify(tmp_path / "less.zip").faults == ("missing: files/camera-1.mp4",)
    other = signing_key("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAI")
    piece = tmp_path / "piece"
    piece.write_bytes(b"x")
    write(tmp_path / "other.zip", [Item("a.mp4", piece, {})], FACTS, other)
    assert verify(tmp_path / "other.zip").fingerprint != fingerprint(KEY.public_key())


@pytest.mark.parametrize("data", [b"", b"no zip at all", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_package_is_said(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "x.zip").write_bytes(data)
    assert not verify(tmp_path / "x.zip").holds


@pytest.mark.parametrize("content", [{}, {"files": 7}, {"files": [{"name": "files/a.mp4"}]}, [], "x"])
def test_a_manifest_of_nonsense_that_is_signed_is_said(tmp_path: Path, content: object) -> None:
    manifest = json.dumps(content).encode()
    with zipfile.ZipFile(tmp_path / "x.zip", "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("manifest.json", manifest)
        made.writestr("manifest.sig", KEY.sign(manifest, ec.ECDSA(hashes.SHA256())))
        made.writestr("public-key.pem", public_pem(KEY.public_key()))
        made.writestr("files/a.mp4", b"picture")
        for name in ("SHA256SUMS", "HOW-TO-VERIFY.txt"):
            made.writestr(name, b"")
    assert not verify(tmp_path / "x.zip").holds


def test_openssl_and_sha256sum_agree(package: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(package) as opened:
        opened.extractall(tmp_path / "out")
    signed = ["-verify", "public-key.pem", "-signature", "manifest.sig", "manifest.json"]
    for command in (["sha256sum", "-c", "SHA256SUMS"], ["openssl", "dgst", "-sha256", *signed]):
        done = subprocess.run(command, cwd=tmp_path / "out", capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


def test_nothing_is_left_where_a_file_is_gone(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write(tmp_path / "p.zip", [Item("a.mp4", tmp_path / "gone", {})], FACTS, KEY)
    assert list(tmp_path.iterdir()) == []


def test_only_a_key_of_this_curve_signs() -> None:
    pem = ec.generate_private_key(ec.SECP384R1()).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    with pytest.raises(ValueError, match="P-256"):
        signing_key(pem.decode())
