"""Who there is, what they may do, and where.

A grant binds a role to an organisation's subtree, to an area's subtree, and to one domain or all.
"""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from tree_queries.fields import TreeNodeForeignKey
from tree_queries.models import TreeNode

from naoso.core.places.models import AdminUnit, ServiceArea


class OrganisationKind(models.TextChoices):
    """What sort of body answers."""

    PROVINCE = "province", _("Provincial authority")
    DEPARTMENT = "department", _("Department")
    CENTRE = "centre", _("Operations centre (IOC)")
    COMMUNE = "commune", _("Commune or ward authority")
    FORCE = "force", _("Police, rescue or medical force")
    COMPANY = "company", _("Public service company")


class Organisation(TreeNode):  # type: ignore[misc]
    """A body that owns rows and answers for them; its parent is the body it reports to."""

    parent = TreeNodeForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("reports to")
    )
    code = models.SlugField(_("code"), unique=True)
    name = models.CharField(_("name"), max_length=200)
    name_en = models.CharField(_("English name"), max_length=200, blank=True)
    kind = models.CharField(_("kind"), max_length=16, choices=OrganisationKind)
    unit = models.ForeignKey(
        AdminUnit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit")
    )
    service_area = models.ForeignKey(
        ServiceArea, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("service area")
    )
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Account(AbstractUser):
    """A person who signs in. Django's own groups and permissions are not used: grants decide."""

    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="members",
        verbose_name=_("organisation"),
    )
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    job_title = models.CharField(_("job title"), max_length=120, blank=True)
    language = models.CharField(_("language"), max_length=2, default="vi")

    REQUIRED_FIELDS: ClassVar[list[str]] = ["email"]

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        ordering = ["username"]

    def __str__(self) -> str:
        return name_of(self.last_name, self.first_name, self.username)

    def get_full_name(self) -> str:
        """Family name first, as names are said here."""
        return f"{self.last_name} {self.first_name}".strip()


class Role(models.Model):
    """A named bundle of permission codes such as `alerts.acknowledge`; `*` holds them all."""

    code = models.SlugField(_("code"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    permissions = ArrayField(models.CharField(max_length=80), verbose_name=_("permissions"))

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


def name_of(last_name: str, first_name: str, username: str) -> str:
    """How an account is called where its columns were read without their row."""
    return f"{last_name} {first_name}".strip() or username


class GrantQuerySet(models.QuerySet["Grant"]):
    """Reads of grants."""

    def in_force(self, day: dt.date) -> GrantQuerySet:
        """Grants that count on that day."""
        return self.filter(valid_from__lte=day).filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day))


class Grant(models.Model):
    """This account has this role for this organisation and all below it.

    `unit` narrows it to an administrative unit and all below; `domain` to one module's permissions.
    """

    account = models.ForeignKey(Account, models.CASCADE, related_name="grants")
    role = models.ForeignKey(Role, models.PROTECT, related_name="grants", verbose_name=_("role"))
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="grants", verbose_name=_("organisation")
    )
    unit = models.ForeignKey(
        AdminUnit, models.PROTECT, null=True, blank=True, verbose_name=_("administrative unit")
    )
    domain = models.SlugField(_("domain"), blank=True)
    valid_from = models.DateField(_("valid from"), default=timezone.localdate)
    valid_to = models.DateField(_("valid until"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    objects = GrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("grant")
        verbose_name_plural = _("grants")
        constraints = [
            models.UniqueConstraint(
                fields=["account", "role", "organisation", "unit", "domain"],
                nulls_distinct=False,
                name="grant_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account}: {self.role} @ {self.organisation}"


class FirstCode(models.Model):
    """The one-time code that lets the first administrator in; a new one replaces the old."""

    only = models.BooleanField(primary_key=True, default=True)
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now=True)
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(only=True), name="first_code_is_one")]

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d %H:%M}"


class AuditAction(models.TextChoices):
    """What was done to a row, or by whom."""

    INSERT = "insert", _("Created")
    UPDATE = "update", _("Changed")
    DELETE = "delete", _("Deleted")
    TRUNCATE = "truncate", _("Emptied")
    READ = "read", _("Personal data read")
    SIGNED_IN = "signed_in", _("Signed in")
    SIGN_IN_FAILED = "sign_in_failed", _("Sign-in refused")
    SIGNED_OUT = "signed_out", _("Signed out")
    EXPORT = "export", _("Exported")


class AuditEntry(models.Model):
    """One write of one row, or one read of personal data. The database refuses to change it.

    Not managed by Django: its table is made in SQL, together with the triggers that keep it
    append-only, and a test's flush must not try to empty it.
    """

    at = models.DateTimeField(_("at"))
    actor_id = models.BigIntegerField(_("account"), null=True)
    db_user = models.CharField(_("database user"), max_length=63)
    address = models.GenericIPAddressField(_("address"), null=True)
    reason = models.TextField(_("reason"))
    table = models.CharField(_("table"), max_length=63, db_column="table_name")
    row = models.CharField(_("row"), max_length=200)
    action = models.CharField(_("action"), max_length=16, choices=AuditAction)
    before = models.JSONField(_("before"), null=True)
    after = models.JSONField(_("after"), null=True)

    class Meta:
        managed = False
        db_table = "people_auditentry"
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit trail")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.action} {self.table} {self.row}"


class AuditSeal(models.Model):
    """A link of the chain: hash = sha256(previous hash ‖ the entry's canonical content)."""

    seq = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(AuditEntry, models.DO_NOTHING, related_name="seal")
    previous = models.BinaryField()
    hash = models.BinaryField()
    sealed_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "people_auditseal"
        ordering = ["seq"]

    def __str__(self) -> str:
        return f"{self.seq}: {bytes(self.hash).hex()}"
