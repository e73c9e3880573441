"""One duty of last month, ended, so that the page shows what it is for."""

from __future__ import annotations

import random
from datetime import timedelta

from django.utils import timezone

from naoso.core.people.audit import recorded
from naoso.core.people.models import Account, Organisation
from naoso.domains.situation.models import Duty, SituationReport
from naoso.domains.situation.services import ask

TITLE = "Báo cáo nhanh đợt mưa lớn tháng trước"
FIGURES = (
    {"name": "so_tan", "title": "Người phải sơ tán", "unit": "người"},
    {"name": "nha_ngap", "title": "Nhà bị ngập", "unit": "nhà"},
    {"name": "bi_thuong", "title": "Người bị thương", "unit": "người"},
)
WORDS = (
    "Nước đang rút, đã thông đường.",
    "Ngập 0,4 m ở khu dân cư ven suối.",
    "Không phát sinh thêm thiệt hại.",
)


def seed() -> None:
    """Safe to repeat."""
    owner = Organisation.objects.filter(code="ubnd-tinh").first()
    writers = {
        account.organisation_id: account
        for account in Account.objects.filter(organisation__code__startswith="ubnd-0").order_by("pk")
    }
    bodies = list(Organisation.objects.filter(pk__in=writers).order_by("code"))
    if owner is None or not bodies or Duty.objects.filter(title=TITLE).exists():
        return
    begun = timezone.now() - timedelta(days=30)
    duty = ask(
        actor=None, title=TITLE, owner=owner, bodies=bodies, figures=FIGURES, every=timedelta(hours=6),
        grace=timedelta(minutes=30), starts_at=begun,
    )  # fmt: skip
    dice = random.Random(24)  # noqa: S311
    with recorded(None, reason="seed"):
        SituationReport.objects.bulk_create(
            SituationReport(
                duty=duty, body=body, slot=begun + n * duty.every, sent_by=writers[body.pk],
                sent_at=begun + n * duty.every + timedelta(minutes=dice.randint(1, 45)),
                values={"so_tan": dice.randint(0, 60), "nha_ngap": dice.randint(0, 25), "bi_thuong": 0},
                text=dice.choice(WORDS),
            )
            for body in bodies
            for n in range(4)
        )  # fmt: skip
        Duty.objects.filter(pk=duty.pk).update(ended_at=begun + 4 * duty.every)
