"""What is known of a matter when a rule asks whether it applies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, NamedTuple

# A channel stands also for its family, so that a rule "on the web" reaches the chat window.
FAMILIES: dict[str, frozenset[str]] = {
    "web": frozenset({"web", "chat", "app", "wechat", "online", "internet", "widget", "social"}),
    "phone": frozenset({"phone", "voice", "call", "hotline"}),
}
# Until somebody classifies a matter it counts as the plain case of its kind.
PRESUMED = {"complexity": "general", "urgency": "ordinary"}


class Promised(NamedTuple):
    """A limit that the institution itself promises this matter: what within how long, and why."""

    event: str
    within: str
    clause: str
    starts_on: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """The attributes the rules ask for; empty means not known. Letter case does not matter.

    `kind` is consult, request, complaint, feedback, ticket, web, voice…; `cond` holds named
    conditions such as `risk_response` or `software_defect`; `queue` picks the work schedule;
    `promised` are limits of its own, beside those of the packs.
    """

    kind: str
    channel: str = ""
    grade: str = ""
    urgency: str = ""
    complexity: str = ""
    risk: str = ""
    tier: str = ""
    value: str = ""
    cond: frozenset[str] = frozenset()
    queue: str = ""
    promised: tuple[Promised, ...] = ()

    def having(self, attribute: str) -> frozenset[str]:
        """Give every value this attribute stands for, in lower case."""
        if attribute == "cond":
            return frozenset(name.lower() for name in self.cond)
        held = str(getattr(self, attribute)).lower() or PRESUMED.get(attribute, "")
        if not held:
            return frozenset()
        if attribute == "channel":
            families = {name for name, members in FAMILIES.items() if held in members}
            return frozenset({held, *families})
        return frozenset({held})

    def to_json(self) -> dict[str, Any]:
        """Give what is known as plain values, for storing."""
        plain: dict[str, Any] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name == "promised":
                if value:
                    plain["promised"] = [[*one[:3], list(one.starts_on)] for one in value]
            elif value:
                plain[field.name] = sorted(value) if field.name == "cond" else str(value)
        return plain

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Facts:
        """Read back what `to_json` gave."""
        values = dict(plain)
        values["cond"] = frozenset(values.get("cond", ()))
        values["promised"] = tuple(
            Promised(event, within, clause, tuple(starts_on))
            for event, within, clause, starts_on in values.get("promised", ())
        )
        values.setdefault("kind", "")
        return cls(**values)


When = Mapping[str, frozenset[str]]


def applies(when: When, facts: Facts) -> bool:
    """Whether every condition is met: each names an attribute and the values that satisfy it."""
    return all(not wanted.isdisjoint(facts.having(name)) for name, wanted in when.items())


def unmet(when: When, facts: Facts) -> str:
    """Name the first attribute that keeps the rule from applying, or nothing."""
    for name, wanted in when.items():
        if wanted.isdisjoint(facts.having(name)):
            return name
    return ""
