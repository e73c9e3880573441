"""A kind as it is being written: lines of fields that are added, moved and taken away, and what they make."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from naoso.core.objects.forms import written
from naoso.core.objects.kind_forms import PALETTE, ChoiceForm, FieldForm, KindForm, Words, named
from naoso.core.objects.models import ObjectKind
from naoso.core.objects.services.declaring import Change
from naoso.kernel import kinds
from naoso.kernel.errors import BadInput, FieldError

SWITCHES = ("required", "public", "counted", "indexed")
PLAIN = ("unit", "view_right", "edit_right")
Data = MultiValueDict[str, str]


def posted(kind: ObjectKind | None) -> Data:
    """A stored kind as its form would send it; None: a new one with an empty line."""
    data: Data = MultiValueDict()
    if kind is None:
        data.update(
            {"icon": "map-pin", "tint": "#2f9e44", "near_m": "1", "geometry": "point", "public": "on"}
        )
        add_line(data)
        return data
    for name in ("title", "slug", "icon", "geometry", "tint", "label", "colour"):
        data[name] = getattr(kind, name)
    data["title_en"] = english(kind.title, kind.title_en)
    data["near_m"], data["seen"] = written(kind.near_m), str(kind.version)
    if kind.public:
        data["public"] = "on"
    for place, stored in enumerate(kind.fields):
        post_field(data, place, stored)
    return data


def english(vietnamese: str, words: str) -> str:
    """Empty where there is no English of its own."""
    return "" if words == vietnamese else words


def post_field(data: Data, place: int, stored: dict[str, Any]) -> None:
    """One stored field as a line."""
    at = f"f-{place}-"
    data.appendlist("row", str(place))
    data[at + "was"] = data[at + "name"] = stored["name"]
    data[at + "title"], data[at + "type"] = stored["title"], stored.get("type", "text")
    data[at + "title_en"] = english(stored["title"], stored.get("title_en", ""))
    data[at + "help"] = stored.get("help", "")
    data[at + "help_en"] = english(stored.get("help", ""), stored.get("help_en", ""))
    for name in PLAIN:
        data[at + name] = stored.get(name, "")
    for name in ("minimum", "maximum"):
        data[at + name] = written(stored.get(name))
    for name in SWITCHES:
        if stored.get(name, name == "public"):
            data[at + name] = "on"
    for number, choice in enumerate(stored.get("choices", ())):
        data.appendlist(at + "row", str(number))
        inner = f"{at}c-{number}-"
        data[inner + "value"], data[inner + "title"] = choice["value"], choice["title"]
        data[inner + "title_en"] = english(choice["title"], choice.get("title_en", ""))
        data[inner + "colour"] = choice.get("colour") or PALETTE[number % len(PALETTE)]


def copied(sent: QueryDict) -> Data:
    """What was sent, open to changes."""
    return MultiValueDict({name: list(values) for name, values in sent.lists()})


def add_line(data: Data) -> None:
    """An empty field at the end."""
    key = fresh(data.getlist("row"))
    data.appendlist("row", key)
    data[f"f-{key}-public"] = "on"
    data[f"f-{key}-type"] = "text"


def add_choice(data: Data, key: str) -> None:
    """An empty choice at the end, in the next colour."""
    name = f"f-{key}-row"
    place = len(data.getlist(name))
    number = fresh(data.getlist(name))
    data.appendlist(name, number)
    data[f"f-{key}-c-{number}-colour"] = PALETTE[place % len(PALETTE)]


def fresh(keys: list[str]) -> str:
    """A key that no line has."""
    return str(max([int(key) for key in keys if key.isdigit()], default=-1) + 1)


def act(data: Data, deed: str) -> None:
    """`add`, `drop:3`, `up:3`, `down:3` for lines; `choice:3`, `drop:3:1`, `up:3:1` for choices of a line."""
    verb, _colon, where = deed.partition(":")
    line, _colon, number = where.partition(":")
    if verb == "add":
        add_line(data)
    elif verb == "choice":
        add_choice(data, line)
    else:
        name, key = (f"f-{line}-row", number) if number else ("row", line)
        data.setlist(name, moved(data.getlist(name), verb, key))


def moved(keys: list[str], verb: str, key: str) -> list[str]:
    """The keys without one, or with it one place further."""
    if key not in keys:
        return keys
    place = keys.index(key)
    rest = [one for one in keys if one != key]
    if verb == "drop":
        return rest
    target = max(0, place + (-1 if verb == "up" else 1))
    return [*rest[:target], key, *rest[target:]]


class Line:
    """A field with its choices."""

    def __init__(self, data: Data, key: str) -> None:
        self.key = key
        at = f"f-{key}"
        self.suggested = not data.get(f"{at}-was") and suggest(data, f"{at}-")
        self.form = FieldForm(data, prefix=at)
        self.was = data.get(f"{at}-was", "")
        self.choices: list[tuple[str, ChoiceForm]] = []
        chosen = data.get(f"{at}-type", "") in {"choice", "choices"}
        if chosen and not data.getlist(f"{at}-row"):
            add_choice(data, key)
        for number in data.getlist(f"{at}-row"):
            inner = f"{at}-c-{number}"
            if not data.get(f"{inner}-value", "").strip():
                data[f"{inner}-value"] = named(data.get(f"{inner}-title", ""))
            self.choices.append((number, ChoiceForm(data, prefix=inner)))
        self.used = [form for _number, form in self.choices] if chosen else []

    @property
    def forms(self) -> list[forms.Form]:
        """All that counts."""
        return [self.form, *self.used]

    def field(self) -> kinds.Field:
        """What the line says; whatever is wrong in it is left at its default."""
        given = {**self.form.cleaned_data}
        choices = tuple(
            kinds.Choice(
                made["value"], Words(made["title"], made.get("title_en", "")), made.get("colour", "")
            )
            for form in self.used
            if "value" in (made := form.cleaned_data) and "title" in made
        )
        numeric = given.get("type") in {"integer", "number"}
        return kinds.Field(
            name=given.get("name", ""),
            title=Words(given.get("title", ""), given.get("title_en", "")),
            type=given.get("type", "text"),
            unit=given.get("unit", ""),
            choices=choices,
            minimum=given.get("minimum") if numeric else None,
            maximum=given.get("maximum") if numeric else None,
            help=Words(given.get("help", ""), given.get("help_en", "")),
            view_right=given.get("view_right", ""),
            edit_right=given.get("edit_right", ""),
            **{name: bool(given.get(name)) for name in SWITCHES},
        )


def suggest(data: Data, at: str, name: str = "name", joint: str = "_") -> bool:
    """Names a new thing after its title, until somebody names it otherwise; tells whether it did."""
    now, auto = data.get(at + name, "").strip(), data.get(f"{at}auto", "")
    wanted = named(data.get(f"{at}title", ""), joint)
    if now not in {"", auto} or not wanted or now == wanted:
        return False
    data[at + name] = data[f"{at}auto"] = wanted
    return True


class Sheet:
    """All forms of a kind. `quiet`: nothing is told yet of what is wrong."""

    def __init__(self, data: Data, *, kind: ObjectKind | None, quiet: bool) -> None:
        self.kind, self.quiet = kind, quiet
        self.suggested = kind is None and suggest(data, "", "slug", "-")
        self.lines = [Line(data, key) for key in data.getlist("row")]
        self.sound = True
        for form in (form for line in self.lines for form in line.forms):
            self.judge(form)
        self.fields = [line.field() for line in self.lines]
        self.follow(data)
        self.form = KindForm(data, fields=self.fields, fixed=kind is not None)
        self.judge(self.form)
        if not quiet:
            self.judge_fields()

    def follow(self, data: Data) -> None:
        """Label and colour go with a field that gets another name."""
        names = {field.name for field in self.fields}
        now = {line.was: field.name for line, field in zip(self.lines, self.fields, strict=True) if line.was}
        for use in ("label", "colour"):
            if data.get(use) and data[use] not in names:
                data[use] = now.get(str(data[use]), "")

    def judge(self, form: forms.Form) -> None:
        """Cleans it."""
        self.sound = form.is_valid() and self.sound
        if self.quiet:
            form.errors.clear()

    def judge_fields(self) -> None:
        """The rules of a declaration, told at the line that breaks one."""
        for line, field in zip(self.lines, self.fields, strict=True):
            if any(form.errors for form in line.forms):
                continue
            try:
                kinds.check_field(field)
            except BadInput as error:
                self.sound = False
                for broken in error.errors:
                    name = broken.field if broken.field in line.form.fields else None
                    line.form.add_error(name, rule_words(broken))

    def tell(self, error: BadInput) -> None:
        """A refusal of the whole stands at its field."""
        for broken in error.errors:
            known = broken.field if broken.field in self.form.fields else None
            self.form.add_error(known, rule_words(broken))

    @property
    def spec(self) -> kinds.Kind:
        """The declaration, once the sheet is sound."""
        given = self.form.cleaned_data
        return kinds.Kind(
            slug=self.kind.slug if self.kind else given["slug"],
            title=Words(given["title"], given["title_en"]),
            icon=given["icon"], fields=tuple(self.fields),
            geometry=cast("kinds.Geometry", given["geometry"]),
            label=given["label"], colour=given["colour"], tint=given["tint"], public=given["public"],
            near_m=given["near_m"],
        )  # fmt: skip

    def change(self, *, empty: bool = False) -> Change:
        """What is asked of the kind that is there."""
        return Change(self.spec, dict(self.renames()), dict(self.fills()), empty)

    def renames(self) -> Iterator[tuple[str, str]]:
        """Old names to new ones."""
        for line in self.lines:
            name = line.form.cleaned_data["name"]
            if line.was and line.was != name:
                yield line.was, name

    def fills(self) -> Iterator[tuple[str, str]]:
        """Text for objects without a value."""
        for line in self.lines:
            if line.form.cleaned_data["fill"]:
                yield line.form.cleaned_data["name"], line.form.cleaned_data["fill"]


def rule_words(broken: FieldError) -> str:
    """A rule of the kernel, which speaks English alone, in the language of the page."""
    known = {
        ("slug", "form"): _("Small letters, digits and hyphens; it begins with a letter."),
        ("slug", "taken"): _("This word is an address of the house; choose another."),
        ("fields", "count"): _("A kind has at most 80 fields."),
        ("fields", "unique"): _("Two fields have the same name: %(name)s.") % {"name": broken.value},
        ("name", "form"): _("Small letters, digits and _; it begins with a letter; no word of the house."),
        ("choices", "required"): _("Add at least one choice."),
        ("choices", "unique"): _("Each choice has a value of its own."),
        ("counted", "type"): _("Only one choice and yes or no can be counted on the map."),
        ("minimum", "order"): _("The least value is above the greatest."),
        ("colour", "counted"): _("Choose a field that is counted on the map."),
    }
    return known.get((broken.field, broken.rule), broken.message)
