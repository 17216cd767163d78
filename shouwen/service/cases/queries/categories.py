"""The tree of questions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, NotThere
from shouwen.people.staff import access as staff_access
from shouwen.people.staff.models.organisation import in_reader_language
from shouwen.service.cases.models import Category

CATEGORY_LEVELS = 3
CODE_MAX_CHARACTERS = 60
# A leaf is offered while nothing above it is retired either.
LIVE = Q(is_active=True, parent__is_active=True, parent__parent__is_active=True)
READ, EDIT = "case.read", "category.edit"


@dataclass(frozen=True, slots=True)
class CategoryChoice:
    """A third-level category as one line of a list: its code and its way down the tree."""

    code: str
    path: tuple[str, str, str]
    is_live: bool = True

    @property
    def words(self) -> str:
        """The way down the tree in one line, saying so where it is retired."""
        words = " › ".join(self.path)
        return words if self.is_live else _("%(category)s (retired)") % {"category": words}


@dataclass(frozen=True, slots=True)
class CategoryLine:
    """One place of the tree as those who set it up see it; `is_live` counts what is above it."""

    category: Category
    is_live: bool
    is_first: bool
    is_last: bool

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return name_of(self.category)

    @property
    def other_name(self) -> str:
        """The name in the other language, where it is another."""
        names = {self.category.name_zh, self.category.name_en} - {self.name}
        return names.pop() if names else ""

    @property
    def steps(self) -> range:
        """How far below the first level."""
        return range(self.category.level - 1)


def name_of(category: Category) -> str:
    """Give a category's name in the reader's language."""
    return in_reader_language(category.name_zh, category.name_en)


def category_path(category: Category | None) -> tuple[str, ...]:
    """Give the names from the root down to this category; nothing for none."""
    names: list[str] = []
    while category is not None:
        names.insert(0, name_of(category))
        category = category.parent
    return tuple(names)


def _leaves(institution_id: int) -> list[CategoryChoice]:
    rows = [line for line in _lines(institution_id) if line.category.level == CATEGORY_LEVELS]
    choices: list[CategoryChoice] = []
    for line in rows:
        first, second, third = category_path(line.category)
        choices.append(CategoryChoice(line.category.code, (first, second, third), line.is_live))
    return choices


def categories_of(institution_id: int, *, held: str = "") -> list[CategoryChoice]:
    """Give every third-level category on offer, in the order of the tree, in one query.

    `held` is the code of one that a case has: it is there, retired or not.
    """
    return [one for one in _leaves(institution_id) if one.is_live or one.code == held]


def categories_with_retired(institution_id: int) -> list[CategoryChoice]:
    """Give every third-level category, those on offer first: old cases are found by the others."""
    return sorted(_leaves(institution_id), key=lambda choice: not choice.is_live)


def _lines(institution_id: int) -> list[CategoryLine]:
    """Give the whole tree from the top down, each with its parents, in one query."""
    rows = list(
        Category.objects.filter(institution_id=institution_id).order_by("position", "code", "pk")
    )
    below: dict[int | None, list[Category]] = {}
    for row in rows:
        below.setdefault(row.parent_id, []).append(row)
    lines: list[CategoryLine] = []

    def walk(parent: Category | None, *, live: bool) -> None:
        beside = below.get(parent.pk if parent else None, [])
        for place, row in enumerate(beside, 1):
            row.parent = parent
            is_live = live and row.is_active
            lines.append(CategoryLine(row, is_live, place == 1, place == len(beside)))
            walk(row, live=is_live)

    walk(None, live=True)
    return lines


def category_lines(actor: Actor) -> list[CategoryLine]:
    """Give the whole tree of the actor's institution, retired places too. Raises NotAllowed."""
    if not staff_access.has_right(actor, READ):
        staff_access.require(actor, EDIT)
    return _lines(actor.institution_id or 0)


