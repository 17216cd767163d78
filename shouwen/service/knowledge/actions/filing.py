"""The areas under which articles are filed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid, NotThere, Words
from shouwen.ground.vault import audit
from shouwen.people.staff import access as staff_access
from shouwen.service.knowledge.models import Category

CODE = re.compile(r"[a-z][a-z0-9-]{0,59}")
CODE_WORDS = _("Use lower-case letters, digits and hyphens, a letter first.")
NAME_ZH_MOST, NAME_EN_MOST = 60, 80
AREAS_AT_MOST = 200


class AreaKnownAlready(Conflict):
    """The code names an area of this institution."""

    message = _("An area of this code is there already. Choose another code, or rename that one.")


class TooManyAreas(Conflict):
    """A list nobody chooses from any more."""

    message = _("There are 200 areas at most. Rename one that is there.")


@dataclass(frozen=True, slots=True)
class Area:
    """One business area: its code and its names."""

    code: str
    name_zh: str
    name_en: str


@transaction.atomic
def plant_categories(
    institution_id: int, areas: Iterable[Area], *, actor: Actor, at: datetime
) -> list[Category]:
    """Set up an institution's areas; one that is there keeps its articles and takes the names."""
    made = [
        Category.objects.update_or_create(
            institution_id=institution_id,
            code=area.code,
            defaults={"name_zh": area.name_zh, "name_en": area.name_en},
        )[0]
        for area in areas
    ]
    audit.record(actor, "knowledge.categories_planted", None, at=at, detail={"count": len(made)})
    return made


@transaction.atomic
def add_area(area: Area, *, actor: Actor, at: datetime) -> Category:
    """Open an area for the articles of the actor's institution; its code stays for good.

    Raises NotAllowed, Invalid naming each wrong field, AreaKnownAlready, TooManyAreas.
    """
    staff_access.require(actor, "knowledge.write")
    home = actor.institution_id
    if home is None:
        raise NotThere
    wrong: dict[str, Words] = {} if CODE.fullmatch(area.code) else {"code": CODE_WORDS}
    names = _names(area.name_zh, area.name_en, wrong)
    if Category.objects.filter(institution_id=home).count() >= AREAS_AT_MOST:
        raise TooManyAreas
    try:
        with transaction.atomic():
            made = Category.objects.create(institution_id=home, code=area.code, **names)
    except IntegrityError as error:
        raise AreaKnownAlready from error
    detail = {"code": area.code, **audit.changes(None, names)}
    audit.record(actor, "knowledge.area_added", None, at=at, detail=detail)
    return made


@transaction.atomic
def rename_area(area: Area, *, actor: Actor, at: datetime) -> None:
    """Give an area other names; articles approved before are found by the former ones too.

    Raises NotAllowed, NotThere, Invalid naming each wrong field.
    """
    staff_access.require(actor, "knowledge.write")
    row = (
        Category.objects.select_for_update(of=("self",))
        .filter(institution_id=actor.institution_id or 0, code=area.code[:60])
        .first()
    )
    if row is None:
        raise NotThere
    names = _names(area.name_zh, area.name_en, {})
    before = {name: str(getattr(row, name)) for name in names}
    if before == names:
        return
    row.name_zh, row.name_en = names["name_zh"], names["name_en"]
    row.save(update_fields=["name_zh", "name_en"])
    detail = {"code": row.code, **audit.changes(before, names)}
    audit.record(actor, "knowledge.area_renamed", None, at=at, detail=detail)


def _names(name_zh: str, name_en: str, wrong: dict[str, Words]) -> dict[str, str]:
    """Give both names without blanks around. Raises Invalid with what was wrong before too."""
    names = {"name_zh": name_zh.strip(), "name_en": name_en.strip()}
    if not 0 < len(names["name_zh"]) <= NAME_ZH_MOST:
        wrong["name_zh"] = _("Enter a name of up to 60 characters.")
    if len(names["name_en"]) > NAME_EN_MOST:
        wrong["name_en"] = _("Use at most 80 characters.")
    if wrong:
        raise Invalid(fields=wrong)
    return names
