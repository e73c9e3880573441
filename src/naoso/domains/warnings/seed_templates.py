"""Words of the ten hazards that the province warns of."""

from __future__ import annotations

from typing import Any

UNTIL = "Cảnh báo có hiệu lực đến {until}. Liên hệ: {contact}."
UNTIL_EN = "In force until {until}. Contact: {contact}."


def _one(
    title: str,
    hazard: str,
    category: str,
    words: tuple[str, str, str, str],
    english: tuple[str, str, str, str],
    *,
    severity: int = 3,
    urgency: str = "Expected",
    certainty: str = "Likely",
    radius_km: float = 5,
    hours: int = 12,
    responses: tuple[str, ...] = ("Prepare",),
    kinds: tuple[str, ...] = (),
) -> dict[str, Any]:
    event, headline, description, instruction = words
    event_en, headline_en, description_en, instruction_en = english
    return {
        "title": title, "hazard": hazard, "category": category, "severity": severity, "urgency": urgency,
        "certainty": certainty, "radius_km": radius_km, "hours": hours, "responses": list(responses),
        "incident_kinds": list(kinds), "event": event, "headline": headline,
        "description": f"{description} {UNTIL}", "instruction": instruction, "event_en": event_en,
        "headline_en": headline_en, "description_en": f"{description_en} {UNTIL_EN}",
        "instruction_en": instruction_en,
    }  # fmt: skip


