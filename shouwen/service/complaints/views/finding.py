"""Responsibility on a complaint's page: setting it with shares, hearing who is held, deciding."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid, NotAllowed, Words
from shouwen.ground.kit import web
from shouwen.people.staff import queries as staff
from shouwen.people.staff.models import Person, Unit
from shouwen.service.complaints import access, actions, queries
from shouwen.service.complaints.actions import Finding, Share, apart
from shouwen.service.complaints.models import Complaint, FindingPart, Position, Responsible
from shouwen.service.complaints.rules.states import Act
from shouwen.service.complaints.views.fields import Choices, Field, Step

ROWS = 4
UNIT_MARK = "unit:"
STANDS, CHANGED = "UPHELD", "CHANGED"
# What a row of a shared finding may name without a name of its own.
PLAIN = (
    Responsible.STAFF,
    Responsible.PARTNER,
    Responsible.PRODUCT,
    Responsible.SYSTEM,
    Responsible.CUSTOMER,
)


@dataclass(frozen=True, slots=True)
class Shown:
    """One part on the page; `told` names who hears of it."""

    row: FindingPart
    told: str
    may_decide: bool
    why_not: str


@dataclass(frozen=True, slots=True)
class ShownFinding:
    """The present finding, former parts that were contested, and what may be done."""

    parts: list[Shown]
    former: list[FindingPart]
    may_record: bool


def shown(actor: Actor, one: Complaint) -> ShownFinding | None:
    """Give the finding as whoever looks may act on it; None where nobody was held so far."""
    rows = queries.finding_of(one)
    if not rows:
        return None
    present = [row for row in rows if row.is_current]
    may, why = _judging(actor, one) if any(row.is_contested for row in present) else (False, "")
    parts = [
        Shown(
            row,
            "、".join(told.person.name for told in row.notices.all()),
            may and row.is_contested,
            why if row.is_contested else "",
        )
        for row in present
    ]
    former = [row for row in rows if not row.is_current]
    return ShownFinding(parts, former, _may_record(actor, one, present))


def _judging(actor: Actor, one: Complaint) -> tuple[bool, str]:
    if not access.may_do(actor, one, Act.CLOSE):
        return False, ""
    try:
        actions.refuse_judge(one, actor)
    except NotAllowed:
        return False, ""
    except Conflict as problem:
        return False, str(problem)
    return True, ""


def _may_record(actor: Actor, one: Complaint, rows: list[FindingPart]) -> bool:
    person = staff.person_behind(actor)
    if person is None or not any(queries.recordable(row) for row in rows):
        return False
    if not access.may_do(actor, one, Act.RESPONSIBILITY):
        return False
    try:
        apart.refuse_hands(one, Act.RESPONSIBILITY, actor, person)
    except Conflict:
        return False
    return True


def _kinds() -> Choices:
    return [(str(code), str(label)) for code, label in Responsible.choices]


def _holders(one: Complaint) -> Choices:
    units = Unit.objects.filter(institution_id=one.institution_id, closed_at__isnull=True)
    named = [(f"{UNIT_MARK}{row.public_id}", row.name) for row in units.order_by("path")]
    return [("", "—"), *((str(kind), str(kind.label)) for kind in PLAIN), *named]


def _finding_fields(
    one: Complaint, responsible: str, evidence: str, said: QueryDict
) -> list[Field]:
    chosen = said.get("responsible", responsible)
    fields = [Field("responsible", _("Responsible"), chosen, _kinds(), steers=True)]
    is_shared = chosen == Responsible.SHARED
    if is_shared:
        holders = _holders(one)
        for place in range(1, ROWS + 1):
            needed = place <= 2
            held = {"n": place}
            fields += [
                Field(
                    f"held_{place}",
                    _("Held responsible, %(n)s") % held,
                    said.get(f"held_{place}", ""),
                    holders,
                    required=needed,
                    steers=False,
                ),
                Field(
                    f"percent_{place}",
                    _("Share %(n)s, percent") % held,
                    said.get(f"percent_{place}", ""),
                    required=needed,
                    most=3,
                ),
                Field(
                    f"ground_{place}",
                    _("Ground %(n)s") % held,
                    said.get(f"ground_{place}", ""),
                    required=False,
                    most=500,
                ),
            ]
    if is_shared or chosen == Responsible.STAFF:
        hint = _("Staff number; left empty, the person complained of is meant.")
        fields.append(
            Field(
                "staff_no",
                _("Member of staff"),
                said.get("staff_no", ""),
                required=False,
                hint=hint,
                most=20,
            )
        )
    if is_shared or chosen == Responsible.PARTNER:
        fields.append(
            Field(
                "partner",
                _("Name of the partner"),
                said.get("partner", ""),
                required=False,
                most=80,
            )
        )
    fields.append(Field("evidence", _("Evidence"), evidence, rows=4))
    return fields


def _colleague(one: Complaint, actor: Actor, number: str) -> Person | None:
    if not number.strip():
        return one.concerned_person
    rows = staff.people_of(actor).filter(is_active=True, staff_no=number.strip()[:20])
    found = rows.select_related("unit").first() if number.isprintable() else None
    if found is None:
        words = _("No colleague within your reach has this staff number.")
        raise Invalid(fields={"staff_no": words})
    return found


def _said_finding(one: Complaint, said: QueryDict, actor: Actor) -> Finding:
    """Read a finding from its dialog. Raises Invalid, naming the field."""
    responsible = said.get("responsible", "")
    partner = said.get("partner", "")
    shares: list[Share] = []
    if responsible == Responsible.SHARED:
        wrong: dict[str, Words] = {}
        for place in range(1, ROWS + 1):
            held = said.get(f"held_{place}", "")
            if not held and not said.get(f"percent_{place}", "").strip():
                continue
            try:
                percent = web.whole_number(said, f"percent_{place}", default=0)
                ground = said.get(f"ground_{place}", "")
                shares.append(_share(one, held, percent, partner, ground, said, actor, place))
            except Invalid as error:
                wrong |= error.fields
        if wrong:
            raise Invalid(fields=wrong)
    elif responsible == Responsible.STAFF:
        person = _colleague(one, actor, said.get("staff_no", ""))
        shares.append(Share(kind=responsible, person=person))
    elif responsible == Responsible.PARTNER:
        shares.append(Share(kind=responsible, partner=partner))
    return Finding(responsible, said.get("evidence", ""), tuple(shares))


def _share(
    one: Complaint,
    held: str,
    percent: int,
    partner: str,
    ground: str,
    said: QueryDict,
    actor: Actor,
    place: int,
) -> Share:
    if held.startswith(UNIT_MARK):
        unit = queries.unit_named(actor, f"held_{place}", held.removeprefix(UNIT_MARK))
        return Share(kind=Responsible.UNIT, percent=percent, unit=unit, ground=ground)
    is_staff, is_partner = held == Responsible.STAFF, held == Responsible.PARTNER
    return Share(
        kind=held,
        percent=percent,
        person=_colleague(one, actor, said.get("staff_no", "")) if is_staff else None,
        partner=partner if is_partner else "",
        ground=ground,
    )


def _assign(one: Complaint, said: QueryDict, actor: Actor, at: datetime) -> None:
    found = _said_finding(one, said, actor)
    actions.assign_responsibility(
        one,
        responsible=found.responsible,
        evidence=found.evidence,
        shares=found.shares,
        actor=actor,
        at=at,
    )


def _part_named(one: Complaint, ref: str) -> FindingPart:
    found = next((row for row in queries.finding_of(one) if row.public_id == ref), None)
    if found is None:
        raise Invalid(fields={"part": _("There is no such entry.")})
    return found


def _hear_fields(one: Complaint, _actor: Actor, _said: QueryDict) -> list[Field]:
    rows = [row for row in queries.finding_of(one) if queries.recordable(row)]
    parts = [(row.public_id, f"{row.name} {row.percent}%") for row in rows]
    what = [
        *((str(code), str(label)) for code, label in Position.choices),
        ("CONTESTS", _("Contests the finding")),
    ]
    hint = _("In their words, and when and how they said it.")
    return [
        Field("part", _("Who says it"), choices=parts),
        Field("position", pgettext("finding", "Position"), choices=what),
        Field("words", _("What they say"), rows=4, hint=hint, most=2000),
    ]


def _hear(one: Complaint, said: QueryDict, actor: Actor, at: datetime) -> None:
    part = _part_named(one, said.get("part", ""))
    words, position = said.get("words", ""), said.get("position", "")
    if position == "CONTESTS":
        actions.contest_finding(part, words=words, actor=actor, at=at)
        return
    actions.state_on_finding(part, position=position, words=words, actor=actor, at=at)


def _judge_fields(one: Complaint, actor: Actor, said: QueryDict) -> list[Field]:
    asked = [row for row in queries.finding_of(one) if row.is_contested]
    parts = [(row.public_id, f"{row.name} {row.percent}%") for row in asked]
    outcomes = [
        (STANDS, _("The finding stands")),
        (CHANGED, _("The finding is changed")),
    ]
    chosen = said.get("outcome", "")
    hint = _("What was looked at and why. Whoever contested it reads this.")
    fields = [
        Field("part", _("Who contests it"), said.get("part", ""), choices=parts, steers=True),
        Field("outcome", _("Outcome"), chosen, outcomes, steers=True),
        Field("opinion", pgettext("contest", "Opinion"), rows=4, hint=hint),
    ]
    if chosen != CHANGED:
        return fields
    evidence = one.evidence.plain if one.evidence else ""
    return [*fields, *_finding_fields(one, one.responsible, evidence, said)]


def _judge(one: Complaint, said: QueryDict, actor: Actor, at: datetime) -> None:
    outcome = said.get("outcome", "")
    if outcome not in (STANDS, CHANGED):
        raise Invalid(fields={"outcome": _("Choose one of the values offered.")})
    actions.decide_finding(
        one,
        said.get("part", ""),
        opinion=said.get("opinion", ""),
        changed=_said_finding(one, said, actor) if outcome == CHANGED else None,
        actor=actor,
        at=at,
    )


FINDING: dict[str, Step] = {
    "responsibility": Step(
        lambda: _("Assign responsibility"),
        "gavel",
        lambda one, _actor, said: _finding_fields(
            one, one.responsible, one.evidence.plain if one.evidence else "", said
        ),
        _assign,
    ),
    "hear": Step(lambda: _("Record what they say to it"), "messages", _hear_fields, _hear),
    "judge": Step(lambda: _("Decide on the finding"), "gavel", _judge_fields, _judge),
}
