"""A signature holds for the whole alert and for the right key alone."""

from __future__ import annotations

import copy

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from lxml import etree

from naoso.connectors.cap import signing
from naoso.connectors.cap.markup import DSIG, tree_of
from naoso.connectors.cap.reading import alert_of
from naoso.connectors.cap.tests.factories import alert
from naoso.connectors.cap.writing import render, schema
from naoso.kernel.errors import BadInput

KEYS: dict[str, signing.PrivateKey] = {
    "ecdsa": ec.derive_private_key(12345, ec.SECP256R1()),
    "rsa": rsa.generate_private_key(public_exponent=65537, key_size=2048),
}
OTHER = ec.derive_private_key(54321, ec.SECP256R1())
HOUSE = signing.certificate_of(KEYS["ecdsa"], "canhbao.example.vn")


def signed() -> bytes:
    return signing.sign(render(alert()), key=KEYS["ecdsa"], certificate=HOUSE)


def refused(raw: bytes, certificate: str = HOUSE) -> str:
    with pytest.raises(BadInput) as error:
        signing.verified(raw, certificates=[certificate])
    return error.value.errors[0].rule


@pytest.mark.parametrize("kind", KEYS)
def test_what_the_house_signs_holds_and_is_valid(kind: str) -> None:
    certificate = signing.certificate_of(KEYS[kind], "canhbao.example.vn")
    raw = signing.sign(render(alert()), key=KEYS[kind], certificate=certificate)
    assert schema().validate(etree.fromstring(raw))
    assert alert_of(signing.verified(raw, certificates=[HOUSE, certificate])) == alert()


def test_the_same_key_gives_the_same_certificate() -> None:
    assert signing.certificate_of(KEYS["ecdsa"], "canhbao.example.vn") == HOUSE


def test_a_changed_word_breaks_it() -> None:
    assert refused(signed().replace(b"Severe", b"Minor")) == "signature"


def test_another_key_does_not_count() -> None:
    theirs = signing.certificate_of(OTHER, "canhbao.example.vn")
    assert refused(signing.sign(render(alert()), key=OTHER, certificate=theirs)) == "signature"
    assert refused(signed(), theirs) == "signature"
    with pytest.raises(BadInput, match="no certificate"):
        signing.verified(signed(), certificates=[])


def test_unsigned_does_not_count() -> None:
    assert not signing.is_signed(tree_of(render(alert())))
    assert signing.is_signed(tree_of(signed()))
    assert refused(render(alert())) == "signature"


def test_a_wrapped_signature_finds_no_room() -> None:
    """The signed alert hides inside another one, whose signature points to it."""
    true = tree_of(signed())
    false = tree_of(render(alert(identifier="VN-FALSE")))
    signature = copy.deepcopy(true.find(f"{{{DSIG}}}Signature"))
    false.append(true)
    assert refused(etree.tostring(false)) == "signature"
    false.append(signature)
    assert refused(etree.tostring(false)) == "signature"


def test_a_signature_over_a_part_is_refused() -> None:
    true = tree_of(signed())
    reference = next(true.iter(f"{{{DSIG}}}Reference"))
    reference.set("URI", "#part")
    assert refused(etree.tostring(true)) == "signature"


def test_what_is_added_behind_the_signature_breaks_it() -> None:
    true = tree_of(signed())
    true.append(copy.deepcopy(true[-2]))
    assert refused(etree.tostring(true)) == "signature"
