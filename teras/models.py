"""What the council wants: the plan, its thrusts and strategies, and decisions that amend it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.history import HistoricalRecords
from accounts.models import Agency
from teras.choices import PlanState

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


def _days(
    label: StrPromise, default: int, help_text: StrPromise
) -> models.PositiveSmallIntegerField[int, int]:
    return models.PositiveSmallIntegerField(
        label,
        default=default,
        validators=[MinValueValidator(1), MaxValueValidator(999)],
        help_text=help_text,
    )


class Plan(models.Model):
    """A strategic plan of an agency for a run of whole years, and its status settings."""

    agency = models.ForeignKey(
        Agency, verbose_name=_("agency"), on_delete=models.PROTECT, related_name="plans"
    )
    code = models.CharField(_("code"), max_length=60, help_text=_("For example PSICT 2019-2023."))
    slug = models.SlugField(_("address in the portal"), max_length=60)
    title = models.CharField(_("title"), max_length=300)
    first_year = models.PositiveSmallIntegerField(_("first year"))
    last_year = models.PositiveSmallIntegerField(_("last year"))
    vision = models.TextField(_("vision"), blank=True)
    mission = models.TextField(_("mission"), blank=True)
    note = models.TextField(_("note"), blank=True)
    state = models.CharField(_("state"), max_length=10, choices=PlanState, default=PlanState.DRAFT)
    succeeds = models.OneToOneField(
        "self",
        verbose_name=_("succeeds"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="succeeded_by",
    )
    due_soon_days = _days(
        _("due soon, in days"), 90, _("A milestone due within this many days is due soon.")
    )
    critical_days = _days(
        _("critical, in days"), 60, _("A programme is critical when a milestone is overdue longer.")
    )
    update_interval_days = _days(
        _("update interval, in days"), 90, _("How often each programme is to be reported on.")
    )
    stale_days = _days(
        _("stale, in days"), 180, _("Without an update for longer, a programme's facts are stale.")
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        ordering = ("agency", "-first_year")
        constraints = (
            models.UniqueConstraint(fields=["agency", "code"], name="plan_code_unique_in_agency"),
            models.UniqueConstraint(fields=["agency", "slug"], name="plan_slug_unique_in_agency"),
            models.CheckConstraint(
                condition=Q(first_year__gte=1957, last_year__lte=2200),
                name="plan_years_plausible",
                violation_error_message=_("Give the years in full, for example 2019."),
            ),
            models.CheckConstraint(
                condition=Q(first_year__lte=F("last_year")),
                name="plan_years_in_order",
                violation_error_message=_("The first year cannot come after the last."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=PlanState.values), name="plan_state_known"
            ),
            models.CheckConstraint(
                condition=Q(update_interval_days__lte=F("stale_days")),
                name="plan_stale_not_before_interval",
                violation_error_message=_("Stale cannot come before the update interval."),
            ),
        )

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return reverse("dashboard", args=self.address)

    @property
    def address(self) -> tuple[str, str]:
        """The two first parts of every address of the plan's pages."""
        return self.agency.slug, self.slug

    @property
    def first_day(self) -> date:
        return date(self.first_year, 1, 1)

    @property
    def last_day(self) -> date:
        return date(self.last_year, 12, 31)

    @property
    def years(self) -> range:
        return range(self.first_year, self.last_year + 1)

    @property
    def is_draft(self) -> bool:
        return self.state == PlanState.DRAFT

    def default_as_of(self, today: date) -> date:
        """The day the plan's pages speak of when none is asked for: never past its last day."""
        return min(today, self.last_day)


class Teras(models.Model):
    """A strategic thrust (*teras strategik*)."""

    plan = models.ForeignKey(
        Plan, verbose_name=_("plan"), on_delete=models.CASCADE, related_name="teras"
    )
    number = models.PositiveSmallIntegerField(_("number"))
    name = models.CharField(_("name"), max_length=300)
    note = models.TextField(_("note"), blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("thrust")
        verbose_name_plural = _("thrusts")
        ordering = ("plan", "number")
        constraints = (
            models.UniqueConstraint(fields=["plan", "number"], name="teras_number_unique_in_plan"),
        )

    def __str__(self) -> str:
        return f"{self.number}. {self.name}"


class Objective(models.Model):
    """What a thrust is to bring about."""

    teras = models.ForeignKey(
        Teras, verbose_name=_("thrust"), on_delete=models.CASCADE, related_name="objectives"
    )
    number = models.PositiveSmallIntegerField(_("number"))
    text = models.TextField(_("text"))

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("objective")
        verbose_name_plural = _("objectives")
        ordering = ("teras", "number")
        constraints = (
            models.UniqueConstraint(
                fields=["teras", "number"], name="objective_number_unique_in_teras"
            ),
        )

    def __str__(self) -> str:
        return self.text


class Alignment(models.Model):
    """How a thrust answers to an outside framework, such as the council's own thrusts."""

    teras = models.ForeignKey(
        Teras, verbose_name=_("thrust"), on_delete=models.CASCADE, related_name="alignments"
    )
    framework = models.CharField(_("framework"), max_length=200)
    target = models.CharField(_("aligned with"), max_length=300)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("alignment")
        verbose_name_plural = _("alignments")
        ordering = ("teras", "framework", "target")
        constraints = (
            models.UniqueConstraint(
                fields=["teras", "framework", "target"], name="alignment_unique_in_teras"
            ),
        )

    def __str__(self) -> str:
        return f"{self.framework}: {self.target}"


class Strategy(models.Model):
    """How a thrust is pursued."""

    teras = models.ForeignKey(
        Teras, verbose_name=_("thrust"), on_delete=models.CASCADE, related_name="strategies"
    )
    number = models.PositiveSmallIntegerField(_("number"))
    name = models.CharField(_("name"), max_length=300)
    note = models.TextField(_("note"), blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("strategy")
        verbose_name_plural = _("strategies")
        ordering = ("teras", "number")
        constraints = (
            models.UniqueConstraint(
                fields=["teras", "number"], name="strategy_number_unique_in_teras"
            ),
        )

    def __str__(self) -> str:
        return f"{self.teras.number}.{self.number} {self.name}"


class Amendment(models.Model):
    """A committee's numbered decision under which the plan is changed (*pindaan*)."""

    plan = models.ForeignKey(
        Plan, verbose_name=_("plan"), on_delete=models.PROTECT, related_name="amendments"
    )
    number = models.PositiveSmallIntegerField(_("number"))
    committee = models.CharField(_("committee"), max_length=100)
    meeting = models.CharField(
        _("meeting"), max_length=100, help_text=_("For example JPICT Bil. 2/2021.")
    )
    decided_on = models.DateField(_("decided on"))
    reason = models.TextField(_("reason"))
    is_sample = models.BooleanField(_("sample data"), default=False, editable=False)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("amendment")
        verbose_name_plural = _("amendments")
        ordering = ("plan", "number")
        constraints = (
            models.UniqueConstraint(
                fields=["plan", "number"], name="amendment_number_unique_in_plan"
            ),
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(meeting="") & ~Q(committee=""),
                name="amendment_says_who_and_why",
            ),
        )

    def __str__(self) -> str:
        return f"{self.number}: {self.meeting} ({self.decided_on:%d.%m.%Y})"
