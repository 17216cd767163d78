"""Merges a question that was asked twice, and splits one that was two, in the demo's open cases."""

from __future__ import annotations

from datetime import datetime, timedelta

from config.demo.founding import Founded
from shouwen.ground.kernel.actor import Actor
from shouwen.people.staff import queries as staff
from shouwen.service.cases import actions
from shouwen.service.cases.models import Case, Kind
from shouwen.service.cases.rules.states import UNSOLVED_STATES

AGAIN = "客户来电催问同一件事"
AGAIN_SAID = "客户说昨天在网上问过，今天来电再问一次进展。"
MERGED = "与在办工单为同一件事，客户已确认。"
PART = "咨询年费减免"
PART_SAID = "客户同时问起：全年刷卡满几次可以免年费。"


def furnish(founded: Founded, now: datetime) -> None:
    """Take the two newest unsolved cases, none a complaint; a centre of few days may have none."""
    lead = staff.actor_of(founded.lead())
    at = now - timedelta(minutes=8)
    unsolved = Case.objects.filter(
        institution=founded.institution,
        customer__isnull=False,
        state__in=[state.value for state in UNSOLVED_STATES],
        opened_at__lt=at - timedelta(minutes=10),
    ).exclude(kind=Kind.COMPLAINT)
    unsolved = unsolved.select_related("owner", "handler", "customer", "contact", "unit")
    for case, join in zip(unsolved.order_by("-pk")[:2], (_merge, _split), strict=False):
        join(case, lead, at)


def _merge(case: Case, lead: Actor, at: datetime) -> None:
    question = actions.Question(title=AGAIN, description=AGAIN_SAID, kind=case.kind)
    again = actions.open_case(question, customer=case.customer, unit=case.unit, actor=lead, at=at)
    try:
        actions.merge_cases(case, [again], reason=MERGED, actor=lead, at=at + timedelta(minutes=2))
    except actions.MergeWouldDelay:
        # What was asked by telephone is due earlier here; the two are linked instead.
        actions.relate_cases(again, case, "DUPLICATE", actor=lead, at=at + timedelta(minutes=2))


def _split(case: Case, lead: Actor, at: datetime) -> None:
    question = actions.part_of(case, PART, PART_SAID, "CONSULT")
    actions.split_case(case, question, actor=lead, at=at)
