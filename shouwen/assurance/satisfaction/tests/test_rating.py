"""One answer for a contact or a case, counted, sealed, and never a second one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from shouwen.assurance.satisfaction import actions, handlers, queries, rules
from shouwen.assurance.satisfaction.events import RatingGiven
from shouwen.assurance.satisfaction.models import Rating, Score
from shouwen.ground.kernel import errors, hearers
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.models import OutboxEvent
from shouwen.ground.policy.clocks import Subject
from shouwen.ground.policy.models import Clock
from shouwen.ground.vault.models import AuditRow
from shouwen.people.staff.models import Institution
from shouwen.people.staff.tests import factories as staff
from shouwen.people.staff.tests.factories import MONDAY_9AM
from shouwen.service.cases.events import CaseClosed
from shouwen.service.cases.tests.factories import Bank, a_bank, a_case_in, later

CONTACT = Subject("contact", "cont_tests")


@pytest.fixture
def bank(db: None) -> Institution:
    """A bank."""
    return staff.an_institution()


def rate(bank: Institution, score: int = 5, **more: object) -> Rating:
    values: dict[str, object] = {
        "institution_id": bank.pk,
        "score": score,
        "actor": Actor.customer("visit_tests", bank.pk),
        "at": MONDAY_9AM,
        **more,
    }
    return actions.give_rating(CONTACT, **values)  # type: ignore[arg-type]  # tests give wrong ones too


def test_a_rating_is_kept_with_its_four_sides_and_its_words(bank: Institution) -> None:
    sides = {"attitude": 5, "speed": 3, "solution": 4, "accuracy": 5}
    rate(bank, 4, dimensions=sides, comment=" 很耐心 ", solved="YES")
    kept = queries.rating_of("contact", CONTACT.ref)
    assert kept is not None
    assert (kept.score, kept.solved, kept.is_satisfied) == (4, "YES", True)
    assert {name: getattr(kept, name) for name in rules.DIMENSIONS} == sides  # OM-4.3-02
    assert kept.comment.plain == "很耐心"


def test_the_words_are_sealed_in_the_database(bank: Institution) -> None:
    rate(bank, comment="我的电话13800001234")
    with connection.cursor() as cursor:
        cursor.execute("SELECT comment FROM satisfaction_rating")
        stored = cursor.fetchone()[0]
    assert "13800001234" not in stored
    assert "电话" not in stored


def test_a_second_rating_is_refused_and_changes_nothing(bank: Institution) -> None:
    rate(bank, 5)
    with pytest.raises(actions.RatedAlready):
        rate(bank, 1)
    assert list(Rating.objects.values_list("score", flat=True)) == [5]


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({"score": 0}, {"score"}),
        ({"score": 6}, {"score"}),
        ({"score": True}, {"score"}),
        ({"dimensions": {"attitude": 9, "looks": 5}}, {"attitude", "looks"}),
        ({"comment": "字" * 201}, {"comment"}),
        ({"solved": "PERHAPS"}, {"solved"}),
    ],
)
def test_what_is_no_rating_is_refused_by_field(
    bank: Institution, values: dict[str, object], wrong: set[str]
) -> None:
    with pytest.raises(actions.RatingIncomplete) as refused:
        rate(bank, **values)  # type: ignore[arg-type]  # wrong on purpose
    assert set(refused.value.fields) == wrong
    assert Rating.objects.count() == 0


def test_staff_programs_and_other_institutions_do_not_rate(bank: Institution) -> None:
    agent = staff.a_person(staff.a_unit(bank), "agent")
    for actor in (
        staff.acting(agent),
        Actor.system("tests", bank.pk),
        Actor.customer("x", bank.pk + 1),
    ):
        with pytest.raises(errors.NotAllowed):
            rate(bank, actor=actor)


def test_a_rating_is_announced_and_on_the_trail(
    bank: Institution, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(hearers._hearers, RatingGiven, (hearers.hearers_of,))
    rating = rate(bank, 2)
    [fact] = OutboxEvent.objects.filter(name="rating.given")
    assert '"satisfied": false' in fact.values
    [row] = AuditRow.objects.filter(act="rating.given")
    assert (row.object_ref, row.institution_id) == (rating.public_id, bank.pk)


def test_the_standing_of_a_window_has_no_rate_where_nobody_rated(bank: Institution) -> None:
    nobody = queries.standing(bank.pk, MONDAY_9AM, MONDAY_9AM + timedelta(hours=1))
    assert (nobody.rated, nobody.rate) == (0, None)
    rate(bank, 4)
    later_on = queries.standing(bank.pk, MONDAY_9AM, MONDAY_9AM + timedelta(hours=1))
    assert (later_on.rated, later_on.satisfied, later_on.rate) == (1, 1, 1.0)
    assert queries.is_not_to_rate(CONTACT.ref)


def _invitations(ref: str) -> list[str]:
    clocks = Clock.objects.filter(subject_ref=ref, event="csat.evaluate").order_by("pk")
    return [clock.state for clock in clocks]


def test_rating_stops_the_clock_of_its_invitation(db: None) -> None:
    bank = a_bank()
    case = a_case_in("CLOSED", bank)
    before = _invitations(case.public_id)
    actions.give_rating(
        Subject("case", case.public_id),
        institution_id=bank.institution.pk,
        score=5,
        actor=bank.caller,
        at=later(hours=5),
    )
    # OM-4.3-03 is demanded where the institution's packs say so; none may run on afterwards.
    assert "RUNNING" not in _invitations(case.public_id)
    assert len(_invitations(case.public_id)) == len(before)


def test_a_case_rated_before_its_closing_leaves_no_invitation_running(db: None) -> None:
    bank: Bank = a_bank()
    case = a_case_in("FEEDBACK_SENT", bank)
    actions.give_rating(
        Subject("case", case.public_id),
        institution_id=bank.institution.pk,
        score=5,
        actor=bank.caller,
        at=later(hours=3),
    )
    closed = CaseClosed(
        institution_id=bank.institution.pk,
        occurred_at=later(hours=4),
        case_id=case.pk,
        owner_id=None,
        handler_id=None,
        open_seconds=1,
    )
    for _time in range(2):
        handlers.settle_early_rating(closed)
    assert "RUNNING" not in _invitations(case.public_id)


@given(st.integers() | st.none() | st.booleans() | st.text() | st.floats())
def test_satisfied_is_said_only_of_scores(value: object) -> None:
    assert rules.is_score(value) is (type(value) is int and 1 <= value <= 5)


def test_four_and_five_count_as_satisfied() -> None:
    assert [score for score in Score.values if rules.is_satisfied(score)] == [4, 5]
