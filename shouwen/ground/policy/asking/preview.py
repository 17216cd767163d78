"""The deadline calculator: every candidate, the chosen one, and the working in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext as _

from shouwen.ground.kernel.errors import Invalid
from shouwen.ground.kernel.time import day_of
from shouwen.ground.policy import packs as installed_packs
from shouwen.ground.policy import words
from shouwen.ground.policy.asking.clocks import CandidateView
from shouwen.ground.policy.book import Book, Extent, every_limit, policy_of
from shouwen.ground.policy.packs import Limit
from shouwen.ground.policy.rules.facts import Facts, unmet
from shouwen.ground.policy.rules.limits import Candidate, Mode, due_at, not_before, strictest
from shouwen.ground.policy.rules.working_time import WorkingCalendar


@dataclass(frozen=True, slots=True)
class Preview:
    """What would count for a matter: candidates earliest first, those that do not apply last."""

    event: str
    title: str
    start: datetime
    candidates: list[CandidateView]
    chosen: CandidateView | None
    working: str


def preview(
    institution_id: int | None,
    event: str,
    start: datetime,
    facts: Facts,
    packs: Iterable[str] | None = None,
) -> Preview:
    """Compute what every pack would demand for an event that begins at `start`.

    Without `packs`, every installed one is asked and each candidate says whether it is hard, a
    target or off at the institution (None: as the documents have it). Raises Invalid for an
    unknown event or pack, naming the field.
    """
    book, calendar = _book(institution_id, start, facts, packs)
    return weighed(book, calendar, event, start, facts)


def weighed(
    book: Book, calendar: WorkingCalendar, event: str, start: datetime, facts: Facts
) -> Preview:
    """Weigh an event's candidates by the rules of a book. Raises Invalid for an unknown event."""
    if event not in installed_packs.events():
        raise Invalid(fields={"event": _("There is no such event. Choose one of the packs'.")})
    pairs = [
        _view(limit, book, start, facts, calendar)
        for limit in every_limit(book.packs)
        if event in (limit.event, *limit.also)
    ]
    applying = [candidate for candidate, _view_ in pairs if candidate]
    best = strictest(applying)
    views = [
        replace(view, chosen=candidate is not None and candidate is best)
        for candidate, view in pairs
    ]
    views.sort(key=lambda v: (not v.applies, v.due_at is None, v.due_at or start, v.clause))
    chosen = next((view for view in views if view.chosen), None)
    return Preview(
        event=event,
        title=words.event_title(event),
        start=start,
        candidates=views,
        chosen=chosen,
        working=chosen.working if chosen else "",
    )


def _book(
    institution_id: int | None, start: datetime, facts: Facts, wanted: Iterable[str] | None
) -> tuple[Book, WorkingCalendar]:
    """Give the rules to ask. Packs asked for by name count as whole, settings still do."""
    policy = policy_of(institution_id or 0)
    book = policy.book(start)
    calendar = policy.calendar(facts.queue)
    if wanted is None:
        return book, calendar
    names = list(wanted)
    known = {pack.code for pack in installed_packs.installed()}
    unknown = sorted(set(names) - known)
    if unknown:
        raise Invalid(fields={"packs": _("There is no pack %(name)s.") % {"name": unknown[0]}})
    found = {
        code: pack
        for code, pack in installed_packs.in_force(day_of(start)).items()
        if code in names
    }
    return Book(found, dict.fromkeys(found, str(Extent.WHOLE)), book.settings), calendar


def _view(
    limit: Limit, book: Book, start: datetime, facts: Facts, calendar: WorkingCalendar
) -> tuple[Candidate | None, CandidateView]:
    rule = book.rule_of(limit)
    missing = unmet(rule.when, facts)
    view = CandidateView(
        clause=rule.clause,
        pack=rule.pack,
        within=str(rule.span) if rule.span else "configured",
        within_words=words.within(rule.span),
        due_at=None,
        hard=False,
        mode=rule.mode.lower(),
        applies=False,
        words=words.clause_words(rule.clause),
        statutory=rule.statutory,
        started_at=start,
    )
    if rule.span is None:
        return None, replace(view, reason=_("The clause gives no figure and none is set here."))
    due = due_at(rule.span, start, calendar)
    if missing:
        reason = _("Only for: %(condition)s.") % {"condition": words.condition(dict(rule.when))}
        return None, replace(view, due_at=due, reason=reason)
    view = replace(
        view,
        due_at=due,
        hard=rule.mode is Mode.HARD,
        applies=True,
        working=words.working(rule.span, start, due, calendar),
        not_before=not_before(rule.earliest, start, calendar) if rule.earliest else None,
    )
    if rule.mode is Mode.OFF:
        return None, view
    candidate = Candidate(
        clause=rule.clause,
        pack=rule.pack,
        within=str(rule.span),
        mode=rule.mode,
        started_at=start,
        due_at=due,
        statutory=rule.statutory,
    )
    return candidate, view
