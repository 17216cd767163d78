"""The tree of questions an institution sorts its cases by: planted, and changed place by place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid, NotThere, Words
from shouwen.ground.vault import audit
from shouwen.people.staff import access as staff_access
from shouwen.service.cases.models import Category
from shouwen.service.cases.queries.categories import CATEGORY_LEVELS, EDIT

CODE_PATTERN = re.compile(r"[a-z0-9][a-z0-9._-]{0,59}")
NAME_ZH_CHARACTERS, NAME_EN_CHARACTERS = 60, 80
# So many places a person can still choose among, and a page still show at once.
MOST_PLACES = 1000


class CategoryExists(Conflict):
    """A code names one place of the tree, for good."""

    message = _("There is a category of this code already. Choose another code.")


@dataclass(frozen=True, slots=True)
class Branch:
    """One place in a tree to be planted, with what hangs below it."""

    code: str
    name_zh: str
    name_en: str
    below: Sequence[Branch] = field(default_factory=tuple)


@transaction.atomic
def plant_categories(
    institution_id: int, branches: Sequence[Branch], *, actor: Actor, at: datetime
) -> list[Category]:
    """Add a tree of at most three levels; a code that is there keeps its row, with new names.

    Gives the third-level categories, in the order of the tree. Serves OM-3.1.3-01.
    """
    leaves: list[Category] = []

    def plant(branch: Branch, parent: Category | None, level: int, position: int) -> None:
        planted = {
            "parent": parent,
            "level": level,
            "name_zh": branch.name_zh,
            "name_en": branch.name_en,
        }
        row, _made = Category.objects.update_or_create(
            institution_id=institution_id,
            code=branch.code,
            defaults=planted,
            create_defaults=planted | {"position": position},
        )
        if level == CATEGORY_LEVELS:
            leaves.append(row)
        for place, lower in enumerate(branch.below, 1):
            plant(lower, row, level + 1, place)

    first = _last_position(institution_id, None) + 1
    for place, branch in enumerate(branches, first):
        plant(branch, None, 1, place)
    audit.record(
        actor,
        "case.categories_planted",
        ("staff.institution", str(institution_id)),
        at=at,
        detail={"leaves": len(leaves)},
    )
    return leaves


def _siblings(institution_id: int, parent_id: int | None) -> list[Category]:
    """Lock those of one parent, in their order."""
    rows = Category.objects.select_for_update().filter(institution_id=institution_id)
    return list(rows.filter(parent_id=parent_id).order_by("position", "code"))


def _last_position(institution_id: int, parent_id: int | None) -> int:
    rows = Category.objects.filter(institution_id=institution_id, parent_id=parent_id)
    return rows.aggregate(last=Max("position"))["last"] or 0


def _locked(category: Category, actor: Actor) -> Category:
    staff_access.require(actor, EDIT)
    if not staff_access.same_institution(actor, category.institution_id):
        raise NotThere
    rows = Category.objects.select_for_update(of=("self",)).select_related("parent__parent")
    return rows.get(pk=category.pk)


def _names(name_zh: str, name_en: str, others: Sequence[Category]) -> tuple[str, str]:
    """Give both names as they are kept; the English one may be left out. Raises Invalid."""
    zh, en = name_zh.strip(), name_en.strip()
    wrong: dict[str, Words] = {}
    if not zh or len(zh) > NAME_ZH_CHARACTERS or not zh.isprintable():
        wrong["name_zh"] = _("Give a name of at most 60 characters.")
    if len(en) > NAME_EN_CHARACTERS or not en.isprintable():
        wrong["name_en"] = _("Give a name of at most 80 characters.")
    active = [one for one in others if one.is_active]
    if any(one.name_zh == zh for one in active):
        wrong.setdefault("name_zh", _("The one beside it is called so. Choose another name."))
    if en and any(one.name_en == en for one in active):
        wrong.setdefault("name_en", _("The one beside it is called so. Choose another name."))
    if wrong:
        raise Invalid(fields=wrong)
    return zh, en or zh


def _record(actor: Actor, act: str, category: Category, at: datetime, **detail: str | int) -> None:
    thing = ("cases.category", category.code)
    audit.record(actor, f"case.category_{act}", thing, at=at, detail=detail)


def _both(category: Category) -> str:
    return f"{category.name_zh} / {category.name_en}"


@transaction.atomic
def add_category(
    code: str,
    *,
    name_zh: str,
    name_en: str = "",
    parent: Category | None = None,
    actor: Actor,
    at: datetime,
) -> Category:
    """Add a place below `parent` (none: at the first level), as the last of its kind.

    A third-level one is offered for cases from now on. Raises Invalid naming each wrong field,
    CategoryExists, NotAllowed, NotThere. Serves OM-3.1.3-01, HB-2.2-03.
    """
    staff_access.require(actor, EDIT)
    home = actor.institution_id
    if home is None or (parent is not None and parent.institution_id != home):
        raise NotThere
    if not CODE_PATTERN.fullmatch(code):
        words = _("Use small letters, digits, dots and hyphens, at most 60.")
        raise Invalid(fields={"code": words})
    if parent is not None and (parent.level >= CATEGORY_LEVELS or not parent.is_active):
        raise Invalid(fields={"parent": _("Choose a first or second level that is in use.")})
    ours = Category.objects.filter(institution_id=home)
    if ours.filter(code=code).exists():
        raise CategoryExists
    if ours.count() >= MOST_PLACES:
        raise Invalid(fields={"code": _("The tree is full. Retire and rename instead.")})
    parent_id = parent.pk if parent else None
    zh, en = _names(name_zh, name_en, _siblings(home, parent_id))
    made = Category(
        institution_id=home,
        parent=parent,
        level=parent.level + 1 if parent else 1,
        code=code,
        name_zh=zh,
        name_en=en,
        position=_last_position(home, parent_id) + 1,
    )
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        # Two administrators pressed at once: the constraint says who was first.
        raise CategoryExists from error
    _record(actor, "added", made, at, after=_both(made), below=parent.code if parent else "")
    return made


@transaction.atomic
def rename_category(
    category: Category, *, name_zh: str, name_en: str = "", actor: Actor, at: datetime
) -> None:
    """Give a place other names; its cases show them at once, and are found by the old words too.

    Raises Invalid naming each wrong field, NotAllowed, NotThere.
    """
    row = _locked(category, actor)
    others = [one for one in _siblings(row.institution_id, row.parent_id) if one.pk != row.pk]
    zh, en = _names(name_zh, name_en, others if row.is_active else [])
    before = _both(row)
    if (row.name_zh, row.name_en) == (zh, en):
        return
    row.name_zh, row.name_en = category.name_zh, category.name_en = zh, en
    row.save(update_fields=["name_zh", "name_en"])
    _record(actor, "renamed", row, at, before=before, after=_both(row))


@transaction.atomic
def move_category(category: Category, *, up: bool, actor: Actor, at: datetime) -> None:
    """Move a place one up or down among those beside it; at the end nothing changes.

    Raises NotAllowed, NotThere.
    """
    row = _locked(category, actor)
    order = _siblings(row.institution_id, row.parent_id)
    here = next(n for n, one in enumerate(order) if one.pk == row.pk)
    there = here - 1 if up else here + 1
    if not 0 <= there < len(order):
        return
    order[here], order[there] = order[there], order[here]
    for position, one in enumerate(order, 1):
        if one.position != position:
            Category.objects.filter(pk=one.pk).update(position=position)
    _record(actor, "moved", row, at, before=here + 1, after=there + 1)


@transaction.atomic
def retire_category(category: Category, *, actor: Actor, at: datetime) -> None:
    """Offer a place, and all that hangs below it, to no new case; those that have it keep it.

    Raises Conflict where it is retired already, NotAllowed, NotThere.
    """
    row = _locked(category, actor)
    if not row.is_active:
        raise Conflict(_("This category is retired already."))
    row.is_active = category.is_active = False
    row.save(update_fields=["is_active"])
    _record(actor, "retired", row, at, before="in use", after="retired")


@transaction.atomic
def reinstate_category(category: Category, *, actor: Actor, at: datetime) -> None:
    """Offer a retired place again. Raises Conflict, Invalid, NotAllowed, NotThere."""
    row = _locked(category, actor)
    if row.is_active:
        raise Conflict(_("This category is in use."))
    others = [one for one in _siblings(row.institution_id, row.parent_id) if one.pk != row.pk]
    _names(row.name_zh, row.name_en, others)
    row.is_active = category.is_active = True
    row.save(update_fields=["is_active"])
    _record(actor, "reinstated", row, at, before="retired", after="in use")
