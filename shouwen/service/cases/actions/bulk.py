"""The same act on many cases: each by itself, so that one refused row holds up no other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, Problem
from shouwen.people.staff import access as staff_access
from shouwen.service.cases import queries
from shouwen.service.cases.actions import texts
from shouwen.service.cases.actions.assigning import REASON_MAX_CHARACTERS, assign
from shouwen.service.cases.actions.reminding import REMINDER_MAX_CHARACTERS, remind_handler
from shouwen.service.cases.models import Case

T = TypeVar("T")

# A page of the ledger holds fewer; more at once would keep the single writer busy too long.
MOST_ROWS = 100


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one row: `problem` is empty where it was done, else says why not."""

    ref: str
    number: str
    problem: str = ""


def assign_many(
    refs: Sequence[str], handler_ref: str, *, reason: str = "", actor: Actor, at: datetime
) -> list[Outcome]:
    """Give each case to the handler; one act a row on the trail, a refused row named.

    Raises NotAllowed, Invalid where no row is named, too many, or the handler or reason is wrong.
    """
    staff_access.require(actor, "case.work")
    chosen = chosen_rows(refs, **_words())
    handler = queries.handler_for(actor, handler_ref)
    reason = texts.allowed("reason", reason, REASON_MAX_CHARACTERS)
    return each_row(
        chosen,
        lambda ref: _found(actor, ref),
        lambda case: assign(case, handler, reason=reason, actor=actor, at=at),
    )


def remind_many(refs: Sequence[str], words: str, *, actor: Actor, at: datetime) -> list[Outcome]:
    """Remind the handler of each case; one act a row on the trail, a refused row named.

    Raises NotAllowed, Invalid where no row is named, too many, or nothing is written.
    """
    staff_access.require(actor, "case.work")
    chosen = chosen_rows(refs, **_words())
    words = texts.needed("text", words, REMINDER_MAX_CHARACTERS)
    return each_row(
        chosen,
        lambda ref: _found(actor, ref),
        lambda case: remind_handler(case, words, actor=actor, at=at),
    )


def chosen_rows(refs: Sequence[str], *, none: str, more: str) -> list[str]:
    """Give the rows that were selected, each once; every ledger says in its words what is wrong.

    Raises Invalid where there are none, or more than `MOST_ROWS`.
    """
    chosen = list(dict.fromkeys(ref for ref in refs if ref))
    if not chosen:
        raise Invalid(fields={"ref": none})
    if len(chosen) > MOST_ROWS:
        raise Invalid(fields={"ref": more % {"most": MOST_ROWS}})
    return chosen


def each_row(
    refs: Sequence[str], find: Callable[[str], tuple[str, T]], do: Callable[[T], None]
) -> list[Outcome]:
    """Do something to each row by itself; `find` gives its number and what is worked on."""
    outcomes = []
    for ref in refs:
        number = ref
        try:
            number, row = find(ref)
            with transaction.atomic():
                do(row)
        except Problem as error:
            why = [str(words) for words in error.fields.values()] or [str(error)]
            outcomes.append(Outcome(ref, number, " ".join(why)))
        else:
            outcomes.append(Outcome(ref, number))
    return outcomes


def _words() -> dict[str, str]:
    return {
        "none": _("Select at least one case."),
        "more": _("Select at most %(most)s cases at once."),
    }


def _found(actor: Actor, ref: str) -> tuple[str, Case]:
    case = queries.case_for(actor, ref)
    return case.number, case
