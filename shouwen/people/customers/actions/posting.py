"""Handing a letter to what carries it, and keeping how that went for those who must know.

Whoever sends claims the letter first and notes the outcome after; in between no transaction waits.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.vault import audit
from shouwen.people.customers import ports
from shouwen.people.customers.models import ContactPoint, LetterStanding

# How many letters are claimed at once, and how long: longer than each may take, ten seconds.
CLAIMED_AT_ONCE = 5
CLAIM_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Letter:
    """One message; the same `key` names the same one again."""

    key: str
    subject: str
    words: str


def post_letter(point: ContactPoint, letter: Letter, *, actor: Actor, at: datetime) -> None:
    """Hand a letter over, outside any transaction, and keep a refusal where people see it.

    What carries letters is on the page of the machine's health; an address that is to blame bears
    a mark in the customer's file. Raises LetterboxAway, LetterDelayed, LetterRefused.
    """
    box = ports.letterbox(point.kind)
    if box is None:
        raise ports.LetterboxAway("none")
    try:
        box.post(
            point.kind, point.value.plain, letter.words, key=letter.key, subject=letter.subject
        )
    except ports.LetterNotTaken as refusal:
        _note_refusal(point, refusal, actor=actor, at=at)
        raise
    LetterStanding.objects.filter(kind=point.kind, is_away=True).update(is_away=False)
    if point.refused_at is not None:
        ContactPoint.objects.filter(pk=point.pk).update(refused_at=None, refused_code="")


def post_to_house(kind: str, address: str, letter: Letter, *, at: datetime) -> None:
    """Hand over a letter to an address of the institution's own, of which no file here knows.

    Outside any transaction. Raises LetterboxAway, LetterDelayed, LetterRefused.
    """
    box = ports.letterbox(kind)
    if box is None:
        raise ports.LetterboxAway("none")
    try:
        box.post(kind, address, letter.words, key=letter.key, subject=letter.subject)
    except ports.LetterNotTaken as refusal:
        _note_standing(kind, refusal, at)
        raise
    LetterStanding.objects.filter(kind=kind, is_away=True).update(is_away=False)


def _note_standing(kind: str, refusal: ports.LetterNotTaken, at: datetime) -> None:
    LetterStanding.objects.update_or_create(
        kind=kind,
        defaults={
            "is_away": isinstance(refusal, ports.LetterboxAway),
            "code": refusal.code,
            "refused_at": at,
        },
    )


@transaction.atomic
def _note_refusal(
    point: ContactPoint, refusal: ports.LetterNotTaken, *, actor: Actor, at: datetime
) -> None:
    _note_standing(point.kind, refusal, at)
    if isinstance(refusal, ports.LetterRefused) and refusal.of_address:
        ContactPoint.objects.filter(pk=point.pk).update(refused_at=at, refused_code=refusal.code)
        detail: dict[str, audit.Value] = {"kind": point.kind, "code": refusal.code}
        audit.record(actor, "customer.point_refused", point.customer, at=at, detail=detail)
