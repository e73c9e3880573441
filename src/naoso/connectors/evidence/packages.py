"""Write a package, and say whether one is what was written."""

from __future__ import annotations

import errno
import hashlib
import json
import re
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from naoso.connectors.evidence.keys import fingerprint, public_pem

FORM = "naoso-evidence-1"
MANIFEST, SUMS, SIGNATURE, KEY, HOW = (
    "manifest.json", "SHA256SUMS", "manifest.sig", "public-key.pem", "HOW-TO-VERIFY.txt",
)  # fmt: skip
SAFE = re.compile(r"files/[A-Za-z0-9._-]{1,120}")
BLOCK = 1 << 20
LARGEST_MANIFEST = 16 * 1024 * 1024
EPOCH = (1980, 1, 1, 0, 0, 0)
# what ZIP, JSON and key make of bytes that somebody wrote: an unknown compression, a manifest of nothing
NOT_A_PACKAGE = (
    zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, KeyError,
    TypeError, UnsupportedAlgorithm,
)  # fmt: skip
ALGORITHM = ec.ECDSA(hashes.SHA256())
WORDS = """\
This package holds recordings as they came from the cameras, and a list of their SHA-256 sums.

1. Unpack it. In its folder:
     sha256sum -c SHA256SUMS
     openssl dgst -sha256 -verify public-key.pem -signature manifest.sig manifest.json
   Both must say OK.
2. Compare the key's fingerprint with the one that the operations centre tells you by another way:
     {fingerprint}
   (openssl pkey -pubin -in public-key.pem -outform DER | sha256sum, its first 32 digits)
3. manifest.json names the same sums, the cameras, the times (UTC), and who made the package, why and when.

Or with Não Số: ./naoso verify-evidence FILE.zip
"""


@dataclass(frozen=True, slots=True)
class Item:
    """One file to put in: its name in the package, where it lies, and what it is."""

    name: str
    path: Path
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found. `faults` empty: every byte is as it was signed by the key of that fingerprint."""

    faults: tuple[str, ...]
    fingerprint: str = ""
    manifest: dict[str, Any] | None = None

    @property
    def holds(self) -> bool:
        """Nothing was changed, added or removed."""
        return not self.faults


def write(target: Path, items: Iterable[Item], facts: dict[str, Any], key: ec.EllipticCurvePrivateKey) -> str:
    """Writes beside the target first, so that a file of that name is always whole; returns its SHA-256.

    Raises OSError where a file is gone or the disk is full; nothing is left behind then.
    """
    part = target.with_suffix(".part")
    part.parent.mkdir(parents=True, exist_ok=True)
    try:
        with zipfile.ZipFile(part, "w", zipfile.ZIP_STORED) as package:
            listed = [_add(package, item) for item in items]
            manifest = canonical({"form": FORM, **facts, "files": listed})
            _put(package, MANIFEST, manifest)
            sums = "".join(f"{one['sha256']}  {one['name']}\n" for one in listed)
            sums += f"{hashlib.sha256(manifest).hexdigest()}  {MANIFEST}\n"
            _put(package, SUMS, sums.encode())
            _put(package, SIGNATURE, key.sign(manifest, ALGORITHM))
            _put(package, KEY, public_pem(key.public_key()))
            _put(package, HOW, WORDS.format(fingerprint=fingerprint(key.public_key())).encode())
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    with target.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def canonical(content: dict[str, Any]) -> bytes:
    """The same content is the same bytes."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1).encode() + b"\n"


def _add(package: zipfile.ZipFile, item: Item) -> dict[str, Any]:
    name = f"files/{item.name}"
    if not SAFE.fullmatch(name):
        raise ValueError(f"no name for a file of a package: {item.name!r}")
    digest, size = hashlib.sha256(), 0
    with item.path.open("rb") as source, package.open(_entry(name), "w", force_zip64=True) as sink:
        while block := source.read(BLOCK):
            digest.update(block)
            size += len(block)
            sink.write(block)
    return {"name": name, "size": size, "sha256": digest.hexdigest(), **item.facts}


def _put(package: zipfile.ZipFile, name: str, data: bytes) -> None:
    package.writestr(_entry(name), data)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, EPOCH)
    entry.external_attr = 0o644 << 16
    return entry


def verify(path: Path) -> Verdict:
    """Reads every byte. Never raises for what is in the file; OSError where it cannot be read at all."""
    try:
        with zipfile.ZipFile(path) as package:
            return _verified(package)
    except NOT_A_PACKAGE as error:
        return Verdict((f"this is no whole package: {error}",))
    except OSError as error:
        if error.errno != errno.EINVAL:  # that is a place in the file that cannot be
            raise
        return Verdict((f"this is no whole package: {error}",))


def _verified(package: zipfile.ZipFile) -> Verdict:
    names = package.namelist()
    missing = {MANIFEST, SIGNATURE, KEY, SUMS, HOW} - set(names)
    if missing:
        return Verdict((f"missing: {', '.join(sorted(missing))}",))
    if package.getinfo(MANIFEST).file_size > LARGEST_MANIFEST:
        return Verdict(("the manifest is larger than one can be",))
    manifest = package.read(MANIFEST)
    key = load_pem_public_key(package.read(KEY))
    if not isinstance(key, ec.EllipticCurvePublicKey):
        return Verdict(("the key is of another kind",))
    try:
        key.verify(package.read(SIGNATURE), manifest, ALGORITHM)
    except InvalidSignature:
        return Verdict(("the signature does not belong to this manifest",), fingerprint(key))
    content = json.loads(manifest)
    faults = _faults(package, names, content)
    if package.read(HOW) != WORDS.format(fingerprint=fingerprint(key)).encode():
        faults.append(f"changed: {HOW}")
    if package.read(SUMS) != _sums(content, manifest):
        faults.append(f"changed: {SUMS}")
    return Verdict(tuple(faults), fingerprint(key), content)


def _faults(package: zipfile.ZipFile, names: list[str], content: dict[str, Any]) -> list[str]:
    """What differs between the files that are there and those that the manifest names."""
    faults = [] if len(names) == len(set(names)) else ["a name is there twice"]
    expected = {str(one["name"]): one for one in content["files"]}
    plain = {MANIFEST, SIGNATURE, KEY, SUMS, HOW}
    faults += [f"not in the manifest: {name}" for name in sorted(set(names) - plain - expected.keys())]
    faults += [f"missing: {name}" for name in sorted(expected.keys() - set(names))]
    for name in sorted(expected.keys() & set(names)):
        with package.open(name) as file:
            digest = hashlib.sha256()
            while block := file.read(BLOCK):
                digest.update(block)
        if digest.hexdigest() != expected[name]["sha256"]:
            faults.append(f"changed: {name}")
    return faults


def _sums(content: dict[str, Any], manifest: bytes) -> bytes:
    lines = "".join(f"{one['sha256']}  {one['name']}\n" for one in content["files"])
    return (lines + f"{hashlib.sha256(manifest).hexdigest()}  {MANIFEST}\n").encode()
