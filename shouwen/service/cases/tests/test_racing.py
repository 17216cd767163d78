"""Two people press at once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from shouwen.ground.kernel.errors import Conflict
from shouwen.service.cases import actions, queries
from shouwen.service.cases.actions import links
from shouwen.service.cases.models import Case, CaseEntry
from shouwen.service.cases.tests.factories import (
    MONDAY_9AM,
    a_bank,
    a_case,
    a_case_in,
    a_question,
    later,
)

THREADS = 4


def at_once(work: Callable[[], object]) -> list[object]:
    """Run the same work in several threads, begun together; give results or conflicts."""
    together = Barrier(THREADS)

    def run() -> object:
        try:
            together.wait(10)
            return work()
        except Conflict as error:
            return error
        except links.LinkIsSpent as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        return [future.result() for future in [pool.submit(run) for _ in range(THREADS)]]


@pytest.mark.django_db(transaction=True)
def test_a_case_is_accepted_by_one() -> None:
    bank = a_bank()
    case = a_case(bank)
    copies = [queries.case_for(bank.me, case.public_id) for _ in range(THREADS)]
    me = bank.me
    results = at_once(lambda: actions.accept(copies.pop(), actor=me, at=later(minutes=1)))
    assert results.count(None) == 1
    refused = [r for r in results if r is not None]
    assert all(isinstance(r, actions.CaseAlreadyAccepted) for r in refused)
    assert all(bank.agent.name in str(r) for r in refused)
    assert CaseEntry.objects.filter(case=case, act="accept").count() == 1


@pytest.mark.django_db(transaction=True)
def test_numbers_are_never_given_twice() -> None:
    bank = a_bank()
    me = bank.me
    results = at_once(lambda: actions.open_case(a_question(), actor=me, at=MONDAY_9AM).number)
    assert sorted(map(str, results)) == [f"GD20260615-{n:05d}" for n in range(1, THREADS + 1)]


@pytest.mark.django_db(transaction=True)
def test_confirming_and_objecting_at_once_leave_one_answer() -> None:
    bank = a_bank()
    case = a_case_in("FEEDBACK_SENT", bank)
    caller = bank.caller
    ways = [
        lambda c: actions.confirm_by_customer(c, actor=caller, at=later(hours=3)),
        lambda c: actions.object_by_customer(c, reason="没到账", actor=caller, at=later(hours=3)),
    ] * (THREADS // 2)
    copies = [queries.case_for(bank.me, case.public_id) for _ in range(THREADS)]
    results = at_once(lambda: ways.pop()(copies.pop()))
    assert results.count(None) == 1
    case = Case.objects.get(pk=case.pk)
    assert (case.customer_confirmed_at is None) == (case.state == "IN_PROGRESS")


@pytest.mark.django_db(transaction=True)
def test_a_link_opens_for_one() -> None:
    bank = a_bank()
    token = links.issue(a_case(bank), later(hours=1))
    results = at_once(lambda: links.redeem(token, later(hours=2)))
    assert sum(isinstance(r, Case) for r in results) == 1
