"""What categories ask, for programs: set up, read, and filled in for a case."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from ninja import Field, Router, Schema

from shouwen.ground.kernel import time
from shouwen.ground.kit.api import PROBLEMS, ApiRequest, Strict
from shouwen.service.cases import actions, queries
from shouwen.service.cases.api import schemas
from shouwen.service.cases.api.doing import done
from shouwen.service.cases.api.repeating import Key, once
from shouwen.service.cases.api.schemas import CaseDetailOut
from shouwen.service.cases.models import Case
from shouwen.service.cases.rules.asking import Choice, Item, Kind, Step

forms_router = Router(tags=["categories"])
case_forms_router = Router(tags=["cases"])
KindName = Literal["TEXT", "LONG", "NUMBER", "AMOUNT", "DATE", "CHOICE", "YES_NO", "POINT"]
StepName = Literal["", "OPENING", "RESOLVE", "CLOSE", "ARCHIVE"]
ItemCode = Annotated[str, Field(min_length=1, max_length=40)]


class ChoiceIn(Strict):
    """One value that a CHOICE offers."""

    code: ItemCode
    name_zh: Annotated[str, Field(min_length=1, max_length=60)]
    name_en: Annotated[str, Field(max_length=80)] = ""


class ItemIn(Strict):
    """One thing to be asked; `needed_at` is the step before which it must be there."""

    code: ItemCode
    kind: KindName
    name_zh: Annotated[str, Field(min_length=1, max_length=60)]
    name_en: Annotated[str, Field(max_length=80)] = ""
    needed_at: StepName = ""
    is_personal: bool = False
    choices: Annotated[list[ChoiceIn], Field(max_length=50)] = Field(default_factory=list)


class FormIn(Strict):
    """Everything a category itself asks from now on, and the version that was read (0: none)."""

    version: Annotated[int, Field(ge=0, le=2_000_000_000)]
    items: Annotated[list[ItemIn], Field(max_length=40)]


class ChoiceOut(Schema):
    """One value that a CHOICE offers."""

    code: str
    name_zh: str
    name_en: str


class ItemOut(Schema):
    """One thing that is asked; `category` is the place of the tree that asks it."""

    category: str
    code: str
    kind: KindName
    name_zh: str
    name_en: str
    needed_at: StepName
    is_personal: bool
    choices: list[ChoiceOut]


class FormOut(Schema):
    """What a case of this category is asked from now on, with what the levels above ask.

    `version` counts what the category itself asks.
    """

    version: int
    written_at: datetime | None
    items: list[ItemOut]


class AnswersIn(Strict):
    """Answers by code; what is left out stays, an empty one takes away. A point takes `yes`."""

    answers: schemas.Answers


def _item(body: ItemIn) -> Item:
    return Item(
        code=body.code,
        kind=Kind(body.kind),
        name_zh=body.name_zh,
        name_en=body.name_en,
        needed_at=Step(body.needed_at),
        is_personal=body.is_personal,
        choices=tuple(Choice(one.code, one.name_zh, one.name_en) for one in body.choices),
    )


def _shown(category: str, item: Item) -> ItemOut:
    return ItemOut(
        category=category,
        code=item.code,
        kind=item.kind.value,
        name_zh=item.name_zh,
        name_en=item.name_en or item.name_zh,
        needed_at=item.needed_at.value,
        is_personal=item.is_personal,
        choices=[
            ChoiceOut(code=one.code, name_zh=one.name_zh, name_en=one.name_en or one.name_zh)
            for one in item.choices
        ],
    )


def _form(request: ApiRequest, code: str) -> FormOut:
    category = queries.category_seen(request.actor, code)
    own = queries.latest_form(category)
    return FormOut(
        version=own.number if own else 0,
        written_at=own.written_at if own else None,
        items=[_shown(form.category.code, item) for form, item in queries.items_in_force(category)],
    )


@forms_router.get(
    "/{code}/form", response={200: FormOut, **PROBLEMS}, summary="Read what a category asks"
)
def read_form(request: ApiRequest, code: str) -> FormOut:
    """Give what a case of this category is asked from now on."""
    return _form(request, code)


@forms_router.put(
    "/{code}/form", response={200: FormOut, **PROBLEMS}, summary="Set what a category asks"
)
def set_form(request: ApiRequest, code: str, body: FormIn, key: Key = "") -> FormOut:
    """Write a new version; cases that have the category keep the version they began with."""
    actor, at = request.actor, time.now()

    def work() -> str:
        actions.set_form(
            queries.category_to_edit(actor, code),
            [_item(one) for one in body.items],
            seen=body.version,
            actor=actor,
            at=at,
        )
        return code

    once(request, "category-form", key, body, at, work, code)
    return _form(request, code)


@case_forms_router.post(
    "/{ref}/form", response={200: CaseDetailOut, **PROBLEMS}, summary="Fill in the form"
)
def fill_form(request: ApiRequest, ref: str, body: AnswersIn, key: Key = "") -> CaseDetailOut:
    """Fill in what the case is asked, and tick its points."""
    actor = request.actor

    def do(case: Case, at: datetime) -> None:
        actions.fill_form(case, body.answers, actor=actor, at=at)

    return done(request, ref, "form", key, body, do)
