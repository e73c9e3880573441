"""The key that signs: a P-256 number of 32 bytes in base64url, or PEM."""

from __future__ import annotations

import base64
import hashlib

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key


def signing_key(text: str) -> ec.EllipticCurvePrivateKey:
    """Raises ValueError for anything but a P-256 key."""
    if "PRIVATE KEY" in text:
        key = load_pem_private_key(text.encode(), None)
        if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
            raise ValueError("evidence is signed with a P-256 key")
        return key
    number = int.from_bytes(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    return ec.derive_private_key(number, ec.SECP256R1())


def public_pem(key: ec.EllipticCurvePublicKey) -> bytes:
    """As `public-key.pem` holds it."""
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def fingerprint(key: ec.EllipticCurvePublicKey) -> str:
    """SHA-256 of the key's DER in groups of four: what two people compare by telephone."""
    digest = hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()
    return " ".join(digest[i : i + 4] for i in range(0, 32, 4)).upper()
