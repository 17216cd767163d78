"""What a survey house found: checked line by line, counted once, kept apart, taken back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouwen.assurance.satisfaction import actions, queries
from shouwen.assurance.satisfaction.actions import DIMENSIONS, StudyCounted, StudyMoved
from shouwen.assurance.satisfaction.models import OutsideStudy, Rating
from shouwen.assurance.satisfaction.rules import outside as rules
from shouwen.assurance.satisfaction.tests.factories import TABLE, a_claim, a_study
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, NotAllowed, NotThere
from shouwen.ground.kit.tables import MOST_BYTES, NotATable
from shouwen.ground.vault.models import AuditRow
from shouwen.people.staff.queries import actor_of
from shouwen.people.staff.tests.factories import a_person
from shouwen.service.cases.tests.factories import MONDAY_9AM, Bank, a_bank, later

HEAD = "维度,得分,满分,回答人数\n"


@pytest.fixture
def bank(db: None) -> Bank:
    return a_bank()


@pytest.fixture
def admin(bank: Bank) -> Actor:
    return actor_of(a_person(bank.cards, "admin"))


@pytest.mark.parametrize(
    ("line", "column", "code"),
    [
        ("心情,4,5,10", "dimension", "wrong"),
        ("总体,四,5,10", "score", "wrong"),
        ("总体,4.125,5,10", "score", "wrong"),
        ("总体,1e1,100,10", "score", "wrong"),
        ("总体,-1,5,10", "score", "wrong"),
        ("总体,nan,5,10", "score", "wrong"),
        ("总体,=4,5,10", "score", "wrong"),
        ("总体,4,7,10", "scale", "wrong"),
        ("总体,4,5,0", "answered", "wrong"),
        ("总体,4,5,", "answered", "wrong"),
        ("总体,5.01,5,10", "score", "above-scale"),
        (f"总体,4,5,{'1' * 401}", "answered", "too-long"),
    ],
)
def test_a_wrong_line_is_named_with_its_column(line: str, column: str, code: str) -> None:
    table = rules.read_table((HEAD + "态度,90,100,10\n" + line).encode(), DIMENSIONS)
    assert [(one.line, one.column, one.code) for one in table.faults] == [(3, column, code)]
    assert [score.dimension for score in table.rows] == ["ATTITUDE"]


def test_a_dimension_said_twice_names_the_earlier_line() -> None:
    table = rules.read_table((HEAD + "总体,4,5,10\noverall,3,5,9\n").encode(), DIMENSIONS)
    assert [(one.line, one.code, one.other) for one in table.faults] == [(3, "repeats", 2)]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (HEAD.encode(), "empty"),
        ("维度,得分\n总体,4\n".encode(), "columns-missing"),
        (b"\xff\xfe\x00", "not-text"),
        (b"x" * (MOST_BYTES + 1), "too-large"),
        (HEAD.encode() + b'"', "broken-quotes"),
    ],
)
def test_what_is_no_table_is_refused_whole(data: bytes, code: str) -> None:
    with pytest.raises(NotATable) as error:
        rules.read_table(data, DIMENSIONS)
    assert error.value.code == code


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: (HEAD + text).encode()))
def test_any_file_is_read_or_refused_by_name(data: bytes) -> None:
    try:
        table = rules.read_table(data, DIMENSIONS)
    except NotATable:
        return
    assert len(table.rows) + len({fault.line for fault in table.faults}) == table.lines
    for score in table.rows:
        assert 0 <= float(score.score) <= score.scale


def test_a_checked_table_counts_once_it_is_taken_in(bank: Bank, admin: Actor) -> None:
    study = a_study(bank, MONDAY_9AM)
    assert (study.state, study.answered, study.response_rate) == ("CHECKED", 812, 0.203)
    actions.count_study(study, actor=admin, at=later(hours=1))
    assert study.state == "COUNTED"
    lines = queries.lines_of(study)
    assert [(line.score, line.scale, line.answered) for line in lines] == [
        ("4.35", 5, 812),
        ("91.2", 100, 806),
    ]
    assert lines[1].share == pytest.approx(0.912)
    assert queries.overall_of(study) == lines[0]
    # Our own figures know nothing of it.
    assert not Rating.objects.exists()
    with pytest.raises(StudyMoved):
        actions.count_study(OutsideStudy.objects.get(), actor=admin, at=later(hours=2))
    said = AuditRow.objects.filter(act__startswith="study.").order_by("pk")
    acts = list(said.values_list("act", flat=True))
    assert acts == ["study.checked", "study.counted"]


def test_the_same_table_counts_only_once_until_it_is_taken_back(bank: Bank, admin: Actor) -> None:
    first, again = a_study(bank, MONDAY_9AM), a_study(bank, later(hours=1))
    actions.count_study(first, actor=admin, at=later(hours=2))
    with pytest.raises(StudyCounted):
        actions.count_study(again, actor=admin, at=later(hours=3))
    again.refresh_from_db()
    assert again.state == "CHECKED"
    with pytest.raises(Invalid) as error:
        actions.undo_study(first, reason=" ", actor=admin, at=later(hours=4))
    assert "reason" in error.value.fields
    actions.undo_study(first, reason="机构重新核算", actor=admin, at=later(hours=4))
    assert (first.state, first.reason) == ("UNDONE", "机构重新核算")
    assert AuditRow.objects.get(act="study.undone").purpose == "机构重新核算"
    actions.count_study(again, actor=admin, at=later(hours=5))
    with pytest.raises(StudyMoved):
        actions.undo_study(first, reason="再次", actor=admin, at=later(hours=6))


def test_a_table_with_a_wrong_line_is_not_taken_in(bank: Bank, admin: Actor) -> None:
    study = a_study(bank, MONDAY_9AM, TABLE + "心情,4,5,10\n")
    assert study.faults == [[4, "dimension", "wrong", 0]]
    with pytest.raises(Invalid):
        actions.count_study(study, actor=admin, at=later(hours=1))
    actions.drop_study(study, actor=admin, at=later(hours=1))
    assert study.state == "DROPPED"


def test_more_answers_than_were_asked_are_no_survey(bank: Bank, admin: Actor) -> None:
    claim = replace(a_claim(MONDAY_9AM), asked=700)
    study = actions.check_study(bank.institution, claim, TABLE.encode(), actor=admin, at=MONDAY_9AM)
    with pytest.raises(Invalid) as error:
        actions.count_study(study, actor=admin, at=later(hours=1))
    assert "asked" in error.value.fields


def test_what_is_said_about_a_table_is_whole(bank: Bank, admin: Actor) -> None:
    said = a_claim(MONDAY_9AM)
    assert said.to_on is not None
    assert said.from_on is not None
    for name, wrong in [
        ("agency", replace(said, agency="")),
        ("title", replace(said, title="长" * 81)),
        ("from", replace(said, from_on=None)),
        ("to", replace(said, to_on=later(days=2).date())),
        ("to", replace(said, from_on=said.to_on, to_on=said.from_on)),
        ("asked", replace(said, asked=0)),
    ]:
        with pytest.raises(Invalid) as error:
            actions.check_study(bank.institution, wrong, TABLE.encode(), actor=admin, at=MONDAY_9AM)
        assert list(error.value.fields) == [name]
    assert not OutsideStudy.objects.exists()


def test_only_those_who_word_surveys_of_the_institution_hand_tables_in(
    bank: Bank, admin: Actor
) -> None:
    study, other = a_study(bank, MONDAY_9AM), a_bank("insurer")
    theirs = actor_of(a_person(other.cards, "admin"))
    with pytest.raises(NotAllowed):
        actions.check_study(
            bank.institution, a_claim(MONDAY_9AM), b"", actor=bank.me, at=MONDAY_9AM
        )
    with pytest.raises(NotAllowed):
        queries.study_for(bank.me, study.public_id)
    with pytest.raises(NotThere):
        queries.study_for(theirs, study.public_id)
    with pytest.raises(NotThere):
        actions.count_study(study, actor=theirs, at=later(hours=1))
    rows, has_older = queries.studies_of(admin, 1)
    assert (rows, has_older) == ([study], False)
    assert queries.studies_of(theirs, 1) == ([], False)
