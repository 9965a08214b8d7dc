"""Removes the sample data and what stands on it, and nothing real.

What real people recorded meanwhile stays, and milestones are settled anew from it. An update that
corrects a sample one is sample itself (``progress.actions`` marks it so) and goes with it. What
sample people changed in real records stays changed, and its history says that it was they.
"""

from dataclasses import dataclass, field

from django.db import models, transaction
from django.db.models import Case, ProtectedError, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, Concat
from django.utils.translation import gettext as _
from simple_history.models import registered_models

from accounts.history import explain
from accounts.models import Membership, User
from exchange.demo.password import password_file
from kpi.actions import settle_due, settle_outcome
from kpi.choices import Outcome
from kpi.models import Kpi, Milestone, Revision, Rewording
from programs.choices import Decision
from programs.models import Assignment, Program, ProgramDecision
from progress.actions import settle
from progress.evidence import forget
from progress.models import Evidence, ProgressUpdate, Verification
from reports.choices import ReviewState
from reports.models import (
    AnnualReview,
    CommentResolution,
    IssuedDocument,
    ReviewCarry,
    ReviewComment,
    ReviewStep,
    TerasText,
)
from teras.models import Amendment


@dataclass
class Cleared:
    """How many of each were removed, and sentences on what had to stay."""

    reviews: int = 0
    updates: int = 0
    verifications: int = 0
    evidence: int = 0
    amendments: int = 0
    people: int = 0
    kept: list[str] = field(default_factory=list)

    @property
    def is_nothing(self) -> bool:
        return not (self.reviews or self.updates or self.amendments or self.people)


def holds_sample_data() -> bool:
    return any(
        model._default_manager.filter(is_sample=True).exists()
        for model in (User, ProgressUpdate, Amendment, AnnualReview)
    )


@transaction.atomic
def clear_demo() -> Cleared:
    """Remove all sample data in one transaction; files go once it has succeeded."""
    return _Clearing().run()


