"""Tables of cases, for whoever takes them out of the ledger."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kit.sheets import Cell, Column
from shouwen.ground.kit.words import Words
from shouwen.service.cases.queries import exports
from shouwen.service.cases.queries.answers import answer_columns
from shouwen.service.cases.queries.asking import asked_of_all
from shouwen.service.cases.queries.effort import times_of
from shouwen.service.cases.queries.ledger import LIMIT_MAX, count_ledger, ledger
from shouwen.service.cases.queries.scope import Filters


class CaseTable:
    """The cases' own ledger, as `ports.Table` asks for it."""

    name = exports.CASE_LEDGER
    kind = "case.export"
    title: Words = gettext_lazy("Case ledger")
    rights: tuple[str, ...] = ("case.export",)

    def count(self, actor: Actor, plain: Mapping[str, str], most: int, *, at: datetime) -> int:
        """Count the cases that fit, up to `most`."""
        return count_ledger(actor, exports.filters_of(plain), most, at=at)

    def say(self, institution_id: int, plain: Mapping[str, str]) -> str:
        """Say which cases are meant."""
        return exports.words_of_filters(institution_id, plain)

    def ask(self, rows: int, what: str) -> str:
        """Say what a second person is asked to approve."""
        return _("Export %(rows)s cases (%(what)s)") % {"rows": rows, "what": what}

    def columns(self, institution_id: int, plain: Mapping[str, str]) -> Sequence[Column]:
        """Give the ledger's columns, the answers to the category's form last."""
        return exports.columns(answer_columns(institution_id, plain.get("category", "")))

    def rows(
        self, actor: Actor, plain: Mapping[str, str], most: int, *, at: datetime
    ) -> Iterator[tuple[Cell, ...]]:
        """Give the cases page by page."""
        answers = answer_columns(actor.institution_id or 0, plain.get("category", ""))
        filters = replace(exports.filters_of(plain), limit=LIMIT_MAX)
        left = most
        while left > 0:
            page = ledger(actor, filters, at=at)
            cases = [row.case for row in page.rows[:left]]
            times, asked = times_of(cases, at), asked_of_all(cases)
            for row in page.rows[:left]:
                pk = row.case.pk
                yield (*exports.cells(row, times[pk]), *answers.cells(asked[pk]))
            left -= len(page.rows)
            if not page.next:
                return
            filters = replace(filters, after=page.next)


CASES = CaseTable()


def prospect(actor: Actor, filters: Filters, *, at: datetime) -> exports.Prospect:
    """Say what an export of these cases would be. Raises NotAllowed."""
    return exports.prospect_of(CASES, actor, exports.plain_filters(filters), at=at)
