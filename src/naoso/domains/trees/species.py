"""The species that come with the product.

Names and limits are typed from general floras; wood densities are rounded means of the Global Wood Density
Database (Zanne et al. 2009). A city edits them on the page of species.
"""

from __future__ import annotations

# Vietnamese name, scientific name, greatest height (m), greatest girth (cm), density (g/cm³), factor
SPECIES: tuple[tuple[str, str, float, int, float, float], ...] = (
    ("Phượng vĩ", "Delonix regia", 15, 300, 0.58, 0.7),
    ("Bằng lăng", "Lagerstroemia speciosa", 20, 250, 0.60, 0.8),
    ("Sấu", "Dracontomelon duperreanum", 30, 400, 0.50, 0.9),
    ("Xà cừ", "Khaya senegalensis", 35, 700, 0.65, 0.6),
    ("Sao đen", "Hopea odorata", 40, 400, 0.65, 0.9),
    ("Dầu rái", "Dipterocarpus alatus", 45, 500, 0.65, 0.9),
    ("Bàng", "Terminalia catappa", 25, 300, 0.52, 0.6),
    ("Bàng Đài Loan", "Terminalia neotaliala", 15, 150, 0.55, 0.6),
    ("Hoa sữa", "Alstonia scholaris", 30, 350, 0.36, 0.5),
    ("Lộc vừng", "Barringtonia acutangula", 15, 250, 0.58, 0.9),
    ("Long não", "Cinnamomum camphora", 30, 500, 0.50, 0.9),
    ("Muồng hoa vàng", "Cassia fistula", 15, 200, 0.75, 0.7),
    ("Muồng đen", "Senna siamea", 20, 250, 0.70, 0.6),
    ("Lim xẹt", "Peltophorum pterocarpum", 25, 300, 0.62, 0.7),
    ("Đa", "Ficus benghalensis", 30, 1500, 0.45, 0.9),
    ("Đề", "Ficus religiosa", 30, 900, 0.44, 0.8),
    ("Si", "Ficus benjamina", 25, 900, 0.46, 0.6),
    ("Sanh", "Ficus microcarpa", 25, 900, 0.45, 0.7),
    ("Gạo", "Bombax ceiba", 35, 600, 0.33, 0.8),
    ("Vàng anh", "Saraca dives", 15, 200, 0.60, 0.8),
    ("Ngọc lan", "Magnolia × alba", 20, 250, 0.50, 0.9),
    ("Nhội", "Bischofia javanica", 30, 400, 0.57, 0.8),
    ("Sưa", "Dalbergia tonkinensis", 15, 250, 0.75, 1.0),
    ("Giáng hương", "Pterocarpus macrocarpus", 30, 350, 0.70, 1.0),
    ("Chiêu liêu", "Terminalia chebula", 25, 300, 0.75, 0.8),
    ("Keo lá tràm", "Acacia auriculiformis", 20, 200, 0.57, 0.4),
    ("Ban", "Bauhinia variegata", 12, 150, 0.60, 0.8),
    ("Osaka đỏ", "Erythrina crista-galli", 10, 150, 0.30, 0.6),
    ("Cau vua", "Roystonea regia", 25, 200, 0.40, 0.6),
    ("Trứng cá", "Muntingia calabura", 10, 100, 0.30, 0.3),
)
