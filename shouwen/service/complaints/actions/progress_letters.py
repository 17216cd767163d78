"""Sending what is due of a complaint's progress by mail or SMS, by what carries codes too.

Letters are claimed, handed over and noted as sent; each keeps its key, so that a stop in between
brings no second one. No transaction waits while the mail server answers.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.vault import audit
from shouwen.people.customers import actions as customers
from shouwen.people.customers import ports
from shouwen.people.customers import queries as files
from shouwen.people.customers import rules as letters
from shouwen.people.customers.models import ContactPoint, Customer, Purpose
from shouwen.service.cases.models import ReplyBy
from shouwen.service.complaints import queries
from shouwen.service.complaints.models import ProgressNotice, ProgressState, ProgressWhy
from shouwen.service.complaints.queries.progress import CARRIED
from shouwen.service.complaints.rules import progress_letters as rules
from shouwen.service.complaints.rules import progress_sms as sms
from shouwen.service.complaints.rules.progress import GIVE_UP_HOURS, Milestone

# The line broke or the time was over: nobody knows whether the letter was taken.
UNCLEAR = ("time", "cut")
# What a carrier answers that takes a message; else it is its code.
TAKEN = "taken"
RELATIONS = ("complaint__case__customer", "complaint__case__institution")


def send_progress(at: datetime) -> int:
    """Send the next letters about the progress of complaints; give how many were sent.

    A letter that is put off is tried again with growing pauses; after a day, and where the address
    is to blame, a person is asked to tell it instead.
    """
    _give_up(at)
    return sum(_send_by(way, at) for way in CARRIED if ports.letterbox(CARRIED[way]) is not None)


def _send_by(way: str, at: datetime) -> int:
    """Send the next by one way; the other goes on where this one's carrier takes nothing."""
    sent = 0
    claimed = _claim(way, at)
    for number, row in enumerate(claimed):
        point = _address(row)
        if point is None:
            _by_hand(row, ProgressWhy.ADDRESS, "none")
            continue
        letter = customers.Letter(row.public_id, *_words(row, point.customer, at))
        try:
            customers.post_letter(point, letter, actor=_actor(row), at=at)
        except ports.LetterDelayed as later:
            _put_off(row, later.code, at)
        except ports.LetterRefused as refusal:
            _by_hand(row, ProgressWhy.ADDRESS, refusal.code)
        except ports.LetterboxAway as away:
            if away.code in UNCLEAR:
                _put_off(row, away.code, at)
                number += 1
            _release(claimed[number:])
            break
        else:
            sent += _note(row, at)
    return sent


def _give_up(at: datetime) -> None:
    """Ask a person to tell what waited too long, also where letters are carried no more."""
    free = _due().filter(Q(try_at__isnull=True) | Q(try_at__lte=at))
    late = free.filter(reached_at__lte=at - timedelta(hours=GIVE_UP_HOURS))
    late.update(by_hand=True, why=ProgressWhy.AWAY)


def _due() -> QuerySet[ProgressNotice]:
    return ProgressNotice.objects.filter(state=ProgressState.DUE, by_hand=False)


@transaction.atomic
def _claim(way: str, at: datetime) -> list[ProgressNotice]:
    """Take the next letters; leave out who closed this way since."""
    free = _due().filter(Q(try_at__isnull=True) | Q(try_at__lte=at), channel=way)
    found = free.select_related(*RELATIONS).order_by("reached_at", "pk")
    rows = list(found[: customers.CLAIMED_AT_ONCE])
    ids = {row.complaint.case.customer_id for row in rows} - {None}
    closed = files.unwanted([pk for pk in ids if pk], Purpose.NOTICE, way)
    until = at + timedelta(seconds=customers.CLAIM_SECONDS)
    claimed = []
    for row in rows:
        if row.complaint.case.customer_id in closed:
            _leave(row, at)
        elif free.filter(pk=row.pk).update(try_at=until):
            claimed.append(row)
    return claimed


def _leave(row: ProgressNotice, at: datetime) -> None:
    why = ProgressWhy.REFUSED
    if not _due().filter(pk=row.pk).update(state=ProgressState.UNREACHED, why=why):
        return
    detail: dict[str, audit.Value] = {"milestone": row.milestone, "why": why.value}
    audit.record(_actor(row), "complaint.progress_untold", row.complaint, at=at, detail=detail)


def _release(claimed: list[ProgressNotice]) -> None:
    _due().filter(pk__in=[row.pk for row in claimed]).update(try_at=None)


def _put_off(row: ProgressNotice, answer: str, at: datetime) -> None:
    pause = timedelta(seconds=letters.pause_seconds(row.tries + 1))
    values = {"tries": F("tries") + 1, "try_at": at + pause, "answer": answer}
    _due().filter(pk=row.pk).update(**values)


def _by_hand(row: ProgressNotice, why: ProgressWhy, answer: str) -> None:
    _due().filter(pk=row.pk).update(by_hand=True, why=why, answer=answer)


def _actor(row: ProgressNotice) -> Actor:
    return Actor.system("complaints", row.complaint.institution_id)


def _address(row: ProgressNotice) -> ContactPoint | None:
    """Give the address to write to: one that was refused lately only where there is no other."""
    customer = row.complaint.case.customer
    if customer is None:
        return None
    points = ContactPoint.objects.filter(customer=customer, kind=CARRIED[row.channel])
    ordered = points.order_by(F("refused_at").asc(nulls_first=True), "-is_primary", "pk")
    return ordered.select_related("customer").first()


def _words(row: ProgressNotice, customer: Customer, at: datetime) -> tuple[str, str]:
    milestone, language = Milestone(row.milestone), customer.language
    said: dict[str, Any] = {
        "institution": row.complaint.case.institution.name,
        "number": row.complaint.case.number,
        "day": timezone.localtime(row.reached_at).date(),
        "promise": queries.promise_of(row.complaint, at),
    }
    if row.channel == ReplyBy.SMS:
        return "", sms.message(milestone, language, **said)
    return rules.letter(milestone, language, **said)


@transaction.atomic
def _note(row: ProgressNotice, at: datetime) -> int:
    """Note that the letter went out, also where what came after covered it meanwhile."""
    is_sms = row.channel == ReplyBy.SMS
    version = sms.VERSION if is_sms else rules.VERSION
    open_states = (ProgressState.DUE, ProgressState.COVERED)
    noted = ProgressNotice.objects.filter(pk=row.pk, state__in=open_states).update(
        state=ProgressState.SENT,
        told_at=at,
        told_way=row.channel,
        letter_version=version,
        try_at=None,
        answer=TAKEN,
    )
    if noted:
        detail: dict[str, audit.Value] = {
            "milestone": row.milestone,
            "letter": f"progress sms {version}" if is_sms else f"progress {version}",
        }
        audit.record(_actor(row), "complaint.progress_sent", row.complaint, at=at, detail=detail)
    return noted
