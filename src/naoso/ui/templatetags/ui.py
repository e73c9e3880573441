"""The components that every template may use; a builtin library, so nobody loads it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BoundField
from django.template.context import Context
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from naoso.ui import forms, icons, signs
from naoso.ui.ages import (
    absolute,
    age_in_words,
    countdown_in_words,
    is_near,
    is_stale,
    length_in_words,
)

register = template.Library()
NOTHING = "–"


@register.simple_tag
def icon(name: str, classes: str = "") -> SafeString:
    """`{% icon "map-pin" %}`: one of Tabler's outline icons."""
    return icons.svg(name, classes)


@register.simple_tag
def badge(value: Any, label: Any = "", tone: str = "", icon: str = "", classes: str = "") -> SafeString:
    """`{% badge alert.severity %}`, `{% badge "late" %}`: words, shape and colour."""
    sign = signs.sign_of(value)
    return format_html(
        '<span class="sign sign-{} {}">{}<span>{}</span></span>',
        tone or sign.tone,
        classes,
        icons.svg(icon or sign.icon),
        label or sign.label,
    )


@register.simple_tag
def age(at: datetime | None, empty: Any = "") -> SafeString:
    """`{% age alert.raised_at %}`: a relative time that the page keeps fresh."""
    if not at:
        return format_html('<span class="text-secondary">{}</span>', empty or _("never"))
    return format_html(
        '<time datetime="{}" title="{}" data-age>{}</time>',
        at.isoformat(),
        absolute(at),
        age_in_words(at, timezone.now()),
    )


@register.simple_tag
def moment(at: datetime | None, empty: Any = "") -> SafeString:
    """`{% moment incident.due_at %}`: `17:00 25/11/2026 (in 2 days)`; far from now the date alone."""
    if not at:
        return age(at, empty)
    written = date_format(timezone.localtime(at), "H:i d/m/Y")
    if not is_near(at, timezone.now()):
        return format_html('<time datetime="{}">{}</time>', at.isoformat(), written)
    return format_html("{} ({})", written, age(at))


@register.simple_tag
def countdown(due: datetime | None) -> SafeString:
    """`{% countdown task.due_at %}`: what is left of a limit, second by second; marked once it is over."""
    if not due:
        return SafeString("")
    now = timezone.now()
    return format_html(
        '<time class="countdown{}" datetime="{}" title="{}" data-due>{}</time>',
        " is-over" if due < now else "",
        due.isoformat(),
        absolute(due),
        countdown_in_words(due, now),
    )


@register.simple_tag
def span(length: timedelta | float | None) -> str:
    """`{% span report.lasted %}`: a length of time, or seconds, in words."""
    if length is None:
        return NOTHING
    return length_in_words(length if isinstance(length, timedelta) else timedelta(seconds=length))


@register.simple_tag
def stale(at: datetime | None, limit: timedelta | float) -> SafeString:
    """`{% stale source.last_word limit %}`: a badge once the word is older than the limit."""
    span = limit if isinstance(limit, timedelta) else timedelta(seconds=limit)
    if not is_stale(at, span, timezone.now()):
        return SafeString("")
    return badge("stale", label=_("No data yet") if at is None else "")


@register.simple_tag
def number(value: float | str | None, decimals: int | None = None, unit: str = "") -> SafeString:
    """`{% number 1234.5 1 "µg/m³" %}`: 1.234,5 µg/m³ in Vietnamese; a missing one is a dash."""
    if (
        value is None or value == "" or not math.isfinite(float(value))
    ):  # "" is a template's attribute of None
        return format_html('<span class="number text-secondary">{}</span>', NOTHING)
    exact = Decimal(str(value))
    if decimals is not None:
        # number_format cuts digits off; people expect rounding
        exact = exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    shown = number_format(exact, decimal_pos=decimals, use_l10n=True, force_grouping=True)
    if not unit:
        return format_html('<span class="number">{}</span>', shown)
    return format_html('<span class="number">{} <span class="unit">{}</span></span>', shown, unit)


@register.filter
def at(found: Mapping[Any, Any], key: Any) -> Any:
    """`steps|at:incident.pk`: what a mapping holds under a key that a template knows by name only."""
    return found.get(key)


@register.simple_tag
def control(field: BoundField) -> SafeString:
    """The field's widget with the classes that the theme wants."""
    return forms.control(field)


@register.filter
def is_switch(field: BoundField) -> bool:
    """A single checkbox: its label stands after it."""
    return forms.is_switch(field)


@register.inclusion_tag("ui/parts/nothing.html")
def nothing(title: Any, hint: Any = "", icon: str = "mood-empty") -> dict[str, Any]:
    """`{% nothing _("No alerts") %}`: an empty list says so, and what to do next."""
    return {"title": title, "hint": hint, "icon": icon}


@register.inclusion_tag("ui/parts/pagination.html", takes_context=True)
def pagination(context: Context, page: Page[Any], target: str = "") -> dict[str, Any]:
    """Links to the other pages of a list; keeps the filters of the address."""
    span = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return {"page": page, "span": list(span), "request": context.get("request"), "target": target}


@register.inclusion_tag("ui/parts/filter_bar.html", takes_context=True)
def filter_bar(context: Context, form: Any, target: str = "") -> dict[str, Any]:
    """A GET form in one row; with a target, htmx replaces that part alone."""
    return {"form": form, "target": target, "request": context.get("request")}


@register.inclusion_tag("ui/parts/sort_header.html", takes_context=True)
def sort_header(context: Context, label: Any, field: str) -> dict[str, Any]:
    """A column's head that sorts by `?sort=field` and back by `?sort=-field`."""
    request = context.get("request")
    current = request.GET.get("sort", "") if request else ""
    direction = {field: "ascending", f"-{field}": "descending"}.get(current, "none")
    following = f"-{field}" if direction == "ascending" else field
    return {"label": label, "following": following, "direction": direction, "request": request}
