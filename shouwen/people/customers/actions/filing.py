"""A customer's file: opened, added to, graded."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid, Words
from shouwen.ground.kernel.ids import public_id
from shouwen.ground.kernel.time import day_of
from shouwen.ground.vault import audit, blind
from shouwen.people.customers import access, rules
from shouwen.people.customers.fields import VAULT_KIND
from shouwen.people.customers.models import (
    ContactPoint,
    Customer,
    CustomerKind,
    CustomerNote,
    PointKind,
    Risk,
    Value,
)
from shouwen.people.staff.models import Institution

NOTE_MAX_CHARACTERS = 2000
REASON_MAX_CHARACTERS = 200
CHOOSE = _("Choose one of the listed entries.")

POINT_RULES: dict[str, tuple[Callable[[str], str | None], Words]] = {
    PointKind.PHONE: (rules.normal_phone, _("Enter a phone number that can be dialled.")),
    PointKind.EMAIL: (rules.normal_email, _("Enter an e-mail address such as name@example.com.")),
    PointKind.ADDRESS: (rules.normal_address, _("Enter an address of 4 to 200 characters.")),
    PointKind.WECHAT: (rules.normal_wechat, _("Enter a WeChat ID of 6 to 20 characters.")),
}


class CustomerKnownAlready(Conflict):
    """The identity number belongs to a customer of this institution."""

    message = _("A customer with this identity number exists. Search for it and use that file.")


class PointKnownAlready(Conflict):
    """The customer's file holds this way to reach them."""

    message = _("This is in the customer's file already.")


def _identity(kind: str, text: str, at: datetime) -> str | None:
    if kind == CustomerKind.INDIVIDUAL:
        return rules.normal_identity_number(text, day_of(at))
    return rules.normal_credit_code(text)


def _identity_words(kind: str) -> Words:
    if kind == CustomerKind.INDIVIDUAL:
        return _("Check the identity number: 18 characters with the right check digit.")
    return _("Check the credit code: 18 characters with the right check character.")


@transaction.atomic
def register_customer(
    institution: Institution,
    *,
    name: str,
    kind: str = CustomerKind.INDIVIDUAL,
    actor: Actor,
    at: datetime,
    phone: str = "",
    id_number: str = "",
    risk: str = Risk.LOW,
    value: str = Value.ORDINARY,
    language: str = settings.LANGUAGE_CODE,
) -> Customer:
    """Open a customer's file, with a first phone number if one is given. Serves CG-2.1.1-01.

    `id_number` is a resident identity number, of an organisation its unified social credit code.
    Raises NotAllowed, NotThere for another institution, Invalid naming every wrong field,
    CustomerKnownAlready.
    """
    access.require_edit_in(actor, institution.pk)
    wrong: dict[str, Words] = {}
    kept_name = rules.normal_name(name)
    if kept_name is None:
        wrong["name"] = _("Enter a name of up to 80 characters.")
    chosen = {"kind": (kind, CustomerKind.values), "risk": (risk, Risk.values)}
    chosen |= {
        "value": (value, Value.values),
        "language": (language, list(dict(settings.LANGUAGES))),
    }
    wrong |= {field: CHOOSE for field, (given, offered) in chosen.items() if given not in offered}
    if phone and rules.normal_phone(phone) is None:
        wrong["phone"] = POINT_RULES[PointKind.PHONE][1]
    kept_id = _identity(kind, id_number, at) if id_number.strip() else ""
    if kept_id is None:
        wrong["id_number"] = _identity_words(kind)
    if wrong or kept_name is None:
        raise Invalid(fields=wrong)
    customer = Customer(
        institution=institution,
        # The number needs the row's own id, which the insert gives.
        number=public_id("new"),
        kind=kind,
        name_blind=blind.index("name", kept_name),
        id_blind=blind.index("id_number", kept_id) if kept_id else "",
        risk=risk,
        value=value,
        language=language,
        created_at=at,
    )
    customer.name = kept_name
    customer.id_number = kept_id or None
    try:
        with transaction.atomic():
            customer.save(force_insert=True)
    except IntegrityError as error:
        raise CustomerKnownAlready from error
    customer.number = f"C{customer.pk:06d}"
    customer.save(update_fields=["number"])
    audit.record(actor, "customer.registered", customer, at=at)
    if phone:
        add_contact_point(customer, kind=PointKind.PHONE, value=phone, actor=actor, at=at)
    return customer


