"""The areas under which articles are filed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.vault import audit
from shouwen.service.knowledge.models import Category


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
