"""XML-DSig, enveloped: the house signs what it publishes, and believes others by their certificate alone.

What counts as signed is the tree that the verifier hands back, never the document that came: a valid
signature over one part of a document says nothing of the rest (signature wrapping).
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
from collections.abc import Iterable

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from cryptography.x509.oid import NameOID
from lxml import etree
from signxml.algorithms import DigestAlgorithm, SignatureMethod
from signxml.exceptions import SignXMLException
from signxml.signer import XMLSigner
from signxml.verifier import SignatureConfiguration, XMLVerifier

from naoso.connectors.cap.markup import DSIG, Element, local, tree_of
from naoso.kernel.errors import BadInput

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
SIGNATURE = f"{{{DSIG}}}Signature"
FIRST_DAY, LAST_DAY = dt.datetime(2025, 7, 1, tzinfo=dt.UTC), dt.datetime(2050, 1, 1, tzinfo=dt.UTC)
EXPECTED = SignatureConfiguration(
    location="./",
    expect_references=1,
    signature_methods=frozenset(
        {
            SignatureMethod.RSA_SHA256, SignatureMethod.RSA_SHA384, SignatureMethod.RSA_SHA512,
            SignatureMethod.ECDSA_SHA256, SignatureMethod.ECDSA_SHA384, SignatureMethod.ECDSA_SHA512,
        }
    ),
    digest_algorithms=frozenset({DigestAlgorithm.SHA256, DigestAlgorithm.SHA384, DigestAlgorithm.SHA512}),
)  # fmt: skip


def key_of(text: str) -> PrivateKey:
    """A PEM key (RSA or EC), or a P-256 number of 32 bytes in base64url, as the house generates it."""
    if "PRIVATE KEY" in text:
        key = load_pem_private_key(text.encode(), None)
        if not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
            raise ValueError("a key that signs warnings is RSA or ECDSA")
        return key
    number = int.from_bytes(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    return ec.derive_private_key(number, ec.SECP256R1())


def certificate_of(key: PrivateKey, name: str) -> str:
    """A self-signed certificate in PEM; an EC key and a name always give the same bytes: it is not kept."""
    public = key.public_key()
    digest = hashlib.sha256(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).digest()
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64] or "naoso")])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(public)
        .serial_number(int.from_bytes(digest[:16]) >> 1)
        .not_valid_before(FIRST_DAY)
        .not_valid_after(LAST_DAY)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    )
    exact = True if isinstance(key, ec.EllipticCurvePrivateKey) else None
    made = builder.sign(key, hashes.SHA256(), ecdsa_deterministic=exact)
    return made.public_bytes(Encoding.PEM).decode()


def sign(xml: bytes, *, key: PrivateKey, certificate: str) -> bytes:
    """The same document with an enveloped signature at its end and the certificate in it."""
    kind = SignatureMethod.ECDSA_SHA256
    if isinstance(key, rsa.RSAPrivateKey):
        kind = SignatureMethod.RSA_SHA256
    signed = XMLSigner(signature_algorithm=kind).sign(tree_of(xml), key=key, cert=certificate)
    return bytes(etree.tostring(signed, xml_declaration=True, encoding="UTF-8"))


def is_signed(root: Element) -> bool:
    """Does the document carry a signature of its own, right below its root?"""
    return any(local(child) == (DSIG, "Signature") for child in root)


def verified(raw: bytes, *, certificates: Iterable[str]) -> Element:
    """What one of these certificates signed. Raises BadInput with the rule `signature`."""
    root = tree_of(raw)
    _only_the_whole(root)
    said = "there is no certificate to compare with"
    for certificate in certificates:
        try:
            answer = XMLVerifier().verify(root, x509_cert=certificate, expect_config=EXPECTED)
        except (SignXMLException, ValueError) as error:
            said = str(error) or type(error).__name__
            continue
        result = answer[0] if isinstance(answer, list) else answer
        if result.signed_xml is None or local(result.signed_xml) != local(root):
            said = "the signature covers something else"
            continue
        return result.signed_xml
    raise BadInput.of("Signature", "", "signature", f"does not hold: {said}")


def _only_the_whole(root: Element) -> None:
    """One signature, right below the root, over the whole document: wrapping has no room."""
    everywhere = list(root.iter(SIGNATURE))
    if len(everywhere) != 1 or everywhere[0].getparent() is not root:
        raise BadInput.of(
            "Signature", f"{len(everywhere)}", "signature", "there must be one, right below the alert"
        )
    uris = [one.get("URI") for one in everywhere[0].iter(f"{{{DSIG}}}Reference")]
    if uris != [""]:
        raise BadInput.of("Reference", str(uris), "signature", "must cover the whole alert, not a part of it")
