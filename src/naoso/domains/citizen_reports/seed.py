"""Categories, their routes, and a few reports of the last days."""

from __future__ import annotations

import io
import uuid
from datetime import timedelta

from django.db.models import F
from PIL import Image, ImageDraw

from naoso.connectors.photo import read_photo
from naoso.core.people.audit import recorded
from naoso.core.people.models import Account, Organisation
from naoso.core.people.scope import accounts_with
from naoso.core.places.models import AdminUnit, ServiceArea
from naoso.domains.citizen_reports.models import (
    AnswerTemplate,
    Category,
    ClassifierVersion,
    Desk,
    OutsideBody,
    Question,
    Report,
    RoutingRule,
    Visibility,
)
from naoso.domains.citizen_reports.services import moves, sending, training
from naoso.kernel.geometry import LonLat

# code, title, English title, icon, organisation, working hours
CATEGORIES = (
    ("duong-sa", "Đường sá, vỉa hè hư hỏng", "Damaged road or pavement", "road", "so-xd", 24),
    ("rac-thai", "Rác thải, vệ sinh môi trường", "Waste and cleanliness", "trash", "cty-mtdt", 8),
    (
        "cap-thoat-nuoc",
        "Vỡ ống, cấp nước, ngập úng",
        "Burst pipe, water, flooding",
        "droplet",
        "cty-nuoc-sach",
        4,
    ),
    ("chieu-sang", "Đèn đường, điện", "Street light, electricity", "bulb", "dien-luc", 8),
    ("cay-xanh", "Cây xanh gãy đổ", "Fallen or dangerous tree", "tree", "cty-mtdt", 8),
    ("o-nhiem", "Ô nhiễm không khí, tiếng ồn", "Air pollution, noise", "wind", "so-nnmt", 16),
    ("trat-tu", "Trật tự đô thị, an ninh", "Public order", "shield", "cong-an-tinh", 8),
    ("khac", "Việc khác", "Something else", "dots", "ioc-tinh", 16),
)
LOCAL_CODES = ("rac-thai", "trat-tu", "khac")
# these wait for an officer's decision; the others open an incident at once
QUIET = ("duong-sa", "rac-thai", "khac")
PRIVATE = ("trat-tu",)
# category, code, question, English question, kind, choices, required
QUESTIONS: tuple[tuple[str, str, str, str, str, tuple[tuple[str, str], ...], bool], ...] = (
    (
        "cap-thoat-nuoc",
        "dang-chay",
        "Nước còn đang chảy không?",
        "Is water still running?",
        "yes_no",
        (),
        False,
    ),
    ("chieu-sang", "so-cot", "Số ghi trên cột đèn (nếu có)", "Number on the pole, if any", "text", (), False),
    (
        "cay-xanh",
        "chan-duong",
        "Cây có chắn đường không?",
        "Does the tree block the road?",
        "choice",
        (("Không", "No"), ("Một phần", "Partly"), ("Chắn hết", "Wholly")),
        True,
    ),
)
# category, kind, title, words, English words
TEMPLATES = (
    (
        "",
        "answer",
        "Đã xử lý xong",
        "Đơn vị đã xử lý xong việc anh/chị phản ánh. Cảm ơn anh/chị đã báo tin.",
        "The problem you reported has been solved. Thank you for telling us.",
    ),
    (
        "",
        "reject",
        "Không thuộc thẩm quyền",
        "Việc này không thuộc thẩm quyền của chúng tôi. Anh/chị vui lòng liên hệ: ",
        "This is outside our authority. Please contact: ",
    ),
    (
        "",
        "question",
        "Hỏi địa điểm cụ thể",
        "Anh/chị cho biết rõ hơn địa điểm (số nhà, ngõ, gần công trình nào)?",
        "Could you tell us the exact place (house number, lane, what is near by)?",
    ),
    (
        "duong-sa",
        "answer",
        "Đã đưa vào kế hoạch sửa",
        "Đoạn đường đã được đưa vào kế hoạch sửa chữa. Trước mắt đơn vị đã đặt biển cảnh báo.",
        "The road is in the repair plan. A warning sign has been put up for now.",
    ),
)
# category, unit code, words, what became of it, days ago
REPORTS = (
    ("cap-thoat-nuoc", "05518", "Ống nước vỡ trước cổng chợ, nước tràn ra đường từ sáng.", "", 0),
    ("rac-thai", "05528", "Bãi rác tự phát ven đường, bốc mùi.", "accepted", 0),
    ("duong-sa", "05443", "Ổ gà lớn giữa làn xe máy, trời mưa không nhìn thấy.", "", 0),
    ("chieu-sang", "05443", "Cả dãy đèn đường tắt ba đêm nay.", "answered", 0),
    ("cay-xanh", "05857", "Cành cây lớn gãy, vướng dây điện.", "", 0),
    ("duong-sa", "05518", "Nắp hố ga vỡ trên vỉa hè trước trường học.", "late", 6),
    ("rac-thai", "05518", "Rác sinh hoạt bốn ngày chưa có ai thu gom.", "not solved", 9),
    ("khac", "05528", "Sân chơi trẻ em của khu dân cư hỏng cầu trượt.", "asked", 2),
    ("duong-sa", "05443", "Biển báo giao thông bị đổ ở ngã ba.", "solved", 12),
    ("rac-thai", "05443", "Thùng rác công cộng đầy tràn cạnh công viên.", "solved", 20),
    ("duong-sa", "05528", "Mặt đường bong tróc nhiều đoạn sau mưa.", "answered", 25),
    ("khac", "05443", "Đề nghị lắp thêm ghế đá ở công viên.", "rejected", 15),
)
WITH_PHOTO = 6
ANSWER = (
    "Đội quản lý đã kiểm tra và xử lý xong, hiện trường đã trở lại bình thường. Cảm ơn anh/chị đã phản ánh."
)
REFUSAL = "Kinh phí năm nay không có hạng mục này; đề nghị đã được ghi vào danh sách xem xét năm sau."
QUESTION = "Anh/chị cho biết sân chơi ở nhà văn hóa nào?"


