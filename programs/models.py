"""What the council will do: programmes, and the officers each is assigned to."""

from decimal import Decimal

from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.history import HistoricalRecords
from accounts.models import User
from programs.choices import Decision, Duty
from teras.models import Amendment, Plan, Strategy

CODE_PATTERN = r"[0-9A-Za-z]+(?:[.\-][0-9A-Za-z]+)*"


class Program(models.Model):
    """A programme, with the code the plan gives it.

    The code is text because plans number differently (through each thrust, or afresh in each
    strategy); ``position`` keeps the printed order.
    """

    plan = models.ForeignKey(
        Plan, verbose_name=_("plan"), on_delete=models.CASCADE, related_name="programs"
    )
    strategy = models.ForeignKey(
        Strategy, verbose_name=_("strategy"), on_delete=models.CASCADE, related_name="programs"
    )
    code = models.CharField(
        _("code"),
        max_length=20,
        validators=[
            RegexValidator(
                rf"^{CODE_PATTERN}$", _("Write a code such as 1.8: letters, numbers, dots.")
            )
        ],
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    name = models.CharField(_("name"), max_length=500)
    weight = models.DecimalField(
        _("weight"),
        max_digits=7,
        decimal_places=3,
        default=Decimal(1),
        validators=[MinValueValidator(Decimal("0.001"))],
        help_text=_("How much the programme counts beside the others; 1 unless the plan says so."),
    )
    note = models.TextField(_("note"), blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        ordering = ("plan", "position", "code")
        constraints = (
            models.UniqueConstraint(fields=["plan", "code"], name="program_code_unique_in_plan"),
            models.CheckConstraint(condition=Q(weight__gt=0), name="program_weight_positive"),
            models.CheckConstraint(condition=~Q(code=""), name="program_code_given"),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def get_absolute_url(self) -> str:
        return reverse("program", args=[*self.plan.address, self.code])


class SubItem(models.Model):
    """A part of a programme that the plan lists by name."""

    program = models.ForeignKey(
        Program, verbose_name=_("programme"), on_delete=models.CASCADE, related_name="sub_items"
    )
    number = models.PositiveSmallIntegerField(_("number"))
    text = models.CharField(_("text"), max_length=300)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("sub-item")
        verbose_name_plural = _("sub-items")
        ordering = ("program", "number")
        constraints = (
            models.UniqueConstraint(
                fields=["program", "number"], name="subitem_number_unique_in_program"
            ),
        )

    def __str__(self) -> str:
        return self.text


class Assignment(models.Model):
    """An officer's duty to a programme: one accountable, one deputy, any number beside them."""

    program = models.ForeignKey(
        Program, verbose_name=_("programme"), on_delete=models.CASCADE, related_name="assignments"
    )
    user = models.ForeignKey(
        User, verbose_name=_("officer"), on_delete=models.PROTECT, related_name="assignments"
    )
    duty = models.CharField(_("duty"), max_length=12, choices=Duty, default=Duty.ACCOUNTABLE)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        ordering = ("program", "duty", "user")
        constraints = (
            models.UniqueConstraint(
                fields=["program", "user"],
                name="assignment_once_per_officer",
                violation_error_message=_("This officer already has a duty in the programme."),
            ),
            models.UniqueConstraint(
                fields=["program"],
                condition=Q(duty=Duty.ACCOUNTABLE),
                name="assignment_one_accountable",
                violation_error_message=_("The programme already has an accountable officer."),
            ),
            models.UniqueConstraint(
                fields=["program"],
                condition=Q(duty=Duty.DEPUTY),
                name="assignment_one_deputy",
                violation_error_message=_("The programme already has a deputy."),
            ),
            models.CheckConstraint(condition=Q(duty__in=Duty.values), name="assignment_duty_known"),
        )

    def __str__(self) -> str:
        return f"{self.program.code}: {self.user} ({self.get_duty_display()})"


class ProgramDecision(models.Model):
    """What an amendment decides of a whole programme."""

    program = models.ForeignKey(
        Program, verbose_name=_("programme"), on_delete=models.PROTECT, related_name="decisions"
    )
    amendment = models.ForeignKey(
        Amendment,
        verbose_name=_("amendment"),
        on_delete=models.PROTECT,
        related_name="program_decisions",
    )
    decision = models.CharField(_("decision"), max_length=10, choices=Decision)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("decision on a programme")
        verbose_name_plural = _("decisions on programmes")
        ordering = ("amendment", "program")
        constraints = (
            models.UniqueConstraint(
                fields=["program", "amendment"], name="programdecision_once_per_amendment"
            ),
            models.UniqueConstraint(
                fields=["program"],
                condition=Q(decision=Decision.ADDED),
                name="programdecision_added_once",
            ),
            models.CheckConstraint(
                condition=Q(decision__in=Decision.values), name="programdecision_known"
            ),
        )

    def __str__(self) -> str:
        return f"{self.program.code}: {self.get_decision_display()} · {self.amendment.meeting}"
