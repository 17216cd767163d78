"""`shouwen check-packs`: proof that every number of the register is in a pack, unchanged."""

from __future__ import annotations

import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from shouwen.ground.policy import packs, register
from shouwen.ground.policy.packs import Limit, Pack
from shouwen.ground.policy.register import Clause

KINDS = ("deadline", "threshold", "kpi", "retention")
# Notes for the reader of the register: they bind nobody.
NOTES = {"ref", "refs", "article", "note", "year", "step", "examples"}
# Duties that are told in words beside the number, and belong to the rooms that do them.
WORDS = {
    "actions",
    "action",
    "check",
    "content",
    "include",
    "mode",
    "on_pass",
    "otp",
    "output",
    "start",
}
# Where the pack says in its own keys what the register tells in words, or says more; by clause.
READINGS: dict[str, set[str]] = {
    "CG-3.2-05": {"cond"},  # several departments, regions, large sums: that is what complex means
    "CG-3.2-07": {"extend_to"},  # put off together with CG-3.3-04, which states how far
    "CG-3.3-04": {"cond"},  # special is the condition of the extension, not of the limit
    "CG-5.2-02": {"cond"},  # the chapter is risk response
    "OM-3.2.3-01": {"channel"},  # the chapter is the web
    "OM-3.2.3-02": {"channel"},
    "PV-7-02": {"event"},  # the clause names none
    "CBIRC-2020-3-20-2": {"class"},  # 30 days serve complex and special matters alike
}
_PART = re.compile(r"^(\w+?)(>=|<=|=)(.*)$")
Value = tuple[str, str]


@dataclass(slots=True)
class Report:
    """What the comparison found: counts, and a sentence for each thing that is wrong."""

    clauses: int = 0
    covered: int = 0
    omitted: int = 0
    missing: int = 0
    problems: list[str] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """Give the summary."""
        return {
            "clauses": self.clauses,
            "covered": self.covered,
            "omitted": self.omitted,
            "missing": self.missing,
        }


def _plain(value: str) -> str:
    try:
        return format(Decimal(value).normalize(), "f")
    except InvalidOperation:
        return value


def stated(clause: Clause) -> dict[str, Value]:
    """Read the `parameters` of a clause: by key, the comparison and the plain value."""
    found: dict[str, Value] = {}
    for part in re.split(r";\s*", clause.parameters):
        matched = _PART.match(part)
        if matched:
            found[matched[1]] = (matched[2], _plain(matched[3]))
    return found


def _entry_values(entry: Mapping[str, Any]) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for key, value in entry.items():
        if isinstance(value, dict):
            ((bound, figure),) = value.items()
            found[key] = (">=" if bound == "at_least" else "<=", _plain(str(figure)))
        elif isinstance(value, list):
            found[key] = ("=", "|".join(str(item) for item in value))
        elif isinstance(value, bool):
            found[key] = ("=", str(value).lower())
        else:
            found[key] = ("=", _plain(str(value)))
    found.pop("clause", None)
    return found


def _limit_values(limit: Limit) -> dict[str, Value]:
    found: dict[str, Value] = {
        "event": ("=", limit.event),
        "within": ("=", str(limit.span) if limit.span else "configured"),
    }
    if limit.span:
        found["clock"] = ("=", limit.span.counts)
    if limit.modality:
        found["modality"] = ("=", limit.modality)
    if limit.stated_start:
        found["from"] = ("=", limit.stated_start)
    if limit.earliest:
        found["earliest"] = ("=", str(limit.earliest))
    if limit.extend:
        found["extend_to"] = ("=", str(limit.extend.to))
    for name, held in limit.when.items():
        key = "class" if name in ("complexity", "urgency") else name
        found[key] = ("=", "|".join(sorted(held)))
    return found


def _differences(clause: Clause, held: dict[str, Value]) -> list[str]:
    wanted = stated(clause)
    wrong = []
    for key in sorted((wanted.keys() | held.keys()) - NOTES - WORDS):
        if key in READINGS.get(clause.id, ()):
            continue
        if wanted.get(key) != held.get(key):
            wrong.append(
                f"{clause.id}: {key} is {_said(held.get(key))} in the pack,"
                f" {_said(wanted.get(key))} in the register"
            )
    return wrong


def _said(value: Value | None) -> str:
    return "absent" if value is None else f"{value[0]}{value[1]}".removeprefix("=")


def _held_values(found: Iterable[Pack]) -> dict[str, list[tuple[str, dict[str, Value]]]]:
    held: dict[str, list[tuple[str, dict[str, Value]]]] = defaultdict(list)
    for pack in found:
        for limit in pack.limits():
            held[limit.clause].append((pack.code, _limit_values(limit)))
        for entries in pack.entries.values():
            for entry in entries:
                held[entry["clause"]].append((pack.code, _entry_values(entry)))
    return held


def compare(
    clauses: Iterable[Clause], found: Iterable[Pack], omissions: Mapping[str, str]
) -> Report:
    """Compare the register with one version of every pack."""
    report = Report()
    listed = {clause.id: clause for clause in clauses}
    found = list(found)
    held = _held_values(found)
    for clause in listed.values():
        if clause.kind not in KINDS:
            continue
        report.clauses += 1
        here = held.get(clause.id, [])
        if clause.id in omissions:
            report.omitted += 1
            if here:
                report.problems.append(f"{clause.id}: both in a pack and among the omissions")
            if len(omissions[clause.id]) < 20:
                report.problems.append(f"{clause.id}: omitted without a reason")
            continue
        own = [values for code, values in here if code == clause.doc]
        wrong = [text for values in own for text in _differences(clause, values)]
        if not own:
            wrong = [f"{clause.id}: in no pack of {clause.doc}, and no omission says why"]
        if len(own) > 1:
            wrong.append(f"{clause.id}: stated {len(own)} times in its pack")
        report.problems += wrong
        if wrong:
            report.missing += 1
        else:
            report.covered += 1
    report.problems += _strangers(held, omissions, listed)
    report.problems += _strange_events(found)
    return report


def _strangers(
    held: Mapping[str, object], omissions: Mapping[str, str], listed: Mapping[str, Clause]
) -> list[str]:
    wrong = [f"{name}: in a pack, but not in the register" for name in held if name not in listed]
    for name in omissions:
        if name not in listed or listed[name].kind not in KINDS:
            wrong.append(f"{name}: omitted, but the register has no such limit")
    return sorted(wrong)


def _strange_events(found: Iterable[Pack]) -> list[str]:
    known = packs.events()
    return [
        f"{pack.code} {event}: an event without names in events.toml"
        for pack in found
        for event in pack.clocks
        if event not in known
    ]


def check(
    found: Iterable[Pack] | None = None, omissions: Mapping[str, str] | None = None
) -> Report:
    """Compare the five documents' register with the newest packs, and the law with its own."""
    newest = list(packs.latest().values()) if found is None else list(found)
    reasons = packs.omissions() if omissions is None else omissions
    norms = [pack for pack in newest if not pack.statutory]
    report = compare(register.documents().values(), norms, reasons)
    law = compare(register.law().values(), [pack for pack in newest if pack.statutory], {})
    report.problems += law.problems
    return report


def check_packs() -> dict[str, int]:
    """Give the counts: clauses with a number, covered, omitted on purpose, missing or different."""
    return check().counts()


def main() -> int:
    """Print the counts as one JSON line, what is wrong on standard error; 0 when nothing is."""
    report = check()
    for problem in report.problems:
        sys.stderr.write(f"{problem}\n")
    sys.stdout.write(json.dumps(report.counts()) + "\n")
    return 1 if report.problems else 0
