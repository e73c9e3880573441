"""Hidden rows are asserted, not only the shown ones."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from naoso.core.people.models import Grant
from naoso.core.people.scope import ScopedQuerySet, accounts_with, allowed, require, scope_of
from naoso.core.people.tests import factories as make
from naoso.kernel.errors import NotAllowed

pytestmark = pytest.mark.django_db


class GrantRows(ScopedQuerySet[Grant]):
    """Any model with an owner and a unit will do to try the queryset; grants have both."""

    view_permission = "things.view"
    owner_path = "organisation_id"


@pytest.fixture
def world() -> SimpleNamespace:
    """A province, two wards, a department and a ward authority, another agency; four people."""
    province = make.unit("19", "Thái Nguyên", kind="province")
    here = make.unit("05518", "Sông Công", province)
    there = make.unit("05860", "Phổ Yên", province)
    root = make.body("ubnd")
    mine, other = make.body("ubnd-song-cong", root, unit=here), make.body("so-y-te", root)
    officer = make.role("officer", "things.view", "things.change")
    reader = make.role("reader", "things.view")
    people = {name: make.account(name) for name in ("owner", "colleague", "stranger", "chief")}
    make.grant(people["owner"], officer, mine)
    make.grant(people["colleague"], reader, root, unit=here)
    make.grant(people["stranger"], officer, other)
    make.grant(people["chief"], make.role("all", "*"), root)
    return SimpleNamespace(
        province=province,
        here=here,
        there=there,
        root=root,
        mine=mine,
        other=other,
        officer=officer,
        **people,
    )


def seen(user: object, world: SimpleNamespace) -> set[str]:
    """Which of the three rows the user sees: mine here, another agency's here, another's elsewhere."""
    rows = GrantRows(Grant).filter(reason__startswith="row")
    return set(rows.visible_to(user).values_list("reason", flat=True))  # type: ignore[arg-type]


@pytest.fixture
def rows(world: SimpleNamespace) -> None:
    """Three rows to be seen or hidden."""
    bearer, role = make.account("bearer"), make.role("none")
    make.grant(bearer, role, world.mine, unit=world.here, reason="row mine here")
    make.grant(bearer, role, world.other, unit=world.here, reason="row other here")
    make.grant(bearer, role, world.other, unit=world.there, reason="row other there")


@pytest.mark.usefixtures("rows")
@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("owner", {"row mine here"}),
        ("colleague", {"row mine here", "row other here"}),
        ("stranger", {"row other here", "row other there"}),
        ("chief", {"row mine here", "row other here", "row other there"}),
    ],
)
def test_rows_seen_and_hidden(world: SimpleNamespace, who: str, expected: set[str]) -> None:
    assert seen(getattr(world, who), world) == expected


@pytest.mark.usefixtures("rows")
def test_a_citizen_sees_nothing(world: SimpleNamespace) -> None:
    assert seen(AnonymousUser(), world) == set()


@pytest.mark.usefixtures("rows")
def test_an_account_switched_off_sees_nothing(world: SimpleNamespace) -> None:
    world.chief.is_active = False
    assert seen(world.chief, world) == set()


def test_allowed_here_and_not_there(world: SimpleNamespace) -> None:
    assert allowed(world.owner, "things.change", owner_id=world.mine.pk, unit_id=world.here.pk)
    assert not allowed(world.owner, "things.change", owner_id=world.other.pk, unit_id=world.here.pk)
    assert not allowed(world.colleague, "things.change", owner_id=world.mine.pk, unit_id=world.here.pk)
    assert not allowed(world.colleague, "things.view", owner_id=world.mine.pk, unit_id=None)
    with pytest.raises(NotAllowed):
        require(world.stranger, "things.change", owner_id=world.mine.pk)


def test_a_grant_of_one_domain_gives_nothing_in_another(world: SimpleNamespace) -> None:
    narrow = make.account("narrow")
    make.grant(narrow, make.role("wide", "things.view", "fire.view"), world.root, domain="fire")
    assert allowed(narrow, "fire.view")
    assert not allowed(narrow, "things.view")


@pytest.mark.parametrize(
    ("start", "end", "held"), [(0, None, True), (1, None, False), (-9, 0, False), (-9, 1, True)]
)
def test_a_grant_counts_from_its_first_day_to_before_its_last(
    world: SimpleNamespace, start: int, end: int | None, held: bool
) -> None:
    today = timezone.localdate()
    visitor = make.account("visitor")
    last = None if end is None else today + dt.timedelta(days=end)
    make.grant(visitor, world.officer, world.mine, valid_from=today + dt.timedelta(days=start), valid_to=last)
    assert allowed(visitor, "things.view") is held


def test_old_units_follow_the_crosswalk(world: SimpleNamespace) -> None:
    whole = make.old_unit("05512", "Lương Châu", world.here)
    part = make.old_unit("05513", "Nửa Này", world.here, whole=False)
    new_officer, old_officer, part_officer = (make.account(n) for n in ("new", "old", "part"))
    make.grant(new_officer, world.officer, world.root, unit=world.here)
    make.grant(old_officer, world.officer, world.root, unit=whole)
    make.grant(part_officer, world.officer, world.root, unit=part)
    owner = world.mine.pk
    assert allowed(new_officer, "things.view", owner_id=owner, unit_id=whole.pk)
    assert allowed(new_officer, "things.view", owner_id=owner, unit_id=part.pk)
    assert allowed(old_officer, "things.view", owner_id=owner, unit_id=world.here.pk)
    assert not allowed(old_officer, "things.view", owner_id=owner, unit_id=part.pk)
    assert not allowed(part_officer, "things.view", owner_id=owner, unit_id=world.here.pk)


@pytest.mark.parametrize("unit_of_row", ["here", "there", "province", "old", None])
def test_accounts_with_agrees_with_allowed(world: SimpleNamespace, unit_of_row: str | None) -> None:
    world.old = make.old_unit("05512", "Lương Châu", world.here)
    make.grant(make.account("heir"), world.officer, world.root, unit=world.old)
    make.account("root", is_superuser=True)
    unit_id = getattr(world, unit_of_row).pk if unit_of_row else None
    for owner in (world.root, world.mine, world.other):
        found = set(accounts_with("things.view", owner_id=owner.pk, unit_id=unit_id))
        everyone = type(world.owner).objects.all()
        assert found == {a for a in everyone if allowed(a, "things.view", owner_id=owner.pk, unit_id=unit_id)}


def test_equal_scopes_are_equal(world: SimpleNamespace) -> None:
    twin = make.account("twin")
    make.grant(twin, world.officer, world.mine)
    assert scope_of(twin, "things.view") == scope_of(world.owner, "things.view")
    assert len({scope_of(twin, "things.view"), scope_of(world.owner, "things.view")}) == 1
    assert scope_of(world.chief, "anything.at_all").everything
