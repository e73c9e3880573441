"""Where a camera's pictures come from, and the groups that say who may see them and how long they stay."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from naoso.core.objects.models import CityObject, State
from naoso.core.people.models import Organisation
from naoso.core.people.scope import ScopedQuerySet
from naoso.core.places.models import AdminUnit


class May(models.TextChoices):
    """What may be done with a camera's pictures."""

    LIVE = "live", _("Watch live")
    HISTORY = "history", _("Look into recordings")
    EXPORT = "export", _("Export evidence")
    CONTROL = "control", _("Turn and zoom")


class CameraGroupQuerySet(ScopedQuerySet["CameraGroup"]):
    """Groups in somebody's scope."""

    view_permission: ClassVar[str] = "cameras.view"


class CameraGroup(models.Model):
    """Cameras of one purpose: how long their pictures are kept, and whether only named people see them.

    `retention_days` 0: not recorded. Where `restricted`, a permission is not enough: a row of
    `GroupAccess` must name the person or the body.
    """

    name = models.CharField(_("name"), max_length=120)
    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("owner"))
    unit = models.ForeignKey(
        AdminUnit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit")
    )
    purpose = models.CharField(pgettext_lazy("camera", "purpose"), max_length=200)
    retention_days = models.PositiveSmallIntegerField(
        _("recordings are kept for (days)"), default=0, validators=[MaxValueValidator(365)],
        help_text=_("0: not recorded"),
    )  # fmt: skip
    restricted = models.BooleanField(
        _("only for people named below"), default=False,
        help_text=_("Otherwise everyone with the permission may watch."),
    )  # fmt: skip

    objects: ClassVar[CameraGroupQuerySet] = CameraGroupQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("group of cameras")
        verbose_name_plural = _("groups of cameras")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="cameragroup_name_once_an_owner"),
            models.CheckConstraint(condition=Q(retention_days__lte=365), name="cameragroup_retention_a_year"),
        ]

    def __str__(self) -> str:
        return self.name


class GroupAccess(models.Model):
    """A person or a body that may do these things with a restricted group, at these hours, until that day."""

    group = models.ForeignKey(CameraGroup, models.CASCADE, related_name="access")
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+",
        verbose_name=_("person"),
    )  # fmt: skip
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("body")
    )
    may = ArrayField(models.CharField(max_length=7, choices=May), verbose_name=_("may"))
    hours_from = models.TimeField(_("from"), null=True, blank=True, help_text=_("Empty: at any hour."))
    hours_to = models.TimeField(_("to"), null=True, blank=True)
    valid_to = models.DateField(_("last day"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=300)

    class Meta:
        verbose_name = _("access to a group of cameras")
        verbose_name_plural = _("accesses to groups of cameras")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(account__isnull=True) ^ Q(organisation__isnull=True), name="groupaccess_for_one",
                violation_error_message=_("Name either a person or a body."),
            ),
            models.CheckConstraint(
                condition=Q(hours_from__isnull=True, hours_to__isnull=True)
                | Q(hours_from__isnull=False, hours_to__isnull=False),
                name="groupaccess_hours_both",
                violation_error_message=_("Give both hours or neither."),
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="groupaccess_has_reason"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.group}: {self.account or self.organisation}"

    @property
    def rights_in_words(self) -> str:
        """What its holder may do."""
        return ", ".join(str(May(code).label) for code in self.may)


class Protocol(models.TextChoices):
    """How its pictures are asked for."""

    RTSP = "rtsp", _("RTSP address")
    ONVIF = "onvif", "ONVIF"
    RECORDER = "recorder", _("Channel of a recorder")


class CameraSourceQuerySet(ScopedQuerySet["CameraSource"]):
    """Sources of cameras in somebody's scope."""

    view_permission: ClassVar[str] = "cameras.view"
    owner_path: ClassVar[str] = "camera__owner_id"
    unit_path: ClassVar[str] = "camera__unit_id"

    def in_use(self) -> CameraSourceQuerySet:
        """Switched on, of a camera that stands: only these are asked for pictures."""
        return self.filter(enabled=True).exclude(camera__state=State.REMOVED)


class CameraSource(models.Model):
    """The addresses of a camera; name and password lie apart from them, the password sealed.

    `main_url` and `sub_url` are rtsp:// addresses without credentials: the large picture for watching
    and recording, the small one for walls and health. Without a small one the large one serves for both.
    """

    camera = models.OneToOneField(CityObject, models.CASCADE, related_name="camera_source")
    group = models.ForeignKey(
        CameraGroup, models.PROTECT, null=True, blank=True, related_name="sources", verbose_name=_("group")
    )
    protocol = models.CharField(_("connected by"), max_length=8, choices=Protocol, default=Protocol.RTSP)
    main_url = models.CharField(_("address of the large picture"), max_length=400)
    sub_url = models.CharField(_("address of the small picture"), max_length=400, blank=True)
    onvif_url = models.CharField(_("ONVIF address"), max_length=400, blank=True)
    onvif_profile = models.CharField(max_length=64, blank=True, editable=False)
    channel = models.PositiveSmallIntegerField(
        _("channel of the recorder"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    username = models.CharField(_("user name"), max_length=64, blank=True)
    sealed_password = models.TextField(blank=True, editable=False)
    vendor = models.CharField(_("vendor"), max_length=80, blank=True)
    device_model = models.CharField(_("model"), max_length=80, blank=True)
    can_turn = models.BooleanField(_("can turn and zoom"), default=False)
    enabled = models.BooleanField(_("in use"), default=True)
    connected_at = models.DateTimeField(default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[CameraSourceQuerySet] = CameraSourceQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("camera's source")
        verbose_name_plural = _("cameras' sources")
        ordering = ["camera__code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(main_url__regex=r"^rtsps?://[^@\s]+$"), name="camerasource_main_is_rtsp",
                violation_error_message=_("An rtsp:// address without user name and password."),
            ),
            models.CheckConstraint(
                condition=Q(sub_url="") | Q(sub_url__regex=r"^rtsps?://[^@\s]+$"),
                name="camerasource_sub_is_rtsp",
                violation_error_message=_("An rtsp:// address without user name and password."),
            ),
            models.CheckConstraint(
                condition=~Q(protocol=Protocol.RECORDER) | Q(channel__isnull=False),
                name="camerasource_recorder_has_channel",
                violation_error_message=_("Which channel of the recorder?"),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """As the registry of objects has it."""
        return str(self.camera.data.get("name") or self.camera.code)

    @property
    def is_used(self) -> bool:
        """As `CameraSourceQuerySet.in_use`; its camera is read already."""
        return self.enabled and self.camera.state != State.REMOVED

    @property
    def retention_days(self) -> int:
        """0: not recorded."""
        return self.group.retention_days if self.group else 0
