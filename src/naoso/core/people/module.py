"""What this part of the house declares."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from naoso.kernel.modules import MenuItem, Module, Permission

MODULE = Module(
    slug="people",
    title=_("People and rights"),
    app="naoso.core.people.apps.Config",
    permissions=(
        Permission("people.view", _("See accounts and organisations")),
        Permission("people.manage", _("Create and change accounts and organisations")),
        Permission("people.roles", _("Change what a role holds")),
        Permission("people.grant", _("Give and withdraw roles")),
        Permission("people.audit", _("Read the audit trail")),
    ),
    menu=(
        MenuItem(_("Accounts"), "people:accounts", "users", "people.view", order=80),
        MenuItem(_("Organisations"), "people:organisations", "sitemap", "people.view", order=81),
        MenuItem(_("Roles"), "people:roles", "key", "people.view", order=82),
        MenuItem(_("Audit trail"), "people:audit", "history", "people.audit", order=83),
    ),
    urls="naoso.core.people.urls",
    url_prefix="people/",
    audited=(
        "people.Organisation",
        "people.Account",
        "people.Role",
        "people.Grant",
        "account.EmailAddress",
        "mfa.Authenticator",
        "socialaccount.SocialAccount",
    ),
)
