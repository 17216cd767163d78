"""The scripts that fit a contact, with what is known already filled in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.translation import get_language

from shouwen.contact.conversations.models import Contact
from shouwen.front.desk.models import Script, ScriptKind
from shouwen.front.desk.rules import pinyin, placeholders
from shouwen.ground.kernel.time import day_of
from shouwen.people.staff.models import Person

MOST_SHOWN = 40


@dataclass(frozen=True, slots=True)
class ScriptRow:
    """One script in the list: its title in the agent's language, its words in the customer's.

    `is_own` means that a unit worded it, for itself and those below.
    """

    ref: str
    code: str
    kind: str
    shortcut: str
    title: str
    body: str
    is_own: bool
    uses: int


def scripts_for(
    person: Person, contact: Contact, words: str = "", *, at: datetime
) -> list[ScriptRow]:
    """List the scripts for a contact's channel, best fit first, then the most used.

    They are those of the institution, of the person's unit and of the units above it, as far as
    they count today; filled where values are known. `words` is matched against shortcut, title,
    its pinyin initials and the text. One query.
    """
    wanted = words.strip().lower()
    today = day_of(at)
    own_units = [int(part) for part in person.unit.path.split("/") if part]
    for_customer_zh = not contact.language.startswith("en")
    scripts = Script.objects.filter(
        Q(unit__isnull=True) | Q(unit_id__in=own_units),
        Q(channels=" ") | Q(channels__contains=f" {contact.channel} "),
        Q(valid_from__isnull=True) | Q(valid_from__lte=today),
        Q(valid_until__isnull=True) | Q(valid_until__gte=today),
        institution_id=person.institution_id,
        is_active=True,
    ).order_by("place", "pk")
    if not for_customer_zh:
        scripts = scripts.exclude(body_en="")
    ranked = [
        ((fit, -script.uses, place), script)
        for place, script in enumerate(scripts)
        if (fit := _fit(script, wanted)) is not None
    ]
    ranked.sort(key=lambda item: item[0])
    values = values_for(person, contact)
    for_agent_zh = not (get_language() or "").startswith("en")
    return [
        ScriptRow(
            ref=script.public_id,
            code=script.kind,
            kind=str(ScriptKind(script.kind).label),
            shortcut=script.shortcut,
            title=script.title_zh if for_agent_zh else script.title_en or script.title_zh,
            body=placeholders.fill(
                script.body_zh if for_customer_zh else script.body_en,
                values,
            ),
            is_own=script.unit_id is not None,
            uses=script.uses,
        )
        for _rank, script in ranked[:MOST_SHOWN]
    ]


def values_for(person: Person, contact: Contact) -> dict[str, str]:
    """Give what is known of the placeholders: who speaks, for whom, and the way to address.

    The business comes from the contact's category once a case has one; the agent types the rest.
    """
    in_english = contact.language.startswith("en")
    unit = person.unit
    values = {
        "staff_no": person.staff_no,
        "department": unit.name_en if in_english and unit.name_en else unit.name_zh,
    }
    if contact.customer_id is None:
        # A visitor has no name: Chinese greets without one, English says "there".
        values["customer"] = "there" if in_english else ""
    return values


def _fit(script: Script, wanted: str) -> int | None:
    """Rank a script for the words: 0 is best, None does not fit."""
    if not wanted:
        return 0
    if script.shortcut == wanted:
        # A unit may word for itself what the institution words for all.
        return -1 if script.unit_id else 0
    if script.shortcut.startswith(wanted):
        return 1
    titles = f"{script.title_zh} {script.title_en}".lower()
    if wanted in titles or wanted in pinyin.initials(script.title_zh):
        return 2
    return 3 if wanted in script.body_zh or wanted in script.body_en.lower() else None
