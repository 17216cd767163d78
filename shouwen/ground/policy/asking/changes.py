"""What an institution has decided about its rules, how two moments differ, what a change does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.translation import pgettext_lazy

from shouwen.ground.kit.words import Words
from shouwen.ground.policy import words
from shouwen.ground.policy.asking.clocks import CandidateView
from shouwen.ground.policy.asking.packs import ClauseRow, rows_of_clause
from shouwen.ground.policy.asking.preview import weighed
from shouwen.ground.policy.book import Book, Extent, every_limit, policy_of
from shouwen.ground.policy.models import ClauseSetting, PackAdoption
from shouwen.ground.policy.packs import Limit
from shouwen.ground.policy.rules.facts import Facts
from shouwen.ground.policy.rules.limits import Mode
from shouwen.ground.policy.rules.spans import Span

EXTENT_WORDS: dict[str, Words] = {
    Extent.WHOLE: pgettext_lazy("extent", "whole"),
    Extent.LISTED: pgettext_lazy("extent", "single clauses"),
    Extent.NONE: pgettext_lazy("extent", "not used"),
}
MODE_WORDS: dict[str, Words] = {
    Mode.HARD: pgettext_lazy("mode", "binds"),
    Mode.TARGET: pgettext_lazy("mode", "is aimed at"),
    Mode.OFF: pgettext_lazy("mode", "does not count"),
}


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision that counts from `effective_at`; refs of who asked and who decided.

    `clause` is empty where packs were chosen, of which `packs` gives each with its extent.
    """

    effective_at: datetime
    asked_by: str
    decided_by: str
    reason: str
    clause: str = ""
    mode: str = ""
    limit: str = ""
    packs: tuple[tuple[str, Words], ...] = ()

    @property
    def mode_words(self) -> Words:
        """How the clause counts, in words."""
        return MODE_WORDS.get(self.mode, "")

    @property
    def limit_words(self) -> str:
        """The figure that was set, in words; empty where none was."""
        return words.within(Span.parse(self.limit)) if self.limit else ""


@dataclass(frozen=True, slots=True)
class Standing:
    """One clause as it counts here, where it comes from, and what may be decided about it."""

    rows: list[ClauseRow]
    mode: str
    limit: str
    is_open_figure: bool
    is_floor: bool
    decided: list[Decided]


@dataclass(frozen=True, slots=True)
class Difference:
    """What counts differently at two moments; an empty side does not count or is not there."""

    pack: str
    clause: str
    event: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Effect:
    """What a matter that begins now would have as its limit, before and after a change."""

    event: str
    title: str
    before: CandidateView | None
    after: CandidateView | None

    @property
    def is_changed(self) -> bool:
        """Whether another clause or another instant would count."""
        sides = [(s.clause, s.due_at) if s else None for s in (self.before, self.after)]
        return sides[0] != sides[1]


def standing(institution_id: int, clause: str, now: datetime) -> Standing | None:
    """Give one clause of the packs in force; None where no pack has it."""
    book = policy_of(institution_id).book(now)
    rows = rows_of_clause(book, clause)
    if not rows:
        return None
    limits = _limits_of(book, clause)
    setting = book.settings.get(clause)
    modes = {str(book.mode_of(limit)) for limit in limits} or {rows[0].mode.upper()}
    return Standing(
        rows=rows,
        mode=sorted(modes)[0],
        limit=setting.limit if setting else "",
        is_open_figure=bool(limits) and all(limit.span is None for limit in limits),
        is_floor=any(
            book.packs[limit.pack].statutory and limit.default is Mode.HARD for limit in limits
        ),
        decided=decisions(institution_id, clause=clause),
    )


def _limits_of(book: Book, clause: str) -> list[Limit]:
    return [limit for limit in every_limit(book.packs) if limit.clause == clause]


