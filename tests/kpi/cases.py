"""Facts for the rule of standing, made with the fewest words, and strategies that generate them."""

from datetime import date, timedelta
from fractions import Fraction

from hypothesis import strategies as st

from kpi.choices import Outcome, RevisionKind
from kpi.facts import DecisionFact, MilestoneFacts, ProgramFacts, RevisionFact, UpdateFact
from programs.choices import Decision

FIRST, LAST = date(2019, 1, 1), date(2023, 12, 31)


def update(on: date, outcome: Outcome = Outcome.OPEN, *, is_verified: bool = True) -> UpdateFact:
    return UpdateFact(effective_on=on, outcome=outcome, is_verified=is_verified)


def achieved(on: date, *, is_verified: bool = True) -> UpdateFact:
    return update(on, Outcome.ACHIEVED, is_verified=is_verified)


def missed(on: date) -> UpdateFact:
    return update(on, Outcome.NOT_ACHIEVED)


def moved(to: date, decided_on: date, meeting: str = "JPICT Bil. 2/2020") -> RevisionFact:
    return RevisionFact(decided_on, RevisionKind.MOVED, to, meeting)


def dropped(decided_on: date, meeting: str = "JPICT Bil. 2/2020") -> RevisionFact:
    return RevisionFact(decided_on, RevisionKind.DROPPED, None, meeting)


def decided(
    decision: Decision, decided_on: date, meeting: str = "JPICT Bil. 3/2020"
) -> DecisionFact:
    return DecisionFact(decided_on, decision, meeting)


def milestone(
    due: date,
    *happened: UpdateFact | RevisionFact,
    key: int = 1,
    added_on: date | None = None,
    closing_reason: str = "",
    returned: tuple[date, ...] = (),
) -> MilestoneFacts:
    """A milestone with its updates and revisions, each kind in the order given."""
    return MilestoneFacts(
        key=key,
        baseline_due=due,
        revisions=tuple(h for h in happened if isinstance(h, RevisionFact)),
        updates=tuple(h for h in happened if isinstance(h, UpdateFact)),
        added_on=added_on,
        closing_reason=closing_reason,
        returned=returned,
    )


def program(
    *milestones: MilestoneFacts,
    decisions: tuple[DecisionFact, ...] = (),
    weight: int | Fraction = 1,
    key: int = 1,
) -> ProgramFacts:
    """A programme; milestones without a key of their own are numbered in the order given."""
    keys = [m.key for m in milestones]
    if len(set(keys)) < len(keys):
        milestones = tuple(
            MilestoneFacts(
                number, m.baseline_due, m.revisions, m.updates, m.added_on, m.closing_reason
            )
            for number, m in enumerate(milestones, 1)
        )
    return ProgramFacts(key, Fraction(weight), decisions, milestones)


# Strategies: any facts the portal's actions can produce, and some more.
days = st.dates(FIRST, LAST)
later_days = st.dates(FIRST, LAST + timedelta(days=800))


@st.composite
def milestones(draw: st.DrawFn, key: int = 1) -> MilestoneFacts:
    due = draw(days)
    decided_on = sorted(draw(st.lists(days, max_size=3, unique=True)))
    revisions = tuple(
        draw(st.sampled_from([dropped(day), moved(draw(days), day)])) for day in decided_on
    )
    effective_on = sorted(draw(st.lists(days, max_size=3)))
    outcomes = st.sampled_from([Outcome.OPEN, Outcome.ACHIEVED, Outcome.NOT_ACHIEVED])
    updates = tuple(UpdateFact(day, draw(outcomes), draw(st.booleans())) for day in effective_on)
    added_on = draw(st.none() | days)
    return MilestoneFacts(key, due, revisions, updates, added_on)


@st.composite
def programs(draw: st.DrawFn, key: int = 1) -> ProgramFacts:
    count = draw(st.integers(0, 4))
    decided_on = sorted(draw(st.lists(days, max_size=3, unique=True)))
    decisions = tuple(decided(draw(st.sampled_from(Decision)), day) for day in decided_on)
    # A plan adds a programme once, before anything else is decided of it.
    decisions = tuple(
        d for i, d in enumerate(decisions) if i == 0 or d.decision is not Decision.ADDED
    )
    weight = Fraction(draw(st.integers(1, 5000)), 1000)
    return ProgramFacts(
        key, weight, decisions, tuple(draw(milestones(key * 100 + i)) for i in range(count))
    )


def until(facts: ProgramFacts, as_of: date) -> ProgramFacts:
    """The facts as they would have been read on that day: what came later taken away."""
    return ProgramFacts(
        facts.key,
        facts.weight,
        tuple(d for d in facts.decisions if d.decided_on <= as_of),
        tuple(
            MilestoneFacts(
                m.key,
                m.baseline_due,
                tuple(r for r in m.revisions if r.decided_on <= as_of),
                tuple(u for u in m.updates if u.effective_on <= as_of),
                m.added_on,
                m.closing_reason,
            )
            for m in facts.milestones
            if m.added_on is None or m.added_on <= as_of
        ),
    )
