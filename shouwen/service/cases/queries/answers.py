"""The answers to a category's form, as columns of a table that leaves the house."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.utils.translation import pgettext, pgettext_lazy

from shouwen.ground.kit.sheets import Cell, Column, Shape
from shouwen.ground.vault import masking
from shouwen.service.cases.models import Category, CategoryForm
from shouwen.service.cases.queries.asking import AskedItem, branch_of
from shouwen.service.cases.rules.asking import Item, Kind

# Beyond so many digits a spreadsheet rounds a number.
MOST_DIGITS = 15
ALL_IN_ONE = (Column(pgettext_lazy("export", "Form"), Shape.LONG),)
SHAPES = {Kind.AMOUNT: Shape.AMOUNT, Kind.LONG: Shape.LONG, Kind.DATE: Shape.MOMENT}


@dataclass(slots=True)
class AnswerColumn:
    """One item of a branch in its newest words, and the versions in which it was asked."""

    item: Item
    forms: set[int] = field(default_factory=set)

    @property
    def column(self) -> Column:
        """The column with its heading."""
        return Column(AskedItem(self.item, 0).label, SHAPES.get(self.item.kind, Shape.TEXT))

    def holds(self, one: AskedItem) -> bool:
        """Whether an item of a case belongs into this column."""
        return one.item.code == self.item.code and one.form_id in self.forms


@dataclass(frozen=True, slots=True)
class AnswerColumns:
    """The columns of one category's form; without a category one column holds all answers."""

    items: tuple[AnswerColumn, ...] | None

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns, in the order in which the items are asked."""
        return ALL_IN_ONE if self.items is None else tuple(one.column for one in self.items)

    def cells(self, asked: Sequence[AskedItem]) -> tuple[Cell, ...]:
        """Give one case's answers, personal ones masked."""
        said = [one for one in asked if one.said]
        if self.items is None:
            return ("; ".join(f"{one.name}: {_words(one)}" for one in said) or None,)
        return tuple(_cell(next(filter(column.holds, said), None)) for column in self.items)


def answer_columns(institution_id: int, code: str) -> AnswerColumns:
    """Give the columns for the cases of one category, or of any where `code` is empty.

    Everything its branch asks or ever asked: a case keeps the version it began with. Two queries.
    """
    ours = Category.objects.filter(institution_id=institution_id, code=code)
    category = ours.select_related("parent__parent").first() if code else None
    if category is None:
        return AnswerColumns(None)
    levels = {one.pk: one.level for one in branch_of(category)}
    forms = CategoryForm.objects.filter(category__in=levels).order_by("-number", "pk")
    return AnswerColumns(_columns(sorted(forms, key=lambda form: levels[form.category_id])))


def _columns(forms: Iterable[CategoryForm]) -> tuple[AnswerColumn, ...]:
    found: dict[tuple[int, str], AnswerColumn] = {}
    for form in forms:
        for item in form.asked:
            column = found.setdefault((form.category_id, item.code), AnswerColumn(item))
            column.forms.add(form.pk)
    return tuple(found.values())


def _words(one: AskedItem) -> str:
    # Free words may hold anything; what looks personal in them stays in the house.
    return masking.redact(one.shown) if one.item.kind is Kind.LONG else one.shown


def _cell(one: AskedItem | None) -> Cell:
    if one is None:
        return None
    if one.is_masked:
        return one.shown
    match one.item.kind:
        case Kind.AMOUNT:
            return int(Decimal(one.said) * 100)
        case Kind.DATE:
            return date.fromisoformat(one.said)
        case Kind.NUMBER if sum(c.isdigit() for c in one.said) <= MOST_DIGITS:
            return float(one.said) if "." in one.said else int(one.said)
        case Kind.POINT:
            return pgettext("answer", "Yes")
        case _:
            return _words(one)