def decisions(institution_id: int, *, clause: str = "") -> list[Decided]:
    """Give what has been decided, newest first; with `clause`, about that clause alone."""
    rows = ClauseSetting.objects.filter(
        institution_id=institution_id, effective_at__isnull=False
    ).order_by("-effective_at", "-pk")
    if clause:
        rows = rows.filter(clause=clause)
    found = [
        Decided(
            effective_at=row.effective_at,
            asked_by=row.proposed_by,
            decided_by=row.approved_by,
            reason=row.reason,
            clause=row.clause,
            mode=row.mode,
            limit=row.limit,
        )
        for row in rows
        if row.effective_at
    ]
    if not clause:
        found += _choices(institution_id)
    return sorted(found, key=lambda one: one.effective_at, reverse=True)


def _choices(institution_id: int) -> list[Decided]:
    """Give each choice of packs as one decision."""
    rows = PackAdoption.objects.filter(institution_id=institution_id).order_by("pk")
    together: dict[tuple[datetime, str], list[tuple[str, Words]]] = {}
    for row in rows:
        held = together.setdefault((row.effective_at, row.decided_by), [])
        if row.extent != Extent.NONE:
            held.append((row.pack, EXTENT_WORDS[row.extent]))
    return [
        Decided(effective_at=at, asked_by="", decided_by=who, reason="", packs=tuple(chosen))
        for (at, who), chosen in together.items()
    ]


def differences(institution_id: int, earlier: datetime, later: datetime) -> list[Difference]:
    """Give what counts for matters that begin at one moment and not, or otherwise, at another."""
    policy = policy_of(institution_id)
    before, after = (_told(policy.book(at)) for at in (earlier, later))
    return [
        Difference(*key, before=before.get(key, ""), after=after.get(key, ""))
        for key in dict.fromkeys([*before, *after])
        if before.get(key, "") != after.get(key, "")
    ]


def _told(book: Book) -> dict[tuple[str, str, str], str]:
    """Say what counts, by pack, clause and event; the pack itself stands under no clause."""
    told: dict[tuple[str, str, str], str] = {}
    for code, pack in sorted(book.packs.items()):
        extent = book.extents.get(code, str(Extent.NONE))
        if extent != Extent.NONE:
            told[code, "", ""] = f"{pack.version} · {EXTENT_WORDS[extent]}"
    for limit in every_limit(book.packs):
        rule = book.rule_of(limit)
        if rule.mode is not Mode.OFF:
            said = f"{words.within(rule.span)} · {MODE_WORDS[rule.mode]}"
            told[limit.pack, limit.clause, words.event_title(limit.event)] = said
    for clause, setting in sorted(book.settings.items()):
        known = any(key[1] == clause for key in told)
        if not known and setting.mode != Mode.OFF and not _limits_of(book, clause):
            told["", clause, ""] = str(MODE_WORDS[setting.mode])
    return told


def effects(institution_id: int, clause: str, mode: str, limit: str, now: datetime) -> list[Effect]:
    """Give what a setting would change for a matter that begins now, by event.

    `mode` is HARD, TARGET or OFF, `limit` such as `90s` or empty. The facts are those the
    clause's own conditions ask for; nothing is stored.
    """
    policy = policy_of(institution_id)
    book = policy.book(now)
    tried = ClauseSetting(clause=clause, mode=mode, limit=limit)
    after = replace(book, settings={**book.settings, clause: tried})
    found: list[Effect] = []
    for held in _limits_of(book, clause):
        for event in (held.event, *held.also):
            facts = _facts_for(event, held)
            calendar = policy.calendar(facts.queue)
            sides = [weighed(b, calendar, event, now, facts).chosen for b in (book, after)]
            found.append(Effect(event, words.event_title(event), sides[0], sides[1]))
    return found


def _facts_for(event: str, limit: Limit) -> Facts:
    """Give a plain matter that the limit applies to."""
    first: dict[str, Any] = {name: _first(values) for name, values in limit.when.items()}
    cond = frozenset(limit.when.get("cond", ()))
    first.pop("cond", None)
    return Facts(**{"kind": event.split(".")[0], **first}, cond=cond)


def _first(values: Iterable[str]) -> str:
    return min(values)
