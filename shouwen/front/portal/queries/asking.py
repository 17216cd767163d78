"""What the form for a question shows, and what follows once it is in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import pgettext_lazy

from shouwen.front.portal.asking import REPLIES, Asked
from shouwen.front.portal.queries.complaining import Next, in_plain_words, what_comes
from shouwen.front.portal.queries.progress import Words
from shouwen.ground.kernel.time import SHANGHAI
from shouwen.people.customers.models import Customer
from shouwen.people.staff.models import Institution
from shouwen.service.cases import queries as cases
from shouwen.service.cases.models import Case, Kind, ReplyBy
from shouwen.service.complaints.models import Capacity

KIND_WORDS: dict[str, tuple[Words, str]] = {
    Kind.CONSULT: (pgettext_lazy("customer", "Ask something"), "message-2"),
    Kind.REQUEST: (pgettext_lazy("customer", "Have something done"), "clipboard-check"),
    Kind.COMPLAINT: (pgettext_lazy("customer", "Complain"), "scale"),
    Kind.FEEDBACK: (pgettext_lazy("customer", "Suggest something"), "star"),
}
CAPACITY_WORDS: dict[str, Words] = {
    Capacity.SELF: pgettext_lazy("customer", "For myself"),
    Capacity.AGENT: pgettext_lazy("customer", "For another, with their authority"),
    Capacity.HEIR: pgettext_lazy("customer", "As an heir"),
}
REPLY_ICONS = {
    ReplyBy.PHONE: "phone",
    ReplyBy.SMS: "message-2",
    ReplyBy.EMAIL: "mail",
    ReplyBy.LETTER: "file-text",
}


def ask_page(
    institution: Institution, customer: Customer | None, asked: Asked, step: str, at: datetime
) -> dict[str, Any]:
    """Gather the form, filled as it was; the dates follow from what is asked."""
    values = asked.values
    kind = values["kind"] if values["kind"] in Kind.values else Kind.REQUEST
    return {
        "institution": institution,
        "customer": customer,
        "values": {**values, "kind": kind, "reply_by": values["reply_by"] or ReplyBy.PHONE},
        "wrong": asked.wrong if step and step != "change" else {},
        "areas": cases.areas_of(institution.pk),
        "area_name": asked.area_name,
        "kinds": [(code, words, icon) for code, (words, icon) in KIND_WORDS.items()],
        "kind_words": KIND_WORDS[Kind(kind)][0],
        "replies": [(code.value, code.label, REPLY_ICONS[code]) for code in REPLIES],
        "reply_words": ReplyBy(values["reply_by"]).label if values["reply_by"] in REPLIES else "",
        "is_complaint": kind == Kind.COMPLAINT,
        "capacities": list(CAPACITY_WORDS.items()),
        "capacity_words": CAPACITY_WORDS.get(values["capacity"], ""),
        "is_for_another": asked.is_for_another,
        "today": at.astimezone(SHANGHAI),
        "promises": [
            Next(in_plain_words(promise.event, promise.title), promise.due_at, promise.clause)
            for promise in cases.promised_to(institution.pk, kind, customer, at)
            if promise.hard
        ],
    }


def asked_page(case: Case, at: datetime, *, is_own: bool) -> dict[str, Any]:
    """Gather what follows a question that is in: its running limits, soonest first."""
    return {
        "case": case,
        "clocks": what_comes(case, at),
        "is_own": is_own,
        "is_complaint": case.kind == Kind.COMPLAINT,
    }
