"""The closed lists of CAP 1.2 in people's words, and the hazards that the province warns of."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Hazard(models.TextChoices):
    """What the warning is about; each has a template."""

    STORM = "storm", pgettext_lazy("hazard", "Storm")
    FLOOD = "flood", pgettext_lazy("hazard", "Flood")
    LANDSLIDE = "landslide", pgettext_lazy("hazard", "Landslide")
    FOREST_FIRE = "forest-fire", pgettext_lazy("hazard", "Forest fire")
    HEAT = "heat", pgettext_lazy("hazard", "Heat")
    EPIDEMIC = "epidemic", pgettext_lazy("hazard", "Epidemic")
    WATER_CUT = "water-cut", pgettext_lazy("hazard", "Water cut")
    POLLUTION = "pollution", pgettext_lazy("hazard", "Pollution")
    FIRE = "fire", pgettext_lazy("hazard", "Fire")
    CHEMICAL = "chemical", pgettext_lazy("hazard", "Chemical spill")
    OTHER = "other", pgettext_lazy("hazard", "Other")


ICONS = {
    "storm": "storm", "flood": "ripple", "landslide": "mountain", "forest-fire": "trees",
    "heat": "temperature-sun", "epidemic": "virus", "water-cut": "droplet-off", "pollution": "wind",
    "fire": "flame", "chemical": "flask", "other": "alert-triangle",
}  # fmt: skip


class Category(models.TextChoices):
    """CAP `category`."""

    GEO = "Geo", pgettext_lazy("CAP category", "Geophysical")
    MET = "Met", pgettext_lazy("CAP category", "Meteorological")
    SAFETY = "Safety", pgettext_lazy("CAP category", "Public safety")
    SECURITY = "Security", pgettext_lazy("CAP category", "Security")
    RESCUE = "Rescue", pgettext_lazy("CAP category", "Rescue")
    FIRE = "Fire", pgettext_lazy("CAP category", "Fire")
    HEALTH = "Health", pgettext_lazy("CAP category", "Health")
    ENV = "Env", pgettext_lazy("CAP category", "Environment")
    TRANSPORT = "Transport", pgettext_lazy("CAP category", "Transport")
    INFRA = "Infra", pgettext_lazy("CAP category", "Infrastructure")
    CBRNE = "CBRNE", pgettext_lazy("CAP category", "Chemical, biological, radiological, explosive")
    OTHER = "Other", pgettext_lazy("CAP category", "Other")


class Response(models.TextChoices):
    """CAP `responseType`."""

    SHELTER = "Shelter", pgettext_lazy("CAP response", "Take shelter")
    EVACUATE = "Evacuate", pgettext_lazy("CAP response", "Leave the area")
    PREPARE = "Prepare", pgettext_lazy("CAP response", "Prepare")
    EXECUTE = "Execute", pgettext_lazy("CAP response", "Carry out the plan")
    AVOID = "Avoid", pgettext_lazy("CAP response", "Keep away")
    MONITOR = "Monitor", pgettext_lazy("CAP response", "Follow the news")
    ALL_CLEAR = "AllClear", pgettext_lazy("CAP response", "All clear")
    NONE = "None", pgettext_lazy("CAP response", "Nothing to do")


class Urgency(models.TextChoices):
    """CAP `urgency`."""

    IMMEDIATE = "Immediate", pgettext_lazy("CAP urgency", "At once")
    EXPECTED = "Expected", pgettext_lazy("CAP urgency", "Within the hour")
    FUTURE = "Future", pgettext_lazy("CAP urgency", "Soon")
    PAST = "Past", pgettext_lazy("CAP urgency", "No longer needed")
    UNKNOWN = "Unknown", pgettext_lazy("CAP urgency", "Not known")


class Certainty(models.TextChoices):
    """CAP `certainty`."""

    OBSERVED = "Observed", pgettext_lazy("CAP certainty", "Has been observed")
    LIKELY = "Likely", pgettext_lazy("CAP certainty", "Likely (over 50 %)")
    POSSIBLE = "Possible", pgettext_lazy("CAP certainty", "Possible (up to 50 %)")
    UNLIKELY = "Unlikely", pgettext_lazy("CAP certainty", "Not to be expected")
    UNKNOWN = "Unknown", pgettext_lazy("CAP certainty", "Not known")


class Status(models.TextChoices):
    """CAP `status`: whether people must act."""

    ACTUAL = "Actual", pgettext_lazy("CAP status", "Real")
    EXERCISE = "Exercise", pgettext_lazy("CAP status", "Exercise")
    TEST = "Test", pgettext_lazy("CAP status", "Technical test")


class MessageType(models.TextChoices):
    """CAP `msgType`."""

    ALERT = "Alert", pgettext_lazy("CAP message", "New warning")
    UPDATE = "Update", pgettext_lazy("CAP message", "Update")
    CANCEL = "Cancel", pgettext_lazy("CAP message", "Cancellation")


class Language(models.TextChoices):
    """Languages of a warning's words (ISO 639); Vietnamese is always there."""

    VI = "vi", _("Vietnamese")
    EN = "en", _("English")
    TAY = "tyz", pgettext_lazy("language", "Tày")
    NUNG = "nut", pgettext_lazy("language", "Nùng")
    MONG = "hmn", pgettext_lazy("language", "Mông")
    DAO = "ium", pgettext_lazy("language", "Dao")


TAGS = {Language.VI: "vi-VN", Language.EN: "en"}
