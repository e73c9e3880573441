"""Kinds of incident, their procedures, and the public holidays of this year and the next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from naoso.core.people.models import Role
from naoso.core.response.calendar import add_public_holidays
from naoso.core.response.models import Condition, IncidentKind, Procedure, ProcedureStep


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a procedure as the demo has it; `minutes` from the start of the incident."""

    title: str
    role: str
    minutes: int
    stage: int = 1
    severity: int = 0
    action: str = ""
    argument: str = ""
    done_when: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of incident; one that joins says how near (metres)."""

    code: str
    title: str
    title_en: str
    icon: str
    hours: float
    always: bool = True
    procedure: str = ""
    steps: tuple[Step, ...] = ()
    join_m: int = 0


VERIFY = Step("Gọi lại người báo tin hoặc cơ sở để xác minh", "operator", 2)
CAMERAS = Step("Mở camera gần hiện trường", "operator", 1, action="open-cameras")
CALL_CHIEF = Step(
    "Triệu tập ban chỉ huy",
    "leader",
    20,
    stage=3,
    severity=4,
    action="convene",
    argument="Phòng họp IOC tầng 2",
)
WARN_PUBLIC = Step("Soạn cảnh báo cho người dân quanh khu vực", "operator", 15, 2, 3, "draft-warning")
AIR_STEPS = (
    Step("Xác minh số liệu: so với trạm lân cận, kiểm tra tình trạng thiết bị", "operator", 15),
    Step("Báo đơn vị phụ trách và UBND xã, phường nơi đặt trạm", "operator", 30),
    Step("Kiểm tra nguồn phát thải trong bán kính 2 km", "officer", 120),
    Step("Ra khuyến cáo cho người dân khi chỉ số ở mức Xấu trở lên", "officer", 180),
    Step("Xác nhận chỉ số đã về dưới ngưỡng, ghi kết quả", "operator", 480),
)
REPORT_STEPS = (
    Step("Xem ảnh và vị trí, gọi người phản ánh nếu cần", "officer", 60),
    Step("Cử người tới hiện trường", "officer", 240),
    Step("Chụp ảnh sau khi xử lý và trả lời người dân", "officer", 480),
)
FIRE_STEPS = (
    Step("Báo lãnh đạo ca trực", "leader", 1, action="notify", argument="Có báo cháy, chuẩn bị chỉ huy"),
    CAMERAS,
    VERIFY,
    Step("Điều xe chữa cháy gần nhất", "operator", 3, done_when="crew_sent"),
    Step("Đề nghị cắt điện khu vực cháy", "operator", 8, stage=2),
    Step("Điều xe cứu thương tới chờ tại hiện trường", "operator", 8, stage=2, severity=4),
    WARN_PUBLIC,
    Step(
        "Xác nhận lực lượng đã có mặt, phân luồng giao thông", "operator", 15, stage=3, done_when="crew_there"
    ),
    CALL_CHIEF,
    Step("Kiểm tra cháy âm ỉ, bàn giao hiện trường", "officer", 120, stage=4),
)
FLOOD_STEPS = (
    Step("Đối chiếu trạm đo mưa, mực nước lân cận", "operator", 5),
    CAMERAS,
    WARN_PUBLIC,
    Step("Báo UBND xã, phường vùng trũng sơ tán khi có lệnh", "operator", 20, stage=2, severity=3),
    Step("Điều xuồng và lực lượng cứu hộ", "operator", 20, stage=2, done_when="crew_sent"),
    Step("Mở điểm sơ tán, kiểm tra lương thực, nước uống", "officer", 60, stage=3, severity=3),
    CALL_CHIEF,
    Step("Kiểm đếm người, thiệt hại; báo cáo nhanh", "officer", 240, stage=4),
)
CHEMICAL_STEPS = (
    Step("Báo lãnh đạo ca trực", "leader", 1, action="notify", argument="Sự cố hóa chất, chuẩn bị chỉ huy"),
    CAMERAS,
    Step("Xác định hóa chất (bảng hiệu nguy hiểm, hồ sơ vận chuyển)", "operator", 5),
    Step("Phong tỏa bán kính an toàn, chặn đường hai chiều", "officer", 10, stage=2),
    WARN_PUBLIC,
    Step("Điều đội ứng phó hóa chất và xe cứu thương", "operator", 10, stage=2),
    CALL_CHIEF,
    Step("Đo lại không khí, nước; gỡ phong tỏa", "officer", 240, stage=4),
)
CALL_STEPS = (
    VERIFY,
    Step("Điều lực lượng gần nhất", "operator", 3, done_when="crew_sent"),
    Step("Xác nhận lực lượng đã tiếp cận người bị nạn", "operator", 15, stage=2, done_when="crew_there"),
    Step("Ghi kết quả, gọi lại người báo tin", "operator", 60, stage=3),
)
SLOPE_STEPS = (
    VERIFY,
    Step("Sơ tán các hộ dưới chân taluy", "officer", 20),
    WARN_PUBLIC,
    Step("Chặn đường, đặt biển báo", "officer", 30, stage=2),
    Step("Khảo sát hiện trường, quyết định cho về nhà", "officer", 480, stage=3),
)
KINDS = (
    Kind("alert", "Cảnh báo khác", "Other alert", "bell", 8, False),
    Kind(
        "environment", "Ô nhiễm không khí", "Air pollution", "wind", 8, True, "o-nhiem-khong-khi", AIR_STEPS
    ),
    Kind(
        "citizen_reports", "Phản ánh hiện trường", "Citizen report", "message-report", 16, False,
        "phan-anh-hien-truong", REPORT_STEPS,
    ),
    Kind("fire", "Cháy, nổ", "Fire or explosion", "flame", 1, True, "chay-no", FIRE_STEPS, 300),
    Kind("medical", "Cấp cứu", "Medical emergency", "ambulance", 1, True, "cap-cuu", CALL_STEPS, 50),
    Kind("crime", "An ninh, trật tự", "Crime", "shield-exclamation", 2, True, "an-ninh", CALL_STEPS, 100),
    Kind("accident", "Tai nạn giao thông", "Road accident", "car-crash", 2, True, "tai-nan", CALL_STEPS, 150),
    Kind("rescue", "Cứu nạn, cứu hộ", "Search and rescue", "lifebuoy", 2, True, "cuu-nan", CALL_STEPS, 150),
    Kind("flood", "Ngập úng, mưa lũ", "Flooding", "ripple", 2, True, "mua-lu", FLOOD_STEPS, 1000),
    Kind("chemical", "Sự cố hóa chất", "Chemical spill", "flask", 2, True, "hoa-chat", CHEMICAL_STEPS, 500),
    Kind("forest-fire", "Cháy rừng", "Forest fire", "trees", 4, True, "chay-rung", FIRE_STEPS, 1500),
    Kind("landslide", "Sạt lở đất", "Landslide", "mountain", 4, True, "sat-lo", SLOPE_STEPS, 500),
    Kind("storm", "Bão, dông lốc", "Storm", "cloud-storm", 8, True, "bao", FLOOD_STEPS),
    Kind("traffic", "Sự cố giao thông", "Traffic incident", "traffic-cone", 4),
    Kind("outage", "Mất điện, mất nước", "Power or water outage", "plug-connected-x", 8),
    Kind("equipment", "Hỏng thiết bị, mất tín hiệu", "Equipment out of order", "tool", 24, False),
)  # fmt: skip


def seed() -> None:
    """Safe to repeat: what is there stays as people left it."""
    for kind in KINDS:
        IncidentKind.objects.get_or_create(
            code=kind.code,
            defaults={
                "title": kind.title,
                "title_en": kind.title_en,
                "icon": kind.icon,
                "deadline": timedelta(hours=kind.hours),
                "around_the_clock": kind.always,
                "procedure": write_procedure(kind) if kind.steps else None,
                "join_radius_m": kind.join_m,
            },
        )
    year = timezone.localdate().year
    for each in (year, year + 1):
        add_public_holidays(year=each, actor=None)


def write_procedure(kind: Kind) -> Procedure:
    """Version 1 of a procedure."""
    procedure, fresh = Procedure.objects.get_or_create(
        code=kind.procedure, version=1, defaults={"title": f"Quy trình: {kind.title}"}
    )
    if fresh:
        roles = {role.code: role for role in Role.objects.all()}
        ProcedureStep.objects.bulk_create(
            ProcedureStep(
                procedure=procedure,
                order=order,
                stage=step.stage,
                title=step.title,
                role=roles.get(step.role),
                within=timedelta(minutes=step.minutes),
                condition=Condition.SEVERITY if step.severity else Condition.ALWAYS,
                condition_value=step.severity,
                action=step.action,
                argument=step.argument,
                done_when=step.done_when,
            )
            for order, step in enumerate(kind.steps, 1)
        )
    return procedure