def category_to_edit(actor: Actor, code: str) -> Category:
    """Give one place of the actor's tree, with its parents. Raises NotAllowed, NotThere."""
    staff_access.require(actor, EDIT)
    return category_seen(actor, code)


def category_seen(actor: Actor, code: str) -> Category:
    """Give one place of the actor's tree to whoever reads cases or sets them up."""
    if not staff_access.has_right(actor, READ):
        staff_access.require(actor, EDIT)
    ours = Category.objects.filter(institution_id=actor.institution_id or 0)
    found = None
    if len(code) <= CODE_MAX_CHARACTERS and code.isprintable():
        found = ours.filter(code=code).select_related("parent__parent").first()
    if found is None:
        raise NotThere
    return found


def areas_of(institution_id: int) -> list[tuple[str, str]]:
    """Give code and name of the tree's first level, as a customer chooses from it; one query."""
    found = Category.objects.filter(institution_id=institution_id, is_active=True, level=1)
    return [(area.code, name_of(area)) for area in found.order_by("position", "code")]


def category_for(institution_id: int, code: str) -> Category:
    """Give a category by its code. Raises Invalid, naming the field `category`."""
    found = (
        Category.objects.filter(institution_id=institution_id, code=code)
        .select_related("parent__parent")
        .first()
    )
    if found is None:
        raise Invalid(fields={"category": _("There is no such entry.")})
    return found


def live_category(institution_id: int, code: str) -> Category | None:
    """Give a third-level category that is on offer; None for any other code."""
    ours = Category.objects.filter(LIVE, institution_id=institution_id, level=CATEGORY_LEVELS)
    return ours.filter(code=code).select_related("parent__parent").first()


def names_by_code(institution_id: int, codes: Iterable[str]) -> dict[str, str]:
    """Give the names of an institution's categories by code, in one query."""
    rows = Category.objects.filter(institution_id=institution_id, code__in=list(codes))
    return {row.code: name_of(row) for row in rows.order_by("pk")}


def codes_by_words(institution_id: int) -> dict[str, str]:
    """Give the code of each third-level category on offer by what a table may call it; one query.

    In small letters: its code, its way down the tree as `a/b/c` in either language, and its own
    name where no other one bears it.
    """
    found: dict[str, str] = {}
    names: dict[str, set[str]] = {}
    for line in _lines(institution_id):
        leaf = line.category
        if leaf.level != CATEGORY_LEVELS or not line.is_live:
            continue
        found[leaf.code.lower()] = leaf.code
        for words in _ways(leaf):
            names.setdefault("/".join(words).lower(), set()).add(leaf.code)
            names.setdefault(words[-1].lower(), set()).add(leaf.code)
    for name, codes in names.items():
        if len(codes) == 1:
            found.setdefault(name, next(iter(codes)))
    return found


def _ways(category: Category) -> tuple[list[str], list[str]]:
    """Give the way down the tree in both languages."""
    chinese: list[str] = []
    english: list[str] = []
    place: Category | None = category
    while place is not None:
        chinese.insert(0, place.name_zh)
        english.insert(0, place.name_en)
        place = place.parent
    return chinese, english


def category_names(ids: Iterable[int]) -> dict[int, str]:
    """Give the names of these categories in the reader's language, in one query."""
    rows = Category.objects.filter(pk__in=list(ids)).order_by("pk")
    return {row.pk: name_of(row) for row in rows}


def category_keys(ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Give code and name of these categories in the reader's language, in one query."""
    rows = Category.objects.filter(pk__in=list(ids)).order_by("pk")
    return {row.pk: (row.code, name_of(row)) for row in rows}


def category_named(institution_id: int, code: str) -> tuple[int, str]:
    """Give row id and name of a category; 0 and nothing for a code that is none here."""
    row = Category.objects.filter(institution_id=institution_id, code=code).first()
    return (row.pk, name_of(row)) if row else (0, "")
