"""No model of a domain holds a relation to another domain's: string keys escape the import contracts."""

from __future__ import annotations

from django.apps import apps
from django.db.models import Field, Model

PREFIX = "naoso.domains."


def domain_of(model: type[Model]) -> str:
    """`naoso.domains.fire.models` → `fire`; empty for the rest of the house."""
    module = model.__module__
    return module.removeprefix(PREFIX).split(".")[0] if module.startswith(PREFIX) else ""


def test_no_domain_points_at_another() -> None:
    crossings = [
        f"{model.__name__}.{field.name} → {field.related_model.__name__}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, Field) and field.is_relation and isinstance(field.related_model, type)
        if domain_of(model) and domain_of(field.related_model)
        if domain_of(model) != domain_of(field.related_model)
    ]
    assert crossings == []


def test_core_does_not_point_at_domains() -> None:
    crossings = [
        f"{model.__name__}.{field.name}"
        for model in apps.get_models()
        if not domain_of(model)
        for field in model._meta.get_fields()
        if isinstance(field, Field)
        and isinstance(field.related_model, type)
        and domain_of(field.related_model)
    ]
    assert crossings == []
