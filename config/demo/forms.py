"""What the demo's categories ask, and how its people answer."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from config.demo import texts
from config.demo.founding import Founded
from shouwen.ground.kernel.actor import Actor
from shouwen.people.staff import queries as staff
from shouwen.service.cases import actions, queries
from shouwen.service.cases.models import Case, Category
from shouwen.service.cases.rules.asking import Choice, Item, Kind, Step

# The category of the case whose form is still open.
ASKED = "transfer-wrong"
# What people of the demo answer, by kind; a choice takes its first value.
ANSWERS: dict[Kind, str] = {
    Kind.TEXT: "20260615-083217-0042",
    Kind.LONG: "客户称已按提示操作，款项状态显示处理中，尚未到账。",
    Kind.NUMBER: "6217000010001234567",
    Kind.AMOUNT: "2386.00",
    Kind.DATE: "2026-06-15",
    Kind.YES_NO: "no",
    Kind.POINT: "yes",
}


def furnish(founded: Founded, rows: list[dict[str, Any]], at: datetime) -> None:
    """Have the categories ask what the institution's file says, and retire what it retires."""
    for row in rows:
        category = Category.objects.select_related("parent__parent").get(
            institution=founded.institution, code=row["category"]
        )
        if "items" in row:
            items = [_item(one) for one in row["items"]]
            actions.set_form(category, items, seen=0, actor=founded.actor, at=at)
        if row.get("retired"):
            actions.retire_category(category, actor=founded.actor, at=at)


def _item(row: dict[str, Any]) -> Item:
    return Item(
        code=row["code"],
        kind=Kind(row["kind"]),
        name_zh=row["name_zh"],
        name_en=row["name_en"],
        needed_at=Step(row.get("needed_at", "")),
        is_personal=row.get("is_personal", False),
        choices=tuple(Choice(*one) for one in row.get("choices", ())),
    )


def leave_open(founded: Founded, code: str, now: datetime) -> None:
    """Let the bank work on a case whose form is filled in as far as its opening asks."""
    if code != "bank":
        return
    at = now - timedelta(minutes=34)
    scenario = next(one for one in texts.scenarios(code) if one.category == ASKED)
    worker = staff.actor_of(founded.people["ge"])
    category = Category.objects.get(institution=founded.institution, code=ASKED)
    case = actions.open_case(
        actions.Question(
            title=scenario.title, description=scenario.ask, kind="REQUEST", channel="CHAT"
        ),
        customer=founded.customers[0],
        category=category,
        answers={"account": ANSWERS[Kind.NUMBER]},
        actor=worker,
        at=at,
    )
    actions.accept(case, actor=worker, at=at)
    actions.classify(case, category, actor=worker, at=at + timedelta(minutes=1))
    actions.assign(case, founded.people["ge"], actor=worker, at=at + timedelta(minutes=2))
    actions.start_work(case, actor=worker, at=at + timedelta(minutes=4))


def fill_in(case: Case, *, actor: Actor, at: datetime) -> None:
    """Answer everything the case is asked, as whoever works on it would."""
    items = [one.item for one in queries.asked_of(case) if one.is_asked]
    answers = {
        item.code: item.choices[0].code if item.choices else ANSWERS[item.kind] for item in items
    }
    if answers:
        actions.fill_form(case, answers, actor=actor, at=at)
