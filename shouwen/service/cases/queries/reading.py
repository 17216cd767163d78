"""One case, for those who may see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.actor import Actor, ActorKind
from shouwen.ground.kernel.errors import Invalid, NotThere
from shouwen.ground.kernel.prepared import Prepared
from shouwen.people.customers import queries as customers
from shouwen.people.customers.models import Customer
from shouwen.people.staff import queries as staff_queries
from shouwen.people.staff.models import Person
from shouwen.service.cases import access
from shouwen.service.cases.models import Case, CaseEntry, CaseFile
from shouwen.service.cases.rules import steps
from shouwen.service.cases.rules.states import Act, State

CASE_WORKERS = ("agent", "lead", "complaints")
PUBLIC_ID_MAX_CHARACTERS = 48
RELATIONS = (
    "institution",
    "customer",
    "contact",
    "category__parent__parent",
    "unit",
    "owner__unit",
    "handler__unit",
    "merged_into",
)
_WHOLE: Prepared[Case] = Prepared(
    lambda ref: Case.objects.select_related(*RELATIONS).filter(public_id=ref), ref=str
)


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One entry as a page shows it; `text` is open, since the case is within reach."""

    public_id: str
    kind: str
    act: str
    actor_kind: str
    actor_name: str
    subject_name: str
    text: str
    clause: str
    at: datetime
    from_state: str
    to_state: str
    visible_to_customer: bool


def case_for(actor: Actor, public_id: str) -> Case:
    """Give a case with its relations. Raises NotThere, whether it is away or not the actor's."""
    case = None
    if len(public_id) <= PUBLIC_ID_MAX_CHARACTERS:
        case = _WHOLE.first(ref=public_id)
    if case is None or not access.may_see(actor, case):
        raise NotThere
    return case


def case_to_read(actor: Actor, public_id: str) -> Case:
    """Give a case that may be looked at, also by who helps with it. Raises NotThere."""
    case = None
    if len(public_id) <= PUBLIC_ID_MAX_CHARACTERS:
        case = _WHOLE.first(ref=public_id)
    if case is None or not access.may_read(actor, case):
        raise NotThere
    return case


def case_of_contact(actor: Actor, contact_id: int) -> Case | None:
    """Give the newest case that came of a contact, if there is one within reach."""
    case = (
        Case.objects.select_related(*RELATIONS)
        .filter(contact_id=contact_id)
        .order_by("-pk")
        .first()
    )
    return case if case is not None and access.may_see(actor, case) else None


def may_follow(actor: Actor, rest: str) -> bool:
    """Whether a live screen may follow the topic `case-<rest>`."""
    try:
        case_to_read(actor, rest)
    except NotThere:
        return False
    return True


def _entry_view(entry: CaseEntry) -> TimelineEntry:
    return TimelineEntry(
        public_id=entry.public_id,
        kind=entry.kind,
        act=entry.act,
        actor_kind=entry.actor_kind,
        actor_name=entry.actor_name,
        subject_name=entry.subject_name,
        text=entry.text.plain if entry.text else "",
        clause=entry.clause,
        at=entry.at,
        from_state=entry.from_state,
        to_state=entry.to_state,
        visible_to_customer=entry.visible_to_customer,
    )


def timeline(case: Case, *, only_visible: bool = False) -> list[TimelineEntry]:
    """Give what happened to a case, newest first; `only_visible` keeps to what a customer sees."""
    entries = CaseEntry.objects.filter(case=case)
    if only_visible:
        entries = entries.filter(visible_to_customer=True)
    return [_entry_view(entry) for entry in entries.order_by("-id")]


def entries_named(case: Case, act: str, most: int) -> list[TimelineEntry]:
    """Give the newest entries of one sort, the newest first."""
    entries = CaseEntry.objects.filter(case=case, act=act).order_by("-id")
    return [_entry_view(entry) for entry in entries[:most]]


def is_by_silence(case: Case, entries: Sequence[TimelineEntry]) -> bool:
    """Whether silence was taken for the customer's word, which the system then entered."""
    return case.customer_confirmed_at is not None and any(
        entry.act == Act.CONFIRM_BY_CUSTOMER
        and entry.actor_kind == ActorKind.SYSTEM.value
        and entry.at == case.customer_confirmed_at
        for entry in entries
    )


