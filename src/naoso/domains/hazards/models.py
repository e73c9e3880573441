"""What a model foresees for a series; stations themselves are things of the registry."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from naoso.core.telemetry.models import Series


class Forecast(models.Model):
    """The newest outlook of one series: steps after `based_at`, its band, and how wrong the model has been.

    `error` and `naive` are mean absolute errors of the back-test, of the model and of "it stays as it is".
    """

    series = models.OneToOneField(Series, models.CASCADE, primary_key=True, related_name="forecast")
    model = models.SlugField(_("model"))
    made_at = models.DateTimeField(_("made"))
    based_at = models.DateTimeField(_("last reading used"))
    step = models.DurationField(_("step"))
    values = models.JSONField(_("values"))
    half = models.JSONField(_("half of the band"))
    error = models.FloatField(_("mean error"))
    naive = models.FloatField(_("mean error of no change"))

    class Meta:
        verbose_name = _("forecast")
        verbose_name_plural = _("forecasts")

    def __str__(self) -> str:
        return f"{self.series_id}: {self.based_at:%d/%m/%Y %H:%M}"
