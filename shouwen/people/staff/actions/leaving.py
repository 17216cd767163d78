"""Work goes to others when somebody leaves, and only then does the person go."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, NotAllowed, Problem, Words
from shouwen.ground.vault import audit
from shouwen.people.staff import access, ports, queries
from shouwen.people.staff.actions.people import disable_person
from shouwen.people.staff.models import Person, Unit
from shouwen.people.staff.ports import Heir

REASON_MAX_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Shares:
    """Who gets what: an heir for each kind of work, and others for single things of it.

    Heirs are public ids of people or units; kinds and things that are not named stay.
    """

    by_kind: Mapping[str, str] = field(default_factory=dict)
    by_item: Mapping[tuple[str, str], str] = field(default_factory=dict)


@transaction.atomic
def hand_over_work(
    person: Person, shares: Shares, *, reason: str, actor: Actor, at: datetime
) -> dict[str, int]:
    """Hand a person's open work to others in one act; give how many of each kind went.

    All of it goes or none. A unit's share of what needs a person goes to its lead. Each thing has
    its own line on the trail, and the person one with all. Raises Invalid naming what is wrong by
    `kind` or `kind:ref`, NotAllowed, NotThere. Serves HB-1.2-03, OM-2.3-05.
    """
    if not queries.may_hand_over(actor, person):
        raise NotAllowed
    reason = reason.strip()
    if not reason or len(reason) > REASON_MAX_CHARACTERS:
        raise Invalid(fields={"reason": _("Say why in up to 200 characters.")})
    # Two who hand over at once take turns at the person's row.
    Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    wrong: dict[str, Words] = {}
    done: Counter[str] = Counter()
    heirs: Counter[str] = Counter()
    for kind in ports.work_kinds():
        for item in kind.listed(person):
            key = f"{kind.code}:{item.ref}"
            single = shares.by_item.get((kind.code, item.ref), "")
            chosen = single or shares.by_kind.get(kind.code, "")
            if not chosen:
                continue
            place = key if single else kind.code
            try:
                heir = _heir(chosen, person, kind)
                if kind.hand_over(person, item.ref, heir, reason, actor, at):
                    done[kind.code] += 1
                    heirs[heir.ref] += 1
            except Problem as problem:
                wrong[place] = next(iter(problem.fields.values()), problem.message)
    if wrong:
        raise Invalid(fields=wrong)
    if not done:
        raise Invalid(fields={"kind": _("Choose to whom the work goes.")})
    detail: dict[str, audit.Value] = {
        **dict(sorted(done.items())),
        "to": " ".join(f"{ref}={count}" for ref, count in sorted(heirs.items()))[:400],
    }
    audit.record(actor, "person.work_handed_over", person, at=at, purpose=reason, detail=detail)
    return dict(done)


def _heir(ref: str, leaver: Person, kind: ports.WorkKind) -> Heir:
    """Find who a public id stands for. Raises Invalid."""
    askable = ref if ref.isprintable() else ""
    home = {"institution_id": leaver.institution_id, "public_id": askable}
    person = Person.objects.filter(**home, is_active=True).select_related("unit").first()
    if person is not None:
        if person.pk == leaver.pk:
            raise Invalid(fields={"heir": _("Choose somebody else than the one who leaves.")})
        if not access.has_right(queries.actor_of(person), "case.work"):
            raise Invalid(fields={"heir": _("This colleague does not work cases. Choose another.")})
        return Heir(person.unit, person)
    unit = Unit.objects.filter(**home, closed_at__isnull=True).first()
    if unit is None:
        raise Invalid(fields={"heir": _("Choose one of the listed entries.")})
    if not kind.needs_person:
        return Heir(unit)
    lead = queries.lead_of(unit, leaver)
    if lead is None:
        raise Invalid(fields={"heir": _("Nobody leads this unit. Choose a person.")})
    return Heir(lead.unit, lead)


@transaction.atomic
def let_go(person: Person, shares: Shares, *, reason: str, actor: Actor, at: datetime) -> None:
    """Hand a person's work over and disable the account, both or neither.

    Raises what `hand_over_work` raises, and WorkStillOpen where something would be left.
    """
    if queries.open_work(person):
        hand_over_work(person, shares, reason=reason, actor=actor, at=at)
    disable_person(person, actor=actor, at=at)
