"""Addresses under `/people/`."""

from __future__ import annotations

from django.urls import path

from naoso.core.people.views import accounts, audit, organisations, roles

app_name = "people"
urlpatterns = [
    path("accounts/", accounts.listing, name="accounts"),
    path("accounts/new/", accounts.create, name="account_new"),
    path("accounts/<int:pk>/", accounts.detail, name="account"),
    path("accounts/<int:pk>/edit/", accounts.edit, name="account_edit"),
    path("accounts/<int:pk>/on/", accounts.switch, {"on": True}, name="account_on"),
    path("accounts/<int:pk>/off/", accounts.switch, {"on": False}, name="account_off"),
    path("accounts/<int:pk>/invite/", accounts.invite, name="account_invite"),
    path("accounts/<int:pk>/grants/new/", accounts.give, name="grant_new"),
    path("accounts/<int:pk>/grants/<int:grant>/withdraw/", accounts.withdraw, name="grant_withdraw"),
    path("organisations/", organisations.tree, name="organisations"),
    path("organisations/new/", organisations.create, name="organisation_new"),
    path("organisations/<int:pk>/", organisations.edit, name="organisation_edit"),
    path("roles/", roles.listing, name="roles"),
    path("roles/new/", roles.edit, name="role_new"),
    path("roles/<int:pk>/", roles.edit, name="role_edit"),
    path("audit/", audit.listing, name="audit"),
    path("audit/<int:pk>/", audit.detail, name="audit_entry"),
    path("audit/print/", audit.printed, name="audit_print"),
    path("audit/export.csv", audit.export, {"kind": "csv"}, name="audit_csv"),
    path("audit/export.xlsx", audit.export, {"kind": "xlsx"}, name="audit_xlsx"),
]
