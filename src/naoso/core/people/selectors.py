"""Reads about people, and the words in which a grant is told."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.lookups import Unaccent
from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import Concat, Lower
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from naoso.core.people.models import Account, Grant, Organisation, Role
from naoso.core.people.scope import scope_of
from naoso.kernel.text import folded


def accounts(viewer: Account, permission: str = "people.view") -> QuerySet[Account]:
    """Accounts of the bodies for which the viewer holds the permission."""
    return Account.objects.filter(scope_of(viewer, permission).q("organisation_id", "")).select_related(
        "organisation"
    )


def organisations(viewer: Account) -> QuerySet[Organisation]:
    """The part of the tree for which the viewer holds `people.view`, in the order of the tree."""
    seen = scope_of(viewer, "people.view").q("pk", "")
    return Organisation.objects.with_tree_fields().filter(seen).select_related("unit", "service_area")  # type: ignore[no-any-return]


def grants_of(account: Account) -> QuerySet[Grant]:
    """What an account holds, held, or will hold; the newest first."""
    related = ("account", "role", "organisation", "unit")
    return account.grants.select_related(*related).order_by(F("valid_to").desc(nulls_first=True), "-pk")


def search_accounts(found: QuerySet[Account], text: str) -> QuerySet[Account]:
    """By name in either order, sign-in name, address or job; tone marks ignored."""
    words = folded(text)
    if not words:
        return found
    blank = Value(" ")
    everything = Concat(
        "last_name", blank, "first_name", blank, "username", blank, "email", blank, "job_title",
        output_field=CharField(),
    )  # fmt: skip
    return found.annotate(words=Lower(Unaccent(everything))).filter(words__contains=words)


def in_words(grant: Grant) -> str:
    """One sentence: who may act as what, for whom, where, in which system, how long."""
    parts = [
        _("%(account)s may act as %(role)s for %(organisation)s and all that report to it")
        % {"account": grant.account, "role": role_name(grant.role), "organisation": grant.organisation}
    ]
    if grant.unit:
        parts.append(_("in %(unit)s and all below it") % {"unit": grant.unit})
    if grant.domain:
        titles = {module.slug: module.title for module in settings.MODULES}
        parts.append(_("only in the system “%(title)s”") % {"title": titles.get(grant.domain, grant.domain)})
    parts.append(_("from %(day)s") % {"day": date_format(grant.valid_from, "d/m/Y")})
    if grant.valid_to:
        parts.append(_("until %(day)s") % {"day": date_format(grant.valid_to, "d/m/Y")})
    return ", ".join(parts) + "."


def state_of(grant: Grant) -> str:
    """`active`, `later` or `over`, today."""
    today = timezone.localdate()
    if grant.valid_from > today:
        return "later"
    return "over" if grant.valid_to and grant.valid_to <= today else "active"


def role_name(role: Role) -> str:
    """In the reader's language."""
    return role.name_en if role.name_en and get_language() == "en" else role.name


def in_state(found: QuerySet[Account], state: str) -> QuerySet[Account]:
    """Narrowed by state: `active`, `off`, or all."""
    return found.filter(Q(is_active=state == "active")) if state in {"active", "off"} else found
