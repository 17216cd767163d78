"""A complaint that its complainant files alone, by the portal's form."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from shouwen.contact.conversations.actions.keeping import CheckedFile
from shouwen.ground.kernel.actor import Actor
from shouwen.people.customers.models import Customer
from shouwen.service.cases import actions as cases
from shouwen.service.cases.actions import Question
from shouwen.service.cases.models import Kind
from shouwen.service.complaints.actions.filing import MOST, Statement, check_said, stand_over
from shouwen.service.complaints.models import Complaint, Origin


@transaction.atomic
def file_by_complainant(
    statement: Statement,
    *,
    customer: Customer | None,
    files: Sequence[CheckedFile] = (),
    actor: Actor,
    at: datetime,
) -> Complaint:
    """Take a complaint in as its complainant wrote it, with its files, or nothing of it.

    It is a complaint from its first moment: number, clocks and ledger line are there at once, and
    nobody owns it until somebody accepts it. Nothing is asked that the customer's file says.
    `actor` is the customer, or the unknown asker; `files` have passed `cases.check_files`. Raises
    Invalid naming each missing field of the mandatory set, TooManyFiles, NotThere. Serves
    CG-3.1-10, SN-41-01, HB-4.2-01, HB-4.2-06, OM-1.2-03.
    """
    said = {field: getattr(statement, field) for field in MOST}
    check_said(said, Origin.CUSTOMER, is_known=customer is not None)
    question = Question(
        title=statement.title,
        description=statement.description,
        kind=Kind.COMPLAINT,
        reply_by=statement.reply_by,
    )
    case = cases.open_by_customer(question, customer=customer, actor=actor, at=at)
    made = stand_over(case, said, Origin.CUSTOMER, None, actor=actor, at=at)
    if files:
        cases.hand_in(case, files, actor=actor, at=at)
    return made
