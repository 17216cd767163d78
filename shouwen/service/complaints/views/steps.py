"""What each step of a complaint asks for, as one dialog shows it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, Words
from shouwen.ground.kit import web
from shouwen.people.staff import queries as staff
from shouwen.people.staff.models import Person, Unit
from shouwen.service.cases import queries as cases
from shouwen.service.cases.models import Complexity, ReplyBy, Urgency
from shouwen.service.complaints import actions, queries
from shouwen.service.complaints.actions import Facets, Risk, transfers_back
from shouwen.service.complaints.models import (
    CgType,
    Complaint,
    MajorReason,
    OmClass,
    PlanAnswer,
    SnObject,
    Tier,
)
from shouwen.service.complaints.views.contesting import CONTESTING
from shouwen.service.complaints.views.extending import EXTENDING
from shouwen.service.complaints.views.fields import HIDDEN, Choices, Field, Step
from shouwen.service.complaints.views.finding import FINDING
from shouwen.service.complaints.views.grouping import GROUPING
from shouwen.service.complaints.views.limiting import LIMITING
from shouwen.service.complaints.views.outside import OUTSIDE
from shouwen.service.complaints.views.progress import PROGRESS
from shouwen.service.complaints.views.redress import REDRESSING
from shouwen.service.complaints.views.righting import RIGHTING
from shouwen.service.complaints.views.telling import TELLING

POSTS = ("lead", "complaints")


def _plain(choices: list[tuple[Any, Any]], none: str = "") -> Choices:
    made = [(str(code), str(label)) for code, label in choices if code != ""]
    return [("", none), *made] if none else made


def _staff_no(person: Person | None) -> str:
    return person.staff_no if person else ""


def _by_staff_no(actor: Actor, field: str, number: str) -> Person | None:
    """Give a colleague by staff number; nothing for no number. Raises Invalid."""
    if not number.strip():
        return None
    people = staff.people_of(actor).filter(is_active=True, staff_no=number.strip()[:20])
    found = people.select_related("unit").first()
    if found is None:
        raise Invalid(fields={field: _("No colleague within your reach has this staff number.")})
    return found


def _people(actor: Actor) -> Choices:
    rows = staff.people_of(actor).filter(is_active=True, grants__role__in=POSTS)
    rows = rows.select_related("unit").distinct().order_by("staff_no", "pk")
    return [(row.public_id, f"{row.name} {row.staff_no} · {row.unit.name}") for row in rows]


def _units(actor: Actor) -> Choices:
    rows = Unit.objects.filter(institution_id=actor.institution_id or 0).order_by("path")
    return [("", "—"), *((row.public_id, row.name) for row in rows)]


def _channel(value: str) -> Field:
    return Field("channel", _("By"), value, _plain(ReplyBy.choices))


def _classify_fields(one: Complaint, actor: Actor, _said: QueryDict) -> list[Field]:
    case = one.case
    held = case.category.code if case.category else ""
    offered = [(c.code, c.words) for c in cases.categories_of(one.institution_id, held=held)]
    no_number = _("Staff number; leave empty where nobody is meant.")
    unit = one.concerned_unit.public_id if one.concerned_unit else ""
    suggested = queries.suggestion_for(one)
    types = _plain(CgType.choices, "" if one.cg_type else pgettext("complaint type", "Choose"))
    return [
        Field("cg_type", pgettext("complaint", "Type"), one.cg_type, types, suggested=suggested),
        Field("shown_by", "", suggested.model if suggested else "", kind=HIDDEN),
        Field("category", _("Category"), held, _plain(offered)),
        Field("urgency", pgettext("complaint", "Urgency"), case.urgency, _plain(Urgency.choices)),
        Field(
            "complexity",
            pgettext("complaint", "Complexity"),
            case.complexity,
            _plain(Complexity.choices),
        ),
        Field("om_class", _("Class"), one.om_class, _plain(OmClass.choices, "—"), required=False),
        Field(
            "sn_object", _("About"), one.sn_object, _plain(SnObject.choices, "—"), required=False
        ),
        Field(
            "person",
            _("Person complained of"),
            _staff_no(one.concerned_person),
            required=False,
            hint=no_number,
            most=20,
        ),
        Field("unit", _("Unit complained of"), unit, _units(actor), required=False),
        Field(
            "seller", _("Seller"), _staff_no(one.seller), required=False, hint=no_number, most=20
        ),
    ]


def _classify(one: Complaint, said: QueryDict, actor: Actor, at: datetime) -> None:
    category = cases.category_for(one.institution_id, said.get("category", ""))
    facets = Facets(
        cg_type=said.get("cg_type", ""),
        om_class=said.get("om_class", ""),
        sn_object=said.get("sn_object", ""),
        urgency=said.get("urgency", ""),
        complexity=said.get("complexity", ""),
        person=_by_staff_no(actor, "person", said.get("person", "")),
        unit=queries.unit_named(actor, "unit", said.get("unit", "")),
        seller=_by_staff_no(actor, "seller", said.get("seller", "")),
    )
    shown_by = said.get("shown_by", "")
    actions.classify(one, category, facets, shown_by=shown_by, actor=actor, at=at)


def _grade_fields(one: Complaint, _actor: Actor, _said: QueryDict) -> list[Field]:
    grades = [(row.code, row.name) for row in queries.grades_of(one.institution_id)]
    tiers = _plain(Tier.choices)
    return [
        Field("grade", _("Grade"), one.grade.code if one.grade else "", grades),
        Field("tier", _("Tier"), str(one.tier), tiers),
        *([_tier_reason()] if one.graded_at else []),
        Field(
            "risk",
            _("Risk"),
            "yes" if one.case.asks_risk_response else "no",
            [
                ("no", _("It need not be completed within 72 hours")),
                ("yes", _("It is to be completed within 72 hours (CG-5.2-02)")),
            ],
        ),
        Field(
            "risk_reason",
            _("Why the risk is judged so"),
            rows=2,
            required=False,
            hint=_("Needed where the risk changes; the 72 hours count from receipt."),
            most=200,
        ),
    ]


def _tier_reason() -> Field:
    hint = _("Needed where the tier changes; it stands in the story (CG-3.2-03).")
    label = _("Why another tier handles it")
    return Field("tier_reason", label, rows=2, required=False, hint=hint, most=200)


def _grade(one: Complaint, said: QueryDict, actor: Actor, at: datetime) -> None:
    given = queries.grade_for(one.institution_id, said.get("grade", ""))
    tier = web.whole_number(said, "tier", default=0)
    answer = said.get("risk", "")
    if answer not in ("", "yes", "no"):
        raise Invalid(fields={"risk": _("Choose one of the values offered.")})
    risk = Risk(answer == "yes", said.get("risk_reason", "")) if answer else None
    why = said.get("tier_reason", "")
    actions.grade(one, given, tier=tier, tier_reason=why, risk=risk, actor=actor, at=at)


def _mark_fields(one: Complaint, _actor: Actor, _said: QueryDict) -> list[Field]:
    people = str(one.major_people or "")
    return [
        Field("reason", _("Reason"), one.major_reason, _plain(MajorReason.choices)),
        Field("people", _("Complainants in person"), people, required=False, most=9),
        Field(
            "executive",
            _("Executive who leads"),
            _staff_no(one.executive),
            required=False,
            hint=_("Staff number. The work begins only under an executive (HB-4.2-07)."),
            most=20,
        ),
    ]


def _mark(one: Complaint, said: QueryDict, actor: Actor, at: datetime) -> None:
    people = web.whole_number(said, "people", default=0)
    executive = _by_staff_no(actor, "executive", said.get("executive", ""))
    reason = said.get("reason", "")
    actions.mark_major(
        one, reason=reason, people=people or None, executive=executive, actor=actor, at=at
    )


def _assign_fields(one: Complaint, actor: Actor, _said: QueryDict) -> list[Field]:
    people = _people(actor)
    handler = one.case.handler.public_id if one.case.handler and one.assigned_at else ""
    supervisor = one.supervisor.public_id if one.supervisor else ""
    hint = _("Three different people accept, handle and supervise (CG-3.4-02).")
    return [
        Field("handler", _("Handler"), handler, people),
        Field("supervisor", _("Supervisor"), supervisor, people, hint=hint),
        Field("reason", _("Reason"), rows=2, required=False, most=500),
    ]


def _assign(one: Complaint, said: QueryDict, actor: Actor, at: datetime) -> None:
    named = {
        field: queries.person_named(actor, field, said.get(field, ""))
        for field in ("handler", "supervisor")
    }
    wrong: dict[str, Words] = {
        field: _("Choose somebody.") for field, person in named.items() if person is None
    }
    handler, supervisor = named["handler"], named["supervisor"]
    if handler is None or supervisor is None:
        raise Invalid(fields=wrong)
    reason = said.get("reason", "")
    actions.assign(one, handler=handler, supervisor=supervisor, reason=reason, actor=actor, at=at)


def _callback(one: Complaint, said: QueryDict, actor: Actor, at: datetime) -> None:
    answer = said.get("answer", "")
    if answer not in ("yes", "no"):
        raise Invalid(fields={"answer": _("Choose one of the values offered.")})
    try:
        actions.call_back(
            one,
            is_satisfied=answer == "yes",
            words=said.get("words", ""),
            channel=said.get("channel", ""),
            actor=actor,
            at=at,
        )
    except Invalid as error:
        # The form has one field for the words, whichever the answer.
        fields = {"words" if k == "reason" else k: v for k, v in error.fields.items()}
        raise Invalid(fields=fields) from error


def _opened(value: Any) -> str:
    return value.plain if value else ""


STEPS: dict[str, Step] = {
    "classify": Step(lambda: _("Classify the complaint"), "stack-2", _classify_fields, _classify),
    "grade": Step(lambda: _("Grade the complaint"), "arrow-up-circle", _grade_fields, _grade),
    "mark": Step(lambda: _("Mark as major"), "alert-octagon", _mark_fields, _mark),
    "assign": Step(lambda: _("Name the people"), "users", _assign_fields, _assign),
    "respond": Step(
        lambda: _("Record the first response"),
        "send",
        lambda one, _actor, _said: [
            Field("words", _("What was said"), rows=4, hint=_("Who deals with it, what is next.")),
            _channel(one.case.reply_by),
        ],
        lambda one, said, actor, at: actions.respond(
            one,
            words=said.get("words", ""),
            channel=said.get("channel", ""),
            actor=actor,
            at=at,
        ),
    ),
    "analyse": Step(
        lambda: _("Put down the facts"),
        "search",
        lambda one, _actor, _said: [Field("facts", _("Facts found"), _opened(one.facts), rows=6)],
        lambda one, said, actor, at: actions.analyse(
            one, facts=said.get("facts", ""), actor=actor, at=at
        ),
    ),
    "plan": Step(
        lambda: _("Agree on the plan"),
        "checklist",
        lambda one, _actor, _said: [
            Field("cause", _("Cause"), _opened(one.case.cause), rows=3),
            Field("plan", _("Plan"), _opened(one.case.solution), rows=4),
            Field("answer", _("The complainant"), one.plan_answer, _plain(PlanAnswer.choices)),
            _channel(one.case.reply_by),
        ],
        lambda one, said, actor, at: actions.agree_plan(
            one,
            cause=said.get("cause", ""),
            plan=said.get("plan", ""),
            answer=said.get("answer", ""),
            channel=said.get("channel", ""),
            actor=actor,
            at=at,
        ),
    ),
    "callback": Step(
        lambda: _("Record the callback"),
        "phone-outgoing",
        lambda one, _actor, _said: [
            Field(
                "answer",
                _("The complainant says"),
                choices=[("yes", _("It is settled")), ("no", _("It is not settled"))],
            ),
            Field("words", _("In their words"), rows=3),
            _channel(one.case.reply_by),
        ],
        _callback,
    ),
    "withdraw": Step(
        lambda: _("Record a withdrawal"),
        "x",
        lambda one, _actor, _said: [
            Field(
                "reason",
                _("Why it is taken back"),
                rows=3,
                hint=_("The complaint ends at once, with every clock."),
            ),
            _channel(one.case.reply_by),
        ],
        lambda one, said, actor, at: actions.withdraw(
            one,
            reason=said.get("reason", ""),
            channel=said.get("channel", ""),
            actor=actor,
            at=at,
        ),
    ),
    **FINDING,
    "transfer_back": Step(
        lambda: _("Take the transfer back"),
        "arrow-back-up",
        lambda _one, _actor, _said: [
            Field(
                "reason",
                _("Why it does not belong to this complaint"),
                rows=2,
                most=200,
                hint=_("Its number is free then: enter the transfer anew, or join it elsewhere."),
            )
        ],
        lambda one, said, actor, at: transfers_back.take_back_transfer(
            one, reason=said.get("reason", ""), actor=actor, at=at
        ),
    ),
    **EXTENDING,
    **TELLING,
    **CONTESTING,
    **OUTSIDE,
    **LIMITING,
    **REDRESSING,
    **GROUPING,
    **PROGRESS,
    **RIGHTING,
}
# What is done by one press.
PRESSES: dict[str, Callable[[Complaint, Actor, datetime], object]] = {
    "accept": lambda one, actor, at: actions.accept(one, actor=actor, at=at),
    "start": lambda one, actor, at: actions.start(one, actor=actor, at=at),
    "resolve": lambda one, actor, at: actions.resolve(one, actor=actor, at=at),
    "close": lambda one, actor, at: actions.close(one, actor=actor, at=at),
    "archive": lambda one, actor, at: actions.archive(one, actor=actor, at=at),
    "no_repeat": lambda one, actor, at: actions.deny_repeat(one, actor=actor, at=at),
}


def act_words(act: str) -> str:
    """Name an act on its button."""
    words = {
        "accept": _("Accept the complaint"),
        "start": _("Begin to investigate"),
        "resolve": _("Say that it is handled"),
        "close": _("Close the complaint"),
        "archive": _("Archive the complaint"),
        "no_repeat": _("No repeat"),
    }
    return words[act] if act in words else STEPS[act].title()
