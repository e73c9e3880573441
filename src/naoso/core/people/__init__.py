"""Organisations, accounts, roles, grants, the audit trail."""
