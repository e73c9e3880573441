"""The tables of citizen reports."""

from __future__ import annotations

from naoso.domains.citizen_reports.models.categories import (
    AnswerTemplate,
    Category,
    Desk,
    Question,
    QuestionKind,
    RoutingRule,
    TemplateKind,
    Visibility,
)
from naoso.domains.citizen_reports.models.desk import (
    ClassifierVersion,
    ImportRun,
    ImportState,
    SavedFilter,
    WeeklyLetter,
)
from naoso.domains.citizen_reports.models.field import Deed, FieldPost
from naoso.domains.citizen_reports.models.machines import ApiKey, Progress, Submission
from naoso.domains.citizen_reports.models.outside import (
    Forwarding,
    ForwardingState,
    OutsideBody,
    OutsideChannel,
)
from naoso.domains.citizen_reports.models.reporters import (
    Block,
    BlockedWord,
    BlockKind,
    Citizen,
    PersonRequest,
    Reporter,
    RequestKind,
    SignInCode,
)
from naoso.domains.citizen_reports.models.reports import (
    Channel,
    Entry,
    EntryKind,
    Follower,
    Photo,
    Report,
    ReportQuerySet,
    Shows,
)

__all__ = [
    "AnswerTemplate",
    "ApiKey",
    "Block",
    "BlockKind",
    "BlockedWord",
    "Category",
    "Channel",
    "Citizen",
    "ClassifierVersion",
    "Deed",
    "Desk",
    "Entry",
    "EntryKind",
    "FieldPost",
    "Follower",
    "Forwarding",
    "ForwardingState",
    "ImportRun",
    "ImportState",
    "OutsideBody",
    "OutsideChannel",
    "PersonRequest",
    "Photo",
    "Progress",
    "Question",
    "QuestionKind",
    "Report",
    "ReportQuerySet",
    "Reporter",
    "RequestKind",
    "RoutingRule",
    "SavedFilter",
    "Shows",
    "SignInCode",
    "Submission",
    "TemplateKind",
    "Visibility",
    "WeeklyLetter",
]
