"""What a complaint's page shows, gathered once for the page and for its parts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from shouwen.contact.conversations import access as conversations
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Words
from shouwen.people.customers import queries as customers
from shouwen.people.customers.models import PointKind
from shouwen.people.staff import access as staff_access
from shouwen.people.staff import queries as staff
from shouwen.service.cases import access as case_access
from shouwen.service.cases import queries as cases
from shouwen.service.cases.models import TaskState
from shouwen.service.cases.rules import states as case_states
from shouwen.service.cases.rules.steps import Step as CaseStep
from shouwen.service.cases.rules.tasks import may_be_asked_for
from shouwen.service.cases.views.showing import clock_rows, step_names, story
from shouwen.service.complaints import access, queries
from shouwen.service.complaints.actions import apart, transfers_back
from shouwen.service.complaints.models import Complaint
from shouwen.service.complaints.rules import states
from shouwen.service.complaints.rules.outside import Cannot
from shouwen.service.complaints.rules.states import Act, State
from shouwen.service.complaints.views import (
    contesting,
    extending,
    finding,
    grouping,
    limiting,
    outside,
    progress,
    redress,
    righting,
    telling,
    together,
)
from shouwen.service.complaints.views.steps import PRESSES, act_words

# What may be done beside the next step.
BESIDE = (
    Act.RESPOND,
    Act.TRY,
    Act.ISSUE,
    Act.EXTEND,
    Act.NOTICE,
    Act.LIMIT,
    Act.APPEAL,
    Act.REVIEW,
    Act.NEW_FACTS,
    Act.REFER,
    Act.REDRESS,
    Act.CLASSIFY,
    Act.GRADE,
    Act.MARK,
    Act.ASSIGN,
    Act.WITHDRAW,
)

# So many acts and limits stand open on the page; the others are one press away.
ACTS_SHOWN = 3
CLOCKS_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage under one of the four steps."""

    words: str
    at: datetime | None
    is_now: bool


@dataclass(frozen=True, slots=True)
class StepGroup:
    """One of the four visible steps with its stages."""

    number: int
    words: str
    stages: list[Stage]


def _groups(one: Complaint) -> list[StepGroup]:
    names = step_names()
    laid_out: tuple[tuple[CaseStep, tuple[tuple[State, str, datetime | None], ...]], ...] = (
        (
            CaseStep.CLASSIFY,
            (
                (State.RECEIVED, _("Accept"), one.accepted_at),
                (State.ACCEPTED, _("Classify"), one.classified_at),
                (State.CLASSIFIED, pgettext("complaint step", "Grade"), one.graded_at),
            ),
        ),
        (
            CaseStep.SOLVE,
            (
                (State.GRADED, _("Begin"), one.started_at),
                (State.STARTED, _("Find the facts"), one.analysed_at),
                (State.ANALYSED, _("Responsibility"), one.responsibility_at),
                (State.RESPONSIBILITY_ASSIGNED, _("Plan"), one.planned_at),
            ),
        ),
        (CaseStep.TRACK, ((State.PLAN_AGREED, _("Handle"), one.handled_at),)),
        (
            CaseStep.FEED_BACK,
            (
                (State.HANDLED, _("Tell the result"), one.feedback_at),
                (State.FEEDBACK_SENT, _("Call back"), one.callback_at),
                (State.CALLBACK_DONE, pgettext("complaint step", "Close"), one.closed_at),
                (State.CLOSED, _("Archive"), one.archived_at),
            ),
        ),
    )
    here = State(one.state)
    groups = []
    for number, (step, stages) in enumerate(laid_out, start=1):
        rows = [
            Stage(words, at if states.is_after(here, before) else None, before is here)
            for before, words, at in stages
        ]
        groups.append(StepGroup(number, names[step], rows))
    return groups


def _may(actor: Actor, one: Complaint, act: Act) -> bool:
    """Whether the button would not be refused for who presses it."""
    if not access.may_do(actor, one, act):
        return False
    try:
        apart.refuse_hands(one, act, actor, staff.person_behind(actor))
    except Conflict:
        return False
    return True


def _held_up(one: Complaint, act: Act) -> str:
    """Say who does the next step, where this is not the one who looks."""
    handler, supervisor = one.case.handler, one.supervisor
    if act in apart.HANDLING and handler is not None:
        return _("%(name)s, who handles it, does the next step") % {"name": handler.name}
    if act is Act.CLOSE and supervisor is not None:
        return _("%(name)s, who supervises it, closes it") % {"name": supervisor.name}
    return ""