def seed() -> None:
    """Safe to repeat."""
    with recorded(None, reason="seed"):
        bodies = {row.code: row for row in Organisation.objects.all()}
        for order, (code, title, title_en, icon, body, hours) in enumerate(CATEGORIES):
            Category.objects.get_or_create(
                code=code,
                defaults={
                    "title": title,
                    "title_en": title_en,
                    "icon": icon,
                    "owner": bodies[body],
                    "deadline": timedelta(hours=hours),
                    "order": order * 10,
                    "opens_incident": code not in QUIET,
                    "visibility": Visibility.PRIVATE if code in PRIVATE else Visibility.PUBLIC,
                },
            )
        seed_desk(bodies)
        seed_routes(bodies)
        for number, row in enumerate(REPORTS):
            seed_report(number, *row)
    if not ClassifierVersion.objects.exists():
        training.train()


def seed_desk(bodies: dict[str, Organisation]) -> None:
    """The fallback queue, questions, ready words, a body outside."""
    Desk.objects.get_or_create(pk=1, defaults={"fallback": bodies.get("ioc-tinh")})
    known = {row.code: row for row in Category.objects.all()}
    for category, code, label, label_en, kind, choices, required in QUESTIONS:
        Question.objects.get_or_create(
            category=known[category],
            code=code,
            defaults={
                "label": label,
                "label_en": label_en,
                "kind": kind,
                "required": required,
                "choices": [
                    {"key": f"c{number}", "label": one, "label_en": english}
                    for number, (one, english) in enumerate(choices, 1)
                ],
            },
        )
    for category, kind, title, text, text_en in TEMPLATES:
        AnswerTemplate.objects.get_or_create(
            title=title, kind=kind, category=known.get(category), defaults={"text": text, "text_en": text_en}
        )
    OutsideBody.objects.get_or_create(
        name="Ban Quản lý đường sắt khu vực (ví dụ)", defaults={"address": "duong-sat@vi-du.invalid"}
    )