class _Clearing:
    def __init__(self) -> None:
        self._people = list(User.objects.filter(is_sample=True).values_list("pk", flat=True))
        self._cleared = Cleared()
        self._milestones: set[int] = set()

    def run(self) -> Cleared:
        self._remove_reviews()
        self._remove_progress()
        self._remove_amendments()
        self._settle_milestones()
        self._remove_people()
        transaction.on_commit(lambda: password_file().unlink(missing_ok=True))
        return self._cleared

    def _remove_reviews(self) -> None:
        sample = AnnualReview.objects.filter(is_sample=True)
        keys = list(sample.values_list("pk", flat=True))
        IssuedDocument.objects.filter(review__in=keys).remove_sample()
        self._cleared.reviews = sample.remove_sample()
        _forget_history(AnnualReview, Q(id__in=keys))
        for model in (TerasText, ReviewCarry):
            _forget_history(model, Q(review__in=keys))
        # What sample people remarked on real drafts; what they did with one made it a sample.
        CommentResolution.objects.filter(is_sample=True).remove_sample()
        ReviewComment.objects.filter(is_sample=True).remove_sample()
        ReviewStep.objects.filter(is_sample=True).remove_sample()
        for review in AnnualReview.objects.drafts():
            for name in ("reviewed_by", "approved_by"):
                if getattr(review, f"{name}_id") in self._people:
                    setattr(review, name, None)
                    review.state = ReviewState.DRAFT
                    explain(review, by=None, reason=_("Sample person removed"))
                    review.save()

    def _remove_progress(self) -> None:
        sample = ProgressUpdate.objects.filter(is_sample=True)
        evidence = Evidence.objects.filter(update__is_sample=True)
        verifications = Verification.objects.filter(
            Q(update__is_sample=True) | Q(decided_by__is_sample=True)
        )
        self._milestones |= set(sample.values_list("milestone", flat=True))
        self._milestones |= set(verifications.values_list("update__milestone", flat=True))
        files = set(evidence.exclude(sha256="").values_list("sha256", flat=True))
        self._cleared.evidence = evidence.remove_sample()
        self._cleared.verifications = verifications.remove_sample()
        self._cleared.updates = sample.remove_sample()
        files -= set(Evidence.objects.filter(sha256__in=files).values_list("sha256", flat=True))
        transaction.on_commit(lambda: forget(files))

    def _remove_amendments(self) -> None:
        sample = Amendment.objects.filter(is_sample=True)
        revisions = Revision.objects.filter(self._stands_on(sample, Revision))
        decisions = ProgramDecision.objects.filter(self._stands_on(sample, ProgramDecision))
        added = decisions.filter(decision=Decision.ADDED).values_list("program", flat=True)
        programs = list(added)
        self._milestones |= set(revisions.values_list("milestone", flat=True))
        self._delete(revisions)
        self._delete(decisions)
        self._delete(Rewording.objects.filter(self._stands_on(sample, Rewording)))
        self._remove_added(sample, programs)
        in_use = sample.filter(added_milestones__isnull=False).distinct()
        for amendment in in_use:
            amendment.is_sample = False
            explain(amendment, by=None, reason=_("Kept: real progress rests on it"))
            amendment.save()
            self._cleared.kept.append(
                _("Amendment %(amendment)s stays: real progress rests on what it added.")
                % {"amendment": amendment}
            )
        self._cleared.amendments = self._delete(Amendment.objects.filter(is_sample=True))

    def _stands_on(self, amendments: QuerySet[Amendment], model: type[models.Model]) -> Q:
        """What a sample amendment decided, and what a sample person entered under a real one."""
        entered = model.history.filter(  # type: ignore[attr-defined]  # simple-history has no types
            history_type="+", history_user__in=self._people
        )
        return Q(amendment__in=amendments) | Q(pk__in=list(entered.values_list("id", flat=True)))

    def _remove_added(self, amendments: QuerySet[Amendment], programs: list[int]) -> None:
        """Remove what sample amendments added to the plan, unless real progress rests on it."""
        added = Milestone.objects.filter(added_by__in=amendments, updates__isnull=True)
        kpis = set(added.values_list("kpi", flat=True))
        self._delete(added)
        self._delete(Kpi.objects.filter(pk__in=kpis, milestones__isnull=True))
        self._delete(Program.objects.filter(pk__in=programs, kpis__isnull=True))

    def _settle_milestones(self) -> None:
        """Give each affected milestone the due date and outcome that real records leave it with."""
        _forget_history(
            Milestone, Q(id__in=self._milestones, history_type="~", history_user__in=self._people)
        )
        reason = _("Sample data removed")
        told_last = {
            row.id: row
            for row in Milestone.history.filter(id__in=self._milestones).order_by(
                "history_date", "history_id"
            )
        }
        with_records = {
            key
            for model in (ProgressUpdate, Revision)
            for key in model._default_manager.filter(milestone__in=self._milestones).values_list(
                "milestone", flat=True
            )
        }
        for milestone in Milestone.objects.filter(pk__in=self._milestones).order_by("pk"):
            told = told_last.get(milestone.pk)
            milestone.skip_history_when_saving = True  # type: ignore[attr-defined]  # simple-history's
            if milestone.pk in with_records:
                settle_due(by=None, milestone=milestone, reason=reason)
                settle(milestone, None, reason)
            else:  # as planned, which most are and which needs no asking
                milestone.due = milestone.baseline_due
                settle_outcome(by=None, milestone=milestone, outcome=Outcome.OPEN, reason=reason)
            del milestone.skip_history_when_saving  # type: ignore[attr-defined]  # simple-history's
            # History gets a row only if it does not end with this state already.
            if told is None or any(
                getattr(told, field.attname) != getattr(milestone, field.attname)
                for field in milestone._meta.concrete_fields
            ):
                explain(milestone, by=None, reason=reason)
                milestone.save()

    def _remove_people(self) -> None:
        people = User.objects.filter(pk__in=self._people)
        self._delete(Assignment.objects.filter(user__in=people))
        self._delete(Membership.objects.filter(user__in=people))
        for model in (Assignment, Membership):
            _forget_history(model, Q(user__in=self._people))
        self._sign_history(people)
        try:
            with transaction.atomic():
                people.delete()
        except ProtectedError:
            self._remove_one_by_one(people)
        else:
            _forget_history(User, Q(id__in=self._people))
            self._cleared.people = len(self._people)

    def _remove_one_by_one(self, people: QuerySet[User]) -> None:
        for person in people:
            try:
                with transaction.atomic():
                    key = person.pk
                    person.delete()
            except ProtectedError:
                person.is_active = False
                explain(person, by=None, reason=_("Sample data removed"))
                person.save()
                self._cleared.kept.append(
                    _("%(person)s stays, unable to sign in: a real record names this person.")
                    % {"person": person}
                )
            else:
                _forget_history(User, Q(id=key))
                self._cleared.people += 1

    def _sign_history(self, people: QuerySet[User]) -> None:
        """Write into real records' history which sample person changed them."""
        text = models.TextField()
        words = Case(
            *(
                When(
                    history_user=person,
                    then=Value(f" ({_('sample person: %(person)s') % {'person': person}})", text),
                )
                for person in people
            ),
            output_field=text,
        )
        told = Coalesce("history_change_reason", Value("", text), output_field=text)
        for model in registered_models.values():
            model.history.filter(history_user__in=self._people).update(
                history_change_reason=Concat(told, words, output_field=text)
            )

    def _delete(self, rows: QuerySet[models.Model]) -> int:
        """Delete rows with their history and give how many there were."""
        keys = list(rows.values_list("pk", flat=True))
        gone = _with_dependents(rows.model, keys)
        rows.model._default_manager.filter(pk__in=keys).delete()
        for model, ids in gone:
            _forget_history(model, Q(id__in=ids))
        return len(keys)


def _with_dependents(
    model: type[models.Model], keys: list[int]
) -> list[tuple[type[models.Model], list[int]]]:
    """The rows and those that are deleted along with them."""
    gone = [(model, keys)]
    if not keys:
        return gone
    for relation in model._meta.related_objects:
        if relation.on_delete is models.CASCADE:
            child = relation.related_model
            assert isinstance(child, type)
            found = child._default_manager.filter(**{f"{relation.field.name}__in": keys})
            gone += _with_dependents(child, list(found.values_list("pk", flat=True)))
    return gone


def _forget_history(model: type[models.Model], which: Q) -> None:
    if hasattr(model, "history"):
        model.history.filter(which).delete()
