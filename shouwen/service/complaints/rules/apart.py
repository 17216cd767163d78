"""Who may not do what: three separate persons, and nobody in their own matter."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Post(StrEnum):
    """The three posts of a complaint (CG-3.4-02)."""

    ACCEPTOR = "acceptor"
    HANDLER = "handler"
    SUPERVISOR = "supervisor"


class Recusal(StrEnum):
    """Why somebody must keep out of a complaint."""

    IS_PERSON = "is_person"
    IS_SELLER = "is_seller"
    OF_UNIT = "of_unit"


@dataclass(frozen=True, slots=True)
class Concerned:
    """Who is complained of, by row ids and the path of the unit; nothing where nobody is."""

    person_id: int | None = None
    seller_id: int | None = None
    unit_path: str = ""


def why_recused(person_id: int, unit_path: str, concerned: Concerned) -> Recusal | None:
    """Give why a person must keep out, or None. Units below the one complained of count."""
    if person_id == concerned.person_id:
        return Recusal.IS_PERSON
    if person_id == concerned.seller_id:
        return Recusal.IS_SELLER
    if concerned.unit_path and unit_path.startswith(concerned.unit_path):
        return Recusal.OF_UNIT
    return None


def held_twice(posts: dict[Post, int | None]) -> tuple[Post, Post] | None:
    """Give two posts that one person holds, or None; an empty post is held by nobody."""
    held: dict[int, Post] = {}
    for post in Post:
        person_id = posts.get(post)
        if person_id is None:
            continue
        if person_id in held:
            return held[person_id], post
        held[person_id] = post
    return None
