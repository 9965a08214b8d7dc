"""How and when programmes are measured: indicators, their milestones, and revisions of these."""

from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.formats import number_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.history import HistoricalRecords
from kpi.choices import KpiKind, Outcome, RevisionKind
from kpi.schedule import Schedule, parse_schedule
from programs.models import Program
from teras.models import Amendment


class Kpi(models.Model):
    """A performance indicator, with its schedule as printed and as understood.

    ``target_value`` is what each single milestone must reach, in ``unit``; a done-or-not indicator
    has none. A percentage is written 0 to 100.
    """

    program = models.ForeignKey(
        Program, verbose_name=_("programme"), on_delete=models.CASCADE, related_name="kpis"
    )
    number = models.PositiveSmallIntegerField(_("number"), default=1)
    indicator = models.TextField(_("indicator"))
    kind = models.CharField(_("kind"), max_length=10, choices=KpiKind, default=KpiKind.DONE)
    target_value = models.DecimalField(
        _("target value"),
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text=_("What each milestone must reach. Leave empty for done or not done."),
    )
    unit = models.CharField(_("unit"), max_length=60, blank=True)
    schedule_as_printed = models.CharField(
        _("schedule"),
        max_length=200,
        help_text=_("In the plan's words, for example Jun Setiap Tahun (2020-2023)."),
    )
    note = models.TextField(_("note"), blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("performance indicator (KPI)")
        verbose_name_plural = _("performance indicators (KPI)")
        ordering = ("program", "number")
        constraints = (
            models.UniqueConstraint(
                fields=["program", "number"], name="kpi_number_unique_in_program"
            ),
            models.CheckConstraint(condition=Q(kind__in=KpiKind.values), name="kpi_kind_known"),
            models.CheckConstraint(
                condition=Q(kind=KpiKind.DONE, target_value__isnull=True)
                | (~Q(kind=KpiKind.DONE) & Q(target_value__isnull=False)),
                name="kpi_target_iff_measured",
                violation_error_message=_(
                    "Give a target value for a measured indicator, and none for done or not done."
                ),
            ),
            models.CheckConstraint(
                condition=Q(target_value__isnull=True) | Q(target_value__gte=0),
                name="kpi_target_not_negative",
            ),
            models.CheckConstraint(
                condition=~Q(kind=KpiKind.PERCENT) | Q(target_value__lte=100),
                name="kpi_percent_at_most_100",
                violation_error_message=_("A percentage is at most 100."),
            ),
        )

    def __str__(self) -> str:
        return self.indicator

    @property
    def schedule(self) -> Schedule:
        return parse_schedule(self.schedule_as_printed)

    @property
    def target_text(self) -> str:
        """What each milestone must reach, in words; empty for done or not done."""
        if self.target_value is None:
            return ""
        words = {"value": self.in_unit(self.target_value)}
        if self.kind == KpiKind.AT_MOST:
            return gettext("at most %(value)s") % words
        return gettext("at least %(value)s") % words

    def in_unit(self, value: Decimal) -> str:
        """A value as it is shown: 1,234.5 sesi, 87.5%."""
        number = number_format(value.normalize(), use_l10n=True, force_grouping=True)
        return f"{number}%" if self.kind == KpiKind.PERCENT else f"{number} {self.unit}".strip()


class Milestone(models.Model):
    """One dated occurrence of an indicator.

    ``baseline_due`` is the first date, frozen when the plan comes into force; ``due`` is that date
    or the one of the latest revision. Both are inclusive: done on the day is done in time. The
    outcome is written by the actions of the progress and kpi rooms only.
    """

    kpi = models.ForeignKey(
        Kpi, verbose_name=_("KPI"), on_delete=models.CASCADE, related_name="milestones"
    )
    baseline_due = models.DateField(_("original date"))
    due = models.DateField(_("due date"))
    added_by = models.ForeignKey(
        Amendment,
        verbose_name=_("added by amendment"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="added_milestones",
    )
    outcome = models.CharField(
        _("outcome"), max_length=12, choices=Outcome, default=Outcome.OPEN, editable=False
    )
    achieved_on = models.DateField(_("actual date"), null=True, blank=True, editable=False)
    actual_value = models.DecimalField(
        _("actual value"), max_digits=14, decimal_places=2, null=True, blank=True, editable=False
    )
    closed_on = models.DateField(_("closed on"), null=True, blank=True, editable=False)
    closing_reason = models.TextField(_("reason it was missed"), blank=True, editable=False)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ("kpi", "baseline_due")
        constraints = (
            models.UniqueConstraint(
                fields=["kpi", "baseline_due"],
                name="milestone_date_unique_in_kpi",
                violation_error_message=_("The indicator already has a milestone on this date."),
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=Outcome.values), name="milestone_outcome_known"
            ),
            models.CheckConstraint(
                condition=Q(outcome=Outcome.ACHIEVED, achieved_on__isnull=False)
                | (~Q(outcome=Outcome.ACHIEVED) & Q(achieved_on__isnull=True)),
                name="milestone_achieved_iff_dated",
            ),
            models.CheckConstraint(
                condition=(Q(outcome=Outcome.NOT_ACHIEVED, closed_on__isnull=False))
                | (~Q(outcome=Outcome.NOT_ACHIEVED) & Q(closed_on__isnull=True)),
                name="milestone_missed_iff_dated",
            ),
            models.CheckConstraint(
                condition=~Q(outcome=Outcome.NOT_ACHIEVED) | ~Q(closing_reason=""),
                name="milestone_missed_says_why",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kpi.program.code} · {self.kpi.indicator} · {self.due:%d.%m.%Y}"


class Revision(models.Model):
    """What an amendment decides of a single milestone: a new date, or that it is dropped."""

    milestone = models.ForeignKey(
        Milestone, verbose_name=_("milestone"), on_delete=models.PROTECT, related_name="revisions"
    )
    amendment = models.ForeignKey(
        Amendment, verbose_name=_("amendment"), on_delete=models.PROTECT, related_name="revisions"
    )
    kind = models.CharField(
        _("kind"), max_length=8, choices=RevisionKind, default=RevisionKind.MOVED
    )
    due = models.DateField(_("new date"), null=True, blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ("amendment", "milestone")
        constraints = (
            models.UniqueConstraint(
                fields=["milestone", "amendment"], name="revision_once_per_amendment"
            ),
            models.CheckConstraint(
                condition=Q(kind=RevisionKind.MOVED, due__isnull=False)
                | Q(kind=RevisionKind.DROPPED, due__isnull=True),
                name="revision_moved_iff_dated",
                violation_error_message=_("Give a new date for a milestone that is moved."),
            ),
        )

    def __str__(self) -> str:
        when = f" {self.due:%d.%m.%Y}" if self.due else ""
        return f"{self.get_kind_display()}{when} · {self.amendment.meeting}"


class Rewording(models.Model):
    """New words for an indicator under an amendment; the original ones stay on the indicator."""

    kpi = models.ForeignKey(
        Kpi, verbose_name=_("KPI"), on_delete=models.PROTECT, related_name="rewordings"
    )
    amendment = models.ForeignKey(
        Amendment, verbose_name=_("amendment"), on_delete=models.PROTECT, related_name="rewordings"
    )
    indicator = models.TextField(_("indicator"))

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("rewording")
        verbose_name_plural = _("rewordings")
        ordering = ("amendment", "kpi")
        constraints = (
            models.UniqueConstraint(
                fields=["kpi", "amendment"], name="rewording_once_per_amendment"
            ),
        )

    def __str__(self) -> str:
        return self.indicator
