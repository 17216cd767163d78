"""The timeline in sentences: who did what, with an icon and a tone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from shouwen.ground.policy import words as policy_words
from shouwen.service.cases import ports
from shouwen.service.cases.models import Channel, EntryKind, Kind, ReplyBy
from shouwen.service.cases.queries import TimelineEntry
from shouwen.service.cases.rules import promises
from shouwen.service.cases.rules.states import State

# Icon and tone by what happened; anything else is an arrow.
LOOKS: dict[str, tuple[str, str]] = {
    "open": ("ticket", "pri"),
    "accept": ("user-check", "pri"),
    "classify": ("stack-2", ""),
    "assign": ("arrow-right", ""),
    "hand_over": ("arrows-exchange", "pri"),
    "start": ("player-play", "pri"),
    "opinion": ("clipboard-check", "safe"),
    "wait_customer": ("player-pause", "soon"),
    "wait_external": ("player-pause", "soon"),
    "carry_on": ("player-play", ""),
    "resolve": ("circle-check", "safe"),
    "feedback": ("send", "pri"),
    "confirm_by_agent": ("check", "safe"),
    "confirm_by_customer": ("circle-check", "safe"),
    "object": ("arrow-back-up", "over"),
    "close": ("lock", "safe"),
    "archive": ("archive", ""),
    "reopen": ("refresh", "soon"),
    "merge": ("arrows-exchange", "soon"),
    "merge_in": ("arrows-exchange", "pri"),
    "part": ("refresh", "soon"),
    "part_out": ("arrows-exchange", ""),
    "split": ("git-compare", "pri"),
    "split_from": ("git-compare", ""),
    "review": ("clipboard-check", "safe"),
    "review_found": ("clipboard-check", "over"),
    "urge": ("bell", "soon"),
    "withdraw": ("x", "soon"),
    "turn_into": ("scale", "soon"),
    "respond": ("message-2", "pri"),
    "material": ("upload", "pri"),
    "attach": ("upload", ""),
    "note": ("edit", ""),
    "promise": ("clock", "pri"),
    "form": ("checklist", ""),
    "remind": ("bell", "soon"),
    "link_customer": ("user-plus", ""),
    "relate": ("repeat", ""),
    "duplicate_of": ("repeat", "soon"),
    "duplicated_by": ("repeat", "soon"),
    "unrelate": ("x", ""),
    "task_ask": ("send", "pri"),
    "task_answer": ("circle-check", "safe"),
    "task_decline": ("arrow-back-up", "soon"),
    "task_withdraw": ("x", ""),
    "task_soon": ("bell", "soon"),
    "task_late": ("alert-octagon", "over"),
    "approval_ask": ("shield-check", "pri"),
    "approval_yes": ("circle-check", "safe"),
    "approval_no": ("arrow-back-up", "soon"),
    "approval_withdrawn": ("x", ""),
    "approval_over": ("hourglass", "soon"),
    "breach": ("alert-octagon", "over"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """One entry as the page shows it."""

    ref: str
    icon: str
    tone: str
    act: str
    text: str
    clause: str
    at: datetime
    kind: str


def channel_words(code: str) -> str:
    """Name the channel by which a customer is told."""
    return str(ReplyBy(code).label) if code in ReplyBy.values else code


def sentence(entry: TimelineEntry) -> str:
    """Say what an entry is about."""
    names = {"who": entry.actor_name, "name": entry.subject_name}
    by_customer = entry.actor_kind == "CUSTOMER"
    heard = {"who": entry.actor_name, "channel": channel_words(entry.subject_name)}
    match entry.act:
        case "open" if by_customer and entry.subject_name == Channel.CHAT:
            return _("The customer left a message in the chat while nobody was there")
        case "open" if by_customer:
            return _("The customer asked by the form in the portal")
        case "open" if entry.subject_name:
            return _("%(who)s opened the case; first asked: %(name)s") % names
        case "open":
            return _("%(who)s opened the case") % names
        case "accept":
            return _("%(who)s accepted the case") % names
        case "classify" if entry.from_state == State.ACCEPTED:
            return _("%(who)s classified the case: %(name)s") % names
        case "classify":
            return _("%(who)s changed the category to %(name)s") % names
        case "assign" if entry.from_state == State.CLASSIFIED:
            return _("%(who)s assigned the case to %(name)s") % names
        case "assign":
            return _("%(who)s handed the case over to %(name)s; the first owner stays") % names
        case "hand_over":
            return _("%(who)s gave the case to %(name)s, since a colleague left") % names
        case "form":
            return _("%(who)s filled in the form") % names
        case "start":
            return _("%(who)s started working") % names
        case "opinion":
            return _("%(who)s submitted the solution") % names
        case "wait_customer":
            return _("%(who)s waits for the customer") % names
        case "wait_external":
            return _("%(who)s waits for an outside party") % names
        case "carry_on" if by_customer:
            return _("The customer sent what was missing; work goes on")
        case "carry_on":
            return _("%(who)s carried on") % names
        case "resolve":
            return _("%(who)s resolved the case") % names
        case "feedback":
            return _("%(who)s told the customer the result (%(channel)s)") % heard
        case "confirm_by_agent":
            return _("%(who)s confirmed that it is settled") % names
        case "confirm_by_customer" if by_customer:
            return _("The customer confirmed the result")
        case "confirm_by_customer" if entry.actor_kind == "SYSTEM":
            return _("The customer did not answer; silence was taken for a yes")
        case "confirm_by_customer":
            return _("%(who)s recorded the customer's confirmation (%(channel)s)") % heard
        case "object" if by_customer:
            return _("The customer objected; the case is worked again")
        case "object":
            return _("%(who)s recorded the customer's objection (%(channel)s)") % heard
        case "urge":
            return _("The customer asks to hurry")
        case "withdraw" if not by_customer:
            return _("%(who)s recorded that the customer withdrew (%(channel)s)") % heard
        case "withdraw":
            return _("The customer withdrew the question")
        case "turn_into":
            kind = Kind(entry.subject_name).label
            return _("%(who)s made it a matter of another kind: %(kind)s") % {**names, "kind": kind}
        case "respond":
            return _("%(who)s told the customer who deals with it (%(channel)s)") % heard
        case "material":
            return _("The customer added material")
        case "attach":
            return _("%(who)s added files") % names
        case "close":
            return _("%(who)s closed the case") % names
        case "archive":
            return _("%(who)s archived the case") % names
        case "merge":
            return _("%(who)s merged the case into %(name)s, where it goes on") % names
        case "merge_in":
            return _("%(who)s merged case %(name)s into this one") % names
        case "part":
            words = _("%(who)s parted the files of two customers; this case goes on by itself")
            return words % names
        case "part_out":
            words = _("%(who)s parted the files of two customers; case %(name)s goes on by itself")
            return words % names
        case "split":
            return _("%(who)s split a part off as case %(name)s") % names
        case "split_from":
            return _("%(who)s split it off case %(name)s") % names
        case "reopen":
            return _("%(who)s took the case up again") % names
        case "review":
            return _("%(who)s reviewed the case and found nothing") % names
        case "review_found":
            return _("%(who)s reviewed the case and sent it back to work") % names
        case "link_customer":
            return _("%(who)s linked the customer") % names
        case "relate":
            return _("%(who)s linked case %(name)s") % names
        case "duplicate_of":
            return _("%(who)s found it to be the same matter as case %(name)s") % names
        case "duplicated_by":
            return _("%(who)s found case %(name)s to be the same matter as this one") % names
        case "unrelate":
            return _("%(who)s removed the link to case %(name)s") % names
        case act if act.startswith("approval_"):
            return _approval_sentence(act, names)
        case act if act.startswith("task_"):
            return _task_sentence(act, names)
        case "remind":
            return _("%(who)s reminded %(name)s") % names
        case "promise":
            return _promise_sentence(entry)
        case "breach":
            title = policy_words.event_title(entry.subject_name)
            return _("Time limit passed: %(title)s") % {"title": title}
        case act if (above := ports.telling_of(act)) is not None:
            return str(above.words) % {**names, "name": above.naming(entry.subject_name)}
        case _:
            return _("%(who)s wrote a note") % names


def _promise_sentence(entry: TimelineEntry) -> str:
    promise = promises.read(entry.subject_name)
    named = {"who": entry.actor_name, "until": _written(promise.until)}
    if promise.before is None:
        return _("%(who)s promised the customer the result by %(until)s") % named
    return _("%(who)s changed the promised time from %(before)s to %(until)s") % {
        **named,
        "before": _written(promise.before),
    }


def _written(moment: datetime) -> str:
    # Whole: what was promised is read long after.
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M")


def _approval_sentence(act: str, names: dict[str, str]) -> str:
    match act:
        case "approval_ask":
            return _("%(who)s asked for approval") % names
        case "approval_yes":
            return _("%(who)s approved it") % names
        case "approval_no":
            return _("%(who)s sent the request back") % names
        case "approval_withdrawn":
            return _("The request for approval was withdrawn")
        case _:
            return _("The request for approval ended undecided")


def _task_sentence(act: str, names: dict[str, str]) -> str:
    match act:
        case "task_ask":
            return _("%(who)s asked %(name)s") % names
        case "task_answer":
            return _("%(who)s answered for %(name)s") % names
        case "task_decline":
            return _("%(who)s declined for %(name)s") % names
        case "task_withdraw":
            return _("%(who)s withdrew the task of %(name)s") % names
        case "task_soon":
            return _("Reminder: the answer of %(name)s is due soon") % names
        case _:
            return _("The answer of %(name)s is late") % names


def tell(entry: TimelineEntry) -> Told:
    """Put an entry into words."""
    above = ports.telling_of(entry.act)
    looks = (above.icon, above.tone) if above else ("arrow-right", "")
    icon, tone = LOOKS.get(entry.act, looks)
    return Told(
        ref=entry.public_id,
        icon=icon,
        tone=tone,
        act=sentence(entry),
        text=entry.text,
        clause=entry.clause,
        at=entry.at,
        kind=entry.kind,
    )


def counts_by_kind(entries: list[TimelineEntry]) -> dict[str, int]:
    """Count entries for the filter chips; "" is all."""
    counted = {"": len(entries), **dict.fromkeys(EntryKind.values, 0)}
    for entry in entries:
        counted[entry.kind] += 1
    return counted
