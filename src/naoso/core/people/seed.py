"""The province's bodies, the roles, and a cast of invented people for the demonstration."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction

from naoso.core.people import services
from naoso.core.people.audit import recorded
from naoso.core.people.models import Account, Organisation, OrganisationKind, Role
from naoso.core.people.scope import ALL_PERMISSIONS
from naoso.core.places.models import LOCAL, AdminUnit, ServiceArea

ROOT = "ubnd-tinh"
CORE = frozenset(
    {"people", "places", "registry", "objects", "telemetry", "ingest", "notify", "alerts", "response"}
)
STEWARD = frozenset({"places", "registry", "telemetry", "ingest", "notify"})
SETTING_UP = (
    "edit_", "import", "manage", "change", "roles", "grant", "audit", "mend", "answer_persons", "setup",
)  # fmt: skip
AUDITING = ("audit", "looks")
LEADING, MODERATING = ("supervise", "approve"), "moderate"
POLICING, WITHOUT_POLICE = (
    "traffic",
    frozenset({"view", "check"}),
)  # whom plates lead to is the police's alone

K = OrganisationKind
# code, name, English name, kind, reports to
BODIES: tuple[tuple[str, str, str, OrganisationKind, str], ...] = (
    (ROOT, "Ủy ban nhân dân tỉnh Thái Nguyên", "Provincial People's Committee", K.PROVINCE, ""),
    (
        "so-nnmt",
        "Sở Nông nghiệp và Môi trường",
        "Department of Agriculture and Environment",
        K.DEPARTMENT,
        ROOT,
    ),
    ("so-xd", "Sở Xây dựng", "Department of Construction", K.DEPARTMENT, ROOT),
    ("so-yt", "Sở Y tế", "Department of Health", K.DEPARTMENT, ROOT),
    ("so-khcn", "Sở Khoa học và Công nghệ", "Department of Science and Technology", K.DEPARTMENT, ROOT),
    ("cong-an-tinh", "Công an tỉnh", "Provincial Police", K.FORCE, ROOT),
    ("phong-cspccc", "Phòng Cảnh sát PCCC và CNCH", "Fire and Rescue Police", K.FORCE, "cong-an-tinh"),
    ("phong-csgt", "Phòng Cảnh sát giao thông", "Traffic Police", K.FORCE, "cong-an-tinh"),
    ("cap-cuu-115", "Trung tâm Cấp cứu 115", "Ambulance Centre 115", K.FORCE, "so-yt"),
    ("ioc-tinh", "Trung tâm Điều hành thông minh tỉnh (IOC)", "Provincial Operations Centre", K.CENTRE, ROOT),
    ("ioc-song-cong", "IOC Sông Công", "Operations Centre Sông Công", K.CENTRE, "ioc-tinh"),
    ("ioc-pho-yen", "IOC Phổ Yên", "Operations Centre Phổ Yên", K.CENTRE, "ioc-tinh"),
    ("cty-nuoc-sach", "Công ty nước sạch", "Water Company", K.COMPANY, ROOT),
    ("cty-mtdt", "Công ty môi trường đô thị", "Urban Environment Company", K.COMPANY, ROOT),
    ("dien-luc", "Điện lực", "Electricity Company", K.COMPANY, ROOT),
)
SERVED = {"ioc-song-cong": "song-cong", "ioc-pho-yen": "pho-yen"}

ROLES: tuple[tuple[str, str, str], ...] = (
    ("viewer", "Người xem", "Viewer"),
    ("operator", "Trực ban", "Operator"),
    ("officer", "Cán bộ xử lý", "Officer"),
    ("traffic-officer", "Cán bộ cảnh sát giao thông", "Traffic police officer"),
    ("crew", "Kíp xe", "Crew"),
    ("leader", "Lãnh đạo trực", "Duty leader"),
    ("steward", "Quản lý dữ liệu", "Data steward"),
    ("auditor", "Kiểm soát nhật ký", "Auditor"),
    ("administrator", "Quản trị", "Administrator"),
)


@dataclass(frozen=True, slots=True)
class Person:
    """One of the cast: where they work, what they do and also do, for which body (their own unless named)."""

    username: str
    name: str
    organisation: str
    role: str
    over: str = ""
    area: str = ""
    also: str = ""


CAST: tuple[Person, ...] = (
    Person("quan.tri", "Quản trị hệ thống", "ioc-tinh", "administrator", over=ROOT),
    Person("lanh.dao", "Lãnh đạo trực tỉnh", ROOT, "leader"),
    Person("truc.ban", "Trực ban ca ngày", "ioc-tinh", "operator", over=ROOT),
    Person("truc.dem", "Trực ban ca đêm", "ioc-tinh", "operator", over=ROOT),
    Person("du.lieu", "Quản lý dữ liệu", "so-khcn", "steward", over=ROOT),
    Person("kiem.soat", "Kiểm soát nhật ký", ROOT, "auditor"),
    Person(
        "ioc.songcong", "Trực ban IOC Sông Công", "ioc-song-cong", "operator", over=ROOT, area="song-cong"
    ),
    Person("ioc.phoyen", "Trực ban IOC Phổ Yên", "ioc-pho-yen", "operator", over=ROOT, area="pho-yen"),
    Person("moi.truong", "Cán bộ quan trắc môi trường", "so-nnmt", "officer"),
    Person("tp.moitruong", "Trưởng phòng môi trường", "so-nnmt", "leader"),
    Person("do.thi", "Cán bộ hạ tầng đô thị", "so-xd", "officer"),
    Person("y.te", "Cán bộ y tế dự phòng", "so-yt", "officer"),
    Person("cap.cuu", "Điều phối cấp cứu 115", "cap-cuu-115", "officer"),
    Person("chi.huy.pccc", "Trực chỉ huy PCCC", "phong-cspccc", "officer"),
    Person("kip.pccc", "Kíp trưởng xe chữa cháy", "phong-cspccc", "crew"),
    Person("kip.pccc2", "Kíp phó xe chữa cháy", "phong-cspccc", "crew"),
    Person("kip.115", "Kíp trưởng xe cấp cứu 115", "cap-cuu-115", "crew"),
    Person("giao.thong", "Trực ban giao thông", "phong-csgt", "officer", also="traffic-officer"),
    Person("ve.sinh", "Đội trưởng vệ sinh môi trường", "cty-mtdt", "officer"),
    Person("nuoc.sach", "Trực vận hành nước sạch", "cty-nuoc-sach", "officer"),
    Person("dien.luc", "Trực vận hành lưới điện", "dien-luc", "officer"),
    Person("phuong.songcong", "Cán bộ phường Sông Công", "ubnd-05518", "officer"),
    Person("ld.songcong", "Lãnh đạo phường Sông Công", "ubnd-05518", "leader"),
    Person("phuong.phoyen", "Cán bộ phường Phổ Yên", "ubnd-05860", "officer"),
    Person("phuong.phandinhphung", "Cán bộ phường Phan Đình Phùng", "ubnd-05443", "officer"),
)


def seed(password: str) -> None:
    """All of it, once; every one of the cast gets this password, which is kept nowhere else."""
    with transaction.atomic():
        roles = seed_roles()
        bodies = seed_organisations()
        known = set(Account.objects.values_list("username", flat=True))
        fresh = [person for person in CAST if person.username not in known]
        for person in fresh:
            _make(person, bodies, roles)
        with recorded(None, "demo"):
            Account.objects.filter(username__in=[person.username for person in fresh]).update(
                password=make_password(password)  # hashed once: 25 slow hashes would take seven seconds
            )


def seed_roles() -> dict[str, Role]:
    """The usual roles, for an empty centre too; one that exists is left as its people made it."""
    kept = {role.code: role for role in Role.objects.all()}
    for code, name, name_en in ROLES:
        if code not in kept:
            kept[code] = services.save_role(
                role=None, actor=None, code=code, name=name, name_en=name_en, permissions=permissions_of(code)
            )
    return kept


def permissions_of(role: str) -> list[str]:
    """Which of the permissions of the modules switched on a usual role holds."""
    codes = [permission.code for permission in settings.MODULES.permissions]
    views = {code for code in codes if _verb(code).startswith("view")}
    duties = {
        c for c in codes if not _verb(c).startswith(SETTING_UP) and _module(c) not in STEWARD | {"people"}
    }
    policing = {c for c in duties if _module(c) == POLICING and _verb(c) not in WITHOUT_POLICE}
    edits = {code for code in codes if _verb(code).startswith("edit")}
    leads = {code for code in codes if _verb(code).startswith(LEADING)}
    moderates = {code for code in codes if _verb(code) == MODERATING}
    held = {
        "viewer": views,
        "operator": views | duties - policing - leads,
        "crew": {code for code in codes if _verb(code) == "crew"},
        "officer": views | duties - policing - leads - moderates - {"response.assign"},
        "traffic-officer": policing,
        "leader": views | duties - policing | edits,
        "steward": views | {code for code in codes if _module(code) in STEWARD | {"objects"}},
        "auditor": views | {code for code in codes if _verb(code) in AUDITING},
        "administrator": {ALL_PERMISSIONS},
    }
    return sorted(held[role])


def seed_organisations() -> dict[str, Organisation]:
    """The bodies above, and one authority for each commune and ward of today."""
    kept = {body.code: body for body in Organisation.objects.all()}
    for code, name, name_en, kind, parent in BODIES:
        if code not in kept:
            area = ServiceArea.objects.filter(code=SERVED.get(code, "")).first()
            unit = AdminUnit.objects.filter(code="19", valid_to=None).first() if code == ROOT else None
            kept[code] = services.create_organisation(
                actor=None,
                code=code,
                name=name,
                name_en=name_en,
                kind=kind,
                parent=kept.get(parent),
                service_area=area,
                unit=unit,
            )
    for unit in _communes():
        code = f"ubnd-{unit.code}"
        if code not in kept:
            kept[code] = services.create_organisation(
                actor=None,
                code=code,
                name=f"UBND {unit.full_name}",
                name_en=f"{unit.name_en} authority",
                kind=K.COMMUNE,
                parent=kept[ROOT],
                unit=unit,
            )
    return kept


def _communes() -> Iterable[AdminUnit]:
    return AdminUnit.objects.filter(kind__in=LOCAL, valid_to=None, parent__code="19").order_by("code")


def _make(person: Person, bodies: dict[str, Organisation], roles: dict[str, Role]) -> None:
    last, _, first = person.name.rpartition(" ")
    account = services.create_account(
        actor=None,
        username=person.username,
        email=f"{person.username}@demo.invalid",
        first_name=first,
        last_name=last,
        organisation=bodies[person.organisation],
        job_title=person.name,
    )
    units: list[AdminUnit | None] = [None]
    if person.area:
        units = list(ServiceArea.objects.get(code=person.area).units.order_by("code"))
    for unit, role in itertools.product(units, filter(None, (person.role, person.also))):
        services.give(
            account=account,
            role=roles[role],
            organisation=bodies[person.over or person.organisation],
            unit=unit,
            actor=None,
            reason="demo",
        )


def _verb(code: str) -> str:
    return code.partition(".")[2]


def _module(code: str) -> str:
    return code.partition(".")[0]
