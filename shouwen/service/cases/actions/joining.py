"""Several cases of one customer become one; a part of a case becomes its own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid, NotThere
from shouwen.ground.kernel.events import announce
from shouwen.ground.policy import clocks
from shouwen.ground.policy import words as policy_words
from shouwen.ground.vault import audit
from shouwen.people.staff.models import Unit
from shouwen.service.cases import access
from shouwen.service.cases.actions import approving, links, refusals, running, texts
from shouwen.service.cases.actions.moving import Note, claim, enter, move, tell_screens
from shouwen.service.cases.actions.opening import Question, open_case
from shouwen.service.cases.events import CaseMerged, CaseSplit
from shouwen.service.cases.models import (
    Case,
    CaseRelation,
    CaseTask,
    Category,
    EntryKind,
    RelationKind,
)
from shouwen.service.cases.queries.clocks import duties_of, subject_of
from shouwen.service.cases.rules.merging import put_off
from shouwen.service.cases.rules.states import UNSOLVED_STATES, Act, State

# A customer has few open questions at once; more in one go is a mistake.
MOST_MERGED = 20
MERGED_REASON = "case.merged"


class OtherCustomer(Conflict):
    """What one customer said is never put into another's case."""

    message = gettext_lazy(
        "Only cases of one and the same customer are merged. Link the customer first, or link "
        "the cases."
    )


class MergeWouldDelay(Conflict):
    """A limit is not put off by merging."""

    message = gettext_lazy("The main case is due later. Merge the other way round.")


@transaction.atomic
def merge_cases(
    main: Case, others: Sequence[Case], *, reason: str, actor: Actor, at: datetime
) -> None:
    """Let `main` go on for other cases of its customer; each of them ends and points to it.

    Their clocks end with the reason, their tasks go over, their words, files and conversations are
    seen from the main case. No limit is put off: the main case must be due no later in each sort
    of duty. Raises OtherCustomer, MergeWouldDelay, ResultIsThere, CaseMerged, CaseMovedOn,
    NotYourCase, NotThere, Invalid. Serves OM-4.4-04.
    """
    access.require_work(actor, main, Act.MERGE)
    reason = texts.needed("reason", reason)
    others = list({other.pk: other for other in others}.values())
    if not 0 < len(others) <= MOST_MERGED:
        words = _("Choose between one and %(most)s cases.") % {"most": MOST_MERGED}
        raise Invalid(fields={"other": words})
    _unsolved(main)
    for other in others:
        _check(main, other, actor)
    # In one order, since a colleague may merge the same cases the other way round right now.
    rows = Case.objects.select_for_update(of=("self",)).filter(
        pk__in=[main.pk, *(other.pk for other in others)]
    )
    list(rows.order_by("pk").values_list("pk"))
    # Whoever moves the main case at this moment finds it changed, and looks again.
    claim(main, act=Act.MERGE)
    for other in sorted(others, key=lambda each: each.pk):
        _merge(main, other, reason, actor=actor, at=at)
    tell_screens(main)


def _unsolved(case: Case) -> None:
    refusals.refuse_merged(case)
    if State(case.state) not in UNSOLVED_STATES:
        raise refusals.ResultIsThere


def _check(main: Case, other: Case, actor: Actor) -> None:
    if not access.may_see(actor, other):
        raise NotThere
    access.require_work(actor, other, Act.MERGE)
    if other.pk == main.pk or other.institution_id != main.institution_id:
        raise Invalid(fields={"other": _("Choose another case.")})
    if main.customer_id is None or other.customer_id != main.customer_id:
        raise OtherCustomer
    _unsolved(other)
    duty = put_off(duties_of(other), duties_of(main))
    if duty is not None:
        words = _("%(number)s is due earlier: %(what)s. Make it the main case instead.")
        what = policy_words.event_title(duty.event)
        raise MergeWouldDelay(words % {"number": other.number, "what": what})


def _merge(main: Case, other: Case, reason: str, *, actor: Actor, at: datetime) -> None:
    move(
        other,
        Act.MERGE,
        actor=actor,
        at=at,
        changes={"merged_into": main, "waits_for": ""},
        note=Note(EntryKind.CUSTOMER, reason, subject_name=main.number, visible=True),
    )
    # What was merged into it before now points to where it goes on.
    Case.objects.filter(merged_into=other).update(merged_into=main)
    CaseTask.objects.filter(case=other).update(case=main)
    approving.end_requests(other, reason, actor=actor, at=at)
    clocks.cancel_all(subject_of(other), reason=MERGED_REASON, at=at, actor=actor)
    running.note_tightest(other)
    links.void_all(other, at)
    enter(main, "merge_in", actor=actor, at=at, note=Note(text=reason, subject_name=other.number))
    audit.record(actor, "case.merged_in", main, at=at, detail={"case": other.public_id})
    announce(
        CaseMerged(
            institution_id=main.institution_id,
            occurred_at=at,
            case_id=other.pk,
            into_id=main.pk,
        )
    )


def part_of(case: Case, title: str, description: str, kind: str = "") -> Question:
    """Give the question of a part: what is not said is as in the whole."""
    return Question(
        title=title,
        description=description,
        kind=kind or case.kind,
        channel=case.channel,
        urgency=case.urgency,
        complexity=case.complexity,
        reply_by=case.reply_by,
        place=case.place,
    )


@transaction.atomic
def split_case(
    case: Case,
    question: Question,
    *,
    category: Category | None = None,
    unit: Unit | None = None,
    actor: Actor,
    at: datetime,
) -> Case:
    """Make a part of a case its own: same customer, conversation and first owner, own clocks.

    `question` says what the part is about. Both stories tell it, and a link that stays joins them.
    A complaint is never a part: ComplaintsAreFiled. Raises ResultIsThere, CaseMerged, CaseMovedOn,
    NotYourCase, Invalid.
    """
    access.require_work(actor, case, Act.SPLIT)
    part = open_case(
        question,
        customer=case.customer,
        contact=case.contact,
        category=category,
        unit=unit or case.unit,
        owner=case.owner,
        actor=actor,
        at=at,
    )
    move(case, Act.SPLIT, actor=actor, at=at, note=Note(subject_name=part.number))
    enter(part, "split_from", actor=actor, at=at, note=Note(subject_name=case.number))
    CaseRelation.objects.create(case=part, other=case, kind=RelationKind.SPLIT, related_at=at)
    announce(
        CaseSplit(
            institution_id=case.institution_id, occurred_at=at, case_id=case.pk, part_id=part.pk
        )
    )
    return part
