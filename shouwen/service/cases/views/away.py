"""Who is away today, in the words of the case page and of the chooser of handlers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from shouwen.people.staff import queries as staff
from shouwen.people.staff.models import Person


@dataclass(frozen=True, slots=True)
class Choice:
    """A colleague to choose; `away` is empty for whoever is there."""

    person: Person
    away: str


def words_of(deputies: Iterable[Person]) -> str:
    """Say that somebody is away today, and who stands in."""
    names = _(", ").join(one.name for one in deputies)
    return _("Away today, deputy %(names)s") % {"names": names} if names else _("Away today")


def beside(people: Iterable[Person | None], at: datetime) -> dict[int, str]:
    """Give for each of these who is away today what is said beside the name, by row id."""
    ids = {one.pk for one in people if one is not None}
    if not ids:
        return {}
    return {pk: words_of(deputies) for pk, deputies in staff.away_now(ids, at).items()}


def choices(people: Iterable[Person], at: datetime) -> list[Choice]:
    """Give colleagues to choose from, each with what is said of an absence."""
    found = list(people)
    away = beside(found, at)
    return [Choice(one, away.get(one.pk, "")) for one in found]
