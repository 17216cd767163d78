"""The packs as the console shows them, and what other rooms take from them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from shouwen.ground.policy import packs, register, words
from shouwen.ground.policy.book import Book, Extent, policy_of
from shouwen.ground.policy.packs import Limit, Pack
from shouwen.ground.policy.rules.facts import FAMILIES
from shouwen.ground.policy.rules.limits import Mode, Rule
from shouwen.ground.policy.rules.phrases import Phrase, PhraseList


@dataclass(frozen=True, slots=True)
class PackOverview:
    """One pack: how much of it counts here, and how many entries of each kind it has."""

    code: str
    kind: str
    title: str
    version: str
    effective_on: date
    ends_on: date | None
    extent: str
    clauses: int
    counts: dict[str, int]


@dataclass(frozen=True, slots=True)
class ClauseRow:
    """One entry of a pack as a table row. `mode` is hard, target or off."""

    clause: str
    pack: str
    pack_title: str
    section: str
    kind: str
    event: str
    event_title: str
    condition: str
    within: str
    within_words: str
    counts: str
    start: str
    pausable: str
    modality: str
    mode: str
    covered_by: str
    statutory: bool
    effective_on: date
    ends_on: date | None
    words: str


@dataclass(frozen=True, slots=True)
class Target:
    """A figure aimed at, with its clause."""

    value: float
    clause: str


def overview(institution_id: int, now: datetime) -> list[PackOverview]:
    """Give every installed pack's version of today: law first, then by code."""
    book = policy_of(institution_id).book(now)
    held = sorted(book.packs.values(), key=lambda pack: (not pack.statutory, pack.code))
    return [_overview(pack, book) for pack in held]


def _overview(pack: Pack, book: Book) -> PackOverview:
    counts = {kind: len(entries) for kind, entries in pack.entries.items()}
    counts["deadline"] = len(pack.limits())
    source = register.law() if pack.statutory else register.documents()
    return PackOverview(
        code=pack.code,
        kind=pack.kind,
        title=pack.title_zh if words.is_chinese() else pack.title_en,
        version=pack.version,
        effective_on=pack.effective_on,
        ends_on=pack.ends_on,
        extent=book.extents.get(pack.code, str(Extent.NONE)),
        clauses=sum(clause.doc == pack.code for clause in source.values()),
        counts=counts,
    )


def clause_rows(
    institution_id: int, now: datetime, *, pack: str = "", kind: str = "deadline"
) -> list[ClauseRow]:
    """Give the entries of one kind (deadline, threshold, kpi, retention, recurring) as rows.

    By pack and order of the file; with `pack`, of that pack alone.
    """
    book = policy_of(institution_id).book(now)
    rows: list[ClauseRow] = []
    for code, held in sorted(book.packs.items()):
        if pack and code != pack:
            continue
        if kind == "deadline":
            rows += [_limit_row(limit, held, book) for limit in held.limits()]
        else:
            rows += [_entry_row(entry, kind, held, book) for entry in held.entries.get(kind, ())]
    return rows


def rows_of_clause(book: Book, clause: str) -> list[ClauseRow]:
    """Give every entry that one clause has in the packs in force."""
    rows: list[ClauseRow] = []
    for _code, held in sorted(book.packs.items()):
        rows += [_limit_row(limit, held, book) for limit in held.limits() if limit.clause == clause]
        for kind, entries in held.entries.items():
            rows += [_entry_row(e, kind, held, book) for e in entries if e["clause"] == clause]
    return rows


