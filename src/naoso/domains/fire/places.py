"""The demonstration's premises: invented names in real wards."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """One of the demonstration; zones by name, the hazards as a crew reads them."""

    code: str
    name: str
    category: str
    unit: str
    address: str
    floors: int
    day: int
    night: int
    zones: tuple[str, ...]
    chemicals: str = ""
    gas: str = ""
    power: str = "Tủ điện tổng tầng 1, cạnh phòng bảo vệ"
    access: str = "Xe chữa cháy vào được từ hai phía, đường rộng 7 m"
    tactics: str = ""
    tank: tuple[str, int] = ("Bể nước chữa cháy ngầm", 120)


PLACES: tuple[Place, ...] = (
    Place(
        "cho-trung-tam",
        "Chợ trung tâm Sông Công",
        "market",
        "05518",
        "Số 2 đường Chợ Mới",
        2,
        900,
        6,
        ("Dãy vải, quần áo", "Dãy hàng khô", "Khu ăn uống", "Tầng 2 hàng gia dụng"),
        gas="Khoảng 40 bình gas 12 kg ở khu ăn uống",
        tactics="Cửa phía đông hay bị hàng hóa lấn; mở cửa phía bắc trước.",
    ),
    Place(
        "may-song-cong",
        "Xưởng may xuất khẩu số 3",
        "factory",
        "05518",
        "Lô A7 cụm công nghiệp Nguyên Gon",
        3,
        1450,
        220,
        ("Kho nguyên liệu", "Chuyền may tầng 1", "Chuyền may tầng 2", "Kho thành phẩm"),
        chemicals="Dung môi tẩy vết 600 lít, kho riêng phía tây",
        tactics="Ca đêm 220 người ở tầng 2. Cầu thang thoát nạn phía tây.",
        tank=("Bể nước ngoài trời", 400),
    ),
    Place(
        "bv-khu-vuc",
        "Bệnh viện đa khoa khu vực",
        "hospital",
        "05443",
        "Số 45 đường Bệnh Viện",
        7,
        1200,
        640,
        ("Khoa cấp cứu", "Khoa nhi", "Khu kỹ thuật oxy", "Nhà mổ", "Kho dược"),
        gas="Bồn oxy lỏng 10 m³ sau nhà C",
        tactics="Người bệnh nặng ở tầng 5 và 6, sơ tán ngang trước.",
    ),
    Place(
        "thpt-ben-tuong",
        "Trường THPT Bến Tượng",
        "school",
        "05443",
        "Số 8 đường Bến Tượng",
        4,
        1350,
        4,
        ("Nhà A", "Nhà B", "Phòng thí nghiệm"),
        chemicals="Hóa chất phòng thí nghiệm, tủ khóa tầng 3 nhà B",
    ),
    Place(
        "karaoke-song-xanh",
        "Karaoke Sóng Xanh",
        "leisure",
        "05443",
        "Số 112 đường Hoa Phượng",
        5,
        40,
        180,
        ("Sảnh", "Phòng hát tầng 2", "Phòng hát tầng 3", "Bếp"),
        gas="4 bình gas 45 kg tầng 1",
        tactics="Phòng kín, cách âm dễ cháy. Lối thoát thứ hai qua ban công tầng 2.",
        tank=("Bể mái", 12),
    ),
    Place(
        "kho-hoa-chat",
        "Kho hóa chất Yên Bình",
        "chemicals",
        "05860",
        "Km 38 đường gom cao tốc",
        1,
        35,
        4,
        ("Kho A – axit", "Kho B – dung môi", "Kho C – chất ô-xi hóa", "Nhà bơm"),
        chemicals="Axit sunfuric 80 tấn, toluen 25 tấn, natri clorat 6 tấn",
        tactics="Không phun nước vào kho C khi kho B cháy; tiếp cận theo chiều gió.",
        tank=("Hồ điều hòa", 1800),
    ),
    Place(
        "chung-cu-pho-yen",
        "Chung cư Hồng Tiến",
        "apartments",
        "05860",
        "Số 20 đường Hồng Tiến",
        15,
        420,
        1100,
        ("Hầm xe", "Sảnh tầng 1", "Tầng 5", "Tầng 10", "Tầng 15"),
        tactics="Hai cầu thang có tăng áp; hầm để 600 xe máy và 40 xe điện.",
    ),
    Place(
        "kho-dien-tu",
        "Tổng kho linh kiện điện tử",
        "warehouse",
        "05860",
        "Lô CN5 khu công nghiệp Yên Bình",
        1,
        160,
        20,
        ("Kệ cao 1", "Kệ cao 2", "Khu sạc xe nâng", "Văn phòng"),
        chemicals="Pin lithium khoảng 12 tấn ở kệ cao 2",
        tank=("Bể nước sprinkler", 600),
    ),
    Place(
        "xang-dau-so-9",
        "Cửa hàng xăng dầu số 9",
        "fuel",
        "05518",
        "Ngã ba đường Ga Cũ",
        1,
        12,
        3,
        ("Khu bồn", "Nhà bán hàng"),
        gas="Bồn xăng 3 × 25 m³, chôn ngầm",
        tank=("Bể cát và nước", 8),
    ),
    Place(
        "khach-san-ho",
        "Khách sạn Bờ Hồ",
        "hotel",
        "05443",
        "Số 1 đường Bờ Sông",
        9,
        130,
        210,
        ("Bếp và nhà hàng", "Tầng 3", "Tầng 6", "Tầng kỹ thuật"),
        gas="Trạm gas trung tâm 200 kg, sân sau",
    ),
    Place(
        "hanh-chinh-tinh",
        "Trụ sở hành chính liên cơ quan",
        "office",
        "05443",
        "Số 18 đường Công Viên",
        11,
        800,
        15,
        ("Kho lưu trữ", "Phòng máy chủ", "Hội trường"),
    ),
    Place(
        "den-thuong",
        "Cụm di tích Đền Thượng",
        "heritage",
        "05518",
        "Xóm Đồi Thông",
        1,
        120,
        2,
        ("Chính điện", "Nhà khách"),
        access="Đường dốc rộng 3,5 m, xe trên 8 tấn không lên được",
        tactics="Kết cấu gỗ; ưu tiên ngăn cháy lan từ rừng thông.",
        tank=("Ao đền", 900),
    ),
)