TEMPLATES: dict[str, dict[str, Any]] = {
    "bao": _one(
        "Bão, dông lốc", "storm", "Met",
        ("Bão", "Bão ảnh hưởng đến {place}", "{details} Gió mạnh kèm mưa lớn.",
         ("Chằng chống nhà cửa, cắt tỉa cành cây. Ở trong nhà, tránh xa cửa kính, cây lớn và biển quảng cáo. "
         "Rút các thiết bị điện khi có sét.")),
        ("Storm", "Storm at {place}", "Strong wind and heavy rain.",
         "Secure your home. Stay indoors, away from windows, large trees and billboards."),
        responses=("Shelter", "Prepare"), radius_km=30, hours=24, kinds=("storm",),
    ),
    "mua-lu": _one(
        "Mưa lũ, ngập lụt", "flood", "Met",
        ("Ngập lụt", "Nguy cơ ngập lụt tại {place}", "{details} Nước sông đang lên.",
         ("Đưa người già, trẻ em và tài sản lên cao. Không đi qua ngầm tràn, đường ngập. Cắt "
         "điện nếu nước vào nhà.")),
        ("Flood", "Risk of flooding at {place}", "River levels are rising.",
         "Move people and belongings to high ground. Do not cross flooded roads. Switch off electricity."),
        urgency="Immediate", responses=("Evacuate", "Avoid"), radius_km=8, hours=12, kinds=("flood",),
    ),
    "sat-lo": _one(
        "Sạt lở đất, lũ quét", "landslide", "Geo",
        ("Sạt lở đất", "Nguy cơ sạt lở đất tại {place}", "{details} Đất đã no nước, có thể sạt lúc nào.",
         ("Rời khỏi nhà dưới chân đồi, ven suối. Chú ý tiếng động lạ, vết nứt, cây nghiêng. Gọi "
         "112 khi cần cứu nạn.")),
        ("Landslide", "Risk of landslides at {place}", "The ground is saturated.",
         "Leave houses below slopes and beside streams. Watch for cracks and leaning trees. Rescue: 112."),
        severity=4, urgency="Immediate", responses=("Evacuate",), radius_km=3, hours=24, kinds=("landslide",),
    ),
    "chay-rung": _one(
        "Cháy rừng", "forest-fire", "Fire",
        ("Cháy rừng", "Cháy rừng tại {place}", "{details} Lửa lan nhanh theo gió.",
         "Tránh xa khu vực cháy. Người dân gần rừng sẵn sàng sơ tán, đóng kín cửa. Báo cháy: 114."),
        ("Forest fire", "Forest fire at {place}", "The fire spreads with the wind.",
         "Keep away. Be ready to leave, close doors and windows. Fire brigade: 114."),
        urgency="Immediate", certainty="Observed", responses=("Avoid", "Evacuate"), radius_km=4, hours=12,
        kinds=("forest-fire",),
    ),
    "nang-nong": _one(
        "Nắng nóng gay gắt", "heat", "Met",
        ("Nắng nóng", "Nắng nóng gay gắt tại {place}", "{details} Nhiệt độ cao nhất trên 37 độ.",
         "Hạn chế ra ngoài từ 11 đến 16 giờ, uống đủ nước. Để ý người già, trẻ em và người bệnh."),
        ("Heat", "Extreme heat at {place}", "Highest temperature above 37 °C.",
         "Stay inside between 11:00 and 16:00, drink water, look after the old, the young and the ill."),
        severity=2, urgency="Future", responses=("Monitor",), radius_km=40, hours=48,
    ),
    "dich-benh": _one(
        "Dịch bệnh", "epidemic", "Health",
        ("Dịch bệnh", "Cảnh báo dịch bệnh tại {place}", "{details}",
         "Đeo khẩu trang nơi đông người, rửa tay, đến trạm y tế khi có triệu chứng."),
        ("Epidemic", "Epidemic warning at {place}", "Follow the advice of the health services.",
         "Wear a mask in crowds, wash your hands, see a clinic when you feel ill."),
        severity=2, urgency="Future", certainty="Observed",
        responses=("Monitor", "Avoid"), radius_km=10, hours=240,
    ),
    "cat-nuoc": _one(
        "Cắt nước, nước không an toàn", "water-cut", "Infra",
        ("Cắt nước", "Ngừng cấp nước tại {place}", "{details}",
         "Dự trữ nước. Không uống nước vòi khi nước có màu, mùi lạ; đun sôi trước khi dùng."),
        ("Water cut", "No water supply at {place}", "The supply is interrupted.",
         "Store water. Do not drink discoloured tap water; boil it before use."),
        severity=1, certainty="Observed", responses=("Prepare",), radius_km=3, hours=8, kinds=("outage",),
    ),
    "o-nhiem": _one(
        "Ô nhiễm không khí, nguồn nước", "pollution", "Env",
        ("Ô nhiễm", "Ô nhiễm môi trường tại {place}", "{details}",
         "Đóng cửa sổ, đeo khẩu trang khi ra ngoài, không dùng nước sông suối trong vùng cảnh báo."),
        ("Pollution", "Pollution at {place}", "Limits are exceeded.",
         "Close windows, wear a mask outside, do not use water of rivers and streams in the area."),
        severity=2, certainty="Observed", responses=("Avoid",), radius_km=5, hours=24, kinds=("environment",),
    ),
    "chay": _one(
        "Cháy lớn", "fire", "Fire",
        ("Cháy", "Cháy lớn tại {place}", "{details} Khói có thể độc.",
         ("Tránh xa khu vực cháy, nhường đường cho xe chữa cháy. Đóng cửa, ở phía trên chiều gió. "
         "Báo cháy: 114.")),
        ("Fire", "Large fire at {place}", "Smoke may be toxic.",
         "Keep away, let the fire engines pass, close doors and windows. Fire brigade: 114."),
        urgency="Immediate", certainty="Observed", responses=("Avoid", "Shelter"), radius_km=1, hours=4,
        kinds=("fire",),
    ),
    "hoa-chat": _one(
        "Sự cố hóa chất", "chemical", "CBRNE",
        ("Sự cố hóa chất", "Rò rỉ hóa chất tại {place}", "{details}",
         ("Vào nhà, đóng kín cửa, tắt quạt và điều hòa. Che mũi miệng bằng khăn ướt. Sơ tán vuông "
         "góc với chiều gió khi "
         "có lệnh. Gọi 114.")),
        ("Chemical spill", "Chemical spill at {place}", "A hazardous substance is leaking.",
         ("Go indoors, close everything, switch off fans. Cover nose and mouth with a wet cloth. "
         "Fire brigade: 114.")),
        severity=4, urgency="Immediate", certainty="Observed", responses=("Shelter", "Evacuate"), radius_km=2,
        hours=6, kinds=("chemical",),
    ),
}  # fmt: skip
