"""One asks, another decides, once, within their reach and in time."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import IntegrityError, connections, transaction

from shouwen.ground.kernel import time
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, NotAllowed, NotThere
from shouwen.ground.policy import figures
from shouwen.ground.vault.models import AuditRow
from shouwen.people.approvals import actions, queries
from shouwen.people.approvals.models import Approval, State
from shouwen.people.approvals.tests import factories
from shouwen.people.approvals.tests.conftest import House
from shouwen.people.approvals.tests.factories import an_approval
from shouwen.people.staff import actions as staff_actions
from shouwen.people.staff.tests import factories as staff
from shouwen.people.staff.tests.factories import MONDAY_9AM, acting

LATER = MONDAY_9AM + timedelta(minutes=5)
OVER = MONDAY_9AM + timedelta(minutes=30)


def _acts() -> list[str]:
    rows = AuditRow.objects.filter(act__startswith="approval.").order_by("pk")
    return list(rows.values_list("act", flat=True))


def test_a_second_person_approves_and_it_takes_effect(house: House) -> None:
    approval = an_approval(house.agent, amount_fen=238600)
    actions.approve(approval, "金额与凭证一致", actor=acting(house.lead), at=LATER)

    approval.refresh_from_db()
    assert (approval.state, approval.decided_by, approval.ended_at, approval.opinion) == (
        State.APPROVED,
        house.lead,
        LATER,
        "金额与凭证一致",
    )
    (decision,) = factories.settled
    assert decision.is_approved
    assert decision.payload == {"ref": "thing_1"}
    assert decision.asked_by_ref == house.agent.public_id
    assert _acts() == ["approval.asked", "approval.approved"]


def test_sent_back_the_room_hears_it_too(house: House) -> None:
    approval = an_approval(house.agent)
    actions.decline(approval, "请先去掉客户姓名", actor=acting(house.lead), at=LATER)
    assert [decision.outcome for decision in factories.settled] == ["DECLINED"]
    assert _acts() == ["approval.asked", "approval.declined"]


def test_nobody_decides_what_they_asked_for(house: House) -> None:
    approval = an_approval(house.lead)
    with pytest.raises(actions.OwnRequest):
        actions.approve(approval, "同意", actor=acting(house.lead), at=LATER)
    assert factories.settled == []
    approval.refresh_from_db()
    assert approval.state == State.WAITING


def test_the_database_itself_wants_two_persons(house: House) -> None:
    approval = an_approval(house.lead)
    with pytest.raises(IntegrityError), transaction.atomic():
        Approval.objects.filter(pk=approval.pk).update(
            state=State.APPROVED, decided_by=house.lead, ended_at=LATER, opinion="同意"
        )


def test_an_opinion_is_required(house: House) -> None:
    approval = an_approval(house.agent)
    for empty in ("", "   ", "x" * 401, "a\x00b"):
        with pytest.raises(Invalid) as wrong:
            actions.approve(approval, empty, actor=acting(house.lead), at=LATER)
        assert list(wrong.value.fields) == ["opinion"]


def test_without_the_right_or_out_of_reach_it_is_not_there(house: House) -> None:
    approval = an_approval(house.agent, unit=house.cards)
    for person in (house.inspector, house.narrow):
        with pytest.raises(NotThere):
            actions.approve(approval, "同意", actor=acting(person), at=LATER)
    stranger = staff.a_person(staff.a_unit(staff.an_institution("insurer")), "lead")
    with pytest.raises(NotThere):
        actions.decline(approval, "不同意", actor=acting(stranger), at=LATER)


def test_programs_neither_ask_nor_decide(house: House) -> None:
    key = Actor.system("bridge", house.lead.institution_id)
    approval = an_approval(house.agent)
    with pytest.raises(NotAllowed):
        actions.approve(approval, "同意", actor=key, at=LATER)
    with pytest.raises(NotAllowed):
        actions.ask_approval(
            factories.KIND,
            actions.Subject("thing", "thing_2"),
            words="导出",
            reason="复盘",
            payload={},
            actor=key,
            at=LATER,
        )


def test_a_request_stands_thirty_minutes(house: House) -> None:
    assert figures.figure("approval-stands").value == 30
    approval = an_approval(house.agent)
    with pytest.raises(actions.RequestExpired):
        actions.approve(approval, "同意", actor=acting(house.lead), at=OVER)
    assert actions.expire_due(OVER) == 1
    assert actions.expire_due(OVER) == 0
    approval.refresh_from_db()
    assert approval.state == State.EXPIRED
    assert [decision.outcome for decision in factories.settled] == ["EXPIRED"]
    assert _acts()[-1] == "approval.expired"


def test_the_same_thing_is_asked_for_once_at_a_time(house: House) -> None:
    an_approval(house.agent)
    with pytest.raises(actions.AlreadyAsked):
        an_approval(house.agent, at=LATER)
    an_approval(house.agent, ref="thing_2", at=LATER)
    # What ran out may be asked for again, also before the loop has come by.
    again = an_approval(house.agent, at=OVER)
    assert again.state == State.WAITING
    assert Approval.objects.filter(state=State.EXPIRED).count() == 1


def test_a_subject_that_has_changed_voids_the_decision(house: House) -> None:
    approval = an_approval(house.agent, payload={"changed": True})
    with pytest.raises(factories.SubjectChanged):
        actions.approve(approval, "同意", actor=acting(house.lead), at=LATER)
    approval.refresh_from_db()
    assert approval.state == State.WAITING
    assert _acts() == ["approval.asked"]


def test_who_is_second_hears_who_was_first(house: House) -> None:
    approval = an_approval(house.agent)
    actions.approve(approval, "同意", actor=acting(house.lead), at=LATER)
    with pytest.raises(actions.AlreadyDecided, match="09:05"):
        actions.decline(approval, "不同意", actor=acting(house.other_lead), at=LATER)
    with pytest.raises(actions.AlreadyDecided):
        actions.withdraw(approval, actor=acting(house.agent), at=LATER)
    assert len(factories.settled) == 1


def test_only_the_asker_withdraws(house: House) -> None:
    approval = an_approval(house.agent)
    with pytest.raises(actions.NotYourRequest):
        actions.withdraw(approval, actor=acting(house.lead), at=LATER)
    actions.withdraw(approval, actor=acting(house.agent), at=LATER)
    assert [decision.outcome for decision in factories.settled] == ["WITHDRAWN"]
    with pytest.raises(actions.AlreadyDecided):
        actions.approve(approval, "同意", actor=acting(house.lead), at=LATER)


def test_with_its_subject_a_request_ends(house: House) -> None:
    first = an_approval(house.agent, ref="thing_1")
    other = an_approval(house.agent, ref="thing_2")
    over = an_approval(house.lead, ref="thing_1", payload={"ref": "thing_1", "part": "b"})
    Approval.objects.filter(pk=over.pk).update(expires_at=LATER)
    subject = actions.Subject("thing", "thing_1")
    system = Actor.system("tests", house.agent.institution_id)
    said = "已结束，申请随之终止"
    ended = actions.end_with_subject([factories.KIND], subject, said, actor=system, at=LATER)
    rows = {row.pk: (row.state, row.opinion) for row in Approval.objects.all()}
    assert ended == 2
    assert rows[first.pk] == (State.WITHDRAWN, said)
    assert rows[over.pk] == (State.EXPIRED, said)
    assert rows[other.pk] == (State.WAITING, "")
    assert actions.end_with_subject(["tests.other"], subject, said, actor=system, at=LATER) == 0
    with pytest.raises(actions.AlreadyDecided):
        actions.approve(first, "同意", actor=acting(house.lead), at=LATER)


def test_what_looks_personal_is_masked(house: House) -> None:
    approval = an_approval(house.agent, reason="客户13800001234要求")
    assert "13800001234" not in approval.reason


def test_lists_show_what_is_mine_to_do(house: House) -> None:
    first = an_approval(house.agent, unit=house.cards)
    own = an_approval(house.lead, ref="thing_2", at=LATER)

    def listed(person: object, view: str) -> list[str]:
        page = queries.approvals_for(acting(person), view, at=LATER)  # type: ignore[arg-type]  # a Person
        return [row.approval.public_id for row in page.rows]

    assert listed(house.lead, "waiting") == [first.public_id]
    assert listed(house.lead, "mine") == [own.public_id]
    assert listed(house.other_lead, "waiting") == [first.public_id, own.public_id]
    assert listed(house.narrow, "waiting") == [own.public_id]
    assert listed(house.agent, "waiting") == []
    assert listed(house.other_lead, "ended") == []
    with pytest.raises(NotAllowed):
        listed(house.inspector, "waiting")


def test_pages_of_the_list_join_without_gap(house: House) -> None:
    made = [an_approval(house.agent, ref=f"thing_{n}").public_id for n in range(5)]
    seen: list[str] = []
    cursor = ""
    while True:
        page = queries.approvals_for(
            acting(house.lead), "waiting", cursor=cursor, limit=2, at=LATER
        )
        seen += [row.approval.public_id for row in page.rows]
        cursor = page.next
        if not cursor:
            break
    assert seen == made
    with pytest.raises(Invalid):
        queries.approvals_for(acting(house.lead), "waiting", cursor="no\x00", at=LATER)


@pytest.mark.django_db(transaction=True)
def test_of_many_who_decide_at_once_one_is_first() -> None:
    factories.plug_in()
    unit = staff.a_unit(staff.an_institution("bank"))
    asker = staff.a_person(unit, "agent")
    deciders = [acting(staff.a_person(unit, "lead")) for _ in range(6)]
    approval = an_approval(asker)
    outcomes: list[str] = []
    gate = threading.Barrier(len(deciders))

    def decide(actor: Actor) -> None:
        mine = Approval.objects.select_related("asked_by", "institution").get(pk=approval.pk)
        gate.wait()
        try:
            actions.approve(mine, "同意", actor=actor, at=LATER)
            outcomes.append("done")
        except actions.AlreadyDecided:
            outcomes.append("second")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=decide, args=(actor,)) for actor in deciders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done"] + ["second"] * 5
    assert len(factories.settled) == 1


@pytest.fixture
def standing_in(house: House) -> Iterator[House]:
    """The lead is away for the day, and the lead of loans is the deputy."""
    day = MONDAY_9AM.date()
    with time.frozen(LATER):
        staff_actions.name_deputy(
            house.lead, house.narrow, day, day, actor=acting(house.lead), at=MONDAY_9AM
        )
        staff_actions.note_absence(
            house.lead, "LEAVE", day, day, actor=acting(house.other_lead), at=MONDAY_9AM
        )
        yield house


def test_a_deputy_decides_in_place_of_the_one_who_is_away(standing_in: House) -> None:
    house = standing_in
    approval = an_approval(house.agent, unit=house.cards)
    deputy = acting(house.narrow)
    (row,) = queries.approvals_for(deputy, "waiting", at=LATER).rows
    assert (row.may_decide, row.in_place_of) == (True, house.lead.name)
    actions.approve(approval, "同意", actor=deputy, at=LATER)
    (decision,) = factories.settled
    assert decision.decided_by is not None
    assert decision.decided_by.ref == house.narrow.public_id
    trail = AuditRow.objects.get(act="approval.approved")
    assert json.loads(trail.detail)["in_place_of"] == house.lead.public_id


def test_a_deputy_decides_neither_their_own_nor_what_the_absent_one_asked(
    standing_in: House,
) -> None:
    house = standing_in
    own, theirs = (
        an_approval(asker, unit=house.cards, ref=ref)
        for asker, ref in ((house.narrow, "a"), (house.lead, "b"))
    )
    deputy = acting(house.narrow)
    assert queries.approvals_for(deputy, "waiting", at=LATER).rows == []
    with pytest.raises(actions.OwnRequest):
        actions.approve(own, "同意", actor=deputy, at=LATER)
    with pytest.raises(NotThere):
        actions.approve(theirs, "同意", actor=deputy, at=LATER)


def test_the_day_after_the_deputy_reaches_nothing(standing_in: House) -> None:
    house, tomorrow = standing_in, LATER + timedelta(days=1)
    approval = an_approval(house.agent, unit=house.cards, at=tomorrow)
    with time.frozen(tomorrow), pytest.raises(NotThere):
        actions.approve(approval, "同意", actor=acting(house.narrow), at=tomorrow)
