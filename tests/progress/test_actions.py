import pytest

from kpi.choices import Outcome
from tests.factories import make_milestone, make_update

pytestmark = pytest.mark.django_db


def test_record_update_achieved_sets_outcome() -> None:
    milestone = make_milestone()
    update = make_update(milestone)
    milestone.refresh_from_db()
    assert milestone.outcome == Outcome.ACHIEVED
    assert milestone.achieved_on == update.effective_on
