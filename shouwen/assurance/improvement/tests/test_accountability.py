"""Holding somebody accountable: heard, never judged by whoever took the step before."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shouwen.assurance.improvement import actions, queries
from shouwen.assurance.improvement.actions import accountability
from shouwen.assurance.improvement.events import AccountabilityDecided
from shouwen.assurance.improvement.models import Accountability, AccountabilityEntry
from shouwen.assurance.improvement.rules import accountability as rules
from shouwen.assurance.improvement.rules.accountability import Act, Reason, Standing, State
from shouwen.assurance.monitoring.models import Rollup
from shouwen.assurance.monitoring.tests.floors import hear_everything
from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import Invalid, NotAllowed, NotThere, Problem
from shouwen.ground.vault.models import AuditRow
from shouwen.people.staff.models import Person
from shouwen.people.staff.tests.factories import a_person, acting, signed_in
from shouwen.service.cases.tests.factories import later
from shouwen.service.complaints.tests.factories import Office, a_complaint_in, an_office

AT = later(hours=9)


class Board:
    """A complaint, the person held accountable for it, and those of each post."""

    def __init__(self) -> None:
        """Set them up in one unit."""
        self.office: Office = an_office()
        unit = self.office.bank.cards
        self.person = a_person(unit, "agent")
        self.department = a_person(unit, "complaints")
        Person.objects.filter(pk=self.department.pk).update(name="钱研")
        self.department.refresh_from_db()
        self.inspection = a_person(unit, "inspector")
        self.management = a_person(unit, "risk")
        self.above = a_person(unit, "lead")
        self.complaint = a_complaint_in("RESPONSIBILITY_ASSIGNED", self.office)

    def proposed(self, by: Person | None = None) -> Accountability:
        """Propose it."""
        return actions.propose_accountability(
            self.complaint,
            self.person,
            conduct="BUCK_PASSING",
            grounds="三次转办均未处理",
            actor=acting(by or self.department),
            at=AT,
        )

    def step(self, row: Accountability, act: str, by: Person, words: str = "已核实") -> None:
        """Take a step as somebody who sees it as it is."""
        seen = Accountability.objects.get(pk=row.pk).version
        actions.take_step(row, Act(act), words=words, seen=seen, actor=acting(by), at=AT)


@pytest.fixture
def board(db: None) -> Board:
    """Everybody there."""
    return Board()


def test_it_is_proposed_heard_investigated_determined_contested_and_handled(board: Board) -> None:
    row = board.proposed()
    with pytest.raises(actions.HeldAlready):
        board.proposed()
    board.step(row, "STATE", board.person, "当日系统故障，已留言13812345678")
    board.step(row, "INVESTIGATE", board.inspection)
    board.step(row, "DETERMINE", board.management)
    board.step(row, "CONTEST", board.person)
    with pytest.raises(actions.ContestedStill):
        board.step(row, "HANDLE", board.above)
    with pytest.raises(actions.StepByAnother):
        board.step(row, "KEEP", board.management)
    board.step(row, "KEEP", board.above)
    with pytest.raises(actions.AccountabilityMovedOn):
        board.step(row, "CONTEST", board.person)
    board.step(row, "HANDLE", board.management, "通报批评，绩效扣分")
    row.refresh_from_db()
    assert row.state == "HANDLED"
    entries = list(AccountabilityEntry.objects.filter(accountability=row).order_by("sequence"))
    assert [entry.act for entry in entries] == [
        "PROPOSE",
        "STATE",
        "INVESTIGATE",
        "DETERMINE",
        "CONTEST",
        "KEEP",
        "HANDLE",
    ]
    assert "13812345678" not in entries[1].words.plain
    told = AuditRow.objects.filter(act__startswith="accountability.").order_by("pk")
    assert [one.act.split(".")[1] for one in told] == [
        "proposed",
        *(entry.act.lower() for entry in entries[1:]),
    ]


def test_nobody_is_determined_unheard_and_silence_is_recorded(board: Board) -> None:
    row = board.proposed()
    board.step(row, "INVESTIGATE", board.inspection)
    with pytest.raises(actions.NotHeardYet):
        board.step(row, "DETERMINE", board.management)
    board.step(row, "SILENT", board.inspection, "两次书面通知未回复")
    # Who was silent may still speak as long as nothing is determined.
    board.step(row, "STATE", board.person)
    board.step(row, "CLEAR", board.management)
    row.refresh_from_db()
    assert row.state == "CLEARED"
    with pytest.raises(actions.AccountabilityMovedOn):
        board.step(row, "DETERMINE", board.management)


def test_score_cards_hear_what_was_found_and_what_was_lifted(
    board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[AccountabilityDecided] = []
    monkeypatch.setattr(accountability, "announce", heard.append)
    row = board.proposed()
    board.step(row, "STATE", board.person)
    board.step(row, "INVESTIGATE", board.inspection)
    board.step(row, "DETERMINE", board.management)
    board.step(row, "CONTEST", board.person)
    board.step(row, "LIFT", board.above)
    assert [(one.person_id, one.conduct, one.is_accountable) for one in heard] == [
        (board.person.pk, "BUCK_PASSING", True),
        (board.person.pk, "BUCK_PASSING", False),
    ]


def test_figures_count_who_was_found_accountable_until_it_is_lifted(board: Board) -> None:
    def counted() -> list[tuple[str, int]]:
        rows = Rollup.objects.filter(grain="DAY", of_person=True, accountable_percent__gt=0)
        return list(rows.values_list("person_ref", "accountable_percent"))

    row = board.proposed()
    board.step(row, "STATE", board.person)
    board.step(row, "INVESTIGATE", board.inspection)
    hear_everything(AT)
    assert counted() == []
    board.step(row, "DETERMINE", board.management)
    hear_everything(AT)
    assert counted() == [(board.person.public_id, 100)]
    # Heard again, or counted anew from the records, it is the same.
    actions.count_accountable(row.pk)
    assert actions.recount_accountable(row.institution_id) == 1
    assert counted() == [(board.person.public_id, 100)]
    board.step(row, "CONTEST", board.person)
    board.step(row, "LIFT", board.above)
    hear_everything(AT)
    assert counted() == []


def test_steps_are_taken_by_others_with_the_right(board: Board) -> None:
    with pytest.raises(NotAllowed):
        board.proposed(by=board.person)
    row = board.proposed(by=board.above)
    with pytest.raises(NotAllowed):
        board.step(row, "INVESTIGATE", board.department)
    with pytest.raises(NotAllowed):
        board.step(row, "STATE", board.department)
    board.step(row, "INVESTIGATE", board.inspection)
    board.step(row, "STATE", board.person)
    with pytest.raises(actions.StepByAnother):
        board.step(row, "DETERMINE", board.above)
    stranger = a_person(an_office("insurer").bank.cards, "risk")
    with pytest.raises(NotThere):
        board.step(row, "DETERMINE", stranger)
    with pytest.raises(Invalid) as refused:
        board.step(row, "DETERMINE", board.management, " ")
    assert set(refused.value.fields) == {"words"}
    with pytest.raises(actions.AccountabilityMovedOn):
        actions.take_step(
            row, Act.DETERMINE, words="x", seen=1, actor=acting(board.management), at=AT
        )


def test_one_cannot_be_held_accountable_by_oneself_or_elsewhere(board: Board) -> None:
    lead = acting(board.above)
    for person, wrong in ((board.above, actions.StepByAnother), (None, Invalid)):
        other = person or a_person(an_office("insurer").bank.cards, "agent")
        with pytest.raises(wrong):
            actions.propose_accountability(
                board.complaint, other, conduct="PERFUNCTORY", grounds="x", actor=lead, at=AT
            )
    with pytest.raises(Invalid) as refused:
        actions.propose_accountability(
            board.complaint, board.person, conduct="OTHER", grounds="x", actor=lead, at=AT
        )
    assert set(refused.value.fields) == {"conduct"}


def _page(who: Person, method: str, path: str = "", **said: Any) -> Any:
    with time.frozen(AT):
        return getattr(signed_in(who), method)(f"/improvement/accountability/{path}", said)


def test_the_person_concerned_sees_and_answers_without_learning_who_took_the_steps(
    board: Board,
) -> None:
    said = {"person": board.person.staff_no, "conduct": "POOR_HANDLING", "grounds": "超期未办"}
    wrong = _page(board.department, "post", "new/", complaint="nonsense", **said)
    assert (wrong.status_code, Accountability.objects.count()) == (422, 0)
    made = _page(board.department, "post", "new/", complaint=board.complaint.case.number, **said)
    assert made.status_code == 302
    row = Accountability.objects.get()
    assert "提交陈述" not in _page(board.department, "get", f"{row.public_id}/").content.decode()
    shown = _page(board.person, "get", f"{row.public_id}/").content.decode()
    assert "提交陈述" in shown
    assert "投诉处理部门" in shown
    assert board.department.name not in shown
    assert f"/complaints/{board.complaint.public_id}/" not in shown
    assert board.complaint.case.number in _page(board.person, "get").content.decode()
    colleague = a_person(board.office.bank.cards, "agent")
    assert board.complaint.case.number not in _page(colleague, "get").content.decode()
    assert _page(colleague, "get", f"{row.public_id}/").status_code == 404
    empty = _page(board.person, "post", f"{row.public_id}/state/", version="1", words="")
    assert empty.status_code == 422
    stated = _page(board.person, "post", f"{row.public_id}/state/", version="1", words="已尽责")
    assert stated.status_code == 302
    again = _page(board.person, "post", f"{row.public_id}/state/", version="1", words="已尽责")
    assert again.status_code == 409
    assert _page(board.person, "post", f"{row.public_id}/nonsense/").status_code == 404


def test_only_what_would_be_taken_is_offered(board: Board) -> None:
    row = board.proposed()
    offered = {
        who: set(queries.accountability_detail(acting(person), row.public_id, at=AT).acts)
        for who, person in (
            ("person", board.person),
            ("department", board.department),
            ("inspection", board.inspection),
            ("management", board.management),
        )
    }
    assert offered == {
        "person": {Act.STATE},
        "department": set(),
        "inspection": {Act.INVESTIGATE, Act.SILENT},
        "management": set(),
    }


PEOPLE = st.integers(1, 5)


@given(steps=st.lists(st.tuples(st.sampled_from(Act), PEOPLE), max_size=40), proposer=PEOPLE)
@settings(max_examples=300)
def test_no_life_has_two_separated_steps_by_one_person(
    steps: list[tuple[Act, int]], proposer: int
) -> None:
    """Person 1 is concerned; whatever is tried, each step is another's and nobody is unheard."""
    if proposer == 1:
        return
    held: dict[str, Any] = {"state": State.PROPOSED, "person": 1, "proposer": proposer}
    answerer = None
    for act, who in steps:
        standing = Standing(**held)
        if rules.why_not(act, standing) or not rules.may_be_done_by(act, who, standing):
            continue
        held["state"] = rules.after(act, standing.state)
        match act:
            case Act.STATE:
                held["has_spoken"] = True
            case Act.SILENT:
                held["was_silent"] = True
            case Act.INVESTIGATE:
                held["investigator"] = who
            case Act.DETERMINE | Act.CLEAR:
                held["determiner"] = who
            case Act.CONTEST:
                held["was_contested"] = held["is_contested"] = True
            case Act.KEEP | Act.LIFT:
                held["is_contested"], answerer = False, who
        took = [held["proposer"], held.get("investigator"), held.get("determiner"), answerer]
        named = [one for one in took if one is not None]
        assert len(named) == len(set(named))
        assert 1 not in named
        if held.get("determiner"):
            assert held.get("has_spoken") or held.get("was_silent")


def test_every_act_is_refused_where_its_state_is_not() -> None:
    for act, state in product(Act, State):
        standing = Standing(state, 1, 2, has_spoken=False)
        reason = rules.why_not(act, standing)
        if state in (State.HANDLED, State.CLEARED) or act is Act.PROPOSE:
            assert reason is Reason.ELSEWHERE
    assert issubclass(actions.NotHeardYet, Problem)
