"""Everything the rules page shows, gathered for one call."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from shouwen.front.console import forms, gantt
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import NotThere
from shouwen.ground.kit.words import Words
from shouwen.ground.policy import queries as policy
from shouwen.ground.policy.book import policy_of
from shouwen.people.approvals import queries as approvals
from shouwen.people.approvals.queries import Row
from shouwen.people.staff import access
from shouwen.people.staff import queries as staff

CHANGES = 50
YEAR = timedelta(days=365)
KINDS = ("deadline", "threshold", "kpi", "retention", "recurring")


@dataclass(frozen=True, slots=True)
class Calculated:
    """The calculator's form, and what came of it when the form was right."""

    form: forms.CalculatorForm
    preview: policy.Preview | None
    chart: gantt.Gantt | None


@dataclass(frozen=True, slots=True)
class RulesPage:
    """Packs, the chosen entries, and the calculator."""

    packs: list[policy.PackOverview]
    rows: list[policy.ClauseRow]
    pack: str
    kind: str
    total: int
    deadlines: int
    counts: list[tuple[str, int]]
    calculated: Calculated


def calculate(actor: Actor, data: dict[str, str], now: datetime) -> Calculated:
    """Compute a deadline at the actor's institution; needs `policy.read`."""
    access.require(actor, "policy.read")
    form = forms.calculator(data, now)
    if not form.is_valid():
        return Calculated(form, None, None)
    start = form.cleaned_data["start"]
    preview = policy.preview(actor.institution_id, form.cleaned_data["event"], start, form.facts())
    calendar = policy_of(actor.institution_id or 0).calendar("")
    return Calculated(form, preview, gantt.draw(preview, calendar))


def page(actor: Actor, asked: dict[str, str], now: datetime) -> RulesPage:
    """Gather the page for the actor's institution; an unknown pack or kind shows everything."""
    access.require(actor, "policy.read")
    home = actor.institution_id or 0
    packs = policy.overview(home, now)
    pack = asked.get("pack", "")
    pack = pack if pack in {one.code for one in packs} else ""
    kind = asked.get("kind", "")
    kind = kind if kind in KINDS else "deadline"
    shown = [one for one in packs if not pack or one.code == pack]
    counts = [(name, sum(one.counts.get(name, 0) for one in shown)) for name in KINDS]
    calculator = {key: asked[key] for key in forms.CalculatorForm.base_fields if key in asked}
    return RulesPage(
        packs=packs,
        rows=policy.clause_rows(home, now, pack=pack, kind=kind),
        pack=pack,
        kind=kind,
        total=sum(one.clauses for one in packs),
        deadlines=sum(one.counts.get("deadline", 0) for one in packs),
        counts=counts,
        calculated=calculate(actor, calculator, now),
    )


@dataclass(frozen=True, slots=True)
class ClausePage:
    """One clause as it counts here, the requests about it, and what a change would do."""

    clause: str
    standing: policy.Standing
    requests: list[Row]
    effects: list[policy.Effect]
    modes: list[tuple[str, Words]]
    names: dict[str, str]
    may_edit: bool


def clause_page(actor: Actor, clause: str, said: dict[str, str], now: datetime) -> ClausePage:
    """Gather one clause's page; `said` is what its form holds. Raises NotAllowed, NotThere."""
    access.require(actor, "policy.read")
    home = actor.institution_id or 0
    found = policy.standing(home, clause, now)
    if found is None:
        raise NotThere
    may_edit = access.has_right(actor, "policy.edit")
    return ClausePage(
        clause=clause,
        standing=found,
        requests=approvals.approvals_of(actor, "clause", clause, at=now),
        effects=_effects(home, clause, said, now) if may_edit else [],
        # What the law demands is not an institution's to lower.
        modes=[
            (mode, words)
            for mode, words in policy.MODE_WORDS.items()
            if mode == "HARD" or not found.is_floor
        ],
        names=_names(found.decided),
        may_edit=may_edit and (not found.is_floor or found.is_open_figure),
    )


def _effects(home: int, clause: str, said: dict[str, str], now: datetime) -> list[policy.Effect]:
    mode, limit = said.get("mode", ""), said.get("limit", "").strip()
    try:
        return policy.effects(home, clause, mode, limit, now) if mode in policy.MODE_WORDS else []
    except ValueError:
        # A figure that is still being typed has no effect yet.
        return []


def _names(decided: Iterable[policy.Decided]) -> dict[str, str]:
    return staff.names_by_ref({ref for one in decided for ref in (one.asked_by, one.decided_by)})


@dataclass(frozen=True, slots=True)
class PacksPage:
    """Every pack with what is chosen for it, and the requests about the choice."""

    rows: list[tuple[policy.PackOverview, str]]
    extents: list[tuple[str, Words]]
    requests: list[Row]


def packs_page(actor: Actor, said: dict[str, str], now: datetime) -> PacksPage:
    """Gather the page where packs are chosen. Raises NotAllowed."""
    access.require(actor, "policy.edit")
    home = actor.institution_id or 0
    return PacksPage(
        rows=[
            (one, said.get(f"pack-{one.code}", one.extent)) for one in policy.overview(home, now)
        ],
        extents=list(policy.EXTENT_WORDS.items()),
        requests=approvals.approvals_of(actor, "packs", str(home), at=now),
    )


@dataclass(frozen=True, slots=True)
class ChangesPage:
    """A page of decisions, newest first."""

    rows: list[policy.Decided]
    names: dict[str, str]
    newer: int
    older: int


def changes_page(actor: Actor, number: str, now: datetime) -> ChangesPage:
    """Gather what was decided about rules. Raises NotAllowed."""
    access.require(actor, "policy.read")
    rows = policy.decisions(actor.institution_id or 0)
    at = int(number) if number.isascii() and number.isdigit() and len(number) < 5 else 1
    at = min(max(at, 1), max(1, -(-len(rows) // CHANGES)))
    shown = rows[(at - 1) * CHANGES : at * CHANGES]
    return ChangesPage(
        shown, _names(shown), newer=at - 1, older=at + 1 if at * CHANGES < len(rows) else 0
    )


@dataclass(frozen=True, slots=True)
class ComparePage:
    """Two moments and what counts differently at them."""

    earlier: datetime
    later: datetime
    rows: list[policy.Difference]


def compare_page(
    actor: Actor, earlier: datetime | None, later: datetime | None, now: datetime
) -> ComparePage:
    """Gather what differs; without moments, between a year ago and now. Raises NotAllowed."""
    access.require(actor, "policy.read")
    last = later or now
    first = earlier or last - YEAR
    rows = policy.differences(actor.institution_id or 0, first, last)
    return ComparePage(first, last, rows)
