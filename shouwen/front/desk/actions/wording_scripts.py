"""Scripts of the institution and of its units: written, changed, set aside, counted.

Serves OM-2.2-01, OM-2.2-02, HB-3.1-03.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from shouwen.contact.conversations.models import Message
from shouwen.contact.conversations.rules import talking
from shouwen.front.desk.models import Script, ScriptKind, ScriptUse
from shouwen.front.desk.rules import placeholders
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid, NotAllowed, NotThere, Words
from shouwen.ground.policy import queries as policy
from shouwen.ground.policy.rules.phrases import find_forbidden
from shouwen.ground.vault import audit
from shouwen.people.staff import access as rights
from shouwen.people.staff import queries as staff
from shouwen.people.staff.models import Institution, Person, Unit

TITLE_CHARACTERS = 60
BODY_CHARACTERS = 600
# English says the same in more letters; the trail keeps a thousand of each text.
BODY_EN_CHARACTERS = 900
SHORTCUT = re.compile(r"[a-z0-9]{1,12}")
USED_AT_ONCE = 10


class ShortcutTaken(Conflict):
    """Two scripts that one person sees must not answer to one shortcut."""

    message = _("Another script has this shortcut already. Choose another one.")


@dataclass(frozen=True, slots=True)
class Wording:
    """Everything about a script that can be changed; `unit` is a public id, empty for everyone."""

    kind: str
    shortcut: str
    title_zh: str
    body_zh: str
    title_en: str = ""
    body_en: str = ""
    unit: str = ""
    channels: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_until: date | None = None


def wording_of(script: Script) -> Wording:
    """Give a script's wording as it stands."""
    return Wording(
        kind=script.kind,
        shortcut=script.shortcut,
        title_zh=script.title_zh,
        body_zh=script.body_zh,
        title_en=script.title_en,
        body_en=script.body_en,
        unit=script.unit.public_id if script.unit else "",
        channels=tuple(script.channels.split()),
        valid_from=script.valid_from,
        valid_until=script.valid_until,
    )


def require_editor(actor: Actor, institution_id: int, unit_id: int | None) -> None:
    """Let somebody word the scripts of a unit within reach; those of all need reach over all.

    Raises NotAllowed, NotThere for another institution's.
    """
    rights.require(actor, "script.edit")
    if not rights.same_institution(actor, institution_id):
        raise NotThere
    if not actor.all_units and unit_id not in actor.unit_ids:
        raise NotAllowed


def _tidy(wanted: Wording) -> Wording:
    return replace(
        wanted,
        shortcut=wanted.shortcut.strip().lower(),
        title_zh=" ".join(talking.tidy_text(wanted.title_zh).split()),
        title_en=" ".join(talking.tidy_text(wanted.title_en).split()),
        body_zh=talking.tidy_text(wanted.body_zh),
        body_en=talking.tidy_text(wanted.body_en),
    )


def _faults(institution_id: int, wanted: Wording) -> dict[str, Words]:
    """Name each field that cannot be, and why."""
    wrong: dict[str, Words] = {}
    if wanted.kind not in ScriptKind.values:
        wrong["kind"] = _("Choose what the script is for.")
    if not SHORTCUT.fullmatch(wanted.shortcut):
        wrong["shortcut"] = _("Give 1 to 12 small letters or digits.")
    for name in ("title_zh", "title_en"):
        if len(getattr(wanted, name)) > TITLE_CHARACTERS:
            wrong[name] = _("Keep the title within 60 characters.")
    if not wanted.title_zh:
        wrong["title_zh"] = _("Give the script a title.")
    if not wanted.body_zh:
        wrong["body_zh"] = _("Write what is to be said.")
    if len(wanted.body_zh) > BODY_CHARACTERS or len(wanted.body_en) > BODY_EN_CHARACTERS:
        long = "body_zh" if len(wanted.body_zh) > BODY_CHARACTERS else "body_en"
        wrong[long] = _("This is too long to be read. Shorten it.")
    if not set(wanted.channels) <= set(talking.CHANNELS):
        wrong["channels"] = _("Choose channels of the list.")
    if wanted.valid_from and wanted.valid_until and wanted.valid_until < wanted.valid_from:
        wrong["valid_until"] = _("The last day is before the first.")
    for name in ("body_zh", "body_en"):
        text = getattr(wanted, name)
        if odd := placeholders.unknown_in(text):
            words = _("There is no placeholder {%(name)s}. Choose one of the list.")
            wrong[name] = words % {"name": odd[0]}
        elif said := _forbidden(institution_id, text, wanted.channels):
            words = _("“%(phrase)s” may not be said (%(clause)s).")
            wrong[name] = words % said
    return wrong


def _forbidden(institution_id: int, text: str, channels: Sequence[str]) -> dict[str, str]:
    """Give the first forbidden phrase on any of the channels: a script must not be stopped."""
    for channel in channels or talking.CHANNELS:
        if channel in talking.CHANNELS:
            for hit in find_forbidden(text, policy.phrases(institution_id, channel)):
                return {"phrase": hit.phrase, "clause": hit.clause}
    return {}


