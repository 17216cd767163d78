"""A webhook of the demo centre as it stands after some days: delivered, tried again, switched off.

It is off, so that nothing leaves the demo for an address that nobody owns.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from config.demo.founding import Founded
from shouwen.front.integrations import actions
from shouwen.front.integrations.actions.sending import Errand, Outcome, keep_outcome
from shouwen.front.integrations.models import Webhook, WebhookDelivery
from shouwen.people.approvals import actions as approvals
from shouwen.people.approvals.models import Approval
from shouwen.service.cases.events import CaseAccepted, CaseClosed, CaseOpened
from shouwen.service.cases.models import Case

EVENTS = ("case.opened", "case.accepted", "case.closed", "clock.breached", "rating.given")
CASES = 6
GONE, OK = 503, 200


def furnish(founded: Founded, now: datetime) -> None:
    """Ask as the administrator, approve as the risk officer, and tell of the newest cases."""
    admin, risk = (founded.first_of(role) for role in ("admin", "risk"))
    if admin is None or risk is None:
        return
    home, began = founded.institution, now - timedelta(hours=3)
    webhook, _secret = actions.ask_webhook(
        home,
        name="客户关系系统",
        address=f"https://crm.{home.code}.example/hooks/shouwen",
        events=EVENTS,
        reason="工单状态同步到客户关系系统",
        actor=admin,
        at=began,
    )
    approval = Approval.objects.get(subject_ref=webhook.public_id)
    words = "仅含编号与状态，符合最小必要。"
    approvals.approve(approval, words, actor=risk, at=began + timedelta(minutes=4))
    webhook.refresh_from_db()
    _tell(webhook, now - timedelta(hours=1))
    actions.switch_off(webhook, actor=admin, at=now - timedelta(minutes=20))


def _tell(webhook: Webhook, at: datetime) -> None:
    for case in Case.objects.filter(institution=webhook.institution_id).order_by("-pk")[:CASES]:
        fields: dict[str, Any] = {
            "institution_id": case.institution_id,
            "occurred_at": at,
            "case_id": case.pk,
        }
        actions.tell_fact(
            CaseOpened(**fields, channel=case.channel, kind=case.kind, owner_id=case.owner_id)
        )
        actions.tell_fact(CaseAccepted(**fields))
        if case.closed_at:
            seconds = round((case.closed_at - case.opened_at).total_seconds())
            actions.tell_fact(
                CaseClosed(
                    **fields,
                    owner_id=case.owner_id,
                    handler_id=case.handler_id,
                    open_seconds=seconds,
                )
            )
        at += timedelta(minutes=5)
    for number, delivery in enumerate(WebhookDelivery.objects.filter(webhook=webhook)):
        for status in (GONE, OK) if number == CASES else (OK,):
            _attempt(delivery, status, 38 + 7 * (number % 5))


def _attempt(delivery: WebhookDelivery, status: int, took_ms: int) -> None:
    """Keep what came of one try, as the sender would."""
    delivery.refresh_from_db(fields=["next_try_at"])
    errand = Errand(delivery.pk, delivery.webhook_id, delivery.next_try_at, "", b"", {})
    keep_outcome(errand, Outcome(took_ms, status), delivery.next_try_at)
