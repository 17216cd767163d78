"""What categories ask, and what a case was asked and has answered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import NotThere
from shouwen.ground.vault import masking
from shouwen.people.staff.models.organisation import in_reader_language
from shouwen.service.cases import access
from shouwen.service.cases.models import Case, CaseAnswer, CaseForm, Category, CategoryForm
from shouwen.service.cases.models.asking import item_name, shown
from shouwen.service.cases.queries.categories import live_category
from shouwen.service.cases.rules import asking
from shouwen.service.cases.rules.asking import Item, Kind, Step

REF_MAX_CHARACTERS = 48


@dataclass(frozen=True, slots=True)
class AskedItem:
    """One item as a case shows it: what is asked, the present answer, and who gave it when."""

    item: Item
    form_id: int
    said: str = ""
    answered_at: datetime | None = None
    answered_by: str = ""
    is_asked: bool = True
    answer: CaseAnswer | None = None

    @property
    def is_masked(self) -> bool:
        """Whether there is an answer that is seen only by opening it, on the trail."""
        return self.item.is_personal and bool(self.said)

    @property
    def name(self) -> str:
        """What is asked, in the reader's language."""
        return item_name(self.item)

    @property
    def label(self) -> str:
        """The same as a field's label, an amount with its unit."""
        if self.item.kind is not Kind.AMOUNT:
            return self.name
        return _("%(name)s (CNY)") % {"name": self.name}

    @property
    def shown(self) -> str:
        """The answer as a person reads it; of a personal one only that it is there."""
        return masking.HIDDEN if self.is_masked else shown(self.item, self.said)

    @property
    def needed(self) -> str:
        """Before which step it must be there, in words."""
        return needed_words(self.item)

    @property
    def choices(self) -> list[tuple[str, str]]:
        """What a choice offers: code and words."""
        return [
            (one.code, in_reader_language(one.name_zh, one.name_en or one.name_zh))
            for one in self.item.choices
        ]


def needed_words(item: Item) -> str:
    """Say before which step an item must be there; empty where it need not."""
    match item.needed_at:
        case Step.OPENING:
            return _("needed at opening")
        case Step.RESOLVE:
            return _("needed before it is resolved")
        case Step.CLOSE:
            return _("needed before it is closed")
        case Step.ARCHIVE:
            return _("needed before the archive")
        case _:
            return ""


def latest_form(category: Category) -> CategoryForm | None:
    """Give the present version of what one category itself asks; None where it never asked."""
    return CategoryForm.objects.filter(category=category).order_by("-number").first()


def branch_of(category: Category) -> list[Category]:
    """Give a category with those above it, from the first level down."""
    branch = [category]
    while branch[0].parent is not None:
        branch.insert(0, branch[0].parent)
    return branch


def forms_in_force(category: Category) -> list[CategoryForm]:
    """Give the present versions of a category and of the levels above, from the top; one query."""
    levels = {one.pk: one.level for one in branch_of(category)}
    newest: dict[int, CategoryForm] = {}
    rows = CategoryForm.objects.filter(category__in=levels).select_related("category")
    for form in rows.order_by("number"):
        newest[form.category_id] = form
    return sorted(newest.values(), key=lambda form: levels[form.category_id])


def items_in_force(category: Category) -> list[tuple[CategoryForm, Item]]:
    """Give what a case of this category is asked from now on, those of the top level first."""
    return [(form, item) for form in forms_in_force(category) for item in form.asked]


def asked_of(case: Case) -> list[AskedItem]:
    """Give what a case is asked by the versions it began with, with its answers; two queries.

    Answers to what is asked no more, since the category changed, come last and are only read.
    """
    return asked_of_all([case])[case.pk]


def asked_of_all(cases: Sequence[Case]) -> dict[int, list[AskedItem]]:
    """Give the same of several cases by row id; two queries for any number."""
    bound = CaseForm.objects.filter(case__in=cases).select_related("form__category").order_by("pk")
    forms: dict[int, list[CategoryForm]] = {case.pk: [] for case in cases}
    for row in bound:
        forms[row.case_id].append(row.form)
    rows = CaseAnswer.objects.filter(case__in=cases).select_related("form", "case").order_by("pk")
    answers: dict[int, dict[str, CaseAnswer]] = {case.pk: {} for case in cases}
    for answer in rows:
        answers[answer.case_id][answer.code] = answer
    return {case.pk: _asked(forms[case.pk], answers[case.pk]) for case in cases}


def _asked(forms: list[CategoryForm], answers: dict[str, CaseAnswer]) -> list[AskedItem]:
    forms = sorted(forms, key=lambda form: (form.category.level, form.pk))
    found = [
        _with_answer(item, form.pk, answers.get(item.code)) for form in forms for item in form.asked
    ]
    asked_now = {one.item.code for one in found}
    for code, row in answers.items():
        if code not in asked_now and row.item is not None and row.said:
            found.append(_with_answer(row.item, row.form_id, row, is_asked=False))
    return found


def _with_answer(
    item: Item, form_id: int, row: CaseAnswer | None, *, is_asked: bool = True
) -> AskedItem:
    if row is None:
        return AskedItem(item, form_id, is_asked=is_asked)
    # An answer to another kind of question of the same code is no answer to this one.
    said = row.said if asking.value_of(item, row.said) is not None else ""
    return AskedItem(item, form_id, said, row.answered_at, row.answered_by_name, is_asked, row)


def answer_to_reveal(actor: Actor, public_id: str) -> CaseAnswer:
    """Give an answer of a case within reach, for opening its words. Raises NotThere."""
    answer = None
    if len(public_id) <= REF_MAX_CHARACTERS and public_id.isprintable():
        rows = CaseAnswer.objects.filter(public_id=public_id)
        answer = rows.select_related("form", "case__owner", "case__handler").first()
    if answer is None or not access.may_see(actor, answer.case):
        raise NotThere
    return answer


def lacking(asked: Iterable[AskedItem], steps: Iterable[Step]) -> list[Item]:
    """Give the items that one of these steps needs and that have no answer yet."""
    now = [one for one in asked if one.is_asked]
    answers = {one.item.code: one.said for one in now}
    return asking.missing([one.item for one in now], answers, steps)


def asked_at_opening(institution_id: int, code: str) -> list[AskedItem]:
    """Give what is to be filled in with the question, for a category on offer; else nothing."""
    category = live_category(institution_id, code)
    if category is None:
        return []
    items = items_in_force(category)
    return [AskedItem(item, form.pk) for form, item in items if item.needed_at is Step.OPENING]