def _limit_row(limit: Limit, pack: Pack, book: Book) -> ClauseRow:
    rule = book.rule_of(limit)
    found = register.clause(limit.clause)
    causes = sorted(limit.pausable)
    return ClauseRow(
        clause=limit.clause,
        pack=pack.code,
        pack_title=pack.title_zh if words.is_chinese() else pack.title_en,
        section=found.section if found else "",
        kind="deadline",
        event=limit.event,
        event_title=words.event_title(limit.event),
        condition=words.condition(dict(limit.when)),
        within=str(rule.span) if rule.span else "configured",
        within_words=words.within(rule.span),
        counts=words.counting(rule.span),
        start=str(words.STARTS.get(limit.stated_start or "received", limit.stated_start)),
        pausable=words.listed([str(words.CAUSES.get(cause, cause)) for cause in causes]),
        modality=str(words.MODALITIES.get(limit.modality, limit.modality)),
        mode=rule.mode.lower(),
        covered_by=_covered_by(rule, book),
        statutory=pack.statutory,
        effective_on=pack.effective_on,
        ends_on=pack.ends_on,
        words=words.clause_words(limit.clause),
    )


def _covered_by(rule: Rule, book: Book) -> str:
    """Name the clause that always ends earlier: the same event and start, a shorter fixed time,
    and no condition this one has not."""
    if rule.mode is not Mode.HARD or rule.span is None or rule.span.exact is None:
        return ""
    tighter = [
        other
        for other in book.rules.get(rule.event, ())
        if other.mode is Mode.HARD
        and other.span
        and other.span.exact
        and other.span.exact < rule.span.exact
        and rule.starts_on <= other.starts_on
        and all(rule.when.get(name, frozenset()) >= held for name, held in other.when.items())
        and not set(other.when) - set(rule.when)
    ]
    first = min(tighter, key=lambda r: (r.span.exact if r.span else None, r.clause), default=None)
    return first.clause if first else ""


def _entry_row(entry: dict[str, object], kind: str, pack: Pack, book: Book) -> ClauseRow:
    clause = str(entry["clause"])
    found = register.clause(clause)
    modality = str(entry.get("modality", ""))
    setting = book.settings.get(clause)
    extent = book.extents.get(pack.code, Extent.NONE)
    default = Mode.TARGET if modality == "eg" else Mode.HARD
    mode = Mode.OFF if extent != Extent.WHOLE else default
    if setting and extent != Extent.NONE:
        mode = Mode(setting.mode)
    event = str(entry.get("event", ""))
    return ClauseRow(
        clause=clause,
        pack=pack.code,
        pack_title=pack.title_zh if words.is_chinese() else pack.title_en,
        section=found.section if found else "",
        kind=kind,
        event=event,
        event_title=words.event_title(event) if event else "",
        condition="",
        within="",
        within_words=_figure(entry),
        counts="",
        start="",
        pausable="",
        modality=str(words.MODALITIES.get(modality, modality)),
        mode=mode.lower(),
        covered_by="",
        statutory=pack.statutory,
        effective_on=pack.effective_on,
        ends_on=pack.ends_on,
        words=words.clause_words(clause),
    )


def _figure(entry: dict[str, object]) -> str:
    for name in ("value", "retention", "period", "duration", "rings", "hours", "formula"):
        held = entry.get(name)
        if isinstance(held, dict):
            return " ".join(
                f"{'≥' if bound == 'at_least' else '≤'} {figure}" for bound, figure in held.items()
            )
        if isinstance(held, list):
            return " / ".join(str(item) for item in held)
        if held is not None:
            return str(held)
    return ""


def event_choices() -> list[tuple[str, str]]:
    """Give every event with its name in the reader's language, in the order of the file."""
    return [(event, words.event_title(event)) for event in packs.events()]