@transaction.atomic
def add_contact_point(
    customer: Customer,
    *,
    kind: str,
    value: str,
    actor: Actor,
    at: datetime,
    is_primary: bool | None = None,
) -> ContactPoint:
    """Add a way to reach a customer; the first of its kind becomes the one to try first.

    Raises NotAllowed, NotThere, Invalid, PointKnownAlready.
    """
    access.require_edit(actor, customer)
    if kind not in PointKind.values:
        raise Invalid(fields={"kind": CHOOSE})
    rule, words = POINT_RULES[kind]
    kept = rule(value)
    if kept is None:
        raise Invalid(fields={"value": words})
    # The customer's row is held, so that two additions at once leave one primary.
    Customer.objects.select_for_update().get(pk=customer.pk)
    same_kind = ContactPoint.objects.filter(customer=customer, kind=kind)
    leads = not same_kind.exists() if is_primary is None else is_primary
    if leads:
        same_kind.filter(is_primary=True).update(is_primary=False)
    point = ContactPoint(
        customer=customer,
        kind=kind,
        value_blind=blind.index(VAULT_KIND[kind], kept),
        is_primary=leads,
        added_at=at,
    )
    point.value = kept
    try:
        with transaction.atomic():
            point.save(force_insert=True)
    except IntegrityError as error:
        raise PointKnownAlready from error
    audit.record(actor, "customer.point_added", customer, at=at, detail={"kind": kind})
    return point


@transaction.atomic
def set_tiers(
    customer: Customer,
    *,
    actor: Actor,
    at: datetime,
    reason: str,
    risk: str | None = None,
    value: str | None = None,
    kind: str | None = None,
) -> None:
    """Change tiers, each independent of the others; None leaves one as it is.

    Raises NotAllowed, NotThere, Invalid. Serves CG-2.1.1-03, CG-2.1.1-04.
    """
    access.require_edit(actor, customer)
    offered = {
        "risk": (risk, Risk.values),
        "value": (value, Value.values),
        "kind": (kind, CustomerKind.values),
    }
    chosen = {tier: given for tier, (given, _all) in offered.items() if given is not None}
    wrong: dict[str, Words] = {
        tier: CHOOSE for tier, given in chosen.items() if given not in offered[tier][1]
    }
    reason = reason.strip()
    if not 0 < len(reason) <= REASON_MAX_CHARACTERS:
        wrong["reason"] = _("Say why, in up to 200 characters.")
    if wrong:
        raise Invalid(fields=wrong)
    before = Customer.objects.select_for_update().get(pk=customer.pk)
    changed = {tier: given for tier, given in chosen.items() if getattr(before, tier) != given}
    if not changed:
        return
    for tier, given in changed.items():
        setattr(customer, tier, given)
    customer.save(update_fields=list(changed))
    detail: dict[str, str | int | bool | None] = {
        tier: f"{getattr(before, tier)}>{given}" for tier, given in changed.items()
    }
    audit.record(
        actor,
        "customer.tiers_set",
        customer,
        at=at,
        fields=tuple(changed),
        purpose=reason,
        detail=detail,
    )


@transaction.atomic
def add_note(customer: Customer, text: str, *, actor: Actor, at: datetime) -> CustomerNote:
    """Write a remark into a customer's file. Raises NotAllowed, NotThere, Invalid."""
    access.require_edit(actor, customer)
    text = text.strip()
    if not 0 < len(text) <= NOTE_MAX_CHARACTERS:
        raise Invalid(fields={"text": _("Enter 1 to 2000 characters.")})
    note = CustomerNote(
        customer=customer, author_ref=actor.ref, author_name=actor.name, written_at=at
    )
    note.text = text
    note.save(force_insert=True)
    audit.record(actor, "customer.note_added", customer, at=at)
    return note
