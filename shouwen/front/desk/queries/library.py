"""The scripts of the house for those who word them: a page at a time, the most used first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import get_language, pgettext_lazy

from shouwen.contact.conversations.rules import talking
from shouwen.front.desk.actions import wording_scripts
from shouwen.front.desk.models import Script, ScriptKind
from shouwen.front.desk.queries import naming
from shouwen.front.desk.rules import placeholders
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import NotAllowed, NotThere
from shouwen.ground.kernel.time import day_of
from shouwen.ground.kit.words import Words
from shouwen.people.staff import access as rights
from shouwen.people.staff import queries as staff
from shouwen.people.staff.models import Unit

PAGE_ROWS = 25
WORDS_CHARACTERS = 40
# What a filter by unit asks for where no unit is meant.
OF_ALL = "all"
STANDINGS: dict[str, Words] = {
    "": pgettext_lazy("scripts", "At the desk"),
    "later": pgettext_lazy("scripts", "Not yet"),
    "over": pgettext_lazy("scripts", "Run out"),
    "aside": pgettext_lazy("scripts", "Set aside"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the list is asked for; an empty value asks nothing, an unknown one counts as empty."""

    q: str = ""
    unit: str = ""
    kind: str = ""
    standing: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class LibraryRow:
    """One script in the list."""

    script: Script
    title: str
    body: str
    kind: str
    unit: str
    channels: str
    may_edit: bool


@dataclass(frozen=True, slots=True)
class Library:
    """A page of scripts; `next` is the cursor of those that follow, empty at the end."""

    rows: list[LibraryRow]
    next: str
    units: list[Unit]


def _of(actor: Actor) -> QuerySet[Script]:
    """Give the scripts of the institution and of the units within reach. Raises NotAllowed."""
    rights.require(actor, "script.edit")
    found = Script.objects.filter(institution_id=actor.institution_id or 0)
    if not actor.all_units:
        found = found.filter(Q(unit__isnull=True) | Q(unit_id__in=actor.unit_ids))
    return found.select_related("unit", "institution", "changed_by")


def script_for(actor: Actor, ref: str) -> Script:
    """Give one script within reach. Raises NotAllowed, NotThere."""
    found = _of(actor).filter(public_id=ref).first() if ref.isprintable() else None
    if found is None:
        raise NotThere
    return found


def may_word(actor: Actor, script: Script) -> bool:
    """Whether the actor may change this script, rather than read it."""
    try:
        wording_scripts.require_editor(actor, script.institution_id, script.unit_id)
    except (NotAllowed, NotThere):
        return False
    return True


def _standing(name: str, at: datetime) -> Q:
    today = day_of(at)
    over = Q(is_active=True, valid_until__lt=today)
    later = Q(is_active=True, valid_from__gt=today)
    wanted = {"later": later, "over": over, "aside": Q(is_active=False)}
    return wanted.get(name, Q(is_active=True) & ~over & ~later)


def _filter(asked: Asked, at: datetime) -> Q:
    condition = _standing(asked.standing, at)
    words = "".join(c for c in asked.q if c.isprintable()).strip()[:WORDS_CHARACTERS]
    if words:
        fields = ("title_zh", "title_en", "body_zh", "body_en", "shortcut")
        anywhere = Q()
        for name in fields:
            anywhere |= Q(**{f"{name}__icontains": words})
        condition &= anywhere
    if asked.kind in ScriptKind.values:
        condition &= Q(kind=asked.kind)
    if asked.unit == OF_ALL:
        condition &= Q(unit__isnull=True)
    elif asked.unit and asked.unit.isprintable():
        condition &= Q(unit__public_id=asked.unit)
    return condition


def library(actor: Actor, asked: Asked, *, at: datetime) -> Library:
    """Give a page of the scripts within reach, the most used first; four queries at most.

    Raises NotAllowed, NotThere for a cursor that is not of this list.
    """
    found = _of(actor).filter(_filter(asked, at)).order_by("-uses", "pk")
    if asked.after:
        last = script_for(actor, asked.after)
        found = found.filter(Q(uses__lt=last.uses) | Q(uses=last.uses, pk__gt=last.pk))
    scripts = list(found[: PAGE_ROWS + 1])
    shown = scripts[:PAGE_ROWS]
    return Library(
        rows=[_row(actor, script) for script in shown],
        next=shown[-1].public_id if len(scripts) > PAGE_ROWS else "",
        units=list(staff.unit_tree(actor)),
    )


def _row(actor: Actor, script: Script) -> LibraryRow:
    in_chinese = not (get_language() or "").startswith("en")
    channels = script.channels.split()
    return LibraryRow(
        script=script,
        title=script.title_zh if in_chinese else script.title_en or script.title_zh,
        body=script.body_zh if in_chinese else script.body_en or script.body_zh,
        kind=str(ScriptKind(script.kind).label),
        unit=script.unit.name if script.unit else "",
        channels=" · ".join(str(naming.CHANNEL_NAMES.get(code, code)) for code in channels),
        may_edit=may_word(actor, script),
    )


def form_choices(actor: Actor) -> dict[str, Any]:
    """Give what the form of a script offers: kinds, channels, units, placeholders by language."""
    return {
        "kinds": ScriptKind.choices,
        "channels": [(code, naming.CHANNEL_NAMES.get(code, code)) for code in talking.CHANNELS],
        "units": staff.unit_tree(actor),
        "of_all": actor.all_units,
        "places_zh": [f"{{{place.zh}}}" for place in placeholders.ALL],
        "places_en": [f"{{{place.en}}}" for place in placeholders.ALL],
    }
