"""A citizen's own reports and followings."""

from __future__ import annotations

from django.db.models import Q

from naoso.core.places.models import UNIT_SHAPES
from naoso.domains.citizen_reports.models import Citizen, Follower, Report, ReportQuerySet


def sent_by(citizen: Citizen) -> ReportQuerySet:
    """Sent while signed in or with an address that is proved, or taken over by their code; newest first."""
    taken_over = Follower.objects.filter(citizen=citizen, me_too=False).values("report")
    mine = Q(reporter__citizen=citizen) | Q(pk__in=taken_over)
    if citizen.email:  # proved by a code
        mine |= Q(reporter__email__iexact=citizen.email)
    if citizen.phone:
        mine |= Q(reporter__phone=citizen.phone)
    rows = Report.objects.filter(mine)
    return rows.select_related("category", "unit").defer(*UNIT_SHAPES)


def followed_by(citizen: Citizen) -> list[Follower]:
    """Reports of others that this citizen follows."""
    rows = Follower.objects.filter(citizen=citizen, me_too=True, ended_at__isnull=True)
    rows = rows.filter(report__in=Report.objects.public())
    return list(rows.select_related("report__category", "report__unit").order_by("-pk"))
