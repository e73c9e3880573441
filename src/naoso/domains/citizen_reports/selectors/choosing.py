"""What a citizen may choose: the tree of categories, and the questions that each of them asks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from naoso.domains.citizen_reports.models import Category, Question, QuestionKind, Visibility
from naoso.domains.citizen_reports.models.categories import in_language


@dataclass(slots=True)
class Branch:
    """A category with those below it; one that has some is a heading and is not chosen itself."""

    category: Category
    below: list[Branch] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)

    def leaves(self) -> Iterator[Branch]:
        """What can be chosen here, in order."""
        if not self.below:
            yield self
        for branch in self.below:
            yield from branch.leaves()


def tree() -> list[Branch]:
    """Two queries. A branch asks its own questions and those of all above it."""
    asked: dict[int, list[Question]] = defaultdict(list)
    for question in Question.objects.all():
        asked[question.category_id].append(question)
    rows = Category.objects.filter(enabled=True).exclude(visibility=Visibility.INTERNAL)
    children: dict[int | None, list[Category]] = defaultdict(list)
    for row in rows:
        children[row.parent_id].append(row)

    def grown(parent: int | None, above: list[Question]) -> list[Branch]:
        branches = []
        for row in children[parent]:
            questions = [*above, *asked[row.pk]]
            branches.append(Branch(row, grown(row.pk, questions), questions))
        return branches

    return grown(None, [])


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as a page shows it, with what was answered so far: choices are (key, words, chosen)."""

    code: str
    label: str
    kind: str
    required: bool
    value: str
    choices: tuple[tuple[str, str, bool], ...]


def asked(questions: Iterable[Question], given: Mapping[str, Any]) -> list[Asked]:
    """In the reader's language."""
    found = []
    for question in questions:
        raw = given.get(question.code, "")
        values = [str(one) for one in (raw if isinstance(raw, list) else [raw])]
        choices = tuple(
            (row["key"], in_language(row["label"], row.get("label_en", "")), row["key"] in values)
            for row in question.choices
        )
        if question.kind == QuestionKind.YES_NO:
            choices = (("yes", _("Yes"), "yes" in values), ("no", _("No"), "no" in values))
        found.append(
            Asked(question.code, str(question), question.kind, question.required, values[0], choices)
        )
    return found


def family(category: Category) -> list[int]:
    """The category, those beside it under the same heading, and those below it."""
    related = {category.pk, *Category.objects.filter(parent=category).values_list("pk", flat=True)}
    if category.parent_id is not None:
        beside = Category.objects.filter(parent_id=category.parent_id)
        related |= {category.parent_id, *beside.values_list("pk", flat=True)}
    return sorted(related)
