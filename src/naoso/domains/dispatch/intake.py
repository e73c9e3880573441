"""What trackers tell: positions of the resources of the source's own body."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from naoso.connectors.tracker import Bundle, parse
from naoso.core.people.models import Organisation
from naoso.domains.dispatch.models import PositionSource, Resource
from naoso.domains.dispatch.services.positions import Placed, take
from naoso.kernel.errors import BadInput, FieldError
from naoso.kernel.messages import Refused, SourceMessage


def positions(messages: Sequence[SourceMessage]) -> Sequence[Refused]:
    """Good positions of a bundle are kept where others of it are refused: replaying it changes nothing."""
    read: list[tuple[int, SourceMessage, Bundle]] = []
    refused: dict[int, FieldError] = {}
    for index, message in enumerate(messages):
        try:
            bundle = parse(message.payload, message.received_at)
        except BadInput as error:
            refused[index] = error.errors[0]
            continue
        read.append((index, message, bundle))
        if bundle.errors:
            refused[index] = bundle.errors[0]
    known = resources_of(read)
    placed: list[Placed] = []
    for index, message, bundle in read:
        for fix in bundle.fixes:
            code = fix.resource or message.code
            found = known.get((message.owner_id, code))
            if found is None:
                words = "the source's body has no such resource"
                refused.setdefault(index, FieldError("resource", code, "known", words))
            else:
                placed.append(Placed(found, fix, PositionSource.TRACKER))
    take(placed)
    return [Refused(index, error) for index, error in sorted(refused.items())]


def resources_of(read: Iterable[tuple[int, SourceMessage, Bundle]]) -> dict[tuple[int, str], int]:
    """(owner of the source, code) → resource, where the resource belongs to that body or one below it."""
    wanted: dict[int, set[str]] = {}
    for _index, message, bundle in read:
        codes = {fix.resource or message.code for fix in bundle.fixes}
        wanted.setdefault(message.owner_id, set()).update(codes)
    found: dict[tuple[int, str], int] = {}
    for owner_id, codes in wanted.items():
        bodies = Organisation.objects.descendants(owner_id, include_self=True).values_list("pk", flat=True)
        rows = Resource.objects.moving().filter(code__in=codes, owner__in=list(bodies))
        found |= {(owner_id, code): pk for pk, code in rows.values_list("pk", "code")}
    return found
