"""What customers want heeded: their language, what helps them, and what they refuse."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, Words
from shouwen.ground.vault import audit, masking
from shouwen.people.customers import access
from shouwen.people.customers.actions.filing import CHOOSE
from shouwen.people.customers.models import Consent, Customer, Evidence, Purpose, Way, Wish
from shouwen.people.customers.rules.wishes import Wishes

WISH_MAX_CHARACTERS = 200
EVIDENCE_MAX_CHARACTERS = 100
# Two machines' clocks may differ by this much.
SKEW = timedelta(minutes=5)


@transaction.atomic
def set_wishes(
    customer: Customer,
    kinds: Collection[str],
    words: str,
    *,
    language: str,
    actor: Actor,
    at: datetime,
) -> None:
    """Keep a customer's language and what helps them; nothing clears it.

    Raises NotAllowed, NotThere, Invalid. Serves SN-C-01, OM-4.2-01.
    """
    access.require_edit(actor, customer)
    words = " ".join(words.split())
    wrong: dict[str, Words] = {}
    if not set(kinds) <= set(Wish.values):
        wrong["kinds"] = CHOOSE
    if len(words) > WISH_MAX_CHARACTERS or not words.isprintable():
        wrong["words"] = _("Up to 200 characters.")
    if language not in dict(settings.LANGUAGES):
        wrong["language"] = CHOOSE
    if wrong:
        raise Invalid(fields=wrong)
    before = Customer.objects.select_for_update().get(pk=customer.pk)
    wishes = Wishes(tuple(kind for kind in Wish.values if kind in kinds), words)
    changed = ["language"] if before.language != language else []
    if before.heeded != wishes:
        changed.append("wishes")
    if not changed:
        return
    customer.language = language
    customer.wishes = wishes.text() or None
    customer.save(update_fields=changed)
    # What a wish says about somebody's health stays out of the trail; that it changed is enough.
    detail: dict[str, str | int | bool | None] = {}
    if "language" in changed:
        detail["language"] = f"{before.language}>{language}"
    audit.record(
        actor, "customer.wishes_set", customer, at=at, fields=tuple(changed), detail=detail
    )


@transaction.atomic
def record_consent(
    customer: Customer,
    *,
    purpose: str,
    way: str,
    is_given: bool,
    evidence: str,
    evidence_ref: str,
    decided_at: datetime | None = None,
    actor: Actor,
    at: datetime,
) -> Consent:
    """Put on record that a customer agrees to being reached, or refuses it, and what proves it.

    `way` empty means any way; purpose ANY refused is the wish to be left alone. `decided_at` is
    when they said so, by default now. Raises NotAllowed, NotThere, Invalid. Serves SN-C-01.
    """
    access.require_edit(actor, customer)
    evidence_ref = masking.redact(" ".join(evidence_ref.split()))
    decided_at = decided_at or at
    offered = {
        "purpose": (purpose, Purpose.values),
        "way": (way, Way.values),
        "evidence": (evidence, Evidence.values),
    }
    wrong: dict[str, Words] = {
        name: CHOOSE for name, (given, allowed) in offered.items() if given not in allowed
    }
    if not 0 < len(evidence_ref) <= EVIDENCE_MAX_CHARACTERS or not evidence_ref.isprintable():
        wrong["evidence_ref"] = _("Say where the proof is found, in up to 100 characters.")
    if decided_at > at + SKEW:
        wrong["decided_at"] = _("Enter a moment that has passed.")
    if wrong:
        raise Invalid(fields=wrong)
    consent = Consent.objects.create(
        customer=customer,
        purpose=purpose,
        way=way,
        is_given=is_given,
        decided_at=min(decided_at, at),
        evidence=evidence,
        evidence_ref=evidence_ref,
        recorded_at=at,
        recorded_by_ref=actor.ref,
        recorded_by_name=actor.name,
    )
    audit.record(
        actor,
        "customer.consent_given" if is_given else "customer.consent_refused",
        customer,
        at=at,
        detail={"purpose": purpose, "way": way, "evidence": evidence, "ref": evidence_ref},
    )
    return consent
