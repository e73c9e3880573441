"""Our categories and questions as services and attributes."""

from __future__ import annotations

from django.utils.translation import gettext as _

from naoso.connectors.open311.types import Attribute, Service, ServiceDefinition, Value
from naoso.domains.citizen_reports.models import Question, QuestionKind
from naoso.domains.citizen_reports.models.categories import in_language
from naoso.domains.citizen_reports.open311.speaking import Refused
from naoso.domains.citizen_reports.selectors.choosing import Branch, tree

DATATYPES = {
    QuestionKind.TEXT: "text",
    QuestionKind.NUMBER: "number",
    QuestionKind.DATE: "datetime",
    QuestionKind.YES_NO: "singlevaluelist",
    QuestionKind.CHOICE: "singlevaluelist",
    QuestionKind.MULTI: "multivaluelist",
}


def leaves() -> dict[str, tuple[Branch, str]]:
    """What can be chosen, by code, with the heading that it stands under."""
    return {
        leaf.category.code: (leaf, str(branch.category) if branch.below else "")
        for branch in tree()
        for leaf in branch.leaves()
    }


def services() -> list[Service]:
    """In the order of the citizens' page."""
    return [
        Service(
            service_code=code,
            service_name=str(leaf.category),
            description=description(leaf),
            metadata=bool(leaf.questions),
            keywords=", ".join(dict.fromkeys(filter(None, (str(leaf.category), group)))),
            group=group,
        )
        for code, (leaf, group) in leaves().items()
    ]


def description(leaf: Branch) -> str:
    """What happens to such a report."""
    words = {"category": leaf.category, "hours": f"{leaf.category.hours:g}"}
    return _("%(category)s: solved within %(hours)s working hours.") % words


def leaf_of(service_code: str) -> Branch:
    """Raises Refused where citizens cannot choose it."""
    found = leaves().get(service_code)
    if found is None:
        raise Refused(404, "service_code provided was not found")
    return found[0]


def definition(service_code: str) -> ServiceDefinition:
    """Its questions and those of the headings above it."""
    leaf = leaf_of(service_code)
    asked = enumerate(leaf.questions, start=1)
    return ServiceDefinition(service_code, tuple(attribute(question, at) for at, question in asked))


def attribute(question: Question, order: int) -> Attribute:
    """One question."""
    values = tuple(
        Value(str(row["key"]), in_language(row["label"], row.get("label_en", ""))) for row in question.choices
    )
    if question.kind == QuestionKind.YES_NO:
        values = (Value("yes", _("Yes")), Value("no", _("No")))
    return Attribute(
        code=question.code,
        datatype=DATATYPES[QuestionKind(question.kind)],
        required=question.required,
        description=str(question),
        order=order,
        values=values,
    )
