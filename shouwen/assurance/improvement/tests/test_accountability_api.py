"""Holding somebody accountable by program: the same rights and refusals as on the pages."""

from __future__ import annotations

import json
from typing import Any

import pytest

from shouwen.assurance.improvement.models import Accountability
from shouwen.assurance.improvement.tests.test_accountability import AT, Board
from shouwen.ground.kernel import time
from shouwen.people.staff.models import Person
from shouwen.people.staff.tests.factories import a_person, signed_in

PATH = "/api/v1/complaint-accountability"


@pytest.fixture
def board(db: None) -> Board:
    """Everybody there."""
    return Board()


def get(who: Person, path: str = "") -> Any:
    """Read as somebody."""
    with time.frozen(AT):
        return signed_in(who).get(PATH + path)


def post(who: Person, path: str, said: dict[str, Any], key: str = "") -> Any:
    """Press as somebody."""
    headers = {"Idempotency-Key": key} if key else {}
    with time.frozen(AT):
        return signed_in(who).post(
            PATH + path, json.dumps(said), content_type="application/json", headers=headers
        )


def proposal(board: Board, **more: str) -> dict[str, Any]:
    """Give what is proposed."""
    return {
        "complaint": board.complaint.public_id,
        "person": board.person.public_id,
        "conduct": "BUCK_PASSING",
        "grounds": "三次转办均未处理",
        **more,
    }


def test_a_program_carries_it_from_the_proposal_to_the_end(board: Board) -> None:
    said = proposal(board)
    made, again = (post(board.department, "", said, "once") for _each in range(2))
    assert (made.status_code, made.json()) == (201, again.json())
    other = post(board.department, "", {**said, "grounds": "另一理由"}, "once")
    assert (other.status_code, other.json()["code"]) == (409, "key-reused")
    twice = post(board.department, "", said)
    assert (twice.status_code, twice.json()["code"]) == (409, "held-already")
    ref, version = made.json()["id"], made.json()["version"]
    steps = (
        ("state", board.person),
        ("investigate", board.inspection),
        ("determine", board.management),
        ("contest", board.person),
        ("keep", board.above),
        ("handle", board.management),
    )
    for act, who in steps:
        taken = post(who, f"/{ref}/{act}", {"words": "已核实", "version": version})
        assert taken.status_code == 200, taken.json()
        version = taken.json()["version"]
    kept = get(board.management, f"/{ref}").json()
    assert (kept["state"], kept["acts"]) == ("HANDLED", [])
    assert [step["act"] for step in kept["steps"]] == [
        "PROPOSE",
        *(act.upper() for act, _who in steps),
    ]


def test_steps_are_refused_as_on_the_pages(board: Board) -> None:
    ref = post(board.department, "", proposal(board)).json()["id"]
    step = {"words": "已核实", "version": 1}

    def code(who: Person, act: str, **more: Any) -> tuple[int, str]:
        answer = post(who, f"/{ref}/{act}", {**step, **more})
        return answer.status_code, answer.json().get("code", "")

    assert code(board.department, "investigate") == (403, "not-allowed")
    assert code(board.inspection, "state")[0] == 403
    assert code(board.management, "determine") == (409, "accountability-moved-on")
    assert code(board.inspection, "investigate", version=7) == (409, "accountability-moved-on")
    assert code(board.inspection, "investigate", words=" ")[0] == 422
    assert code(board.inspection, "investigate") == (200, "")
    assert code(board.management, "determine", version=2) == (409, "not-heard-yet")
    assert code(board.inspection, "nonsense")[0] == 404
    assert Accountability.objects.get().version == 2
    nobody = a_person(board.office.bank.cards, "agent")
    assert get(nobody, f"/{ref}").status_code == 404
    assert get(nobody).json()["items"] == []


def test_the_person_concerned_learns_no_names_and_not_the_complaint(board: Board) -> None:
    ref = post(board.department, "", proposal(board)).json()["id"]
    told = get(board.person, f"/{ref}").json()
    assert (told["complaint"], told["acts"]) == (None, ["STATE"])
    assert told["number"] == board.complaint.case.number
    assert [step["by"] for step in told["steps"]] == [None]
    [listed] = get(board.person).json()["items"]
    assert (listed["id"], listed["complaint"]) == (ref, None)
    read = get(board.inspection, f"/{ref}").json()
    assert read["complaint"] == board.complaint.public_id
    assert [step["by"] for step in read["steps"]] == [board.department.public_id]


def test_a_wrong_proposal_is_named_by_field(board: Board) -> None:
    for more, field in (
        ({"complaint": "complaint_none"}, "complaint"),
        ({"person": "pers_none"}, "person"),
        ({"conduct": "OTHER"}, "conduct"),
        ({"grounds": " "}, "grounds"),
    ):
        refused = post(board.department, "", proposal(board, **more))
        assert refused.status_code == 422
        assert [error["field"] for error in refused.json()["errors"]] == [field]
    own = post(board.department, "", proposal(board, person=board.department.public_id))
    assert (own.status_code, own.json()["code"]) == (409, "step-by-another")
    assert Accountability.objects.count() == 0


def test_a_list_goes_on_from_its_cursor(board: Board) -> None:
    for conduct in ("BUCK_PASSING", "PERFUNCTORY", "POOR_HANDLING"):
        post(board.department, "", proposal(board, conduct=conduct))
    first = get(board.inspection, "?limit=2").json()
    rest = get(board.inspection, f"?limit=2&cursor={first['next']}").json()
    conducts = [row["conduct"] for row in first["items"] + rest["items"]]
    assert conducts == ["POOR_HANDLING", "PERFUNCTORY", "BUCK_PASSING"]
    assert rest["next"] is None
    assert get(board.inspection, "?state=CLEARED").json()["items"] == []
