"""Routes to the bodies of the demonstration, and three calls of the past days."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from naoso.core.people.audit import recorded
from naoso.core.people.models import Account, Organisation
from naoso.core.people.scope import allowed
from naoso.core.places.models import AdminUnit
from naoso.core.response.models import Incident
from naoso.core.response.services import close_incident
from naoso.domains.sos.models import Call, Desk, Route
from naoso.domains.sos.reading import CallTold, PositionTold
from naoso.domains.sos.services.handling import HANDLE, check_back, close_with_incident, help_is_coming
from naoso.domains.sos.services.receiving import move, receive
from naoso.domains.sos.services.setup import save_desk, save_route
from naoso.domains.sos.workflow import OF_INCIDENT
from naoso.kernel.geometry import LonLat

DEFAULT = "ioc-tinh"
ROUTES = {
    "": DEFAULT, "fire": "phong-cspccc", "medical": "cap-cuu-115", "crime": "cong-an-tinh",
    "accident": "phong-csgt",
}  # fmt: skip
OPERATOR = "truc.ban"
SMS_NUMBER = "0900 000 114"


@dataclass(frozen=True, slots=True)
class Past:
    """A call that is over."""

    key: str
    kind: str
    unit: str
    phone: str
    text: str
    hours_ago: float
    outcome: str
    note: str
    check: str


PAST = (
    Past(
        "mau-1", "medical", "05518", "0900000101", "Bố tôi đau ngực dữ dội, vã mồ hôi", 52, "solved",
        "Xe cấp cứu tới sau 9 phút, người bệnh đã nhập viện.", "reached",
    ),
    Past(
        "mau-2", "accident", "05860", "0900000102", "Hai xe máy va chạm, một người chảy máu đầu", 30,
        "solved",
        "Đã đưa người bị nạn đi cấp cứu, phân luồng xong.", "reached",
    ),
    Past(
        "mau-3", "fire", "05443", "0900000103", "", 21, "false_alarm",
        "Gọi lại: trẻ nhỏ giữ nhầm nút, không có cháy.", "false",
    ),
)  # fmt: skip


def seed() -> None:
    """Safe to repeat: what is there stays as people left it."""
    bodies = {body.code: body for body in Organisation.objects.filter(code__in={*ROUTES.values()})}
    if DEFAULT not in bodies:
        return
    known = set(Route.objects.values_list("kind", flat=True))
    for kind, code in ROUTES.items():
        if kind not in known and code in bodies:
            save_route(actor=None, kind=kind, owner=bodies[code])
    if not Desk.objects.exists():
        save_desk(actor=None, sms_number=SMS_NUMBER, keep_days=90)
    operator = Account.objects.filter(username=OPERATOR).first()
    if operator is None or not allowed(operator, HANDLE):
        return  # a centre that was seeded before this domain came: its roles are as its people made them
    units = {unit.code: unit for unit in AdminUnit.objects.filter(valid_to=None)}
    for past in PAST:
        if past.unit in units and not Call.objects.filter(key=past.key).exists():
            tell(past, units[past.unit], operator)


def tell(past: Past, unit: AdminUnit, operator: Account) -> None:
    """Through the services, then set back to when it was."""
    at = timezone.now() - dt.timedelta(hours=past.hours_ago)
    place = LonLat(round(unit.centre.x + 0.004, 6), round(unit.centre.y - 0.003, 6))
    call = receive(
        CallTold(past.key, past.kind, place, 12.0, past.phone, past.text, at=at, device=f"mau-{past.key}")
    )
    walked = [
        PositionTold(LonLat(place.lon + 0.0001 * n, place.lat), 10.0, at + dt.timedelta(seconds=20 * n))
        for n in (1, 2, 3)
    ]
    move(call=call, told=walked)
    check_back(call=call, actor=operator, result=past.check)
    if past.outcome == "solved":
        help_is_coming(call=call, actor=operator)
    incident = Incident.objects.get(number=call.incident_number)
    close_incident(incident=incident, actor=operator, outcome=past.outcome, note=past.note)
    close_with_incident([call], OF_INCIDENT[past.outcome])
    with recorded(None, "seed"):
        minutes = {"seen_at": 1, "checked_at": 2, "closed_at": 40}
        times = {name: at + dt.timedelta(minutes=late) for name, late in minutes.items()}
        if past.outcome == "solved":
            times["helping_at"] = at + dt.timedelta(minutes=4)
        Call.objects.filter(pk=call.pk).update(created_at=at, moved_at=at + dt.timedelta(minutes=1), **times)
        Incident.objects.filter(pk=incident.pk).update(
            opened_at=at, due_at=at + incident.kind.deadline, closed_at=at + dt.timedelta(minutes=40)
        )
