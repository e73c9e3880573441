"""What this part of the house declares."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from naoso.kernel.modules import Module, Permission

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
