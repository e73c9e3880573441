"""Filters on city objects: CQL2 (OGC 21-065r2), as text or JSON, becomes a condition of SQL.

Every value travels as a parameter. A filter that names only counted fields can also be put to the groups
of the cells, which is why it costs nothing at any zoom.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, NoReturn

import msgspec
from django.utils.translation import gettext as _
from lark.exceptions import LarkError
from pygeofilter import ast, values
from pygeofilter.parsers.cql2_json import parse as parse_json
from pygeofilter.parsers.cql2_text import parse as parse_text
from shapely.errors import ShapelyError
from shapely.geometry import shape as shape_of

from naoso.kernel.errors import BadInput
from naoso.kernel.kinds import Field, Kind
from naoso.kernel.text import folded

LONGEST = 4000
DEEPEST = 40
GEOMETRY = frozenset({"geometry", "geom", "shape"})
COLUMNS = {
    "code": "o.code", "state": "o.state", "owner": "o.owner_id", "unit": "o.unit_id", "id": "o.id",
    "valid_from": "o.valid_from", "valid_to": "o.valid_to", "changed_at": "o.changed_at",
}  # fmt: skip
COMPARISONS: dict[type, str] = {
    ast.Equal: "=", ast.NotEqual: "<>", ast.LessThan: "<", ast.LessEqual: "<=", ast.GreaterThan: ">",
    ast.GreaterEqual: ">=",
}  # fmt: skip
SPATIAL: dict[type, str] = {
    ast.GeometryIntersects: "ST_Intersects", ast.GeometryWithin: "ST_Within",
    ast.GeometryContains: "ST_Contains", ast.GeometryDisjoint: "ST_Disjoint", ast.GeometryEquals: "ST_Equals",
    ast.GeometryTouches: "ST_Touches", ast.GeometryCrosses: "ST_Crosses", ast.GeometryOverlaps: "ST_Overlaps",
}  # fmt: skip
ARITHMETIC: dict[type, str] = {ast.Add: "+", ast.Sub: "-", ast.Mul: "*", ast.Div: "/"}
TEMPORAL: dict[type, str] = {ast.TimeAfter: ">", ast.TimeBefore: "<", ast.TimeEquals: "="}
FOLDED = "unaccent(lower({}))"


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition over `o` (objects_cityobject) with its parameters; `fields` are the properties named.

    `of_groups` is the same over `g.vals`, or "" where a named property is not counted.
    """

    sql: str
    params: tuple[Any, ...] = ()
    fields: frozenset[str] = frozenset()
    of_groups: str = ""

    def __bool__(self) -> bool:
        return self.sql != "true"


EVERYTHING = Filter("true", of_groups="true")


def refuse(value: object, rule: str, message: str) -> NoReturn:
    """A filter that cannot be understood."""
    raise BadInput.of("filter", str(value)[:120], rule, message)


def compiled(
    text: str, kind: Kind, *, lang: str = "cql2-text", rights: Callable[[str], bool] | None = None
) -> Filter:
    """CQL2 → SQL; raises BadInput naming what is not understood.

    `rights` says which `view_right`s are held.
    """
    if not text.strip():
        return EVERYTHING
    if len(text) > LONGEST:
        refuse(f"{len(text)} characters", "length", f"a filter has at most {LONGEST} characters")
    named = {
        field.name: field
        for field in kind.fields
        if not field.view_right or (rights and rights(field.view_right))
    }
    return translated(parsed(text, lang), named)


def parsed(text: str, lang: str) -> Any:
    """The tree of a filter."""
    try:
        return parse_text(text) if lang == "cql2-text" else parse_json(msgspec.json.decode(text))
    except (
        LarkError,
        msgspec.DecodeError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
        RecursionError,
    ) as error:
        refuse(text, "cql2", _("This is not a filter in CQL2: %(why)s") % {"why": first_line(error)})


def first_line(error: Exception) -> str:
    """What a parser says first."""
    return (str(error).splitlines() or [type(error).__name__])[0]


