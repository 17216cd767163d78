"""Telling of early warnings: in the system, and to departments by letter (CG-5.3-02).

Letters are claimed, handed over and noted as sent; each keeps its key, so that a stop in between
brings no second one. No transaction waits while the carrier answers.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from shouwen.assurance.improvement import access, queries, wording
from shouwen.assurance.improvement.models import (
    EarlyWarning,
    LetterState,
    Notice,
    WarningAddress,
    WarningLetter,
    WarningWay,
)
from shouwen.assurance.improvement.rules import warning_letters as rules
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid
from shouwen.ground.vault import audit
from shouwen.people.customers import actions as customers
from shouwen.people.customers import ports
from shouwen.people.customers import rules as letters
from shouwen.people.staff import access as staff_access
from shouwen.people.staff import queries as staff
from shouwen.people.staff.models import Unit

# The line broke or the time was over: nobody knows whether the letter was taken.
UNCLEAR = ("time", "cut")
TOO_LATE = "late"
RELATIONS = ("to", "warning__threshold__unit", "warning__institution")


class AddressThere(Conflict):
    """A department has one address for each way."""

    message = _("There is an address of this way already. Take it out first, then set another.")


class AddressRetired(Conflict):
    """Another person was first."""

    message = _("A colleague has taken this address out already.")


@transaction.atomic
def set_address(
    way: str, address: str, *, unit: Unit | None, actor: Actor, at: datetime
) -> WarningAddress:
    """Say where a department is told of early warnings; without a unit, of those of the house.

    Raises Invalid by field, NotAllowed, AddressThere. Serves CG-5.3-02.
    """
    access.require_reading(actor)
    staff_access.require(actor, access.SETS_THRESHOLDS)
    person = staff.person_acting(actor)
    if way not in queries.ways_carried():
        raise Invalid(fields={"way": _("Nothing here carries letters of this way.")})
    if unit is not None and unit.institution_id != person.institution_id:
        raise Invalid(fields={"unit": _("Choose one of the values offered.")})
    is_mail = way == WarningWay.EMAIL
    known = letters.normal_email(address) if is_mail else letters.normal_phone(address)
    if known is None:
        raise Invalid(fields={"address": _("This is no address of this way. Check it.")})
    made = WarningAddress(
        institution_id=person.institution_id, unit=unit, way=way, set_by=person, set_at=at
    )
    if is_mail:
        made.email = known
    else:
        made.phone = known
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        raise AddressThere from None
    audit.record(actor, "warning.address_set", made, at=at, detail=_where(made))
    return made


def _where(row: WarningAddress) -> dict[str, audit.Value]:
    return {"way": row.way, "unit": row.unit.public_id if row.unit else ""}


@transaction.atomic
def retire_address(row: WarningAddress, *, actor: Actor, at: datetime) -> None:
    """Take an address out; what was sent there stays. Raises NotAllowed, AddressRetired."""
    staff_access.require(actor, access.SETS_THRESHOLDS)
    queries.address_for(actor, row.public_id)
    live = WarningAddress.objects.filter(pk=row.pk, retired_at__isnull=True)
    if not live.update(retired_at=at):
        raise AddressRetired
    audit.record(actor, "warning.address_retired", row, at=at, detail=_where(row))


@transaction.atomic
def see_notices(*, actor: Actor, at: datetime) -> int:
    """Note that the actor has seen their notices; give how many were new. Raises NotAllowed."""
    person = staff.person_acting(actor)
    return Notice.objects.filter(person=person, seen_at__isnull=True).update(seen_at=at)


def tell_of(warning: EarlyWarning, *, at: datetime) -> tuple[int, int]:
    """Tell of a warning within the caller's transaction; give how many people and letters.

    Told are those who take note of warnings and reach the units concerned, and the addresses of
    those units and of the house. Serves CG-5.3-02.
    """
    units = queries.units_concerned(warning)
    home = warning.institution_id
    people = queries.people_concerned(home, units)
    Notice.objects.bulk_create(
        [Notice(institution_id=home, person=one, warning=warning, at=at) for one in people]
    )
    to = queries.addresses_for(home, units)
    WarningLetter.objects.bulk_create([WarningLetter(warning=warning, to=one) for one in to])
    return len(people), len(to)


def send_warnings(at: datetime) -> int:
    """Send the next letters about early warnings; give how many were sent.

    A letter that is put off is tried again with growing pauses. One that was refused for good, or
    not taken before somebody was to take note, is kept as not delivered, with its reason.
    """
    _give_up(at)
    sent, away = 0, set[str]()
    for row in _claim(at):
        if row.to.way in away:
            _release(row)
            continue
        try:
            _post(row, at)
        except ports.LetterDelayed:
            _put_off(row, at)
        except ports.LetterRefused as refusal:
            _end(row, LetterState.FAILED, refusal.code, at)
        except ports.LetterboxAway as refusal:
            away.add(row.to.way)
            if refusal.code in UNCLEAR:
                _put_off(row, at)
            else:
                _release(row)
        else:
            sent += _end(row, LetterState.SENT, "", at)
    return sent


def _due() -> QuerySet[WarningLetter]:
    return WarningLetter.objects.filter(state=LetterState.DUE)


def _free(at: datetime) -> QuerySet[WarningLetter]:
    return _due().filter(Q(try_at__isnull=True) | Q(try_at__lte=at))


def _give_up(at: datetime) -> None:
    late = _free(at).filter(warning__answer_by__lte=at).select_related(*RELATIONS)
    for row in late.order_by("pk")[: customers.CLAIMED_AT_ONCE]:
        _end(row, LetterState.FAILED, TOO_LATE, at)


@transaction.atomic
def _claim(at: datetime) -> list[WarningLetter]:
    found = _free(at).filter(to__way__in=ports.letter_kinds()).select_related(*RELATIONS)
    until = at + timedelta(seconds=customers.CLAIM_SECONDS)
    rows = list(found.order_by("pk")[: customers.CLAIMED_AT_ONCE])
    return [row for row in rows if _free(at).filter(pk=row.pk).update(try_at=until)]


def _post(row: WarningLetter, at: datetime) -> None:
    held = row.to.address
    if held is None or row.to.retired_at is not None:
        raise ports.LetterRefused("address", of_address=True)
    zh = _said(row.warning, "zh-hans")
    if row.to.way == WarningWay.EMAIL:
        words = rules.long(zh, _said(row.warning, "en"))
    else:
        words = rules.short(zh)
    letter = customers.Letter(row.public_id, rules.subject(zh), words)
    customers.post_to_house(row.to.way, held.plain, letter, at=at)


def _said(warning: EarlyWarning, language: str) -> rules.Said:
    with translation.override(language):
        unit = warning.threshold.unit
        return rules.Said(
            institution=warning.institution.name,
            figure=wording.warned(warning),
            value=wording.crossing(warning),
            threshold=wording.threshold_value(warning.threshold),
            first=warning.first.isoformat(),
            last=warning.last.isoformat(),
            unit=unit.name if unit else "—",
            answer_by=timezone.localtime(warning.answer_by).strftime("%Y-%m-%d %H:%M"),
        )


def _release(row: WarningLetter) -> None:
    _due().filter(pk=row.pk).update(try_at=None)


def _put_off(row: WarningLetter, at: datetime) -> None:
    pause = timedelta(seconds=letters.pause_seconds(row.tries + 1))
    _due().filter(pk=row.pk).update(tries=F("tries") + 1, try_at=at + pause)


@transaction.atomic
def _end(row: WarningLetter, state: LetterState, why: str, at: datetime) -> int:
    if not _due().filter(pk=row.pk).update(state=state, why=why, ended_at=at, try_at=None):
        return 0
    act = "warning.sent" if state is LetterState.SENT else "warning.unsent"
    detail: dict[str, audit.Value] = {**_where(row.to), "why": why}
    home = Actor.system("warnings", row.warning.institution_id)
    audit.record(home, act, row.warning, at=at, detail=detail)
    return 1
