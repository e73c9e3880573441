"""The demonstration's premises: whole, on the list, and the same when seeded again."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from naoso.core.registry.models import Source
from naoso.core.registry.secrets import demo_secret, matches
from naoso.domains.fire.models import Alarm, Contact, MirrorFeed, PanelMessage, Premises, PremisesFile, Zone
from naoso.domains.fire.rules import CONTACTS_WANTED
from naoso.domains.fire.seed import seed

pytestmark = pytest.mark.django_db
COUNTED = (Premises, Contact, Zone, PremisesFile, Alarm, PanelMessage, MirrorFeed, Source)


def test_seeding_twice_is_seeding_once(cast: SimpleNamespace, settings: Any, tmp_path: Any) -> None:
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path},
        }
    }
    seed()
    assert not Premises.objects.exists()  # nobody who answers for them
    cast.make.body("phong-cspccc", cast.root)
    seed()
    before = [model.objects.count() for model in COUNTED]
    seed()
    assert [model.objects.count() for model in COUNTED] == before
    rows = list(Premises.objects.all())
    assert {row.unit_id for row in rows} == {cast.ward.pk, cast.other_ward.pk}
    for row in rows:
        assert row.standing in {"listed", "connected"}
        assert row.contacts.count() >= CONTACTS_WANTED
        source = row.transmitters.get().source
        assert matches(demo_secret(source.code), source.secret_digest)
        assert all(zone.plan_id and zone.detectors.exists() for zone in row.zones.all())
