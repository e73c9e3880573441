"""POST of the extension "service request updates": an outside body says what it did."""

from __future__ import annotations

import uuid

from django.http import QueryDict

from naoso.connectors.open311.types import CLOSED, OPEN
from naoso.domains.citizen_reports.models import ApiKey
from naoso.domains.citizen_reports.open311.filters import moment, number_of_report
from naoso.domains.citizen_reports.open311.speaking import Refused
from naoso.domains.citizen_reports.services.progress import forwarding_to, tell_progress


def progressed(given: QueryDict, key: ApiKey) -> str:
    """The id of the update. Raises Refused for what this key may not speak of."""
    if key.body is None:
        raise Refused(403, "this api_key may not update requests")
    status = given.get("status", "").strip().lower()
    if status not in {OPEN, CLOSED}:
        raise Refused(400, "status must be open or closed")
    moment(given, "updated_datetime")  # a broken one is refused; when we heard of it is what counts here
    wanted = given.get("service_request_id", "").strip()
    if not wanted:
        raise Refused(400, "service_request_id is required")
    forwarding = forwarding_to(number_of_report(wanted), key)
    if forwarding is None:
        raise Refused(404, "service_request_id was not passed on to this body")
    done = tell_progress(
        forwarding=forwarding,
        key=key,
        solved=status == CLOSED,
        text=given.get("description", ""),
        update_id=given.get("update_id", "").strip()[:120] or str(uuid.uuid4()),
    )
    return str(done.pk)
