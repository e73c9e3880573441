"""Kinds that domains declare are written into the database, in both languages."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.db import connection, connections, transaction
from django.utils.translation import override

from naoso.core.objects.models import ObjectKind
from naoso.kernel import kinds


def sync_after_migrate(sender: AppConfig, using: str, **kwargs: object) -> None:  # noqa: ARG001
    """`post_migrate`: every kind of the modules switched on, as it is declared today."""
    if "objects_objectkind" not in connections[using].introspection.table_names():
        return
    for module in settings.MODULES:
        for kind in module.kinds:
            declare(kind, module.slug, declared=True)


def declare(kind: kinds.Kind, domain: str, *, declared: bool = False) -> ObjectKind:
    """Stores a declaration, and counts its objects anew where it counts otherwise; one that says nothing new
    writes nothing.
    """
    kinds.check(kind)
    wanted = columns(kind, domain) | {"declared": declared}
    row = ObjectKind.objects.filter(slug=kind.slug).first() or ObjectKind(slug=kind.slug, version=0)
    if row.pk and all(getattr(row, name) == value for name, value in wanted.items()):
        return row
    known, counts = row.pk is not None, (row.counted, row.colour)
    for name, value in wanted.items():
        setattr(row, name, value)
    row.version += 1
    with transaction.atomic():
        row.save()
        if known and (row.counted, row.colour) != counts:
            recount(row)
    return row


def recount(kind: ObjectKind) -> None:
    """The map's cells and groups, anew."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT objects_recount(%s)", [kind.pk])


def columns(kind: kinds.Kind, domain: str) -> dict[str, Any]:
    """What the table keeps of a declaration."""
    fields = [stored(field) for field in kind.fields]
    return {
        "domain": domain,
        "title": in_language(kind.title, "vi"),
        "title_en": in_language(kind.title, "en"),
        "icon": kind.icon,
        "geometry": kind.geometry,
        "fields": fields,
        "schema": kinds.schema(kind.fields),
        "counted": [field.name for field in kind.fields if field.counted],
        "label": kind.label,
        "colour": kind.colour,
        "tint": kind.tint,
        "near_m": kind.near_m,
        "public": kind.public,
    }


def stored(field: kinds.Field) -> dict[str, Any]:
    """One field as JSON: what is left at its default is left out."""
    plain = {key: value for key, value in asdict(field).items() if key not in {"title", "help", "choices"}}
    default = {key: value for key, value in asdict(kinds.Field(name="", title="")).items() if key in plain}
    found = {key: value for key, value in plain.items() if value != default[key]}
    found |= bilingual("title", field.title)
    if field.help:
        found |= bilingual("help", field.help)
    if field.choices:
        found["choices"] = [
            {"value": choice.value, **bilingual("title", choice.title)}
            | ({"colour": choice.colour} if choice.colour else {})
            for choice in field.choices
        ]
    return found


def bilingual(name: str, words: Any) -> dict[str, str]:
    """`title` and `title_en` of a lazy translation."""
    return {name: in_language(words, "vi"), f"{name}_en": in_language(words, "en")}


def in_language(words: Any, language: str) -> str:
    """A lazy translation spelled out."""
    with override(language):
        return str(words)