def _unit(actor: Actor, institution_id: int, public_id: str) -> Unit | None:
    """Find the unit that a script is to belong to. Raises Invalid."""
    if not public_id:
        return None
    open_units = Unit.objects.filter(institution_id=institution_id, closed_at__isnull=True)
    known = public_id.isprintable()
    unit = open_units.filter(public_id=public_id).first() if known else None
    if unit is None or not rights.within(actor, unit.pk):
        raise Invalid(fields={"unit": _("Choose a unit of the list.")})
    return unit


def _fill(script: Script, wanted: Wording, unit: Unit | None) -> None:
    for name, value in asdict(wanted).items():
        if name not in ("unit", "channels"):
            setattr(script, name, value)
    script.unit = unit
    script.channels = f" {' '.join(wanted.channels)} " if wanted.channels else " "


def _save(script: Script, *, is_new: bool) -> None:
    try:
        with transaction.atomic():
            script.save(force_insert=is_new)
    except IntegrityError as error:
        raise ShortcutTaken(fields={"shortcut": ShortcutTaken.message}) from error


@transaction.atomic
def write_script(
    institution: Institution, wanted: Wording, *, actor: Actor, at: datetime
) -> Script:
    """Write a script for the institution or one of its units; the desk offers it from now on.

    Raises Invalid naming each wrong field, an unknown placeholder and a forbidden phrase too;
    ShortcutTaken, NotAllowed, NotThere. Serves OM-2.2-01, OM-2.2-02.
    """
    wanted = _tidy(wanted)
    rights.require(actor, "script.edit")
    unit = _unit(actor, institution.pk, wanted.unit)
    require_editor(actor, institution.pk, unit.pk if unit else None)
    if wrong := _faults(institution.pk, wanted):
        raise Invalid(fields=wrong)
    script = Script(institution=institution, changed_at=at, changed_by=staff.person_behind(actor))
    script.code = script.public_id
    _fill(script, wanted, unit)
    _save(script, is_new=True)
    detail = audit.changes(None, _plain(wanted)) | {"revision": 1}
    audit.record(actor, "script.written", script, at=at, detail=detail)
    return script


@transaction.atomic
def change_script(
    script: Script, wanted: Wording, *, seen: int, actor: Actor, at: datetime
) -> Script:
    """Change a script's wording from now on; the trail keeps what it was before.

    `seen` is the revision that was on the screen. Raises Conflict when somebody changed it
    meanwhile, and what `write_script` raises.
    """
    wanted = _tidy(wanted)
    require_editor(actor, script.institution_id, script.unit_id)
    unit = _unit(actor, script.institution_id, wanted.unit)
    require_editor(actor, script.institution_id, unit.pk if unit else None)
    if wrong := _faults(script.institution_id, wanted):
        raise Invalid(fields=wrong)
    fresh = _turn(script, seen, actor=actor, at=at)
    before = wording_of(fresh)
    if before != wanted:
        _fill(fresh, wanted, unit)
        _save(fresh, is_new=False)
        detail = audit.changes(_plain(before), _plain(wanted)) | {"revision": fresh.revision}
        audit.record(actor, "script.changed", fresh, at=at, detail=detail)
    return fresh


@transaction.atomic
def set_aside(script: Script, *, active: bool, seen: int, actor: Actor, at: datetime) -> Script:
    """Take a script from the desk, or give it back; it stays with its uses.

    Raises Conflict, ShortcutTaken where another script has taken its shortcut, NotAllowed.
    """
    require_editor(actor, script.institution_id, script.unit_id)
    fresh = _turn(script, seen, actor=actor, at=at)
    if fresh.is_active != active:
        fresh.is_active = active
        _save(fresh, is_new=False)
        act = "script.reinstated" if active else "script.retired"
        audit.record(actor, act, fresh, at=at, detail={"revision": fresh.revision})
    return fresh


def _turn(script: Script, seen: int, *, actor: Actor, at: datetime) -> Script:
    """Take the script's next revision. Raises Conflict where somebody else has taken it."""
    held = Script.objects.filter(pk=script.pk, revision=seen)
    if not held.update(revision=seen + 1, changed_at=at, changed_by=staff.person_behind(actor)):
        raise Conflict
    return Script.objects.select_related("unit", "institution").get(pk=script.pk)


def _plain(wording: Wording) -> dict[str, audit.Value]:
    """Give each field in words of its own: a text is kept whole, up to what the trail keeps."""
    return {name: _one_plain(value) for name, value in asdict(wording).items()}


def _one_plain(value: Any) -> str:
    if isinstance(value, tuple):
        return " ".join(value)
    return value if isinstance(value, str) else json.dumps(value, default=str)


def count_uses(message: Message, person: Person, refs: Sequence[str], *, at: datetime) -> None:
    """Count that a line was made with these scripts, once however often it is sent again.

    Called in the transaction that sends the line; what is no script of the house counts nothing.
    """
    wanted = [ref for ref in dict.fromkeys(refs) if ref.isprintable()][:USED_AT_ONCE]
    if not wanted:
        return
    found = Script.objects.filter(institution_id=person.institution_id, public_id__in=wanted)
    # In one order, so that two who use the same scripts never wait for each other in a circle.
    for script in found.order_by("pk"):
        _use, is_new = ScriptUse.objects.get_or_create(
            script=script, message=message, defaults={"person": person, "used_at": at}
        )
        if is_new:
            Script.objects.filter(pk=script.pk).update(uses=F("uses") + 1, last_used_at=at)
