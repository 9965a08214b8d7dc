"""Which state of a milestone somebody has seen, and what happened to it since."""

from datetime import datetime

from django.db.models import Max
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from kpi.models import Milestone
from progress.choices import VerificationDecision
from progress.models import ProgressUpdate, Verification


def milestone_version(milestone: Milestone) -> str:
    """Changes whenever an update is recorded or decided on the milestone."""
    latest = ProgressUpdate.objects.filter(milestone=milestone).aggregate(
        update=Max("pk"), verification=Max("verification__pk")
    )
    return f"{latest['update'] or 0}-{latest['verification'] or 0}"


def changes_since(milestone: Milestone, version: str) -> list[str]:
    """Sentences on what was recorded and decided on the milestone after the version, in order."""
    update, _dash, verification = version.partition("-")
    last_update, last_verification = _key(update), _key(verification)
    events = [
        (
            made.recorded_at,
            _("%(who)s recorded “%(claim)s” for %(day)s, on %(when)s: %(narrative)s")
            % {
                "who": made.recorded_by,
                "claim": made.get_claim_display(),
                "day": date_format(made.effective_on, "d.m.Y"),
                "when": _moment(made.recorded_at),
                "narrative": made.narrative,
            },
        )
        for made in ProgressUpdate.objects.filter(
            milestone=milestone, pk__gt=last_update
        ).select_related("recorded_by")
    ]
    for decided in Verification.objects.filter(
        update__milestone=milestone, pk__gt=last_verification
    ).select_related("decided_by"):
        words = {
            "who": decided.decided_by,
            "when": _moment(decided.decided_at),
            "note": decided.note,
        }
        if decided.decision == VerificationDecision.RETURNED:
            sentence = _("%(who)s returned an update on %(when)s: %(note)s") % words
        else:
            sentence = _("%(who)s verified an update on %(when)s.") % words
        events.append((decided.decided_at, sentence))
    return [sentence for _when, sentence in sorted(events)]


def recorded_since(milestone: Milestone, version: str, by: User) -> list[ProgressUpdate]:
    """What the person recorded on the milestone after the version, with its evidence."""
    update, _dash, _verification = version.partition("-")
    return list(
        ProgressUpdate.objects.filter(milestone=milestone, pk__gt=_key(update), recorded_by=by)
        .select_related("milestone__kpi__program__plan__agency")
        .prefetch_related("evidence")
    )


def _key(text: str) -> int:
    """The number, or 0 for what was never one of ours: the version comes back from a form."""
    return int(text) if text.isdecimal() and len(text) < 20 else 0


def _moment(when: datetime) -> str:
    return date_format(timezone.localtime(when), "d.m.Y H:i")
