"""A customer comes in by a one-time code sent to a number or address in their file.

Whether anybody has the address shows neither in what is answered nor in how long it takes: a
request for an unknown one is kept, counted and refused like any other. The code is made when it
is sent, by the loop and not by the request, so that it waits in no queue; only its MAC is kept.
"""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import translation
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid, TooMany
from shouwen.ground.vault import audit, blind
from shouwen.people.customers import ports, rules
from shouwen.people.customers.actions.posting import (
    CLAIM_SECONDS,
    CLAIMED_AT_ONCE,
    Letter,
    post_letter,
)
from shouwen.people.customers.fields import VAULT_KIND
from shouwen.people.customers.models import Customer, EntryCode, PointKind
from shouwen.people.customers.queries import point_for_code, self_service
from shouwen.people.staff.models import Institution
from shouwen.people.staff.signing_in import guesses
from shouwen.people.staff.signing_in.guesses import Lock

CODE_DIGITS = 6
SENDINGS_AT_MOST = 3
# After the first try and after the second: longer than a mail server's restart, and than the first
# minute for which some put every stranger off.
TRY_AGAIN_SECONDS = (15, 75)
KEPT_DAYS = 1
CLAUSE = "PV-7-02"


class TooManyCodes(TooMany):
    """This address, or this network, has asked often."""

    message = gettext_lazy("Many codes were asked for here. Try again in 30 minutes, or call us.")


class CodeWrong(Invalid):
    """Wrong, used, replaced, too late, tried too often, or never sent: one answer for all."""

    message = gettext_lazy(
        "This code does not fit or counts no longer. Check it, or ask for a new one."
    )


class NoLetterbox(Conflict):
    """No provider is connected, so that no code could arrive."""

    message = gettext_lazy(
        "Codes cannot be sent at the moment. Open your case by the link we sent you, "
        "or ask in the online service."
    )


# What is said where codes go the other way alone; whose address it is plays no part.
OTHER_KIND = {
    PointKind.PHONE.value: gettext_lazy(
        "Codes go by e-mail alone here. Enter your e-mail address."
    ),
    PointKind.EMAIL.value: gettext_lazy("Codes go to phones alone here. Enter your mobile number."),
}


def _read_address(text: str) -> tuple[str, str]:
    """Give kind and normal form. Raises Invalid, whoever has the address."""
    text = unicodedata.normalize("NFKC", text).strip()[:320]
    if "@" in text:
        email = rules.normal_email(text)
        if email is not None:
            return PointKind.EMAIL, email
    elif (phone := rules.normal_phone(text)) is not None:
        return PointKind.PHONE, phone
    raise Invalid(
        fields={"address": gettext_lazy("Enter your mobile number or your e-mail address.")}
    )


@transaction.atomic
def ask_for_code(
    institution: Institution, address: str, *, source: str, language: str, at: datetime
) -> EntryCode:
    """Take a request for a code; older ones of the same address stop counting.

    `source` is the network address that asks. The code follows by `send_codes`. Raises
    NoLetterbox, Invalid for what is no address, TooManyCodes. Serves PV-7-01, PV-7-02.
    """
    if not ports.letter_kinds():
        raise NoLetterbox
    kind, value = _read_address(address)
    if ports.letterbox(kind) is None:
        raise Invalid(fields={"address": OTHER_KIND[kind]})
    allowed = self_service(institution.pk)
    blind_value = blind.index(VAULT_KIND[kind], value)
    locks = (
        Lock("code-source", source, institution.code, allowed.codes_per_source),
        Lock("code-address", blind_value, institution.code, allowed.codes_per_address),
    )
    if not all(guesses.take(lock, at=at) for lock in locks):
        raise TooManyCodes
    EntryCode.objects.filter(
        institution=institution,
        target_blind=blind_value,
        used_at__isnull=True,
        voided_at__isnull=True,
    ).update(voided_at=at)
    asked = EntryCode(
        institution=institution,
        kind=kind,
        target_blind=blind_value,
        point=point_for_code(institution.pk, kind, blind_value, at=at),
        language=language,
        asked_at=at,
        expires_at=at + timedelta(seconds=allowed.code_seconds),
    )
    try:
        with transaction.atomic():
            asked.save(force_insert=True)
    except IntegrityError:
        # The same address asked twice at once: the other request has its code.
        raise TooManyCodes from None
    audit.record(_portal(institution.pk), "customer.code_asked", asked, at=at)
    return asked


def send_codes(at: datetime, kinds: Sequence[str] = ports.LETTER_KINDS) -> int:
    """Make and send the codes that were asked for by ways of these kinds; give how many went out.

    A code that could not be sent is tried three times, with pauses; one whose address is refused
    for good is dropped at once, and the file says so.
    """
    waiting = EntryCode.objects.filter(
        Q(held_until__isnull=True) | Q(held_until__lte=at),
        kind__in=[kind for kind in kinds if ports.letterbox(kind)],
        sent_at__isnull=True,
        point__isnull=False,
        voided_at__isnull=True,
        used_at__isnull=True,
        expires_at__gt=at,
        sendings__lt=SENDINGS_AT_MOST,
    ).select_related("institution", "point__customer")
    sent = 0
    for asked in list(waiting.order_by("pk")[:CLAIMED_AT_ONCE]):
        try:
            sent += _send(asked, at)
        except ports.LetterboxAway:
            # The next would hear the same, after as long a wait.
            break
    return sent


