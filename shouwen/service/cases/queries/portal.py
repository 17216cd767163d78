"""A case as its customer sees it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from shouwen.ground.kernel.actor import Actor, ActorKind
from shouwen.ground.kernel.errors import NotThere
from shouwen.service.cases.models import Case
from shouwen.service.cases.queries.reading import (
    TimelineEntry,
    four_steps,
    is_by_silence,
    timeline,
)
from shouwen.service.cases.rules import promises, states
from shouwen.service.cases.rules.states import Act
from shouwen.service.cases.rules.steps import StepView

OWN_ROWS = 20


@dataclass(frozen=True, slots=True)
class OwnCases:
    """One page of a customer's own cases, newest first; `next_cursor` is empty on the last."""

    cases: list[Case]
    next_cursor: str


@dataclass(frozen=True, slots=True)
class PortalView:
    """What the customer may know: no colleague's note, no cause, no internal name."""

    public_id: str
    number: str
    title: str
    state: str
    opened_at: datetime
    expected_at: datetime | None
    # What was promised before, and when that changed; None while the first promise stands.
    promised_before: datetime | None
    promise_changed_at: datetime | None
    closed_at: datetime | None
    owner_name: str
    waits_for: str
    steps: tuple[StepView, ...]
    entries: tuple[TimelineEntry, ...]
    feedback: str
    feedback_at: datetime | None
    confirmed_at: datetime | None
    # Nobody confirmed it: silence was taken for a yes then.
    by_silence: bool
    withdrawn_at: datetime | None
    may_confirm: bool
    may_urge: bool
    may_add: bool
    may_withdraw: bool
    may_object: bool


def portal_view(case: Case) -> PortalView:
    """Give the customer's view of a case the caller has let them see, in one query."""
    whole = timeline(case)
    by_silence = is_by_silence(case, whole)
    standing = replace(case.standing, by_silence=by_silence)
    waits = case.waits_for if case.state == states.State.WAITING_CUSTOMER else ""
    began = case.round_began_at
    withdrawn = next((e.at for e in whole if e.act == Act.WITHDRAW and e.at >= began), None)
    # Newest first; what was promised before the case was taken up again is no promise any more.
    kept = [e for e in whole if e.act == promises.PROMISE and e.at >= began]
    changed = kept[0] if kept and case.expected_at is not None else None
    earlier = promises.read(changed.subject_name).before if changed else None
    is_parted = any(entry.act == Act.PART for entry in whole)
    told = bool(case.feedback) and case.feedback_at is not None
    return PortalView(
        public_id=case.public_id,
        number=case.number,
        title=case.title,
        state=case.state,
        opened_at=case.opened_at,
        expected_at=case.expected_at,
        promised_before=earlier,
        promise_changed_at=changed.at if changed and earlier else None,
        closed_at=case.closed_at,
        owner_name=case.owner.name if case.owner else "",
        waits_for=waits,
        steps=four_steps(case, whole),
        entries=tuple(
            _told(entry, is_parted=is_parted) for entry in whole if entry.visible_to_customer
        ),
        feedback=case.feedback.plain if told and case.feedback else "",
        feedback_at=case.feedback_at,
        confirmed_at=case.customer_confirmed_at,
        by_silence=by_silence,
        # Staff may still bring it back to work, where the customer turns out to want more.
        withdrawn_at=withdrawn if standing.customer_confirmed else None,
        may_urge=states.may_urge(standing.state),
        may_add=case.is_open,
        may_withdraw=states.why_not(Act.WITHDRAW, standing) is None,
        may_confirm=states.why_not(Act.CONFIRM_BY_CUSTOMER, standing) is None,
        may_object=told and states.why_not(Act.OBJECT, standing) is None,
    )


def _told(entry: TimelineEntry, *, is_parted: bool) -> TimelineEntry:
    """Keep between colleagues why a case was taken up again or merged.

    Where it was parted again, the case it had gone to is another customer's.
    """
    match entry.act:
        case Act.REOPEN | Act.PART:
            return replace(entry, text="")
        case Act.MERGE:
            return replace(entry, text="" if is_parted else entry.subject_name)
        case _:
            return entry


def own_cases(actor: Actor, cursor: str = "") -> OwnCases:
    """Give a page of the cases of the customer who asks; one query, two with a cursor.

    `cursor` is the last page's `next_cursor`. Raises NotThere for anybody else, or a cursor that
    is not theirs.
    """
    if actor.kind is not ActorKind.CUSTOMER or actor.institution_id is None:
        raise NotThere
    found = Case.objects.filter(
        institution_id=actor.institution_id, customer__public_id=actor.ref
    ).order_by("-id")
    if cursor:
        last = found.filter(public_id=cursor).values_list("pk", flat=True).first()
        if last is None:
            raise NotThere
        found = found.filter(pk__lt=last)
    rows = list(found[: OWN_ROWS + 1])
    return OwnCases(rows[:OWN_ROWS], rows[OWN_ROWS - 1].public_id if len(rows) > OWN_ROWS else "")
