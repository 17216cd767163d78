"""A customer is called back after a closed case; what they say is put on record, once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from shouwen.assurance.satisfaction import access, actions, queries
from shouwen.assurance.satisfaction.actions import Answers
from shouwen.assurance.satisfaction.models import Callback, Rating
from shouwen.assurance.satisfaction.queries import CallView
from shouwen.assurance.satisfaction.rules.calling import CallAct
from shouwen.ground.kernel import time
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import NotAllowed, NotThere
from shouwen.ground.policy import clocks, defaults
from shouwen.ground.policy.models import Clock
from shouwen.ground.vault.models import AuditRow
from shouwen.people.customers import actions as customers
from shouwen.people.customers.ports import history_sources
from shouwen.people.customers.queries import ContactUnwanted
from shouwen.people.staff import actions as people
from shouwen.people.staff.tests import factories as staff
from shouwen.service.cases.models import Case
from shouwen.service.cases.tests import factories as cases
from shouwen.service.cases.tests.factories import Bank, later

WHOLE = Answers(
    problem_confirmed=True, result_told=True, score=5, solved="YES", suggestion="希望更快一些"
)
QUERIES = 15


def a_ruled_bank(code: str = "bank") -> Bank:
    """A bank whose packs ask for callbacks."""
    made = cases.a_bank(code)
    defaults.adopt_as_insurer(
        made.institution.pk,
        actor=staff.FOUNDER,
        approver=Actor.system("second", made.institution.pk),
        at=cases.MONDAY_9AM - timedelta(days=1),
    )
    return made


@pytest.fixture
def bank(db: None) -> Bank:
    """A bank whose packs ask for callbacks."""
    return a_ruled_bank()


def planned(bank: Bank) -> Callback:
    """Close a case and plan its callback."""
    case = cases.a_case_in("CLOSED", bank)
    callback = actions.schedule_callback(case.pk, at=later(hours=4))
    assert callback is not None
    return callback


def test_a_closed_case_is_to_be_called_back_within_fifteen_days(bank: Bank) -> None:
    callback = planned(bank)
    # HB-2.4-01: fifteen whole days of Shanghai after 15 June.
    assert callback.due_at == datetime(2026, 6, 30, 16, tzinfo=UTC)
    assert callback.clause == "HB-2.4-01"
    assert actions.schedule_callback(callback.case_id, at=later(hours=5)) is None
    assert Callback.objects.count() == 1


def test_nobody_is_called_where_no_customer_is_known(bank: Bank) -> None:
    case = cases.a_case_in("CLOSED", bank)
    Case.objects.filter(pk=case.pk).update(customer=None)
    assert actions.schedule_callback(case.pk, at=later(hours=4)) is None


def test_nobody_is_called_where_the_duty_has_ended(bank: Bank) -> None:
    case = cases.a_case_in("CLOSED", bank)
    subject = clocks.Subject("case", case.public_id)
    clocks.stop_all("followup.called", subject=subject, at=later(hours=4), actor=bank.me)
    assert actions.schedule_callback(case.pk, at=later(hours=4)) is None


def test_three_steps_and_a_written_record(bank: Bank) -> None:
    callback = planned(bank)
    actions.start_call(callback, actor=bank.me, at=later(days=1))
    actions.reach(callback, actor=bank.me, at=later(days=1, minutes=1))
    actions.record_call(callback, WHOLE, actor=bank.me, at=later(days=1, minutes=5))
    callback.refresh_from_db()
    assert (callback.state, callback.score, callback.solved) == ("RECORDED", 5, "YES")
    assert callback.suggestion is not None
    assert callback.suggestion.plain == "希望更快一些"
    assert callback.caller == bank.agent
    clock = Clock.objects.get(event="followup.callback", subject_ref=callback.case.public_id)
    assert clock.state == "STOPPED"
    acts = AuditRow.objects.filter(act__startswith="callback.").order_by("pk")
    assert [row.act for row in acts] == [
        "callback.scheduled",
        "callback.start",
        "callback.reach",
        "callback.record",
    ]


@pytest.mark.parametrize(
    ("answers", "fields"),
    [
        (Answers(), {"problem_confirmed", "result_told", "score", "solved"}),
        (Answers(problem_confirmed=True, result_told=True, score=9, solved="YES"), {"score"}),
        (Answers(problem_confirmed=True, result_told=True, score=3, solved="UNSAID"), {"solved"}),
        (
            Answers(
                problem_confirmed=True,
                result_told=True,
                score=3,
                solved="NO",
                suggestion="长" * 201,
            ),
            {"suggestion"},
        ),
    ],
)
def test_a_record_is_whole(bank: Bank, answers: Answers, fields: set[str]) -> None:
    callback = planned(bank)
    actions.start_call(callback, actor=bank.me, at=later(days=1))
    actions.reach(callback, actor=bank.me, at=later(days=1))
    with pytest.raises(actions.CallbackIncomplete) as refused:
        actions.record_call(callback, answers, actor=bank.me, at=later(days=1))
    assert set(refused.value.fields) == fields
    callback.refresh_from_db()
    assert callback.state == "REACHED"


def test_who_was_not_reached_is_called_again_or_put_on_record(bank: Bank) -> None:
    callback = planned(bank)
    for _try in range(2):
        actions.start_call(callback, actor=bank.me, at=later(days=1))
        actions.miss(callback, actor=bank.me, at=later(days=1))
    actions.record_call(callback, Answers(), actor=bank.me, at=later(days=2))
    callback.refresh_from_db()
    assert (callback.state, callback.tries, callback.score) == ("RECORDED", 2, None)


def test_an_act_that_does_not_fit_is_refused(bank: Bank) -> None:
    callback = planned(bank)
    with pytest.raises(NotAllowed):
        actions.reach(callback, actor=bank.me, at=later(days=1))
    actions.start_call(callback, actor=bank.me, at=later(days=1))
    stale = Callback.objects.get(pk=callback.pk)
    actions.reach(callback, actor=bank.me, at=later(days=1))
    with pytest.raises(actions.CallbackNotReady):
        actions.miss(stale, actor=bank.me, at=later(days=1))
    with pytest.raises(actions.CallbackNotReady):
        actions.start_call(callback, actor=bank.me, at=later(days=1))


def test_a_call_is_the_callers_or_the_leads(bank: Bank) -> None:
    callback = planned(bank)
    actions.start_call(callback, actor=bank.me, at=later(days=1))
    with pytest.raises(NotAllowed):
        actions.reach(callback, actor=bank.acting(bank.colleague), at=later(days=1))
    actions.reach(callback, actor=bank.boss, at=later(days=1))
    for stranger in (bank.outsider, bank.inspector, bank.auditor):
        with pytest.raises(NotAllowed):
            actions.record_call(callback, WHOLE, actor=bank.acting(stranger), at=later(days=1))


def test_while_the_caller_is_away_the_deputy_goes_on(bank: Bank) -> None:
    callback = planned(bank)
    actions.start_call(callback, actor=bank.me, at=later(hours=5))
    today = cases.MONDAY_9AM.date()
    with time.frozen(cases.MONDAY_9AM):
        people.name_deputy(bank.agent, bank.colleague, today, today, actor=bank.me, at=time.now())
        people.note_absence(bank.agent, "SICK", today, today, actor=bank.boss, at=time.now())
        deputy = bank.acting(bank.colleague)
        mine = queries.callbacks(deputy, CallView.MINE, 1, now=later(hours=6)).rows
        assert [row.callback for row in mine] == [callback]
        assert mine[0].acts == {CallAct.REACH, CallAct.MISS}
        actions.reach(mine[0].callback, actor=deputy, at=later(hours=6))
    with pytest.raises(NotAllowed):
        access.require_caller(bank.acting(bank.colleague), callback)


def test_callbacks_stay_within_units_and_institutions(bank: Bank) -> None:
    callback = planned(bank)
    other = a_ruled_bank("other")
    for actor, seen in ((bank.me, 1), (bank.acting(bank.outsider), 0), (other.me, 0)):
        page = queries.callbacks(actor, CallView.DUE, 1, now=later(days=1))
        assert len(page.rows) == seen
    with pytest.raises(NotThere):
        queries.callback_for(other.me, callback.public_id)
    with pytest.raises(NotAllowed):
        actions.start_call(callback, actor=other.me, at=later(days=1))


@pytest.mark.parametrize("many", [1, 3])
def test_the_list_costs_the_same_for_any_length(
    bank: Bank, client: Client, many: int, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    for _one in range(many):
        planned(bank)
    client.force_login(bank.agent)
    client.get("/callbacks/")
    with django_assert_max_num_queries(QUERIES):
        client.get("/callbacks/")


def test_the_page_walks_a_call_to_its_record(bank: Bank, client: Client) -> None:
    callback = planned(bank)
    client.force_login(bank.agent)
    with time.frozen(later(days=1)):
        page = client.get("/callbacks/").content.decode()
        assert callback.case.number in page
        assert "林晓棠" not in page
        client.post(f"/callbacks/{callback.public_id}/start/")
        client.post(f"/callbacks/{callback.public_id}/reach/")
        form = client.get(f"/callbacks/{callback.public_id}/record/").content.decode()
        assert "已与客户核对问题" in form
        missing = client.post(f"/callbacks/{callback.public_id}/record/", {"score": "x"})
        assert missing.status_code == 422
        assert "请先告知处理结果。" in missing.content.decode()
        said = {"problem_confirmed": "yes", "result_told": "yes", "score": "4", "solved": "YES"}
        done = client.post(f"/callbacks/{callback.public_id}/record/", said)
        again = client.post(f"/callbacks/{callback.public_id}/record/", said)
        kept = client.get("/callbacks/?view=recorded&page=x").content.decode()
    assert "没有待回访客户" in done.content.decode()
    assert "同事已处理此件" in again.content.decode()
    assert callback.case.number in kept
    assert client.post(f"/callbacks/{callback.public_id}/fly/").status_code == 404


def rated(bank: Bank, kind: str, ref: str, score: int) -> Rating:
    """Rate a contact or case."""
    return actions.give_rating(
        clocks.Subject(kind, ref),
        institution_id=bank.institution.pk,
        score=score,
        comment="等得太久",
        actor=bank.caller,
        at=later(hours=5),
    )


def test_a_low_rating_becomes_a_case_of_the_first_owner(bank: Bank) -> None:
    case = cases.a_case_in("CLOSED", bank)
    rating = rated(bank, "case", case.public_id, 2)
    made = actions.follow_up(rating.pk, at=later(hours=5))
    assert made is not None
    assert (made.kind, made.owner, made.customer) == ("FEEDBACK", bank.agent, bank.customer)
    assert "等得太久" in made.description.plain
    assert made.due_at is not None
    assert actions.follow_up(rating.pk, at=later(hours=6)) is None
    # What follows a rating up is not followed up itself.
    again = rated(bank, "case", made.public_id, 1)
    assert actions.follow_up(again.pk, at=later(hours=7)) is None


def test_a_rating_that_is_not_low_stays_a_rating(bank: Bank) -> None:
    case = cases.a_case_in("CLOSED", bank)
    rating = rated(bank, "case", case.public_id, 3)
    assert actions.follow_up(rating.pk, at=later(hours=5)) is None


def refuse_callbacks(callback: Callback) -> None:
    """Put on record that the customer wants no calls."""
    customer = callback.case.customer
    assert customer is not None
    customers.record_consent(
        customer,
        purpose="CALLBACK",
        way="PHONE",
        is_given=False,
        evidence="RECORDING",
        evidence_ref="REC-1",
        actor=staff.FOUNDER,
        at=later(hours=5),
    )


def test_who_refuses_callbacks_is_not_called(bank: Bank) -> None:
    callback = planned(bank)
    with pytest.raises(actions.CallWanted):
        actions.waive_call(callback, actor=bank.me, at=later(hours=5))
    refuse_callbacks(callback)
    with pytest.raises(ContactUnwanted):
        actions.start_call(callback, actor=bank.me, at=later(days=1))
    [row] = queries.callbacks(bank.me, CallView.DUE, 1, now=later(days=1)).rows
    assert (row.is_unwanted, row.acts) == (True, frozenset({CallAct.WAIVE}))
    actions.waive_call(callback, actor=bank.me, at=later(days=1))
    callback.refresh_from_db()
    assert (callback.state, callback.is_unwanted, callback.tries) == ("RECORDED", True, 0)
    clock = Clock.objects.get(event="followup.callback", subject_ref=callback.case.public_id)
    assert clock.state == "STOPPED"


def test_callbacks_and_ratings_stand_in_the_customers_history(bank: Bank) -> None:
    callback = planned(bank)
    case = callback.case
    assert case.customer is not None
    Rating.objects.create(
        institution_id=case.institution_id,
        subject_kind="case",
        subject_ref=case.public_id,
        score=5,
        comment="",
        given_at=later(hours=6),
    )
    told = {
        source.kind: [item.url for item in source.provider(bank.me, case.customer, 9, None)]
        for source in history_sources()
        if source.kind in ("callback", "rating")
    }
    page = f"/cases/{case.public_id}/"
    assert told == {"callback": [page], "rating": [page]}