def _send(asked: EntryCode, at: datetime) -> bool:
    point = asked.point
    if point is None:
        return False
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
    with transaction.atomic():
        claimed = EntryCode.objects.filter(
            pk=asked.pk, sendings=asked.sendings, sent_at__isnull=True
        ).update(
            mac=_mac(asked, code),
            sendings=F("sendings") + 1,
            held_until=at + timedelta(seconds=CLAIM_SECONDS),
        )
    if not claimed:
        return False
    # Each sending has a code of its own, so it is a letter of its own.
    again = f".{asked.sendings + 1}" if asked.sendings else ""
    letter = Letter(asked.public_id + again, *_words(asked, code))
    actor = _portal(asked.institution_id)
    try:
        # The provider may take its time: no transaction waits for it.
        post_letter(point, letter, actor=actor, at=at)
    except ports.LetterRefused as refusal:
        _note_sending(asked, at, refusal, voided_at=at)
    except ports.LetterNotTaken as refusal:
        pause = TRY_AGAIN_SECONDS[min(asked.sendings, len(TRY_AGAIN_SECONDS) - 1)]
        _note_sending(asked, at, refusal, held_until=at + timedelta(seconds=pause))
        if isinstance(refusal, ports.LetterboxAway):
            raise
    else:
        _note_sending(asked, at, None, sent_at=at)
        return True
    return False


def _note_sending(
    asked: EntryCode,
    at: datetime,
    refusal: ports.LetterNotTaken | None,
    **changes: datetime | None,
) -> None:
    detail: dict[str, audit.Value] = {"kind": asked.kind}
    if refusal is not None:
        detail["code"] = refusal.code
    with transaction.atomic():
        EntryCode.objects.filter(pk=asked.pk).update(**changes)
        audit.record(
            _portal(asked.institution_id),
            "customer.code_sent",
            asked,
            at=at,
            result="failed" if refusal else "done",
            detail=detail,
        )


def _words(asked: EntryCode, code: str) -> tuple[str, str]:
    """Give subject and words; the code stands in the words alone."""
    name = asked.institution.name
    with translation.override(asked.language):
        subject = _("%(institution)s: your one-time code") % {"institution": name}
        return subject, _(
            "%(institution)s: your code is %(code)s. Enter it on the page that asked for it; "
            "it counts for %(minutes)s minutes. Tell it nobody: we never ask for it."
        ) % {
            "institution": name,
            "code": code,
            "minutes": max(1, round((asked.expires_at - asked.asked_at).total_seconds() / 60)),
        }


def _mac(asked: EntryCode, code: str) -> str:
    # Bound to the request, and with it to the address and the institution.
    text = f"{asked.public_id}\x1f{asked.institution_id}\x1f{asked.target_blind}\x1f{code}"
    return salted_hmac("shouwen.customers.code", text, algorithm="sha256").hexdigest()


def _portal(institution_id: int) -> Actor:
    return Actor.system("portal", institution_id)


def enter_by_code(code_ref: str, institution_id: int, text: str, *, at: datetime) -> Customer:
    """Let a customer in by the code they type; spaces and full-width digits are read too.

    Each try is taken before the code is looked at, by one conditional update that is kept whether
    or not the code fits. Raises CodeWrong. Serves PV-7-01.
    """
    typed = "".join(c for c in unicodedata.normalize("NFKC", text) if not c.isspace() and c != "-")
    if not (len(typed) == CODE_DIGITS and typed.isascii() and typed.isdigit()):
        raise CodeWrong
    allowed = self_service(institution_id)
    counts = EntryCode.objects.filter(
        public_id=code_ref,
        institution_id=institution_id,
        used_at__isnull=True,
        voided_at__isnull=True,
        expires_at__gt=at,
    )
    if not counts.filter(tries__lt=allowed.code_tries).update(tries=F("tries") + 1):
        raise CodeWrong
    asked = counts.select_related("point__customer__institution").first()
    if asked is None:
        raise CodeWrong
    fits = constant_time_compare(asked.mac, _mac(asked, typed)) and asked.point is not None
    with transaction.atomic():
        # Two tabs send the same code at once: the row count says who comes in.
        entered = fits and counts.update(used_at=at)
        audit.record(
            _portal(institution_id),
            "customer.entered" if entered else "customer.code_refused",
            asked.point.customer if asked.point else asked,
            at=at,
            result="done" if entered else "refused",
            detail={"code": asked.public_id},
        )
    if not entered or asked.point is None:
        raise CodeWrong
    return asked.point.customer


def drop_old_codes(at: datetime) -> int:
    """Drop requests whose time was over a day ago; the trail keeps what happened."""
    dropped, _by_model = EntryCode.objects.filter(
        expires_at__lt=at - timedelta(days=KEPT_DAYS)
    ).delete()
    return dropped
