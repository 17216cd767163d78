"""Whose complaints and which limits the ledger is asked for: by handler, first owner and clock."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.lookups import IsNull
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid
from shouwen.ground.kit.words import Words
from shouwen.ground.policy import packs
from shouwen.ground.policy.models import Clock
from shouwen.people.staff import queries as staff
from shouwen.people.staff.models import Person
from shouwen.service.cases.models import Case
from shouwen.service.cases.queries import scope
from shouwen.service.cases.queries.clocks import SUBJECT_KIND

# So many cases or limits lead to their complaints; more are met soon enough on the way.
FEW = 2000
# Instead of a colleague's id, name or staff number.
ME, NOBODY = "me", "nobody"
POSTS = ("handler", "owner")
# Every limit of a complaint in the order in which they are met.
CLOCKS = tuple(
    event
    for event, words in packs.events().items()
    if words.kinds is not None and "complaint" in words.kinds
)
# Of the complainant's own time nothing of the house is late.
_OURS = tuple(event for event in CLOCKS if not packs.is_window(event))


class ClockState(StrEnum):
    """How a limit stands; a target is never late, as on every other page."""

    LATE = "late"
    SOON = "soon"
    TODAY = "today"
    RUNNING = "running"
    PAUSED = "paused"
    MET_LATE = "met_late"


CLOCK_STATE_WORDS: dict[ClockState, Words] = {
    ClockState.LATE: pgettext_lazy("clock filter", "Late"),
    ClockState.SOON: pgettext_lazy("clock filter", "Due soon"),
    ClockState.TODAY: pgettext_lazy("clock filter", "Due today"),
    ClockState.RUNNING: pgettext_lazy("clock filter", "Running"),
    ClockState.PAUSED: pgettext_lazy("clock filter", "On hold"),
    ClockState.MET_LATE: pgettext_lazy("clock filter", "Met late"),
}

POST_WORDS: dict[str, Words] = {
    "handler": pgettext_lazy("complaint", "Handler"),
    "owner": pgettext_lazy("complaint", "First owner"),
}
INSTEAD_WORDS: dict[str, Words] = {
    ME: pgettext_lazy("complaint handler", "me"),
    NOBODY: pgettext_lazy("complaint handler", "nobody"),
}


def colleague_asked(actor: Actor, field: str, value: str) -> Person:
    """Give a colleague within reach by id, staff number or name, who may have left.

    Raises Invalid, naming the field, where nobody or more than one has the name.
    """
    people = staff.people_of(actor)
    found: list[Person] = []
    if value.isprintable():
        found = list(people.filter(Q(public_id=value) | Q(staff_no=value))[:1])
        found = found or list(people.filter(name=value)[:2])
    if not found:
        words = _("No colleague within your reach has this name or staff number.")
        raise Invalid(fields={field: words})
    if len(found) > 1:
        words = _("Several colleagues have this name. Write the staff number.")
        raise Invalid(fields={field: words})
    return found[0]


def said_of_posts(institution_id: int, asked: dict[str, str]) -> list[str]:
    """Say in the reader's language in whose hands complaints are meant to be."""
    ours = Person.objects.filter(institution_id=institution_id)
    said = []
    for post, value in asked.items():
        if value:
            words = INSTEAD_WORDS.get(value)
            named = None if words else ours.filter(public_id=value).first()
            said.append(f"{POST_WORDS[post]}: {words or (named.name if named else value)}")
    return said


def in_hands_of(actor: Actor, asked: dict[str, str], *, in_hand: bool) -> Q:
    """Give the condition on handler and first owner, as the ledger's rows name them.

    `in_hand` says that closed ones are not asked for, so that an index of fewer leads to them.
    Raises Invalid.
    """
    condition = Q()
    for post, value in asked.items():
        if not value:
            continue
        rows = Case.objects.filter(institution_id=actor.institution_id or 0)
        if in_hand:
            rows = rows.filter(is_open=True)
        theirs = rows.filter(**_of_post(actor, post, value))
        if (post, value) == ("handler", NOBODY):
            # Whoever had the case before anybody was named handles nothing yet.
            nobody = _walked(theirs, pk=OuterRef("case_id"))
            condition &= nobody | Q(assigned_at__isnull=True)
            continue
        few = list(theirs.order_by().values_list("pk", flat=True)[: FEW + 1])
        is_few = len(few) <= FEW
        condition &= Q(case_id__in=few) if is_few else _walked(theirs, pk=OuterRef("case_id"))
        if post == "handler":
            condition &= Q(assigned_at__isnull=False)
    return condition


