"""The form that a category asks for, as a page shows and sends it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from shouwen.ground.kernel.errors import Words
from shouwen.service.cases.queries import AskedItem
from shouwen.service.cases.rules.asking import NO, YES

FIELD = "form."


@dataclass(frozen=True, slots=True)
class AskedRow:
    """One item with what stands in its field and what is wrong with it."""

    one: AskedItem
    value: str
    problem: Words = ""

    @property
    def is_kept(self) -> bool:
        """Whether the field stands empty beside a mask, and leaving it so keeps the answer."""
        return self.one.is_masked

    @property
    def name(self) -> str:
        """The field's name in the form, and its id on the page."""
        return f"{FIELD}{self.one.item.code}"


def answers_in(said: QueryDict) -> dict[str, str]:
    """Give the answers of a form, by code; an empty field beside a mask is no answer."""
    names = [name for name in said if name.startswith(FIELD)]
    found = {name.removeprefix(FIELD): str(said.get(name, "")) for name in names}
    kept = set(said.getlist("kept")) - set(said.getlist("gone"))
    return {code: text for code, text in found.items() if text.strip() or code not in kept}


def rows_of(
    asked: Sequence[AskedItem],
    said: QueryDict | None = None,
    wrong: Mapping[str, Words] | None = None,
) -> dict[str, Any]:
    """Give fields, points and what is asked no more, as the card shows them."""
    typed = answers_in(said) if said is not None else {}
    rows = []
    for one in asked:
        code = one.item.code
        empty = one.is_masked or (said is not None and one.item.is_point)
        value = typed.get(code, "" if empty else one.said)
        rows.append(AskedRow(one, value, (wrong or {}).get(f"{FIELD}{code}", "")))
    return {
        "asked_fields": [row for row in rows if row.one.is_asked and not row.one.item.is_point],
        "asked_points": [row for row in rows if row.one.is_asked and row.one.item.is_point],
        "asked_before": [row for row in rows if not row.one.is_asked],
        "asked_wrong": bool(wrong),
        "yes": YES,
        "no": NO,
    }