def seed_routes(bodies: dict[str, Organisation]) -> None:
    """In the service area of Sông Công its own centre takes what is local."""
    centre = bodies.get("ioc-song-cong")
    area = ServiceArea.objects.filter(code="song-cong").first()
    if centre is None or area is None:
        return
    for category in Category.objects.filter(code__in=LOCAL_CODES):
        for unit in area.units.all():
            RoutingRule.objects.get_or_create(
                category=category,
                unit=unit,
                defaults={"title": f"{category.title} – {unit.name}", "organisation": centre},
            )


def seed_report(number: int, category: str, unit_code: str, text: str, fate: str, days: int) -> None:
    """One report, the first ones with a drawn picture; its draft id makes a second seeding find it again."""
    draft = uuid.uuid5(uuid.NAMESPACE_URL, f"naoso:demo-report:{number}")
    unit = AdminUnit.objects.filter(code=unit_code, valid_to__isnull=True).first()
    if unit is None or Report.objects.filter(draft=draft).exists():
        return
    report = sending.send_report(
        draft=draft,
        category=Category.objects.get(code=category),
        place=LonLat(unit.centre.x + number * 0.002, unit.centre.y + number * 0.001),
        text=text,
        answers={"chan-duong": "c2"} if category == "cay-xanh" else None,
        photos=[read_photo(drawing(number))] if number < WITH_PHOTO else [],
    )
    actor = handler_of(report) or Account.objects.filter(is_superuser=True).first()
    if fate and actor:
        live_through(report, actor, fate, number)
    if days:
        move_back(report, timedelta(days=days))


def live_through(report: Report, actor: Account, fate: str, number: int) -> None:
    """What became of it, through the same verbs as everybody's."""
    moves.accept(report=report, actor=actor)
    if fate in {"answered", "solved", "not solved"}:
        photos = [read_photo(drawing(number + 50))] if number < WITH_PHOTO else []
        moves.answer(report=report, actor=actor, text=ANSWER, photos=photos)
    if fate == "rejected":
        moves.answer(report=report, actor=actor, text=REFUSAL, rejected=True)
    if fate == "asked":
        moves.ask(report=report, actor=actor, text=QUESTION)
    if fate in {"solved", "not solved"}:
        moves.rate(report=report, solved=fate == "solved", rating=5 if fate == "solved" else 2)


def move_back(report: Report, span: timedelta) -> None:
    """As if it had come that long ago; what ended took a day or two of it."""
    row = Report.objects.get(pk=report.pk)
    for name in ("created_at", "changed_at", "answer_due_at", "due_at", "first_answer_at", "paused_at"):
        moment = getattr(row, name)
        setattr(row, name, moment - span if moment else None)
    if row.ended_at:
        row.ended_at += timedelta(hours=30) - span
    row.save()
    row.entries.update(at=F("at") - span)


def handler_of(report: Report) -> Account | None:
    """Somebody who may handle it."""
    rows = accounts_with("citizen_reports.handle", owner_id=report.owner_id, unit_id=report.unit_id)
    return rows.filter(is_superuser=False).order_by("-pk").first()


def drawing(number: int) -> bytes:
    """A plain drawing instead of a photograph: a street, a spot."""
    image = Image.new("RGB", (960, 720), (176, 196, 214))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 380, 960, 720), fill=(96, 100, 104))
    for x in range(40, 960, 180):
        draw.rectangle((x, 540, x + 90, 556), fill=(230, 230, 220))
    x = 200 + (number * 137) % 520
    draw.ellipse((x, 430, x + 240, 640), fill=(58, 96, 138) if number % 2 else (74, 62, 52))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80)
    return out.getvalue()
