"""What categories ask of their cases: set up item by item, version by version."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid, NotThere, Words
from shouwen.ground.vault import audit
from shouwen.people.staff import access as staff_access
from shouwen.service.cases.models import Category, CategoryForm
from shouwen.service.cases.queries import asking as queries
from shouwen.service.cases.queries.categories import EDIT
from shouwen.service.cases.rules import asking as rules
from shouwen.service.cases.rules.asking import Item, Kind

CODE_PATTERN = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
NAME_ZH_CHARACTERS, NAME_EN_CHARACTERS = 60, 80
# More than this nobody fills in; a list of choices beyond it is a table of its own.
MOST_ITEMS, MOST_CHOICES = 40, 50


def wrong_in(item: Item) -> dict[str, Words]:
    """Name what is wrong with an item, field by field; empty where nothing is."""
    wrong: dict[str, Words] = {}
    if not CODE_PATTERN.fullmatch(item.code):
        wrong["code"] = _("Use small letters, digits and hyphens, at most 40.")
    if not _is_name(item.name_zh, NAME_ZH_CHARACTERS):
        wrong["name_zh"] = _("Give a name of at most 60 characters.")
    if item.name_en and not _is_name(item.name_en, NAME_EN_CHARACTERS):
        wrong["name_en"] = _("Give a name of at most 80 characters.")
    if item.needed_at not in (rules.POINT_STEPS if item.is_point else rules.FIELD_STEPS):
        wrong["needed_at"] = (
            _("A point is ticked before the case is resolved or closed.")
            if item.is_point
            else _("A field is filled in at opening, before the case is resolved or archived.")
        )
    if item.is_point and item.is_personal:
        wrong["is_personal"] = _("A point holds no personal data.")
    codes = [one.code for one in item.choices]
    if item.kind is not Kind.CHOICE and codes:
        wrong["choices"] = _("Only a choice offers values.")
    elif item.kind is Kind.CHOICE and not 2 <= len(codes) <= MOST_CHOICES:
        wrong["choices"] = _("Offer between 2 and 50 values.")
    elif len(set(codes)) < len(codes):
        wrong["choices"] = _("Each value needs a code of its own.")
    elif not all(_is_choice(one) for one in item.choices):
        wrong["choices"] = _("A value has a code of small letters and digits, and a name.")
    return wrong


def _is_name(text: str, most: int) -> bool:
    return bool(text.strip()) and len(text) <= most and text.isprintable()


def _is_choice(one: rules.Choice) -> bool:
    return (
        CODE_PATTERN.fullmatch(one.code) is not None
        and _is_name(one.name_zh, NAME_ZH_CHARACTERS)
        and (not one.name_en or _is_name(one.name_en, NAME_EN_CHARACTERS))
    )


def _check(category: Category, items: Sequence[Item]) -> None:
    wrong: dict[str, Words] = {}
    if len(items) > MOST_ITEMS:
        wrong["items"] = _("A category asks for at most 40 things.")
    taken = _codes_around(category)
    for place, item in enumerate(items):
        found = wrong_in(item)
        if item.code in taken:
            found["code"] = _("This code is used already in this branch. Choose another.")
        taken.add(item.code)
        wrong |= {f"items.{place}.{name}": words for name, words in found.items()}
    if wrong:
        raise Invalid(fields=wrong)


def _codes_around(category: Category) -> set[str]:
    """Give the codes asked above and below: an item has one code within a branch."""
    above = [one.pk for one in queries.branch_of(category) if one.pk != category.pk]
    below = Q(category__parent=category) | Q(category__parent__parent=category)
    newest: dict[int, CategoryForm] = {}
    rows = CategoryForm.objects.filter(Q(category__in=above) | below).order_by("number")
    for form in rows:
        newest[form.category_id] = form
    return {item.code for form in newest.values() for item in form.asked}


def _may_edit(category: Category, actor: Actor) -> None:
    staff_access.require(actor, EDIT)
    if not staff_access.same_institution(actor, category.institution_id):
        raise NotThere


@transaction.atomic
def set_form(
    category: Category, items: Sequence[Item], *, seen: int, actor: Actor, at: datetime
) -> CategoryForm:
    """Say what a category asks from now on, as a new version; open cases keep theirs.

    What the levels above ask is asked as well. `seen` is the version that was on the screen, 0 for
    none. Raises Invalid naming each wrong field as `items.0.code`, Conflict when somebody changed
    it meanwhile, NotAllowed, NotThere. Serves HB-2.2-03, OM-4.1-02.
    """
    _may_edit(category, actor)
    # Codes are looked at in the whole branch: who changes another level waits here.
    Category.objects.select_for_update().get(pk=queries.branch_of(category)[0].pk)
    items = [_tidied(item) for item in items]
    _check(category, items)
    before = queries.latest_form(category)
    if seen != (before.number if before else 0):
        raise Conflict
    if before is not None and list(before.asked) == items:
        return before
    made = CategoryForm(
        category=category,
        number=seen + 1,
        items=[rules.as_plain(item) for item in items],
        written_at=at,
        written_by_name=actor.name,
    )
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        raise Conflict from None
    audit.record(
        actor,
        "case.form_set",
        ("cases.category", category.code),
        at=at,
        detail={"version": made.number, **_differences(before.asked if before else (), items)},
    )
    return made


def _tidied(item: Item) -> Item:
    choices = tuple(
        rules.Choice(one.code, one.name_zh.strip(), one.name_en.strip()) for one in item.choices
    )
    return replace(
        item, name_zh=item.name_zh.strip(), name_en=item.name_en.strip(), choices=choices
    )


def _differences(before: Sequence[Item], after: Sequence[Item]) -> dict[str, str]:
    """Say what changed as two texts of JSON, for the trail: only the items that differ."""
    old, new = ({one.code: rules.as_plain(one) for one in items} for items in (before, after))
    parted = sorted(code for code in old.keys() | new.keys() if old.get(code) != new.get(code))
    texts = {
        "before": json.dumps([old[c] for c in parted if c in old], ensure_ascii=False),
        "after": json.dumps([new[c] for c in parted if c in new], ensure_ascii=False),
    }
    if not parted:
        texts = {"before": ",".join(old), "after": ",".join(new)}
    return texts


@transaction.atomic
def put_item(
    category: Category, item: Item, *, replaces: str = "", seen: int, actor: Actor, at: datetime
) -> CategoryForm:
    """Ask for one thing more, as the last, or for another wording of the one named.

    Without a code it is given one. Raises like `set_form`, naming the fields of the item.
    """
    _may_edit(category, actor)
    before = queries.latest_form(category)
    items = list(before.asked) if before else []
    if replaces and all(one.code != replaces for one in items):
        raise NotThere
    taken = _codes_around(category) | {one.code for one in items if one.code != replaces}
    if not item.code:
        code = replaces or next(
            f"f{number}" for number in range(1, 10_000) if f"f{number}" not in taken
        )
        item = replace(item, code=code)
    wrong = wrong_in(item)
    if item.code in taken:
        wrong["code"] = _("This code is used already in this branch. Choose another.")
    if wrong:
        raise Invalid(fields=wrong)
    items = [item if one.code == replaces else one for one in items]
    return set_form(category, items if replaces else [*items, item], seen=seen, actor=actor, at=at)


@transaction.atomic
def drop_item(
    category: Category, code: str, *, seen: int, actor: Actor, at: datetime
) -> CategoryForm:
    """Ask for one thing no more; cases that were asked keep it. Raises like `set_form`."""
    _may_edit(category, actor)
    before = queries.latest_form(category)
    items = list(before.asked) if before else []
    left = [one for one in items if one.code != code]
    if len(left) == len(items):
        raise NotThere
    return set_form(category, left, seen=seen, actor=actor, at=at)


@transaction.atomic
def move_item(
    category: Category, code: str, *, up: bool, seen: int, actor: Actor, at: datetime
) -> None:
    """Move one thing a place up or down; at the end nothing changes. Raises like `set_form`."""
    _may_edit(category, actor)
    before = queries.latest_form(category)
    items = list(before.asked) if before else []
    here = next((n for n, one in enumerate(items) if one.code == code), None)
    if here is None:
        raise NotThere
    there = here - 1 if up else here + 1
    if 0 <= there < len(items):
        items[here], items[there] = items[there], items[here]
        set_form(category, items, seen=seen, actor=actor, at=at)
