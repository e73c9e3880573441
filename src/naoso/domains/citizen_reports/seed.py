"""Categories, their routes, and a few reports of the last days."""

from __future__ import annotations

import io
import uuid
from datetime import timedelta

from PIL import Image, ImageDraw

from naoso.connectors.photo import read_photo
from naoso.core.people.audit import recorded
from naoso.core.people.models import Account, Organisation
from naoso.core.people.scope import accounts_with
from naoso.core.places.models import AdminUnit, ServiceArea
from naoso.domains.citizen_reports.models import Category, Report, RoutingRule
from naoso.domains.citizen_reports.services import moves, sending
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
# category, unit code, words, what became of it
REPORTS = (
    ("cap-thoat-nuoc", "05518", "Ống nước vỡ trước cổng chợ, nước tràn ra đường từ sáng.", ""),
    ("rac-thai", "05528", "Bãi rác tự phát ven đường, bốc mùi.", "accepted"),
    ("duong-sa", "05443", "Ổ gà lớn giữa làn xe máy, trời mưa không nhìn thấy.", ""),
    ("chieu-sang", "05443", "Cả dãy đèn đường tắt ba đêm nay.", "answered"),
    ("cay-xanh", "05857", "Cành cây lớn gãy, vướng dây điện.", ""),
)
ANSWER = "Đội quản lý đã kiểm tra và thay bóng, đèn sáng lại từ 18:00 hôm nay. Cảm ơn anh/chị đã phản ánh."


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
                },
            )
        seed_routes(bodies)
        for number, row in enumerate(REPORTS):
            seed_report(number, *row)


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


def seed_report(number: int, category: str, unit_code: str, text: str, fate: str) -> None:
    """One report with a drawn picture; its draft id makes a second seeding find it again."""
    draft = uuid.uuid5(uuid.NAMESPACE_URL, f"naoso:demo-report:{number}")
    unit = AdminUnit.objects.filter(code=unit_code, valid_to__isnull=True).first()
    if unit is None or Report.objects.filter(draft=draft).exists():
        return
    report = sending.send_report(
        draft=draft,
        category=Category.objects.get(code=category),
        place=LonLat(unit.centre.x + number * 0.002, unit.centre.y + number * 0.001),
        text=text,
        photos=[read_photo(drawing(number))],
    )
    actor = Account.objects.filter(is_superuser=True).first() or handler_of(report)
    if fate and actor:
        moves.accept(report=report, actor=actor)
    if fate == "answered" and actor:
        moves.answer(report=report, actor=actor, text=ANSWER, photos=[read_photo(drawing(number + 50))])


def handler_of(report: Report) -> Account | None:
    """Somebody who may handle it."""
    rows = accounts_with("citizen_reports.handle", owner_id=report.owner_id, unit_id=report.unit_id)
    return rows.order_by("pk").first()


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
