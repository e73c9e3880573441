"""XML in and out. A document with a DOCTYPE is refused: it is the root of entity bombs and of XXE, and no
GeoReport document has one."""

from __future__ import annotations

import re
from typing import Any
from xml.etree.ElementTree import Element, SubElement, TreeBuilder, tostring
from xml.parsers import expat

ILLEGAL = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
DEEPEST = 32
MOST_BYTES = 8 * 1024 * 1024


class BadXml(ValueError):
    """The document is no XML that is safe to read."""


def parsed(data: bytes) -> Element:
    """The root element; raises BadXml."""
    if len(data) > MOST_BYTES:
        raise BadXml(f"more than {MOST_BYTES} bytes")
    builder, depth = TreeBuilder(), 0
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise BadXml("nested too deeply")
        builder.start(name.rpartition("}")[2], attributes)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(name.rpartition("}")[2])

    def doctype(*_parts: Any) -> None:
        raise BadXml("a document type is not taken")

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(data, True)
        return builder.close()
    except (expat.ExpatError, AssertionError, LookupError, ValueError) as error:
        raise BadXml(str(error)) from error


def as_text(value: Any) -> str:
    """What stands between two tags: booleans in small letters, nothing for None, no illegal characters."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return ILLEGAL.sub("", str(value))


def added(parent: Element, name: str, value: Any, items: dict[str, str]) -> None:
    """A member below `parent`; the members of a list are called as `items` says."""
    node = SubElement(parent, name)
    if isinstance(value, dict):
        for key, inner in value.items():
            added(node, key, inner, items)
    elif isinstance(value, list | tuple):
        for inner in value:
            added(node, items[name], inner, items)
    else:
        node.text = as_text(value)


def written(root: str, value: Any, items: dict[str, str]) -> bytes:
    """A document with its declaration."""
    holder = Element("holder")
    added(holder, root, value, items)
    body: bytes = tostring(holder[0], encoding="utf-8", xml_declaration=True, short_empty_elements=True)
    return body
