"""Setting a webhook up: one person asks, another decides, and it counts from the decision on.

Where data goes, which events, and with which secret are matters of two people; to stop sending
takes one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shouwen.front.integrations import access
from shouwen.front.integrations.models import (
    HEARING,
    NAME_MAX_CHARACTERS,
    DeliveryState,
    State,
    Webhook,
    WebhookDelivery,
)
from shouwen.front.integrations.rules import signing
from shouwen.front.integrations.rules.catalogue import BY_TYPE
from shouwen.ground.kernel import egress, wake
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid, Words
from shouwen.ground.kernel.topics import publish
from shouwen.ground.policy import figures
from shouwen.ground.vault import audit
from shouwen.people.approvals import actions as approvals
from shouwen.people.approvals.actions import Subject
from shouwen.people.approvals.ports import Decision
from shouwen.people.staff import access as staff_access
from shouwen.people.staff import queries as staff
from shouwen.people.staff.models import Institution

KIND = "webhook.change"
CLAUSE = "CG-6.3-01"
ADD, CHANGE, SECRET = "add", "change", "secret"


class TooManyWebhooks(Conflict):
    """An institution has as many as the house allows."""

    message = gettext_lazy("There are as many webhooks as the house allows. Switch one off first.")


class WebhookChanged(Conflict):
    """What was asked for was asked on an older state of it."""

    message = gettext_lazy("This webhook has changed since. Send the request back; ask anew.")


class WebhookNotReady(Conflict):
    """It waits for a second person, or was refused."""

    message = gettext_lazy("A second person has not approved this webhook yet.")


def _checked(name: str, address: str, events: Sequence[str]) -> tuple[str, str, list[str]]:
    """Give name, address and events as they are kept. Raises Invalid naming each wrong one."""
    name, address = name.strip(), address.strip()
    chosen = [kind for kind in BY_TYPE if kind in set(events)]
    wrong: dict[str, Words] = {}
    if not name or len(name) > NAME_MAX_CHARACTERS or not name.isprintable():
        wrong["name"] = _("Enter a name of up to 60 characters.")
    match egress.fault_of(address):
        case "":
            pass
        case "scheme":
            wrong["address"] = _("The address must begin with https://.")
        case "user":
            wrong["address"] = _("Leave out user and password; the signature proves who sends.")
        case _fault:
            wrong["address"] = _("Enter a whole address, such as https://crm.example.com/hooks.")
    if not chosen or set(events) - set(BY_TYPE):
        wrong["events"] = _("Choose at least one of the listed events.")
    if wrong:
        raise Invalid(fields=wrong)
    return name, address, chosen


def _facts(name: str, address: str, events: Sequence[str]) -> dict[str, audit.Value]:
    return {"name": name, "address": address, "events": " ".join(events)}


def _now(webhook: Webhook) -> dict[str, audit.Value]:
    return _facts(webhook.name, webhook.address, webhook.event_types)


def _both(before: dict[str, audit.Value], after: dict[str, audit.Value]) -> dict[str, audit.Value]:
    """Word what changed, before and after, for the trail."""
    changed = [name for name in after if before.get(name) != after[name]]
    return {
        **{f"{name}_before": before[name] for name in changed if name in before},
        **{f"{name}_after": after[name] for name in changed},
    }


def _ask(
    webhook: Webhook,
    act: str,
    words: str,
    reason: str,
    *,
    actor: Actor,
    at: datetime,
    **more: object,
) -> None:
    approvals.ask_approval(
        KIND,
        Subject("integrations.webhook", webhook.public_id, webhook.name),
        words=words,
        reason=reason,
        payload={"webhook": webhook.public_id, "act": act, "seen": webhook.revision, **more},
        actor=actor,
        at=at,
    )
    _tell_screens(webhook)


def _tell_screens(webhook: Webhook) -> None:
    publish(f"webhooks-{webhook.institution.code}")


@transaction.atomic
def ask_webhook(
    institution: Institution,
    *,
    name: str,
    address: str,
    events: Sequence[str],
    reason: str,
    actor: Actor,
    at: datetime,
) -> tuple[Webhook, str]:
    """Ask for a webhook; give its row and its secret, which is shown this once.

    Nothing is sent before a second person has approved. Raises NotAllowed, NotThere, Invalid,
    TooManyWebhooks. Serves CG-6.3-01.
    """
    person = staff.person_acting(staff_access.require(actor, access.MANAGE))
    webhook = Webhook(institution=institution, created_by=person, created_at=at)
    access.require(actor, access.MANAGE, webhook)
    webhook.name, webhook.address, chosen = _checked(name, address, events)
    webhook.events = " ".join(chosen)
    Institution.objects.select_for_update().get(pk=institution.pk)
    there = Webhook.objects.filter(institution=institution, state__in=(*HEARING, State.WAITING))
    if there.count() >= figures.figure("webhook-most").value:
        raise TooManyWebhooks
    secret = signing.new_secret()
    webhook.secret = secret
    webhook.save(force_insert=True)
    audit.record(actor, "webhook.asked", webhook, at=at, purpose=reason, detail=_now(webhook))
    words = _("Send %(count)s kinds of events to %(address)s")
    _ask(
        webhook,
        ADD,
        words % {"count": len(chosen), "address": webhook.address[:200]},
        reason,
        actor=actor,
        at=at,
    )
    return webhook, secret


@transaction.atomic
def ask_change(
    webhook: Webhook,
    *,
    name: str,
    address: str,
    events: Sequence[str],
    reason: str,
    actor: Actor,
    at: datetime,
) -> None:
    """Ask for another name, address or choice of events; until then nothing changes.

    Raises NotAllowed, NotThere, Invalid, WebhookNotReady.
    """
    access.require(actor, access.MANAGE, webhook)
    _require_approved(webhook)
    name, address, chosen = _checked(name, address, events)
    after = _facts(name, address, chosen)
    detail = _both(_now(webhook), after)
    if not detail:
        raise Invalid(fields={"name": _("Nothing is different. Change something first.")})
    audit.record(actor, "webhook.change_asked", webhook, at=at, purpose=reason, detail=detail)
    words = _("Change the webhook %(name)s: %(count)s kinds of events to %(address)s")
    said = {"name": webhook.name, "count": len(chosen), "address": address[:200]}
    _ask(webhook, CHANGE, words % said, reason, actor=actor, at=at, to=after)


@transaction.atomic
def ask_secret(webhook: Webhook, *, reason: str, actor: Actor, at: datetime) -> str:
    """Ask for another secret and give it, this once; it signs from the approval on.

    The present one signs beside it for the house's figure of hours then. Raises NotAllowed,
    NotThere, WebhookNotReady, Invalid.
    """
    access.require(actor, access.MANAGE, webhook)
    _require_approved(webhook)
    secret = signing.new_secret()
    Webhook.objects.filter(pk=webhook.pk).update(next_secret=webhook.seal("next_secret", secret))
    audit.record(actor, "webhook.secret_asked", webhook, at=at, purpose=reason)
    words = _("Give the webhook %(name)s another secret") % {"name": webhook.name}
    # By its digest, so that an older request does not bring in a newer secret.
    _ask(webhook, SECRET, words, reason, actor=actor, at=at, secret=_mark(secret))
    return secret


def _mark(secret: str) -> str:
    return signing.signature(secret, "mark", 0, b"")


def _require_approved(webhook: Webhook) -> None:
    if webhook.state in (State.WAITING, State.REFUSED):
        raise WebhookNotReady


def settle_approval(decision: Decision, at: datetime) -> None:
    """Do what was approved, in the transaction of the decision. Raises WebhookChanged."""
    asked = decision.payload
    webhook = (
        Webhook.objects.select_for_update(of=("self",))
        .select_related("institution")
        .get(public_id=asked["webhook"], institution_id=decision.institution_id)
    )
    if decision.is_approved:
        if webhook.revision != asked["seen"]:
            raise WebhookChanged
        _carry_out(webhook, decision, at)
    elif asked["act"] == ADD:
        Webhook.objects.filter(pk=webhook.pk, state=State.WAITING).update(state=State.REFUSED)
    elif asked["act"] == SECRET:
        Webhook.objects.filter(pk=webhook.pk).update(next_secret="")
    _tell_screens(webhook)


def _carry_out(webhook: Webhook, decision: Decision, at: datetime) -> None:
    asked, before = decision.payload, _now(webhook)
    decider = decision.decided_by or Actor.system("approvals", decision.institution_id)
    detail: dict[str, audit.Value] = {"request": decision.ref, "asked_by": decision.asked_by_ref}
    if asked["act"] == ADD:
        webhook.state = State.ON
        webhook.save(update_fields=["state"])
        audit.record(decider, "webhook.added", webhook, at=at, detail=detail | before)
    elif asked["act"] == CHANGE:
        after = asked["to"]
        webhook.name, webhook.address = after["name"], after["address"]
        webhook.events = after["events"]
        webhook.save(update_fields=["name", "address", "events"])
        detail |= _both(before, after)
        audit.record(decider, "webhook.changed", webhook, at=at, detail=detail)
    else:
        _change_secret(webhook, asked["secret"], at)
        audit.record(decider, "webhook.secret_changed", webhook, at=at, detail=detail)
    Webhook.objects.filter(pk=webhook.pk).update(revision=F("revision") + 1)


def _change_secret(webhook: Webhook, mark: str, at: datetime) -> None:
    fresh = webhook.next_secret.plain
    if not fresh or _mark(fresh) != mark:
        raise WebhookChanged
    hours = figures.figure("webhook-old-secret").value
    webhook.former_secret = webhook.secret.plain
    webhook.former_until = at + timedelta(hours=hours)
    webhook.secret, webhook.next_secret = fresh, ""
    webhook.save(update_fields=["secret", "next_secret", "former_secret", "former_until"])


@transaction.atomic
def switch_off(webhook: Webhook, *, actor: Actor, at: datetime) -> None:
    """Stop sending at once; what happens from now on is not kept for it.

    Switching it off again changes nothing. Raises NotAllowed, NotThere, WebhookNotReady.
    """
    access.require(actor, access.MANAGE, webhook)
    _require_approved(webhook)
    before = webhook.state
    there = Webhook.objects.filter(pk=webhook.pk, state__in=HEARING)
    if there.update(state=State.OFF, paused_at=None, failures=0, failing_since=None):
        detail: dict[str, audit.Value] = {"before": before, "after": State.OFF.value}
        audit.record(actor, "webhook.switched_off", webhook, at=at, detail=detail)
        _tell_screens(webhook)
    webhook.refresh_from_db(fields=["state", "paused_at", "failures", "failing_since"])


@transaction.atomic
def switch_on(webhook: Webhook, *, actor: Actor, at: datetime) -> None:
    """Send again to what was approved; what waits goes out now.

    Raises NotAllowed, NotThere, WebhookNotReady.
    """
    access.require(actor, access.MANAGE, webhook)
    _require_approved(webhook)
    before = webhook.state
    there = Webhook.objects.filter(pk=webhook.pk, state__in=(State.OFF, State.PAUSED))
    if there.update(state=State.ON, paused_at=None, failures=0, failing_since=None):
        WebhookDelivery.objects.filter(webhook=webhook, state=DeliveryState.WAITING).update(
            next_try_at=at, tries=0
        )
        detail: dict[str, audit.Value] = {"before": before, "after": State.ON.value}
        audit.record(actor, "webhook.switched_on", webhook, at=at, detail=detail)
        _tell_screens(webhook)
        transaction.on_commit(wake.webhooks.set)
    webhook.refresh_from_db(fields=["state", "paused_at", "failures", "failing_since"])
