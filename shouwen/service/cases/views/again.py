"""What is pressed once a case has ended: complete its file, review it, take it up again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.http import QueryDict
from django.utils.translation import gettext as _

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, Words
from shouwen.people.customers import actions as customers
from shouwen.people.customers.models import PointKind
from shouwen.service.cases import actions
from shouwen.service.cases.actions import Judgement
from shouwen.service.cases.models import Case

# The three key points of a review (HB-2.4-02), as the form names them.
POINTS = ("content", "process", "customer")
# Those who review need not work cases.
RIGHTS = {"review": "case.review"}
YES, NO = "yes", "no"


def reopen(case: Case, said: QueryDict, actor: Actor, at: datetime) -> None:
    """Take the case up again."""
    actions.reopen(case, reason=said.get("reason", ""), actor=actor, at=at)


def review(case: Case, said: QueryDict, actor: Actor, at: datetime) -> None:
    """Record a review; each point must be judged."""
    wrong: dict[str, Words] = {
        point: _("Choose one of the two.") for point in POINTS if said.get(point) not in (YES, NO)
    }
    if wrong:
        raise Invalid(fields=wrong)
    content, process, customer = (said.get(point) == YES for point in POINTS)
    judgement = Judgement(content_ok=content, process_ok=process, customer_ok=customer)
    actions.review(case, judgement, words=said.get("words", ""), actor=actor, at=at)


def add_point(case: Case, said: QueryDict, actor: Actor, at: datetime) -> None:
    """Add a way to reach the customer, which the archive file needs."""
    if case.customer is None:
        raise Invalid(fields={"value": _("Link the customer first.")})
    kind, value = said.get("kind", ""), said.get("value", "")
    customers.add_contact_point(case.customer, kind=kind, value=value, actor=actor, at=at)


POINT_KINDS = tuple(PointKind.choices)


def points_of(said: QueryDict, wrong: Mapping[str, Words]) -> list[tuple[str, str, str, Words]]:
    """Give the points of a review as the form shows them: key, words, answer, what is wrong."""
    words = (
        _("What was done meets the standard"),
        _("The process was followed"),
        _("The customer is content with the result"),
    )
    return [
        (point, text, said.get(point, ""), wrong.get(point, ""))
        for point, text in zip(POINTS, words, strict=True)
    ]
