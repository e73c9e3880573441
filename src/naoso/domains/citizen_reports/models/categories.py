"""What reports are about, who answers, by when, and what is asked."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from naoso.core.people.models import Account, Organisation
from naoso.core.places.models import AdminUnit


def in_language(vietnamese: str, english: str) -> str:
    """The English words where the reader reads English and there are some."""
    return (english if get_language() == "en" else "") or vietnamese


def escalation_steps() -> list[timedelta]:
    """At the deadline, one working day after it, three working days after it."""
    return [timedelta(0), timedelta(hours=8), timedelta(hours=24)]


class Visibility(models.TextChoices):
    """Who reads the reports of a category."""

    PUBLIC = "public", _("On the public map once an officer has taken it up")
    PRIVATE = "private", _("The citizen who sent it and the officers")
    INTERNAL = "internal", _("Officers only; citizens cannot choose it")


class Category(models.Model):
    """A node of the tree of categories. Every duration counts working time."""

    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("part of")
    )
    code = models.SlugField(_("code"), unique=True)
    title = models.CharField(_("title"), max_length=120)
    title_en = models.CharField(_("English title"), max_length=120, blank=True)
    icon = models.CharField(_("icon"), max_length=40, default="message-report")
    owner = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("answers where no rule fits"),
        related_name="+",
        help_text=_("Empty: the fallback queue of the centre."),
    )
    answer_deadline = models.DurationField(_("first answer within"), default=timedelta(hours=4))
    deadline = models.DurationField(_("solved within"), default=timedelta(hours=16))
    warn_before = models.DurationField(_("warning before the deadline"), default=timedelta(hours=2))
    escalate_after = ArrayField(
        models.DurationField(),
        verbose_name=_("escalation after the deadline"),
        default=escalation_steps,
        size=3,
    )
    visibility = models.CharField(
        _("visibility"), max_length=10, choices=Visibility, default=Visibility.PUBLIC
    )
    opens_incident = models.BooleanField(
        _("opens an incident"), default=True, help_text=_("For what cannot wait for an officer's decision.")
    )
    order = models.PositiveSmallIntegerField(_("order"), default=100)
    enabled = models.BooleanField(_("enabled"), default=True)

    class Meta:
        verbose_name = _("category of reports")
        verbose_name_plural = _("categories of reports")
        ordering = ["order", "title"]

    def __str__(self) -> str:
        return in_language(self.title, self.title_en)

    @property
    def hours(self) -> float:
        """The deadline in working hours."""
        return self.deadline.total_seconds() / 3600

    @property
    def answer_hours(self) -> float:
        """The deadline of the first answer in working hours."""
        return self.answer_deadline.total_seconds() / 3600


class QuestionKind(models.TextChoices):
    """How a question is answered."""

    TEXT = "text", _("Words")
    NUMBER = "number", _("A number")
    DATE = "date", _("A date")
    YES_NO = "yes_no", _("Yes or no")
    CHOICE = "choice", _("One of several")
    MULTI = "multi", _("Any of several")


class Question(models.Model):
    """What is asked beyond the words; `choices` is a list of {key, label, label_en}."""

    category = models.ForeignKey(
        Category, models.CASCADE, related_name="questions", verbose_name=_("category")
    )
    code = models.SlugField(_("code"), max_length=40)
    label = models.CharField(_("question"), max_length=200)
    label_en = models.CharField(_("English question"), max_length=200, blank=True)
    kind = models.CharField(_("kind"), max_length=8, choices=QuestionKind, default=QuestionKind.TEXT)
    choices = models.JSONField(_("choices"), default=list, blank=True)
    required = models.BooleanField(_("required"), default=False)
    order = models.PositiveSmallIntegerField(_("order"), default=100)

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["category", "code"], name="report_question_once"),
        ]

    def __str__(self) -> str:
        return in_language(self.label, self.label_en)


class TemplateKind(models.TextChoices):
    """What a template of words is for."""

    ANSWER = "answer", _("Answer")
    REJECT = "reject", _("Why nothing will be done")
    QUESTION = "question", _("Question to the citizen")


class AnswerTemplate(models.Model):
    """Words that an officer begins with; no category means every category."""

    category = models.ForeignKey(
        Category,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="templates",
        verbose_name=_("category"),
    )
    kind = models.CharField(_("kind"), max_length=10, choices=TemplateKind, default=TemplateKind.ANSWER)
    title = models.CharField(_("title"), max_length=120)
    text = models.TextField(_("text"), max_length=4000)
    text_en = models.TextField(_("English text"), max_length=4000, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=100)

    class Meta:
        verbose_name = _("template of answers")
        verbose_name_plural = _("templates of answers")
        ordering = ["order", "title"]

    def __str__(self) -> str:
        return self.title


class RoutingRule(models.Model):
    """The first enabled rule that fits decides; an empty condition fits everything."""

    order = models.PositiveIntegerField(_("order"), default=100)
    title = models.CharField(_("title"), max_length=160)
    category = models.ForeignKey(
        Category,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="rules",
        verbose_name=_("category and below"),
    )
    unit = models.ForeignKey(
        AdminUnit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit and below")
    )
    weekdays = ArrayField(
        models.PositiveSmallIntegerField(),
        verbose_name=_("days of the week"),
        default=list,
        blank=True,
        help_text=_("0 is Monday; none means every day."),
    )
    time_from = models.TimeField(_("from (time of day)"), null=True, blank=True)
    time_to = models.TimeField(_("to (time of day)"), null=True, blank=True)
    words = ArrayField(
        models.CharField(max_length=60),
        verbose_name=_("key words, any of them"),
        default=list,
        blank=True,
        help_text=_("Tone marks do not matter."),
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("goes to")
    )
    handler = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("and to this person")
    )
    enabled = models.BooleanField(_("enabled"), default=True)

    class Meta:
        verbose_name = _("routing rule")
        verbose_name_plural = _("routing rules")
        ordering = ["order", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(time_from__isnull=True, time_to__isnull=True)
                | Q(time_from__isnull=False, time_to__isnull=False),
                name="report_rule_has_both_times",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def days_in_words(self) -> str:
        """`T2, T3` for Monday and Tuesday; nothing where every day fits."""
        return ", ".join(str(WEEKDAYS_ABBR[day]) for day in sorted(self.weekdays))


class Desk(models.Model):
    """What holds for all reports of this centre: one row."""

    fallback = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("fallback queue"),
        help_text=_("Takes what no rule and no category gives to anybody."),
    )
    take_within = models.DurationField(
        _("somebody takes it within"),
        default=timedelta(hours=1),
        help_text=_("Working time; afterwards a report that nobody took goes up by itself."),
    )
    keep_identity = models.DurationField(
        _("identity of reporters is kept after the end"), default=timedelta(days=365)
    )
    jurisdiction = models.CharField(
        _("Open311 jurisdiction"), max_length=80, default="thainguyen.gov.vn", blank=True
    )
    sure_from = models.FloatField(_("a category is suggested alone from this confidence"), default=0.7)

    class Meta:
        verbose_name = _("report desk")
        verbose_name_plural = _("report desk")
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="report_desk_is_one"),
            models.CheckConstraint(
                condition=Q(sure_from__gte=0, sure_from__lte=1), name="report_desk_sure_is_a_share"
            ),
        ]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)
