"""A low rating proposes a complaint where the institution lets it."""

from __future__ import annotations

import pytest

from shouwen.assurance.satisfaction import handlers
from shouwen.assurance.satisfaction.events import RatingGiven
from shouwen.ground.kernel.hearers import hearers_of
from shouwen.people.staff.tests.factories import FOUNDER
from shouwen.service.cases.tests.factories import MONDAY_9AM, a_bank, a_case, later
from shouwen.service.complaints import actions
from shouwen.service.complaints.models import ComplaintProposal
from shouwen.service.complaints.queries import Triggers


@pytest.mark.django_db
@pytest.mark.parametrize(("score", "is_on", "found"), [(2, True, 1), (3, True, 0), (1, False, 0)])
def test_a_low_rating_proposes_what_was_rated_once(score: int, is_on: bool, found: int) -> None:
    bank = a_bank()
    wanted = Triggers(is_rating_on=is_on, contacts=3, days=7, score=2)
    actions.set_triggers(bank.institution, wanted, actor=FOUNDER, at=MONDAY_9AM)
    rated = RatingGiven(
        institution_id=bank.institution.pk,
        occurred_at=later(hours=1),
        rating_id=1,
        subject_kind="CASE",
        subject_ref=a_case(bank).public_id,
        score=score,
        satisfied=False,
    )
    assert handlers.propose_complaint in hearers_of(RatingGiven)
    handlers.propose_complaint(rated)
    handlers.propose_complaint(rated)
    assert ComplaintProposal.objects.count() == found