def translated(tree: Any, named: dict[str, Field]) -> Filter:
    """The tree as SQL."""
    writer = Writer(named)
    sql = writer.condition(tree)
    counted = bool(writer.used) and not writer.beyond and all(named[name].counted for name in writer.used)
    return Filter(
        sql=sql,
        params=tuple(writer.params),
        fields=frozenset(writer.used),
        of_groups=sql.replace("o.data", "g.vals") if counted else "",
    )


@dataclass
class Writer:
    """Walks a tree; `beyond` says that something other than counted values was named."""

    named: dict[str, Field]
    params: list[Any] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    beyond: bool = False
    depth: int = 0

    def condition(self, node: Any) -> str:
        """A node that is true or false."""
        self.depth += 1
        if self.depth > DEEPEST * 20:
            refuse("…", "size", "the filter is too long")
        for kind, write in self.WRITERS:
            if isinstance(node, kind):
                return write(self, node)
        if isinstance(node, ast.Attribute) and self._type(node) == "boolean":
            return f"({self.value(node)})"
        refuse(node, "supported", "this operator is not supported here")

    def _combination(self, node: Any) -> str:
        word = "AND" if isinstance(node, ast.And) else "OR"
        return f"({self.condition(node.lhs)} {word} {self.condition(node.rhs)})"

    def _not(self, node: Any) -> str:
        return f"(NOT {self.condition(node.sub_node)})"

    def _comparison(self, node: Any) -> str:
        expected = self._type(node.lhs) or self._type(node.rhs)
        left, right = self.value(node.lhs, expected), self.value(node.rhs, expected)
        return f"({left} {COMPARISONS[type(node)]} {right})"

    def _between(self, node: Any) -> str:
        expected = self._type(node.lhs)
        parts = [self.value(part, expected) for part in (node.lhs, node.low, node.high)]
        return "({} {}BETWEEN {} AND {})".format(parts[0], "NOT " if node.not_ else "", parts[1], parts[2])

    def _like(self, node: Any) -> str:
        left = self.value(node.lhs)
        pattern = str(node.pattern)
        if isinstance(node.lhs, ast.Function):
            pattern = folded(pattern) if node.lhs.name.lower() == "accenti" else pattern.lower()
        self.params.append(pattern)
        return f"({left} {'NOT ' if node.not_ else ''}{'ILIKE' if node.nocase else 'LIKE'} %s)"

    def _in(self, node: Any) -> str:
        expected = self._type(node.lhs)
        left = self.value(node.lhs, expected)
        listed = ", ".join(self.value(one, expected) for one in node.sub_nodes)
        return f"({left} {'NOT ' if node.not_ else ''}IN ({listed}))"

    def _is_null(self, node: Any) -> str:
        return f"({self.value(node.lhs)} IS {'NOT ' if node.not_ else ''}NULL)"

    def _spatial(self, node: Any) -> str:
        return f"({SPATIAL[type(node)]}({self.place(node.lhs)}, {self.place(node.rhs)}))"

    def _bbox(self, node: Any) -> str:
        self.params += [float(node.minx), float(node.miny), float(node.maxx), float(node.maxy)]
        return f"({self.place(node.lhs)} && ST_MakeEnvelope(%s, %s, %s, %s, 4326))"

    def _temporal(self, node: Any) -> str:
        left, right = self.value(node.lhs, "date"), self.value(node.rhs, "date")
        return f"({left} {TEMPORAL[type(node)]} {right})"

    def _include(self, node: Any) -> str:
        return "false" if node.not_ else "true"

    WRITERS = (
        (ast.Combination, _combination), (ast.Not, _not), (ast.Comparison, _comparison), (ast.Between,
            _between),
        (ast.Like, _like), (ast.In, _in), (ast.IsNull, _is_null), (ast.BBox, _bbox),
        (tuple(SPATIAL), _spatial), (tuple(TEMPORAL), _temporal), (ast.Include, _include),
    )  # fmt: skip

    def place(self, node: Any) -> str:
        """A geometry: the object's own, or one that is written out in WGS 84."""
        self.beyond = True
        if isinstance(node, ast.Attribute):
            if node.name not in GEOMETRY:
                refuse(node.name, "geometry", "no property of this name is a geometry")
            return "o.shape"
        if isinstance(node, ast.Function) and node.name.lower() == "bbox" and len(node.arguments) == 4:
            self.params += [float(one) for one in node.arguments]
            return "ST_MakeEnvelope(%s, %s, %s, %s, 4326)"
        if isinstance(node, values.Envelope):
            self.params += [float(node.x1), float(node.y1), float(node.x2), float(node.y2)]
            return "ST_MakeEnvelope(%s, %s, %s, %s, 4326)"
        if isinstance(node, values.Geometry):
            try:
                drawn = shape_of(node.geometry)
            except (ShapelyError, ValueError, TypeError, AttributeError) as error:
                refuse(node, "geometry", f"this geometry cannot be read: {error}")
            self.params.append(drawn.wkb)
            return "ST_SetSRID(ST_GeomFromWKB(%s), 4326)"
        refuse(node, "geometry", "a geometry is expected here")

    def value(self, node: Any, expected: str = "") -> str:
        """A property, a literal, a sum or one of the functions CASEI, ACCENTI, LOWER."""
        if isinstance(node, ast.Attribute):
            return self._property(node.name)
        if isinstance(node, ast.Function):
            return self._function(node)
        if type(node) in ARITHMETIC:
            left, right = self.value(node.lhs, "number"), self.value(node.rhs, "number")
            return f"({left} {ARITHMETIC[type(node)]} {right})"
        return self._literal(node, expected)

    def _property(self, name: str) -> str:
        if name in COLUMNS:
            self.beyond = True
            return COLUMNS[name]
        found = self.named.get(name)
        if found is None:
            refuse(
                name, "property", f"no property is called {name!r}; known: {', '.join(sorted(self.named))}"
            )
        self.used.add(name)
        if found.type in {"integer", "number"}:
            return f"(o.data->'{name}')::float8"
        if found.type == "boolean":
            return f"(o.data->'{name}')::boolean"
        return f"(o.data->>'{name}')"

    def _function(self, node: Any) -> str:
        name = node.name.lower()
        if name not in {"lower", "casei", "accenti"} or len(node.arguments) != 1:
            refuse(node.name, "function", "known functions: CASEI, ACCENTI, LOWER")
        inner = node.arguments[0]
        if isinstance(inner, str):
            self.params.append(folded(inner) if name == "accenti" else inner.lower())
            return "%s"
        return (FOLDED if name == "accenti" else "lower({})").format(self.value(inner))

    def _type(self, node: Any) -> str:
        if isinstance(node, ast.Attribute) and node.name in self.named:
            return self.named[node.name].type
        return ""

    def _literal(self, node: Any, expected: str) -> str:
        if isinstance(node, dt.datetime | dt.date):
            self.params.append(node.isoformat() if expected == "date" else node)
            return "%s"
        numeric = isinstance(node, int | float) and not isinstance(node, bool)
        wanted = {"integer": numeric, "number": numeric, "boolean": isinstance(node, bool)}
        if not wanted.get(expected, isinstance(node, str | int | float | bool)):
            refuse(node, "type", f"a value of type {expected} is expected")
        if expected in {"text", "choice", "date"} and not isinstance(node, str):
            node = str(node)
        self.params.append(node)
        return "%s::float8" if numeric and expected in {"integer", "number"} else "%s"


def all_of(filters: Iterable[Filter]) -> Filter:
    """What all of them ask for."""
    listed = [one for one in filters if one]
    if not listed:
        return EVERYTHING
    of_groups = [one.of_groups for one in listed]
    return Filter(
        sql=" AND ".join(one.sql for one in listed),
        params=tuple(value for one in listed for value in one.params),
        fields=frozenset().union(*(one.fields for one in listed)),
        of_groups=" AND ".join(of_groups) if all(of_groups) else "",
    )
