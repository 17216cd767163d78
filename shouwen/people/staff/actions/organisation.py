"""Founding institutions, opening units, naming skills."""

from __future__ import annotations

import re
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid, NotAllowed, NotThere
from shouwen.ground.kernel.ids import public_id
from shouwen.ground.vault import audit
from shouwen.people.staff import access
from shouwen.people.staff.actions.reach import UnitIsClosed
from shouwen.people.staff.models import Institution, InstitutionKind, Skill, Unit

INSTITUTION_CODE = re.compile(r"[a-z][a-z0-9]{0,39}")
SKILL_CODE = re.compile(r"[a-z][a-z0-9_-]{0,39}")
DEEPEST_UNIT = 9
NAME_MAX_CHARACTERS = 120
SKILL_NAME_MAX_CHARACTERS = 60


class CodeTaken(Conflict):
    """The code names something else already."""

    message = _("This code is in use. Choose another one.")


class NameTaken(Conflict):
    """A sister unit bears this name."""

    message = _("A unit of this name exists here. Choose another name.")


@transaction.atomic
def found_institution(
    *, code: str, name_zh: str, kind: str, actor: Actor, at: datetime, name_en: str = ""
) -> Institution:
    """Take an institution into the centre; only the system itself does that.

    `code` is a plain lower-case word, part of topics and commands. Raises NotAllowed, Invalid,
    CodeTaken.
    """
    if not actor.is_system:
        raise NotAllowed
    if not INSTITUTION_CODE.fullmatch(code):
        raise Invalid(fields={"code": _("Use lower-case letters and digits, a letter first.")})
    if kind not in InstitutionKind.values:
        raise Invalid(fields={"kind": _("Choose one of the listed kinds.")})
    name_zh, name_en = _names(name_zh, name_en)
    try:
        with transaction.atomic():
            institution = Institution.objects.create(
                code=code, name_zh=name_zh, name_en=name_en, kind=kind, founded_at=at
            )
    except IntegrityError as error:
        raise CodeTaken from error
    audit.record(actor, "institution.founded", institution, at=at)
    return institution


def _names(name_zh: str, name_en: str) -> tuple[str, str]:
    """Give both names without blanks around. Raises Invalid."""
    name_zh, name_en = name_zh.strip(), name_en.strip()
    if not name_zh or max(len(name_zh), len(name_en)) > NAME_MAX_CHARACTERS:
        raise Invalid(fields={"name_zh": _("Enter a name of up to 120 characters.")})
    return name_zh, name_en


@transaction.atomic
def rename_institution(
    institution: Institution, *, name_zh: str, actor: Actor, at: datetime, name_en: str = ""
) -> None:
    """Give an institution another name; whoever does it reaches all its units.

    Customers see it from then on; letters that were issued keep the former one. Raises NotAllowed,
    NotThere, Invalid.
    """
    access.require(actor, "staff.edit")
    if not access.same_institution(actor, institution.pk):
        raise NotThere
    if not actor.all_units:
        raise NotAllowed
    name_zh, name_en = _names(name_zh, name_en)
    held = Institution.objects.select_for_update().get(pk=institution.pk)
    if (held.name_zh, held.name_en) == (name_zh, name_en):
        return
    before = {"name_before": held.name_zh, "name_en_before": held.name_en}
    held.name_zh, held.name_en = name_zh, name_en
    held.save(update_fields=["name_zh", "name_en"])
    detail = {**before, "name": name_zh, "name_en": name_en}
    audit.record(actor, "institution.renamed", held, at=at, detail=detail)


@transaction.atomic
def open_unit(
    *,
    institution: Institution,
    name_zh: str,
    actor: Actor,
    at: datetime,
    name_en: str = "",
    parent: Unit | None = None,
) -> Unit:
    """Open a department, branch or team, below `parent` or as a root of the tree.

    Needs `staff.edit` and, below a parent, reach over it. Raises NotAllowed, NotThere for a
    foreign institution or parent, UnitIsClosed, Invalid, NameTaken.
    """
    access.require(actor, "staff.edit")
    if not access.same_institution(actor, institution.pk):
        raise NotThere
    if parent is not None and (
        parent.institution_id != institution.pk or not access.within(actor, parent.pk)
    ):
        raise NotThere
    if parent is None and not actor.all_units:
        raise NotAllowed
    if parent is not None and parent.closed_at is not None:
        raise UnitIsClosed
    name_zh, name_en = _names(name_zh, name_en)
    if parent is not None and parent.depth >= DEEPEST_UNIT:
        raise Invalid(fields={"parent": _("The tree is ten levels deep at most.")})
    try:
        with transaction.atomic():
            unit = Unit.objects.create(
                institution=institution,
                parent=parent,
                name_zh=name_zh,
                name_en=name_en,
                # The path needs the row's own id, which the insert gives.
                path=public_id("new"),
                depth=parent.depth + 1 if parent else 0,
            )
    except IntegrityError as error:
        raise NameTaken from error
    unit.path = f"{parent.path if parent else ''}{unit.pk}/"
    unit.save(update_fields=["path"])
    audit.record(actor, "unit.opened", unit, at=at)
    return unit


@transaction.atomic
def define_skill(
    *,
    institution: Institution,
    code: str,
    name_zh: str,
    actor: Actor,
    at: datetime,
    name_en: str = "",
) -> Skill:
    """Name something that people of this institution can be qualified for. Serves OM-6.2-01.

    Raises NotAllowed, NotThere, Invalid, CodeTaken.
    """
    access.require(actor, "staff.edit")
    if not access.same_institution(actor, institution.pk):
        raise NotThere
    if not SKILL_CODE.fullmatch(code):
        raise Invalid(fields={"code": _("Use lower-case letters and digits, a letter first.")})
    if not name_zh.strip() or max(len(name_zh), len(name_en)) > SKILL_NAME_MAX_CHARACTERS:
        raise Invalid(fields={"name_zh": _("Enter a name of up to 60 characters.")})
    try:
        with transaction.atomic():
            skill = Skill.objects.create(
                institution=institution, code=code, name_zh=name_zh, name_en=name_en
            )
    except IntegrityError as error:
        raise CodeTaken from error
    audit.record(actor, "skill.defined", ("staff.skill", code), at=at)
    return skill
