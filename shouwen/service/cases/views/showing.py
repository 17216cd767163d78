"""What the case page shows, gathered once for the whole page and for each of its parts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from shouwen.contact.conversations import access as conversations
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kit import words
from shouwen.ground.policy import queries as policy
from shouwen.ground.policy.queries import ClockView
from shouwen.people.approvals import queries as approvals
from shouwen.people.customers import queries as customers
from shouwen.people.customers.models import ContactPoint, PointKind
from shouwen.people.staff import access as rights
from shouwen.service.cases import access, ports, queries
from shouwen.service.cases.models import Case, EntryKind, Kind, TaskState
from shouwen.service.cases.queries import TimelineEntry
from shouwen.service.cases.rules import states, steps
from shouwen.service.cases.rules.states import Act, State
from shouwen.service.cases.rules.steps import Phase, Step
from shouwen.service.cases.rules.tasks import may_be_asked_for
from shouwen.service.cases.views import asking, away, effort, telling

# Handing over and classifying anew are offered while the case is worked.
SIDE_ACTS = (Act.ASSIGN, Act.CLASSIFY, Act.WAIT_CUSTOMER)


@dataclass(frozen=True, slots=True)
class ClockRow:
    """One clock with its 依据卡."""

    view: ClockView
    limit: str
    document: str
    version: str
    source_id: str


def what_awaits(step: Step, case: Case, clocks: list[ClockView], now: datetime) -> str:
    """Say what a later step waits for."""
    resolve = next((c for c in clocks if c.event.endswith(".resolve") and c.state != "done"), None)
    match step:
        case Step.SOLVE:
            return _("After classification")
        case Step.TRACK if resolve:
            return _("To be resolved by %(when)s") % {"when": words.moment(resolve.due_at, now)}
        case Step.TRACK:
            return _("After the solution")
        case Step.FEED_BACK if case.expected_at:
            return _("Customer told by %(when)s") % {"when": words.moment(case.expected_at, now)}
        case Step.FEED_BACK:
            return _("Customer told once it is resolved")
        case _:
            return ""


def step_names() -> dict[Step, str]:
    """Name the four steps."""
    return {
        Step.CLASSIFY: _("Classification"),
        Step.SOLVE: _("Solve"),
        Step.TRACK: _("Carry out"),
        Step.FEED_BACK: _("Report back"),
    }


def _step(
    view: steps.StepView, case: Case, clocks: list[ClockView], now: datetime
) -> dict[str, Any]:
    running = [c for c in clocks if c.state != "done"]
    shown: dict[str, Any] = {"name": step_names()[view.step], "state": view.phase.value}
    if view.phase is Phase.DONE and view.done_at is not None:
        values = {
            "who": view.done_by,
            "when": words.moment(view.done_at, now),
            "took": words.duration(view.took_seconds or 0),
        }
        shown["note"] = _("%(who)s %(when)s · took %(took)s") % values
    elif view.phase is Phase.NOW:
        shown["clock"] = running[0] if running else None
        if not running:
            since = words.moment(view.since, now) if view.since else ""
            shown["note"] = _("Since %(when)s") % {"when": since}
    elif view.phase is Phase.LATER:
        shown["note"] = what_awaits(view.step, case, clocks, now)
    return shown


def clock_rows(case: Case, clocks: list[ClockView], at: datetime) -> list[ClockRow]:
    """Give each clock with its limit in words and the document its clause is from."""
    packs = {pack.code: pack for pack in policy.overview(case.institution_id, at)}
    rows: list[ClockRow] = []
    for clock in clocks:
        chosen = next((c for c in clock.candidates if c.chosen), None)
        pack = packs.get(chosen.pack) if chosen else None
        rows.append(
            ClockRow(
                view=clock,
                limit=chosen.within_words if chosen else "",
                document=f"《{pack.title}》" if pack else "",
                version=f"{pack.code} {pack.version}" if pack else "",
                source_id=f"src-{clock.public_id}",
            )
        )
    return rows


def _primary_phone(case: Case) -> ContactPoint | None:
    if case.customer is None:
        return None
    points = customers.points_of(case.customer)
    return next((p for p in points if p.kind == PointKind.PHONE), None)


def _acts(actor: Actor, case: Case) -> dict[str, Any]:
    standing = case.standing
    over = ports.address_over(case, actor)
    # What stands over the case does its steps; waiting and going on stay the case's own.
    led = over is not None
    following = states.next_act(standing)
    if led and following is not Act.CARRY_ON:
        following = None
    may = following is not None and access.may_work(actor, case, following)
    beside = [
        act.value
        for act in SIDE_ACTS
        if act is not following
        and (not led or act is Act.WAIT_CUSTOMER)
        and states.why_not(act, standing) is None
        and access.may_work(actor, case, act)
    ]
    answering = case.state == State.FEEDBACK_SENT and access.may_work(actor, case, Act.CLOSE)
    return {
        "is_led": led,
        "led_from": over,
        "entrances": [] if led else ports.entrances_of(case, actor),
        "next_act": following.value if following and may else "",
        "held_up": following.value if following and not may else "",
        "beside": beside,
        "may_remind": case.is_open
        and case.handler is not None
        and case.handler.public_id != actor.ref
        and access.may_work(actor, case, Act.OPINION),
        "may_note": case.state != State.MERGED and access.may_work(actor, case, Act.OPINION),
        "may_edit_plan": not led
        and case.state == State.IN_PROGRESS
        and access.may_work(actor, case, Act.OPINION),
        "may_record_answer": answering,
        "may_link_customer": case.customer is None and access.may_work(actor, case, Act.CLASSIFY),
    }


def story(entries: list[TimelineEntry], kind: str) -> dict[str, Any]:
    """Give the timeline, of one kind or whole."""
    counts = telling.counts_by_kind(entries)
    chips = [("", _("All")), *((k.value, str(k.label)) for k in EntryKind)]
    return {
        "told": [telling.tell(e) for e in entries if kind in ("", e.kind)],
        "story_kind": kind,
        "story_chips": [(code, label, counts[code]) for code, label in chips],
    }


def _tasks(actor: Actor, case: Case, at: datetime) -> dict[str, Any]:
    rows = queries.tasks_of(actor, case, at)
    return {
        "tasks": rows,
        "open_tasks": sum(row.task.state == TaskState.OPEN for row in rows),
        "may_ask_unit": may_be_asked_for(State(case.state))
        and access.may_work(actor, case, Act.OPINION),
    }


def _approvals(
    actor: Actor, case: Case, entries: list[TimelineEntry], at: datetime, *, is_led: bool
) -> dict[str, Any]:
    """Give what was asked for approval; what stands over the case asks in its own way."""
    was_asked = any(entry.act == "approval_ask" for entry in entries)
    return {
        "requests": approvals.approvals_of(actor, "case", case.public_id, at=at)
        if was_asked
        else [],
        "may_ask_approval": not is_led
        and may_be_asked_for(State(case.state))
        and access.may_work(actor, case, Act.OPINION),
    }


def _joined(actor: Actor, case: Case, *, is_led: bool) -> dict[str, Any]:
    """Give the cases that belong with this one, and whether more may be joined or split off."""
    merged = queries.merged_into(actor, case)
    unsolved = State(case.state) in states.UNSOLVED_STATES
    works = access.may_work(actor, case, Act.OPINION)
    return {
        "related": queries.relations_of(actor, case),
        "merged": merged,
        "talks": [row.other for row in merged if row.within_reach and row.other.contact_id],
        "may_relate": works and case.state not in (State.ARCHIVED, State.MERGED),
        "may_join": unsolved
        and access.may_work(actor, case, Act.MERGE)
        # A complaint that waits to be filed is not put away in another case, nor multiplied.
        and not is_led
        and case.kind != Kind.COMPLAINT,
    }


def _ended(actor: Actor, case: Case) -> dict[str, Any]:
    """Give what concerns a case that has ended, or had ended before."""
    is_closed = case.state == State.CLOSED
    return {
        "archive_items": queries.archive_items(case) if is_closed else [],
        "may_fill_in": is_closed and access.may_work(actor, case, Act.CLASSIFY),
        "rounds": queries.rounds_of(case),
        "reviews": queries.reviews_of(case),
        "may_review": queries.may_review(actor, case),
        "may_reopen": State(case.state) in states.ENDED_STATES
        and access.may_work(actor, case, Act.REOPEN),
    }


def case_page(actor: Actor, case: Case, at: datetime, kind: str = "") -> dict[str, Any]:
    """Gather the page of a case the actor may see."""
    entries = queries.timeline(case)
    clocks = queries.clocks_of_case(case, at)
    contact = case.contact
    absent = away.beside((case.owner, case.handler), at)
    acts = _acts(actor, case)
    return {
        # Said once of whoever is both.
        "owner_away": ""
        if case.owner_id == case.handler_id
        else absent.get(case.owner_id or 0, ""),
        "handler_away": absent.get(case.handler_id or 0, ""),
        "case": case,
        "now": at,
        "category": " › ".join(queries.category_path(case.category)),
        "phone": _primary_phone(case),
        "is_mine": actor.is_person
        and case.handler is not None
        and case.handler.public_id == actor.ref,
        "steps": [_step(view, case, clocks, at) for view in queries.four_steps(case, entries)],
        "clocks": clock_rows(case, clocks, at),
        "may_open_customer": rights.has_right(actor, "customer.read"),
        "may_follow_contact": contact is not None
        and conversations.may_follow(actor, contact.public_id),
        **acts,
        **_ended(actor, case),
        **_tasks(actor, case, at),
        "files": queries.files_of(case),
        **asking.card(actor, case),
        **effort.card(actor, case, at),
        **_joined(actor, case, is_led=acts["is_led"]),
        **_approvals(actor, case, entries, at, is_led=acts["is_led"]),
        "by_silence": queries.is_by_silence(case, entries),
        **story(entries, kind),
    }
