"""SOAP 1.2 envelopes: written with a WS-Security token, read with limits. A device is not trusted."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from lxml import etree

from naoso.connectors.onvif.errors import OnvifError, OnvifFault
from naoso.connectors.onvif.names import BASE64, DIGEST, PREFIXES, tag

BODY_LIMIT = 512 * 1024
TEXT_LIMIT = 400
REFUSALS = ("NotAuthorized", "FailedAuthentication", "InvalidSecurity", "SenderNotAuthorized")
MISSING = ("ActionNotSupported", "NoSuchService", "OptionalActionNotImplemented", "NoPTZProfile")
Element: TypeAlias = Any  # lxml carries no types


@dataclass(frozen=True, slots=True)
class Login:
    """A name and a password; the password shows in no representation."""

    username: str = ""
    password: str = field(default="", repr=False)


def element(name: str, *content: Element | str, **attributes: str) -> Element:
    """`element("trt:ProfileToken", "main")`."""
    made = etree.Element(tag(name), attributes)
    for part in content:
        if isinstance(part, str):
            made.text = (made.text or "") + part
        else:
            made.append(part)
    return made


def envelope(body: Element, *headers: Element) -> bytes:
    """As it goes over the wire."""
    root = etree.Element(tag("s:Envelope"), nsmap=PREFIXES)
    head = etree.SubElement(root, tag("s:Header"))
    head.extend(headers)
    etree.SubElement(root, tag("s:Body")).append(body)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def parsed(raw: bytes) -> Element:
    """The root of a document; raises OnvifError for what is none, is too large or brings its own entities."""
    if len(raw) > BODY_LIMIT:
        raise OnvifError(OnvifFault.UNSUPPORTED, "the device's answer is too long")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(raw, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise OnvifError(OnvifFault.UNSUPPORTED, "the device's answer is no XML") from error
    if root is None or root.getroottree().docinfo.doctype:
        raise OnvifError(OnvifFault.UNSUPPORTED, "the device's answer is no plain XML")
    return root


def answer_of(raw: bytes, wanted: str) -> Element:
    """The element of that name in the body; raises OnvifError for a fault or anything else."""
    root = parsed(raw)
    fault = root.find(f".//{tag('s:Fault')}")
    if fault is not None:
        raise refusal_of(fault)
    found = root.find(f"{tag('s:Body')}/{tag(wanted)}")
    if found is None:
        raise OnvifError(OnvifFault.UNSUPPORTED, "the device answers something else than was asked")
    return found


def refusal_of(fault: Element) -> OnvifError:
    """What a SOAP fault means."""
    codes = " ".join((one.text or "").strip() for one in fault.iter(tag("s:Value")))[:TEXT_LIMIT]
    if any(code in codes for code in REFUSALS):
        return OnvifError(OnvifFault.REFUSED, "the device refuses the user name or the password")
    if any(code in codes for code in MISSING):
        return OnvifError(OnvifFault.UNSUPPORTED, "the device does not know this function")
    return OnvifError(OnvifFault.UNSUPPORTED, f"the device reports a fault ({codes or 'without a code'})")


def text_of(parent: Element | None, path: str, most: int = TEXT_LIMIT) -> str:
    """The text at a path such as `tt:Uri`, without blanks around it, cut; empty where there is none."""
    if parent is None:
        return ""
    found = parent.find("/".join(tag(name) for name in path.split("/")))
    words = "".join(c for c in (found.text or "") if c.isprintable()) if found is not None else ""
    return words.strip()[:most]


def number_of(parent: Element | None, path: str) -> int:
    """A count or a size; 0 where there is none, or one that nobody can mean."""
    words = text_of(parent, path, 10)
    return int(words) if words.isascii() and words.isdigit() else 0


def digest_of(nonce: bytes, created: str, password: str) -> str:
    """Web Services Security UsernameToken Profile 1.0, 3.1."""
    return base64.b64encode(
        hashlib.sha1(nonce + created.encode() + password.encode(), usedforsecurity=False).digest()
    ).decode()


def security(who: Login, now: dt.datetime) -> Element:
    """The token; `now` is the device's clock, else it takes it for a replay."""
    nonce, created = secrets.token_bytes(16), now.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return element(
        "wsse:Security",
        element(
            "wsse:UsernameToken",
            element("wsse:Username", who.username),
            element("wsse:Password", digest_of(nonce, created, who.password), Type=DIGEST),
            element("wsse:Nonce", base64.b64encode(nonce).decode(), EncodingType=BASE64),
            element("wsu:Created", created),
        ),
    )


def accepts(root: Element, who: Login) -> bool:
    """The device's side: whether an envelope carries a token of this name and password."""
    token = root.find(f".//{tag('wsse:UsernameToken')}")
    try:
        nonce = base64.b64decode(text_of(token, "wsse:Nonce"), validate=True)
    except binascii.Error:
        return False
    expected = digest_of(nonce, text_of(token, "wsu:Created"), who.password)
    given = text_of(token, "wsse:Password")
    return text_of(token, "wsse:Username") == who.username and hmac.compare_digest(expected, given)
