"""Random lives of redress: whoever presses what, no amount slips past two persons or its level."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest

from shouwen.ground.kernel.errors import Problem
from shouwen.ground.vault.models import AuditRow
from shouwen.people.approvals import actions as approvals
from shouwen.people.staff import access as staff_access
from shouwen.people.staff.tests.factories import acting
from shouwen.service.cases.tests.factories import MONDAY_9AM
from shouwen.service.complaints import actions, queries
from shouwen.service.complaints.actions.redress import RIGHTS
from shouwen.service.complaints.models import ComplaintRedress
from shouwen.service.complaints.rules import redress
from shouwen.service.complaints.tests.factories import Office, fresh
from shouwen.service.complaints.tests.redress import BASIS, REASON, Till, a_till

STEPS = 40
AMOUNTS = ("0", "-1", "0.001", "0.01", "999.99", "2000", "2000.01", "30000", "50000", "60000")


def _press(till: Till, chance: random.Random, step: int) -> Callable[[], object]:
    """Give one thing that somebody does, fitting or not."""
    office, at = till.office, MONDAY_9AM + timedelta(hours=2 + step)
    people = [office.clerk, office.worker, office.head, till.lead, till.senior]
    actor = chance.choice([*map(acting, people), office.bank.me, office.bank.key])
    rows = list(ComplaintRedress.objects.order_by("pk"))
    picked = chance.choice(rows).public_id if rows else "redr_none"
    reference = f"P-{chance.randrange(6)}"
    outcome = chance.choice(("PAID", "FAILED"))
    one = fresh(till.one)
    presses: list[Callable[[], object]] = [
        lambda: actions.propose_redress(
            one,
            chance.choice(("REFUND", "WAIVER")),
            amount=chance.choice(AMOUNTS),
            reason=REASON,
            basis=BASIS,
            actor=chance.choice([actor, office.handler]),
            at=at,
        ),
        lambda: approvals.approve(till.request(), "同意", actor=actor, at=at),
        lambda: approvals.approve(till.request(), "同意", actor=acting(till.senior), at=at),
        lambda: approvals.decline(till.request(), "不同意", actor=actor, at=at),
        lambda: approvals.withdraw(till.request(), actor=actor, at=at),
        lambda: actions.take_redress_result(
            one, picked, outcome=outcome, reference=reference, words="退回", actor=actor, at=at
        ),
        lambda: actions.take_redress_result(
            one,
            picked,
            outcome=outcome,
            reference=f"Q-{step}",
            words="退回",
            actor=office.bank.key,
            at=at,
        ),
        lambda: approvals.expire_due(at + timedelta(days=chance.choice((0, 0, 0, 4)))),
    ]
    if step > STEPS // 2 and chance.random() < 0.05:
        presses = [
            lambda: actions.withdraw(
                one, reason="算了", channel="PHONE", actor=office.handler, at=at
            )
        ]
    return chance.choice(presses)


def _check(till: Till, before: dict[int, str]) -> dict[int, str]:
    """See that what stands is what two persons of the level decided, and ended stays ended."""
    rows = list(ComplaintRedress.objects.order_by("pk"))
    levels = queries.redress_levels(till.office.bank.institution.pk)
    assert sum(row.state == "PROPOSED" for row in rows) <= 1
    granted = [row for row in rows if row.state in ("REQUESTED", "PAID", "FAILED")]
    for row in granted:
        assert row.decided_by is not None
        assert row.decided_by != row.proposed_by == till.office.worker
        assert staff_access.has_right(acting(row.decided_by), row.right)
    counted = sum(row.amount_fen for row in rows if redress.State(row.state) in redress.COUNTED)
    assert counted == queries.redress_total(till.one) <= levels.senior_fen
    if counted > levels.lead_fen and granted:
        assert RIGHTS[redress.Level.SENIOR] in {row.right for row in rows}
    for act, states in (
        ("complaint.redress_approved", ("REQUESTED", "PAID", "FAILED")),
        ("complaint.redress_paid", ("PAID",)),
        ("complaint.redress_failed", ("FAILED",)),
    ):
        told = AuditRow.objects.filter(act=act).count()
        assert told == sum(row.state in states for row in rows)
    for row in rows:
        was = before.get(row.pk)
        assert was in (None, row.state, "PROPOSED", "REQUESTED")
    return {row.pk: row.state for row in rows}


@pytest.mark.parametrize("seed", range(8))
def test_random_lives_of_redress_keep_what_must_be_true(office: Office, seed: int) -> None:
    till, chance = a_till(office), random.Random(seed)  # a test's dice
    # The lives do get somewhere; else they would prove little.
    till.propose(amount="999.99")
    seen = _check(till, {})
    for step in range(STEPS):
        press = _press(till, chance, step)
        with suppress(Problem, IndexError):
            press()
        seen = _check(till, seen)
    assert set(seen.values()) != {"PROPOSED"}
