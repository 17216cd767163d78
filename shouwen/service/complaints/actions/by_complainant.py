"""A complaint that its complainant files alone, by the portal's form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shouwen.contact.conversations.actions.keeping import CheckedFile
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, Words
from shouwen.people.customers.models import Customer
from shouwen.service.cases import actions as cases
from shouwen.service.cases.actions import Question
from shouwen.service.cases.models import Case, Kind
from shouwen.service.complaints.actions.filing import (
    MOST,
    NAME_MAX_CHARACTERS,
    Behalf,
    Statement,
    check_said,
    stand_over,
)
from shouwen.service.complaints.models import Capacity, Complaint, Origin

RELATION_MAX_CHARACTERS = 40


class ProofMissing(Invalid):
    """Whoever complains for another shows that they may."""

    message = _("Add the file that shows that you may complain for this person.")


@dataclass(frozen=True, slots=True)
class SpeaksFor:
    """For whom somebody complains: by authority, or as heir; with the file that shows it."""

    capacity: str
    name: str
    relation: str
    proof: CheckedFile | None


def _check_speaker(speaks_for: SpeaksFor) -> None:
    wrong: dict[str, Words] = {}
    if speaks_for.capacity not in (Capacity.AGENT, Capacity.HEIR):
        wrong["capacity"] = _("Choose one of the values offered.")
    if not 0 < len(speaks_for.name) <= NAME_MAX_CHARACTERS:
        wrong["behalf_name"] = _("Enter the name of the person for whom you complain.")
    if not 0 < len(speaks_for.relation) <= RELATION_MAX_CHARACTERS:
        wrong["relation"] = _("Say in up to 40 characters what you are to this person.")
    if wrong:
        raise Invalid(fields=wrong)
    if speaks_for.proof is None:
        raise ProofMissing(fields={"proof": ProofMissing.message})


@transaction.atomic
def file_by_complainant(
    statement: Statement,
    *,
    customer: Customer | None,
    speaks_for: SpeaksFor | None = None,
    files: Sequence[CheckedFile] = (),
    actor: Actor,
    at: datetime,
) -> Complaint:
    """Take a complaint in as its complainant wrote it, with its files, or nothing of it.

    It is a complaint from its first moment: number, clocks and ledger line are there at once, and
    nobody owns it until somebody accepts it. Nothing is asked that the customer's file says.
    `actor` is the customer, or the unknown asker; `files` have passed `cases.check_files`. Raises
    Invalid naming each missing field of the mandatory set, ProofMissing, TooManyFiles, NotThere.
    Serves CG-3.1-10, SN-41-01, HB-4.2-01, HB-4.2-06, OM-1.2-03.
    """
    said = {field: getattr(statement, field) for field in MOST}
    check_said(said, Origin.CUSTOMER, is_known=customer is not None)
    if speaks_for is not None:
        _check_speaker(speaks_for)
    question = Question(
        title=statement.title,
        description=statement.description,
        kind=Kind.COMPLAINT,
        reply_by=statement.reply_by,
    )
    case = cases.open_by_customer(question, customer=customer, is_led=True, actor=actor, at=at)
    behalf = _take_files(case, speaks_for, files, actor=actor, at=at)
    return stand_over(case, said, Origin.CUSTOMER, None, behalf=behalf, actor=actor, at=at)


def _take_files(
    case: Case,
    speaks_for: SpeaksFor | None,
    files: Sequence[CheckedFile],
    *,
    actor: Actor,
    at: datetime,
) -> Behalf | None:
    proof = speaks_for.proof if speaks_for else None
    wanted = [*([proof] if proof else []), *files]
    rows = cases.hand_in(case, wanted, actor=actor, at=at) if wanted else []
    if speaks_for is None or proof is None:
        return None
    kept = next(row for row in rows if row.sha256 == proof.sha256)
    return Behalf(speaks_for.capacity, speaks_for.name, speaks_for.relation, kept)
