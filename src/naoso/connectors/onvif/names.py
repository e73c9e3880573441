"""Names of ONVIF's documents (Core, Profile S) and of WS-Discovery, WS-Security and SOAP 1.2."""

from __future__ import annotations

DEVICE = "http://www.onvif.org/ver10/device/wsdl"
MEDIA = "http://www.onvif.org/ver10/media/wsdl"
PTZ = "http://www.onvif.org/ver20/ptz/wsdl"
SCHEMA = "http://www.onvif.org/ver10/schema"
ERROR = "http://www.onvif.org/ver10/error"
NETWORK = "http://www.onvif.org/ver10/network/wsdl"
SOAP = "http://www.w3.org/2003/05/soap-envelope"
ADDRESSING = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
DISCOVERY = "http://schemas.xmlsoap.org/ws/2005/04/discovery"
SECURITY = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
UTILITY = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
DIGEST = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordDigest"
BASE64 = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary"
SCOPE = "onvif://www.onvif.org/"
PREFIXES = {
    "s": SOAP, "tds": DEVICE, "trt": MEDIA, "tptz": PTZ, "tt": SCHEMA, "ter": ERROR, "dn": NETWORK,
    "a": ADDRESSING, "d": DISCOVERY, "wsse": SECURITY, "wsu": UTILITY,
}  # fmt: skip


def tag(name: str) -> str:
    """`tt:Profile` → `{http://www.onvif.org/ver10/schema}Profile`."""
    prefix, _colon, local = name.partition(":")
    return f"{{{PREFIXES[prefix]}}}{local}"