def phrases(institution_id: int, channel: str, now: datetime | None = None) -> PhraseList:
    """Give the phrases that must not be said on a channel at this institution.

    A phrase list of the web does not reach the telephone: OM-2.2-03 allows there what OM-3.2.4-01
    forbids on the web. Without `now` the newest version of each pack counts.
    """
    policy = policy_of(institution_id)
    book = policy.book(now) if now else policy.newest_book()
    here = channel.lower()
    families = {name for name, members in FAMILIES.items() if here in members} | {here}
    said = []
    for code, pack in sorted(book.packs.items()):
        for channels, phrase in pack.phrases:
            if channels and channels.isdisjoint(families):
                continue
            setting = book.settings.get(phrase.clause)
            if setting is not None and setting.mode == Mode.OFF:
                continue
            # Words that may not be said are forbidden also where a pack counts in part.
            if book.extents.get(code, Extent.NONE) != Extent.NONE:
                said.append(phrase)
    said += [
        Phrase(own.phrase, own.kind, own.source, own.say_instead)
        for own in policy.own_phrases
        if own.channel in ("", *families)
    ]
    return PhraseList(here, tuple(said))


@dataclass(frozen=True, slots=True)
class PhraseRow:
    """A forbidden phrase as a table row: `ref` where the institution set it, else its pack.

    `channels` are families of channels, none for all; `code` is the kind as stored.
    """

    phrase: str
    kind: str
    channels: tuple[str, ...]
    say_instead: str
    clause: str
    pack_title: str
    words: str
    counts: bool
    code: str
    ref: str = ""


def phrase_rows(institution_id: int, now: datetime) -> list[PhraseRow]:
    """Give every forbidden phrase: the institution's own, newest first, then those of the packs."""
    policy = policy_of(institution_id)
    book = policy.book(now)
    rows = [
        PhraseRow(
            phrase=own.phrase,
            kind=str(words.PHRASE_KINDS.get(own.kind, own.kind)),
            channels=(own.channel,) if own.channel else (),
            say_instead=own.say_instead,
            clause=own.source,
            pack_title="",
            words="",
            counts=True,
            code=own.kind,
            ref=own.public_id,
        )
        for own in reversed(policy.own_phrases)
    ]
    for code, pack in sorted(book.packs.items()):
        for channels, phrase in pack.phrases:
            setting = book.settings.get(phrase.clause)
            is_off = setting is not None and setting.mode == Mode.OFF
            rows.append(
                PhraseRow(
                    phrase=phrase.phrase,
                    kind=str(words.PHRASE_KINDS.get(phrase.kind, phrase.kind)),
                    channels=tuple(sorted(channels)),
                    say_instead=phrase.say_instead,
                    clause=phrase.clause,
                    pack_title=pack.title_zh if words.is_chinese() else pack.title_en,
                    words=words.clause_words(phrase.clause),
                    counts=not is_off and book.extents.get(code, Extent.NONE) != Extent.NONE,
                    code=phrase.kind,
                )
            )
    return rows


def targets(institution_id: int, now: datetime) -> dict[str, Target]:
    """Give the figures aimed at by name (connect_rate, csat, resolution_rate…), strictest first.

    Of minimums the highest counts, of maximums the lowest.
    """
    book = policy_of(institution_id).book(now)
    found: dict[str, Target] = {}
    for code, pack in sorted(book.packs.items()):
        if book.extents.get(code, Extent.NONE) == Extent.NONE:
            continue
        for entry in (*pack.entries["threshold"], *pack.entries["kpi"]):
            setting = book.settings.get(entry["clause"])
            listed = book.extents[code] == Extent.LISTED
            if (setting.mode == Mode.OFF) if setting else listed:
                continue
            for name, bounds in _bounds(entry):
                _strictest(found, name, bounds, entry["clause"])
    return found


def _bounds(entry: dict[str, object]) -> list[tuple[str, dict[str, object]]]:
    found = []
    for name, held in entry.items():
        if isinstance(held, dict):
            found.append((str(entry["metric"]) if name == "value" else name, held))
    return found


def _strictest(found: dict[str, Target], name: str, bounds: dict[str, object], clause: str) -> None:
    for bound, figure in bounds.items():
        if not isinstance(figure, int | float):
            continue
        held = found.get(name)
        stricter = held is None or (
            figure > held.value if bound == "at_least" else figure < held.value
        )
        if stricter:
            found[name] = Target(float(figure), clause)