def was_taken_by_silence(case: Case) -> bool:
    """Whether silence stands for the customer's word, asking the timeline only where one stands."""
    if case.customer_confirmed_at is None:
        return False
    entries = CaseEntry.objects.filter(
        case=case,
        act=Act.CONFIRM_BY_CUSTOMER,
        actor_kind=ActorKind.SYSTEM.value,
        at=case.customer_confirmed_at,
    )
    return entries.exists()


def files_of(case: Case) -> list[CaseFile]:
    """List the files of a case and of those merged into it, oldest first; one query.

    Where a merge of two customers was undone since, each customer's files stay with their own case.
    """
    merged = Q(case__merged_into=case, case__customer_id=case.customer_id)
    theirs = CaseFile.objects.filter(Q(case=case) | merged)
    return list(theirs.exclude(scan_state="REFUSED").select_related("case").order_by("pk"))


def files_handed_in(case: Case) -> list[CaseFile]:
    """List what the customer handed in, oldest first: what colleagues added is theirs alone."""
    return [row for row in files_of(case) if row.added_by_id is None]


def file_of(case: Case, public_id: str) -> CaseFile:
    """Give one file of a case or of those merged into it. Raises NotThere for any other."""
    found = next((row for row in files_of(case) if row.public_id == public_id), None)
    if found is None:
        raise NotThere
    return found


def file_like(case: Case, sha256: str) -> CaseFile:
    """Give the file of a case with this content. Raises NotThere."""
    found = CaseFile.objects.filter(case=case, sha256=sha256).order_by("pk").first()
    if found is None:
        raise NotThere
    return found


def four_steps(case: Case, entries: Sequence[TimelineEntry]) -> tuple[steps.StepView, ...]:
    """Lay a case out in its four steps; `entries` (newest first) say who brought it past each."""
    who: dict[str, str] = {}
    for entry in reversed(entries):
        if entry.act in (Act.REOPEN, Act.PART):
            # Nobody has solved the new round yet.
            for act in (Act.OPINION, Act.RESOLVE, Act.CLOSE):
                who.pop(act, None)
        # Classifying anew changes nothing about who did it first.
        if entry.act in (Act.CLASSIFY, Act.OPINION) and entry.act in who:
            continue
        who[entry.act] = entry.actor_name
    return steps.four_steps(
        State(case.state),
        steps.Instants(
            opened_at=case.opened_at,
            classified_at=case.classified_at,
            opinion_at=case.opinion_at,
            resolved_at=case.resolved_at,
            closed_at=case.closed_at,
            reopened_at=case.reopened_at,
            classified_by=who.get(Act.CLASSIFY, ""),
            opinion_by=who.get(Act.OPINION, who.get(Act.RESOLVE, "")),
            resolved_by=who.get(Act.RESOLVE, ""),
            closed_by=who.get(Act.CLOSE, ""),
        ),
    )


def handlers_for(actor: Actor) -> QuerySet[Person]:
    """Give the colleagues within reach who work cases, by name."""
    return (
        staff_queries.people_of(actor)
        .filter(is_active=True, grants__role__in=CASE_WORKERS)
        .distinct()
    )


def handler_for(actor: Actor, public_id: str) -> Person:
    """Give a colleague who can be given a case. Raises Invalid, naming the field `handler`."""
    found = handlers_for(actor).filter(public_id=public_id).select_related("unit").first()
    if found is None:
        raise Invalid(fields={"handler": _("Choose an active colleague who works cases.")})
    return found


def customer_for_case(actor: Actor, case_ref: str, public_id: str, at: datetime) -> Customer:
    """Give the customer a case is to be linked to; the trail names the case as the purpose.

    Raises Invalid, naming the field `customer`.
    """
    try:
        return customers.customer_for(actor, public_id, at, f"case {case_ref}")
    except NotThere:
        raise Invalid(fields={"customer": _("There is no such entry.")}) from None
