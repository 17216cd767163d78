"""Cases that belong together."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shouwen.ground.kernel.errors import Invalid, NotAllowed, NotThere
from shouwen.people.staff.tests.factories import signed_in
from shouwen.service.cases import actions, queries
from shouwen.service.cases.models import CaseEntry, CaseRelation
from shouwen.service.cases.tests.factories import Bank, a_bank, a_case, a_case_in, later
from shouwen.service.cases.tests.test_api import Program
from shouwen.service.cases.tests.test_pages import page_of
from shouwen.service.cases.tests.test_racing import THREADS, at_once


def test_a_link_is_seen_from_both_sides_once(bank: Bank) -> None:
    case, main = a_case_in("IN_PROGRESS", bank), a_case(bank)
    actions.relate_cases(case, main, "DUPLICATE", actor=bank.me, at=later(hours=1))
    for one, two in ((case, main), (main, case)):
        with pytest.raises(actions.AlreadyRelated):
            actions.relate_cases(one, two, "RELATED", actor=bank.me, at=later(hours=1))
    seen = [
        [(row.other.pk, row.role, row.within_reach) for row in queries.relations_of(bank.me, c)]
        for c in (case, main)
    ]
    assert seen == [[(main.pk, "DUPLICATE", True)], [(case.pk, "MAIN", True)]]
    acts = CaseEntry.objects.filter(act__startswith="duplicate").order_by("pk")
    assert [(e.case_id, e.act, e.subject_name) for e in acts] == [
        (case.pk, "duplicate_of", main.number),
        (main.pk, "duplicated_by", case.number),
    ]
    actions.unrelate_cases(main, case, actor=bank.me, at=later(hours=2))
    assert queries.relations_of(bank.me, case) == []
    with pytest.raises(actions.NotRelated):
        actions.unrelate_cases(main, case, actor=bank.me, at=later(hours=2))


def test_both_cases_must_be_within_reach(bank: Bank) -> None:
    case, other = a_case(bank), a_bank("insurer")
    theirs = a_case(other)
    far = actions.open_case(
        actions.Question(title="贷款结清证明", description="需要结清证明。"),
        unit=bank.loans,
        actor=bank.acting(bank.outsider),
        at=later(hours=1),
    )
    for out_of_reach in (theirs, far):
        with pytest.raises(NotThere):
            actions.relate_cases(case, out_of_reach, "RELATED", actor=bank.me, at=later(hours=1))
        for named in ({"number": out_of_reach.number + "9"}, {"public_id": out_of_reach.public_id}):
            with pytest.raises(Invalid):
                queries.other_case(bank.me, **named)
    with pytest.raises(NotAllowed):
        colleague = bank.acting(bank.colleague)
        actions.relate_cases(case, a_case(bank), "RELATED", actor=colleague, at=later(hours=1))
    # A program that reaches both links them; who reaches one sees only the other's number.
    actions.relate_cases(case, far, "RELATED", actor=bank.key, at=later(hours=1))
    assert [row.within_reach for row in queries.relations_of(bank.me, case)] == [False]
    words = signed_in(bank.agent).get(page_of(case)).content.decode()
    assert far.number in words
    assert "贷款结清证明" not in words


def test_what_cannot_be_linked(bank: Bank) -> None:
    case, archived = a_case(bank), a_case_in("ARCHIVED", bank)
    for kind in ("", "TWIN"):
        with pytest.raises(Invalid):
            actions.relate_cases(case, a_case(bank), kind, actor=bank.me, at=later(hours=1))
    with pytest.raises(Invalid):
        actions.relate_cases(case, case, "RELATED", actor=bank.me, at=later(hours=1))
    with pytest.raises(actions.CaseAlreadyArchived):
        actions.relate_cases(case, archived, "RELATED", actor=bank.me, at=later(hours=6))
    assert not CaseRelation.objects.exists()


def test_links_on_the_page(bank: Bank) -> None:
    case, other = a_case(bank), a_case(bank)
    client = signed_in(bank.agent)
    assert client.get(page_of(case, "ask", "relate")).status_code == 200
    form = {"other": other.number.lower(), "kind": "DUPLICATE"}
    for wrong in ({"other": ""}, {"other": "GD1"}, {"other": case.number}, {"kind": "x"}):
        assert client.post(page_of(case, "do", "relate"), {**form, **wrong}).status_code == 422
    assert client.post(page_of(case, "do", "relate"), form).status_code == 200
    assert page_of(other) in client.get(page_of(case)).content.decode()
    assert page_of(case) in client.get(page_of(other)).content.decode()
    assert client.post(page_of(other, "do", "unrelate"), {"other": case.number}).status_code == 200
    assert page_of(other) not in client.get(page_of(case)).content.decode()


def test_links_by_programs(bank: Bank) -> None:
    program, case, other = Program(bank), a_case(bank), a_case(bank)
    body = {"other": other.public_id, "kind": "DUPLICATE"}
    told = [program.post(f"/{case.public_id}/links", body, "k1") for _ in range(2)]
    row = {"case": other.public_id, "number": other.number, "role": "DUPLICATE"}
    assert [(t.status_code, t.json()) for t in told] == [(200, {"items": [row]})] * 2
    assert program.get(f"/{other.public_id}/links").json()["items"][0]["role"] == "MAIN"
    again = program.post(f"/{other.public_id}/links", {"other": case.public_id})
    assert (again.status_code, again.json()["code"]) == (409, "already-related")
    for wrong in ({"other": "x"}, {"other": case.public_id}, {"kind": "x"}, {"more": 1}):
        answer = program.post(f"/{case.public_id}/links", {**body, **wrong})
        assert answer.status_code == 422, wrong
    removed = program.post(f"/{other.public_id}/unlink", {"other": case.public_id})
    assert removed.json() == {"items": []}


@pytest.mark.django_db(transaction=True)
def test_two_who_link_the_same_cases_make_one_link() -> None:
    bank = a_bank()
    pair, me = (a_case(bank), a_case(bank)), bank.me
    sides = [pair, pair[::-1]] * (THREADS // 2)

    def link() -> object:
        one, two = sides.pop()
        actions.relate_cases(one, two, "RELATED", actor=me, at=later(hours=1))
        return None

    results = at_once(link)
    assert results.count(None) == 1
    assert CaseRelation.objects.count() == 1


def test_the_case_page_costs_the_same_for_any_number_of_links(bank: Bank) -> None:
    case, client = a_case(bank), signed_in(bank.agent)

    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(page_of(case)).status_code == 200
        return len([q for q in captured if "SAVEPOINT" not in q["sql"]])

    costs = []
    for _ in range(4):
        actions.relate_cases(case, a_case(bank), "RELATED", actor=bank.me, at=later(hours=1))
        costs.append(cost())
    # The first page also reads what is read once: policy, keys, session.
    assert costs[1] == costs[2] == costs[3]
