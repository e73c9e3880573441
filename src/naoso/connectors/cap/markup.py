"""XML from strangers: small, without a document type, entities, includes or anything fetched."""

from __future__ import annotations

from typing import Any, TypeAlias
from xml.parsers import expat

from lxml import etree

from naoso.kernel.errors import BadInput

Element: TypeAlias = Any  # lxml comes without types
NAMESPACES = {
    "http://www.incident.com/cap/1.0": "1.0",
    "urn:oasis:names:tc:emergency:cap:1.1": "1.1",
    "urn:oasis:names:tc:emergency:cap:1.2": "1.2",
}
NS = "urn:oasis:names:tc:emergency:cap:1.2"
DSIG = "http://www.w3.org/2000/09/xmldsig#"
MOST_BYTES = 2 * 1024 * 1024


class _DoctypeFoundError(Exception):
    """Raised out of expat, before anything of the declaration is read."""


def tree_of(raw: bytes, *, most: int = MOST_BYTES) -> Element:
    """The root element. Raises BadInput for what is too large, has a DOCTYPE or is not well-formed."""
    if len(raw) > most:
        raise BadInput.of("body", f"{len(raw)} bytes", "size", f"must not exceed {most} bytes")
    _refuse_doctype(raw)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False, dtd_validation=False
    )
    try:
        return etree.fromstring(raw, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise BadInput.of("body", "", "xml", f"is not well-formed XML: {error}") from error


def _refuse_doctype(raw: bytes) -> None:
    def found(*_declared: object) -> None:
        raise _DoctypeFoundError

    scan = expat.ParserCreate()
    scan.StartDoctypeDeclHandler = found
    try:
        scan.Parse(raw, True)
    except _DoctypeFoundError:
        raise BadInput.of("body", "<!DOCTYPE", "doctype", "must not declare a document type") from None
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise BadInput.of("body", "", "xml", f"is not well-formed XML: {error}") from error


def local(element: Element) -> tuple[str, str]:
    """Namespace and name; both empty for comments and processing instructions."""
    if not isinstance(element.tag, str):
        return "", ""
    name = etree.QName(element)
    return name.namespace or "", name.localname


def text_of(element: Element) -> str:
    """All text, whatever comments stand between: what is signed without them is read without them."""
    return str(element.xpath("string()"))
