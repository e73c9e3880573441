"""Kinds of incident, their procedures, and the public holidays of this year and the next."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from naoso.core.people.models import Role
from naoso.core.response.calendar import add_public_holidays
from naoso.core.response.models import IncidentKind, Procedure, ProcedureStep

AIR_STEPS = (
    ("Xác minh số liệu: so với trạm lân cận, kiểm tra tình trạng thiết bị", "operator", 15),
    ("Báo đơn vị phụ trách và UBND xã, phường nơi đặt trạm", "operator", 30),
    ("Kiểm tra nguồn phát thải trong bán kính 2 km", "officer", 120),
    ("Ra khuyến cáo cho người dân khi chỉ số ở mức Xấu trở lên", "officer", 180),
    ("Xác nhận chỉ số đã về dưới ngưỡng, ghi kết quả", "operator", 480),
)
REPORT_STEPS = (
    ("Xem ảnh và vị trí, gọi người phản ánh nếu cần", "officer", 60),
    ("Cử người tới hiện trường", "officer", 240),
    ("Chụp ảnh sau khi xử lý và trả lời người dân", "officer", 480),
)
KINDS = (
    ("alert", "Cảnh báo khác", "Other alert", "bell", 8, False, None),
    ("environment", "Ô nhiễm không khí", "Air pollution", "wind", 8, True, ("o-nhiem-khong-khi", AIR_STEPS)),
    (
        "citizen_reports", "Phản ánh hiện trường", "Citizen report", "message-report", 16, False,
        ("phan-anh-hien-truong", REPORT_STEPS),
    ),
    ("flood", "Ngập úng, mưa lũ", "Flooding", "ripple", 2, True, None),
    ("fire", "Cháy, nổ", "Fire or explosion", "flame", 1, True, None),
    ("traffic", "Sự cố giao thông", "Traffic incident", "car-crash", 4, True, None),
    ("outage", "Mất điện, mất nước", "Power or water outage", "plug-connected-x", 8, True, None),
)  # fmt: skip


def seed() -> None:
    """Safe to repeat: what is there stays as people left it."""
    for code, title, title_en, icon, hours, always, procedure in KINDS:
        IncidentKind.objects.get_or_create(
            code=code,
            defaults={
                "title": title,
                "title_en": title_en,
                "icon": icon,
                "deadline": timedelta(hours=hours),
                "around_the_clock": always,
                "procedure": write_procedure(title, *procedure) if procedure else None,
            },
        )
    year = timezone.localdate().year
    for each in (year, year + 1):
        add_public_holidays(year=each, actor=None)


def write_procedure(title: str, code: str, steps: tuple[tuple[str, str, int], ...]) -> Procedure:
    """Version 1 of a procedure."""
    procedure, fresh = Procedure.objects.get_or_create(
        code=code, version=1, defaults={"title": f"Quy trình: {title}"}
    )
    if fresh:
        roles = {role.code: role for role in Role.objects.all()}
        ProcedureStep.objects.bulk_create(
            ProcedureStep(
                procedure=procedure,
                order=order,
                title=text,
                role=roles.get(role),
                within=timedelta(minutes=minutes),
            )
            for order, (text, role, minutes) in enumerate(steps, 1)
        )
    return procedure
