"""Issues the sample reviews as the sample people would: by the portal's own actions, step by step."""

from collections.abc import Mapping
from datetime import timedelta

from django.utils import timezone
from django.utils.timezone import localdate

from accounts.models import User
from exchange.demo.december import MENDED
from exchange.demo.events import Recorded
from exchange.demo.files import make_upload
from exchange.demo.loading import working_moment
from exchange.demo.people import PEOPLE
from exchange.demo.reviews import CARRIES, CLOSING, REVIEWS, Words
from kpi.models import Milestone
from progress.actions import Report, correct_update, record_update, verify_update
from progress.evidence import keep
from progress.models import ProgressUpdate
from reports.actions import ReviewText, begin_review, issue_review, save_review
from reports.choices import CarryDecision
from reports.closing import Decided, begin_closing, save_carries
from reports.models import AnnualReview, IssuedDocument
from reports.sign_off import approve_review, endorse_review, submit_review
from teras.models import Plan

# An officer writes it, the head reviews and issues it, management approves it. Beginning, saving and
# handing it in is the head's to do, whoever wrote it.
PREPARES, HEAD, APPROVES = "amirul", "farid", "rahimah"


def sample_people() -> dict[str, User]:
    """The sample people by key. Raises ``KeyError`` later where they are not loaded."""
    found = {user.email: user for user in User.objects.filter(is_sample=True)}
    return {person.key: found[person.email] for person in PEOPLE if person.email in found}


def mend_record(plan: Plan, year: int) -> None:
    """Do what December asks of the year's record: report what is lacking, and verify what waits."""
    people = sample_people()
    for number, recorded in enumerate(MENDED.get(year, ()), start=1):
        _record(plan, people, recorded, number)
    waiting = ProgressUpdate.objects.filter(
        milestone__kpi__program__plan=plan,
        effective_on__year=year,
        verification=None,
        corrected_by=None,
    )
    for number, update in enumerate(waiting.select_related("recorded_by").order_by("pk"), start=1):
        day = localdate(update.recorded_at) + timedelta(days=2)
        verify_update(by=people[HEAD], update=update, at=working_moment(day, number))


def _record(plan: Plan, people: Mapping[str, User], recorded: Recorded, number: int) -> None:
    milestone = Milestone.objects.get(
        kpi__program__plan=plan,
        kpi__program__code=recorded.program,
        baseline_due=recorded.first_due,
    )
    report = Report(
        effective_on=recorded.on,
        claim=recorded.claim,
        narrative=recorded.narrative,
        actual_value=recorded.value,
        files=tuple(keep(make_upload(file, recorded)) for file in recorded.files),
    )
    by, at = people[recorded.by], working_moment(recorded.on + timedelta(recorded.after), number)
    if recorded.corrects:
        former = milestone.updates.get(corrected_by=None)
        correct_update(by=by, update=former, report=report, today=localdate(at), at=at)
    else:
        record_update(by=by, milestone=milestone, report=report, today=localdate(at), at=at)


def issue_year(plan: Plan, year: int) -> IssuedDocument:
    """Begin, write, submit, review, approve and issue the review of a year."""
    people = sample_people()
    review = begin_review(by=people[HEAD], plan=plan, year=year, today=timezone.localdate())
    return _sign_off(_written(review, REVIEWS[year], people), people)


def issue_closing(plan: Plan) -> IssuedDocument:
    """The same for the closing report, with a decision on each programme not completed."""
    people = sample_people()
    review = begin_closing(by=people[HEAD], plan=plan, today=timezone.localdate())
    review = _written(review, CLOSING, people)
    decided = {
        code: Decided(
            CarryDecision.CARRIED if is_carried else CarryDecision.NOT_CARRIED,
            words,
        )
        for code, (is_carried, words) in CARRIES.items()
    }
    review = save_carries(by=people[HEAD], review=review, decided=decided, version=review.version)
    return _sign_off(review, people)


def _written(review: AnnualReview, words: Words, people: Mapping[str, User]) -> AnnualReview:
    text = ReviewText(
        summary=words.summary,
        issues=words.issues,
        proposals=words.proposals,
        conclusion=words.conclusion,
        changes="",
        teras=words.teras,
        file_reference=words.file_reference,
        prepared_by=people[PREPARES],
        reviewed_by=people[HEAD],
        approved_by=people[APPROVES],
    )
    return save_review(by=people[HEAD], review=review, text=text, version=review.version)


def _sign_off(review: AnnualReview, people: Mapping[str, User]) -> IssuedDocument:
    submit_review(by=people[HEAD], review=review, version=review.version)
    review.refresh_from_db()
    endorse_review(by=people[HEAD], review=review, version=review.version)
    review.refresh_from_db()
    today = timezone.localdate()
    approve_review(by=people[APPROVES], review=review, version=review.version, today=today)
    review.refresh_from_db()
    return issue_review(by=people[HEAD], review=review, version=review.version)