def _acts(
    actor: Actor,
    one: Complaint,
    seen: queries.Extending,
    at: datetime,
    cannot_refer: Cannot | None,
    *,
    may_redress: bool,
    may_group: bool,
) -> dict[str, Any]:
    standing = one.standing
    following = states.next_act(standing)
    if one.case.is_waiting and following in (Act.PLAN, Act.RESOLVE):
        following = None
    if cannot_refer is Cannot.GOING_ON and following is Act.RESOLVE:
        # What comes of the appraisal or the mediation is waited for; its card says so.
        following = None
    may = following is not None and _may(actor, one, following)
    has_place = {Act.EXTEND: bool(seen.offered), Act.NOTICE: seen.may_be_told}
    has_place |= contesting.may_ask(one, at)
    has_place |= {Act.REFER: cannot_refer is None, Act.REDRESS: may_redress}
    has_place |= {Act.LIMIT: limiting.may_set(actor, one)}
    beside = [
        act
        for act in BESIDE
        if act is not following
        and standing.state in states.states_before(act)
        and not (act is Act.RESPOND and one.responded_at)
        and has_place.get(act, True)
        and (act is not Act.TRY or standing.has_notice)
        and _may(actor, one, act)
    ]
    return {
        "next_act": following.value if following and may else "",
        "next_words": act_words(following.value) if following and may else "",
        "next_is_press": following is not None and following.value in PRESSES,
        "held_up": _held_up(one, following) if following and not may else "",
        **_laid_out(
            [(act.value, act_words(act.value)) for act in beside],
            [redress.OUTSIDE] if Act.REDRESS in beside else [],
            may_group=may_group,
        ),
        "may_rate": one.feedback_at is not None
        and one.withdrawn_at is None
        and getattr(staff.person_behind(actor), "pk", None)
        not in (one.acceptor_id, one.case.handler_id, one.supervisor_id)
        and _may(actor, one, Act.CALLBACK),
        "may_deny_repeat": one.is_repeat and one.is_open and _may(actor, one, Act.CLASSIFY),
    }


def _laid_out(
    beside: list[tuple[str, Words]], seldom: list[str], *, may_group: bool
) -> dict[str, Any]:
    """Part what may be done into what stands open and the menu; a menu of one thing is none."""
    last = [*seldom, *(["group"] if may_group else [])]
    acts = [*beside, *((act, act_words(act)) for act in last)]
    shown = ACTS_SHOWN if len(acts) > ACTS_SHOWN + 1 else len(acts)
    return {"beside": acts[:shown], "more_acts": acts[shown:]}


def _may_read_talk(actor: Actor, one: Complaint) -> bool:
    """Whether the conversation it came of may be read: what was said is evidence (HB-1.4-04)."""
    contact = one.case.contact
    return contact is not None and conversations.may_follow(actor, contact.public_id)


def _asked_of_units(actor: Actor, one: Complaint, at: datetime) -> dict[str, Any]:
    """Give what other units were asked; a complaint is handled once all have answered."""
    case, rows = one.case, cases.tasks_of(actor, one.case, at)
    return {
        "tasks": rows,
        "open_tasks": sum(row.task.state == TaskState.OPEN for row in rows),
        "may_ask_unit": may_be_asked_for(case_states.State(case.state))
        and case_access.may_work(actor, case, case_states.Act.OPINION),
    }


def complaint_page(actor: Actor, one: Complaint, at: datetime) -> dict[str, Any]:
    """Gather the page of a complaint the actor may see."""
    case = one.case
    clocks, entries = cases.clocks_of_case(case, at), cases.timeline(case)
    seen = queries.extending_of(one, at)
    contests = contesting.shown(actor, one)
    referrals = outside.shown(one, may_end=_may(actor, one, Act.RETURN))
    cannot_refer = outside.cannot_refer(one, referrals, [found.row for found in contests])
    found_redress = redress.shown(actor, one, at)
    points = customers.points_of(case.customer) if case.customer else []
    rows = clock_rows(case, clocks, at)
    group = grouping.shown(actor, one)
    may_tell = _may(actor, one, Act.RESPOND)
    return {
        "complaint": one,
        "case": case,
        "now": at,
        "category": " › ".join(cases.category_path(case.category)),
        "phone": next((p for p in points if p.kind == PointKind.PHONE), None),
        "groups": _groups(one),
        "step": queries.step_of(one.state),
        "clocks": rows[:CLOCKS_SHOWN],
        "more_clocks": rows[CLOCKS_SHOWN:],
        "files": cases.files_of(case),
        "may_read_lessons": staff_access.has_right(actor, "issue.read"),
        "may_read_talk": _may_read_talk(actor, one),
        **_asked_of_units(actor, one, at),
        "may_add_files": case.is_open and access.may_do(actor, one, Act.CLASSIFY),
        "related": cases.relations_of(actor, case),
        "telling": telling.shown(one),
        "progress": progress.shown(one),
        "may_tell_progress": may_tell,
        "extensions": extending.shown(actor, one, seen, at),
        "contests": contests,
        "finding": finding.shown(actor, one),
        "referrals": referrals,
        "redress": found_redress,
        **_acts(
            actor,
            one,
            seen,
            at,
            cannot_refer,
            may_redress=redress.may_propose(one, found_redress),
            may_group=group["may_group"],
        ),
        **group,
        "may_free_number": transfers_back.may_take_back(actor, one),
        **together.card(one),
        **righting.shown(one, clocks, entries, may_ask=may_tell),
        **story(entries, ""),
    }
