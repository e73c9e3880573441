"""Words that several tables of traffic share."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Colour(models.TextChoices):
    """The background of a plate carries meaning (Circular 79/2024/TT-BCA, article 37)."""

    WHITE = "white", pgettext_lazy("plate", "White")
    YELLOW = "yellow", pgettext_lazy("plate", "Yellow")
    BLUE = "blue", pgettext_lazy("plate", "Blue")
    RED = "red", pgettext_lazy("plate", "Red")


class Vehicle(models.TextChoices):
    """What carries the plate."""

    CAR = "car", pgettext_lazy("vehicle", "Car")
    MOTORBIKE = "motorbike", pgettext_lazy("vehicle", "Motorbike")
    LORRY = "lorry", pgettext_lazy("vehicle", "Lorry")
    BUS = "bus", pgettext_lazy("vehicle", "Bus")
    OTHER = "other", pgettext_lazy("vehicle", "Other")


class Direction(models.TextChoices):
    """Seen from the camera: towards it, or away from it the way it looks."""

    TOWARDS = "towards", _("towards the camera")
    AWAY = "away", _("away from the camera")


class Review(models.IntegerChoices):
    """Whether a person must read the picture, and what the person said."""

    NONE = 0, pgettext_lazy("plate review", "not needed")
    DUE = 1, pgettext_lazy("plate review", "waits for a person")
    RIGHT = 2, pgettext_lazy("plate review", "read right")
    MENDED = 3, pgettext_lazy("plate review", "corrected")
    NO_PLATE = 4, pgettext_lazy("plate review", "no plate")