def _of_post(actor: Actor, post: str, value: str) -> dict[str, object]:
    """Give what a case of somebody's is known by. Raises Invalid, naming the post."""
    if value == NOBODY:
        return {f"{post}__isnull": True}
    mine = value == ME
    person = scope.self_of(actor).person_id if mine else colleague_asked(actor, post, value).pk
    return {f"{post}_id": person or 0}


def refuse_unknown(clock: str, state: str) -> None:
    """Let a limit and how it stands be asked for. Raises Invalid, naming what is not known."""
    wrong: dict[str, Words] = {}
    if clock and clock not in CLOCKS:
        wrong["clock"] = _("Choose a limit of the list.")
    if state and state not in set(ClockState):
        wrong["clock_state"] = _("Choose one of the values offered.")
    if wrong:
        raise Invalid(fields=wrong)


def under_clock(home: int, clock: str, state: str, at: datetime) -> Q:
    """Give the condition that a limit stands so; of none named, the tightest as a row shows it.

    On hold or met late may be any of the house's limits. A limit alone asks for those that run or
    are on hold. Raises Invalid.
    """
    refuse_unknown(clock, state)
    if not clock and not state:
        return Q()
    # The case keeps what its tightest limit says, so that an index leads there.
    tightest: dict[str, object] = {"case__is_open": True}
    tightest["case__institution_id"] = home
    match "" if clock else state:
        case ClockState.LATE:
            return Q(**tightest, case__due_at__lte=at)
        case ClockState.SOON:
            return Q(**tightest, case__due_at__gt=at, case__soon_at__lte=at)
        case ClockState.TODAY:
            return Q(**tightest, case__due_at__gt=at, case__due_at__lt=scope.end_of_day(at))
        case ClockState.RUNNING:
            # Of most in hand; an index of them all would have to be sorted.
            return Q(case__due_at__isnull=False)
    rows = _clocks(home, clock, state, at)
    few = list(rows.order_by().values_list("subject_ref", flat=True)[: FEW + 1])
    if len(few) <= FEW:
        return Q(case__public_id__in=few)
    return _walked(rows, subject_kind=SUBJECT_KIND, subject_ref=OuterRef("case__public_id"))


def _walked(rows: QuerySet[Any], **same: object) -> Q:
    """Give the condition that one of many rows is there, looked up at each complaint on the way.

    Joined, the planner of PostgreSQL thinks them fewer than they are and sorts every one.
    """
    return Q(IsNull(Subquery(rows.filter(**same).order_by().values("pk")[:1]), False))


def _clocks(home: int, clock: str, state: str, at: datetime) -> QuerySet[Clock]:
    # Limits of complaints are of cases alone; the index of events need not be told.
    rows = Clock.objects.filter(institution_id=home)
    rows = rows.filter(event=clock) if clock else rows.filter(event__in=_OURS)
    # Named as the index has it, which leads to what runs too.
    unended = rows.filter(state__in=(Clock.State.RUNNING, Clock.State.PAUSED))
    running = unended.filter(state=Clock.State.RUNNING)
    match state:
        case ClockState.LATE:
            return running.filter(hard=True, due_at__lte=at)
        case ClockState.SOON:
            return running.filter(hard=True, due_at__gt=at, soon_at__lte=at)
        case ClockState.TODAY:
            return running.filter(hard=True, due_at__gt=at, due_at__lt=scope.end_of_day(at))
        case ClockState.RUNNING:
            return running
        case ClockState.PAUSED:
            return unended.filter(state=Clock.State.PAUSED)
        case ClockState.MET_LATE:
            late = Q(breached_at__isnull=False) | Q(stopped_at__gt=F("due_at"))
            return rows.filter(late, state=Clock.State.STOPPED, hard=True)
        case _:
            return unended
