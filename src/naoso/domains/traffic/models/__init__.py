"""Tables of traffic: passages, lists, hits, checks, cases, sections, operations."""

from naoso.domains.traffic.models.cases import Case, CaseLook, CasePassage, CasePlate
from naoso.domains.traffic.models.eyes import PlateCamera
from naoso.domains.traffic.models.feeds import Desk, ReaderFeed
from naoso.domains.traffic.models.hits import Check, Hit
from naoso.domains.traffic.models.lists import ListEntry, ListImport, WatchList
from naoso.domains.traffic.models.operations import CheckPoint, Duty, Operation
from naoso.domains.traffic.models.passages import Passage, Quarter, Sample
from naoso.domains.traffic.models.sections import Section, SectionRun

__all__ = [
    "Case",
    "CaseLook",
    "CasePassage",
    "CasePlate",
    "Check",
    "CheckPoint",
    "Desk",
    "Duty",
    "Hit",
    "ListEntry",
    "ListImport",
    "Operation",
    "Passage",
    "PlateCamera",
    "Quarter",
    "ReaderFeed",
    "Sample",
    "Section",
    "SectionRun",
    "WatchList",
]
