"""The shape of what the desk's pages send."""

from __future__ import annotations

from django.http import QueryDict

from shouwen.contact.routing.actions import Steps
from shouwen.front.desk.actions.passing import TransferForm
from shouwen.front.desk.actions.registering import CaseForm
from shouwen.service.cases import forms as cases

KEY_MAX_CHARACTERS = 64
MOST_CHOSEN = 20
NOT_TYPED = frozenset({"csrfmiddlewaretoken", "client_key", "idempotency_key"})


def case_form(posted: QueryDict) -> CaseForm:
    """Read the case form; what is right in it is the action's matter."""
    return CaseForm(
        category=posted.get("category", ""),
        description=posted.get("description", ""),
        kind=posted.get("kind", "REQUEST"),
        urgency=posted.get("urgency", "ORDINARY"),
        complexity=posted.get("complexity", "GENERAL"),
        reply_by=posted.get("reply_by", "CHAT"),
        unit=posted.get("unit", ""),
        demand=posted.get("demand", ""),
        complainant=posted.get("complainant", ""),
        reachable_at=posted.get("reachable_at", ""),
        answers=tuple(sorted(cases.answers_in(posted).items())),
    )


def transfer_form(posted: QueryDict) -> TransferForm:
    """Read the transfer's dialog; what is right in it is the action's matter."""
    kind, _sep, target = posted.get("to", "").partition(":")
    return TransferForm(
        steps=Steps(
            identity=posted.get("identity", ""),
            identity_words=posted.get("identity_words", ""),
            reason=posted.get("reason", ""),
            reason_words=posted.get("reason_words", ""),
            customer_view=posted.get("customer_view", ""),
            summary=posted.get("summary", ""),
        ),
        person=target if kind == "person" else "",
        queue=target if kind == "queue" else "",
    )


def typed(posted: QueryDict) -> dict[str, str]:
    """Give back what was typed, so that a refused form keeps it."""
    kept = {name: str(posted.get(name, "")) for name in posted}
    return {n: v for n, v in kept.items() if n not in NOT_TYPED}
