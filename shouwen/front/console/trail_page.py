"""Everything the audit page shows, gathered for one call."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import pgettext

from shouwen.front.console import trail_objects, trail_words
from shouwen.ground.kernel.actor import Actor, ActorKind
from shouwen.ground.kernel.errors import Invalid
from shouwen.ground.kit.words import Words
from shouwen.ground.vault import queries as vault
from shouwen.ground.vault.views import PURPOSES as REVEALED_FOR
from shouwen.people.customers.views.purposes import PURPOSES as OPENED_FOR
from shouwen.people.staff import queries as staff
from shouwen.people.staff.models import Role

PURPOSES = REVEALED_FOR | OPENED_FOR
FILTERS = ("act", "actor_ref", "object_ref")


@dataclass(frozen=True, slots=True)
class TrailLine:
    """One act in words, with its actor's name and a way to what it was about, where there is one.

    Codes stay in `line`: they are what the chain holds, and what the filters take.
    """

    line: vault.AuditLine
    actor_name: str
    roles: str
    act: Words
    purpose: Words
    thing: Words
    url: str


@dataclass(frozen=True, slots=True)
class TrailPage:
    """Some lines, the filters in force, what is wrong with them, and the way to older lines."""

    lines: list[TrailLine]
    filters: dict[str, str]
    wrong: dict[str, str]
    older: str
    chained: int


def _roles(codes: Iterable[str]) -> str:
    known = {role.value: str(role.label) for role in Role}
    return ", ".join(known.get(code, code) for code in codes)


def _name(line: vault.AuditLine, names: dict[str, str]) -> str:
    if line.actor_kind == ActorKind.CUSTOMER:
        return pgettext("trail", "the customer")
    if line.actor_kind == ActorKind.SYSTEM:
        return pgettext("trail", "the system")
    return names.get(line.actor_ref, line.actor_ref)


def _line(line: vault.AuditLine, names: dict[str, str]) -> TrailLine:
    return TrailLine(
        line=line,
        actor_name=_name(line, names),
        roles=_roles(line.actor_roles),
        act=trail_words.ACTS.get(line.act, line.act),
        purpose=PURPOSES.get(line.purpose, line.purpose),
        thing=trail_objects.OBJECTS.get(line.object_kind, line.object_kind),
        url=_url(line),
    )


def _url(line: vault.AuditLine) -> str:
    case = line.object_ref if line.object_kind == "cases.case" else ""
    if line.object_kind == "cases.caseanswer":
        case = str(line.detail.get("case", ""))
    return reverse("cases:case", args=[case]) if case.startswith("case_") else ""


def page(actor: Actor, asked: dict[str, str], at: datetime) -> TrailPage:
    """Give a page of the trail, newest first; the reading is itself recorded.

    A filter of the wrong form is named and nothing is shown. Raises NotAllowed.
    """
    filters = {name: asked.get(name, "").strip() for name in FILTERS}
    try:
        found = vault.audit_rows(
            actor,
            at=at,
            cursor=asked.get("cursor", ""),
            act=filters["act"],
            actor_ref=filters["actor_ref"],
            object_ref=filters["object_ref"],
        )
    except Invalid as error:
        wrong = {name: str(words) for name, words in error.fields.items()}
        return TrailPage([], filters, wrong, "", 0)
    names = staff.names_by_ref({line.actor_ref for line in found.lines})
    lines = [_line(line, names) for line in found.lines]
    kept = {name: value for name, value in filters.items() if value}
    older = f"?{urlencode({**kept, 'cursor': found.next_cursor})}" if found.next_cursor else ""
    newest = found.lines[0].sequence if found.lines and not asked.get("cursor") else 0
    return TrailPage(lines, filters, {}, older, newest)
