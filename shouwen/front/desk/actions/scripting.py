"""The scripts every institution begins with, kept in `scripts.toml`."""

from __future__ import annotations

import tomllib
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.db import transaction

from shouwen.front.desk.models import Script, ScriptKind
from shouwen.front.desk.rules import placeholders
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid
from shouwen.ground.vault import audit
from shouwen.people.staff.models import Institution

STANDARD = Path(__file__).resolve().parent.parent / "scripts.toml"


@cache
def standard_scripts() -> tuple[dict[str, Any], ...]:
    """Read the standard scripts. Raises ValueError for an unknown kind or placeholder."""
    scripts = tomllib.loads(STANDARD.read_text(encoding="utf-8"))["script"]
    for script in scripts:
        odd = placeholders.unknown_in(script["body_zh"]) + placeholders.unknown_in(
            script["body_en"]
        )
        if script["kind"] not in ScriptKind.values or odd:
            raise ValueError(f"Script {script['code']}: {script['kind']} {odd}")
    return tuple(scripts)


@transaction.atomic
def load_scripts(institution: Institution, *, actor: Actor, at: datetime) -> int:
    """Give an institution the standard scripts it lacks; say how many were added.

    Scripts that are there stay as the institution has worded them. Serves OM-2.2-01, OM-2.2-02.
    """
    if not actor.is_system and actor.institution_id != institution.pk:
        raise Invalid
    held = Script.objects.filter(institution=institution).order_by("pk")
    there = set(held.values_list("code", flat=True))
    # A shortcut that the institution gave to its own words stays with them.
    own = held.filter(unit__isnull=True, is_active=True)
    taken = set(own.values_list("shortcut", flat=True))
    fresh = [
        Script(
            institution=institution,
            code=script["code"],
            kind=script["kind"],
            shortcut=script["shortcut"],
            channels=f" {' '.join(script.get('channels', ()))} ".replace("  ", " "),
            clauses=" ".join(script["clauses"]),
            title_zh=script["title_zh"],
            title_en=script["title_en"],
            body_zh=script["body_zh"],
            body_en=script["body_en"],
            place=place,
        )
        for place, script in enumerate(standard_scripts())
        if script["code"] not in there and script["shortcut"] not in taken
    ]
    Script.objects.bulk_create(fresh)
    if fresh:
        audit.record(actor, "scripts.loaded", institution, at=at, detail={"scripts": len(fresh)})
    return len(fresh)
