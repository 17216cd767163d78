"""The duty list: posts are written, followed by new versions, given to people, closed."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid, NotAllowed, NotThere, Words
from shouwen.ground.kernel.time import day_of
from shouwen.ground.kernel.topics import publish
from shouwen.ground.vault import audit
from shouwen.people.staff import access
from shouwen.people.staff.actions.reach import require_edit, require_unit
from shouwen.people.staff.models import Institution, Person, Post, PostHolding, PostVersion, Unit
from shouwen.people.staff.models.posts import NAME_MAX_CHARACTERS, TEXT_MAX_CHARACTERS
from shouwen.people.staff.queries.actors import person_behind

FIGURES = ("connect_percent", "reply_percent", "resolution_percent")
TENTH = Decimal("0.1")
FULL = Decimal(100)


class PostStillHeld(Conflict):
    """Whoever holds the post would be left without duties."""

    message = _("Somebody holds this post. Give them another one first.")


class PostIsClosed(Conflict):
    """A closed post is neither changed nor given."""

    message = _("This post is closed. Open it again first.")


class PostChanged(Conflict):
    """Somebody wrote another version meanwhile."""

    message = _("A colleague has written another version meanwhile. Look at it and try again.")


@dataclass(frozen=True, slots=True)
class Duties:
    """What a post may and must do, a line each, from a day on; its bound figures in percent."""

    name_zh: str
    authority: str
    obligations: str
    effective_from: date
    name_en: str = ""
    connect_percent: Decimal | None = None
    reply_percent: Decimal | None = None
    resolution_percent: Decimal | None = None


def _lines(text: str) -> str:
    """Tidy a list: a line each, none empty."""
    tidy = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in tidy if line)


def _tidied(said: Duties) -> Duties:
    """Give the duties as they are kept. Raises Invalid naming each wrong field."""
    names = {"name_zh": said.name_zh.strip(), "name_en": said.name_en.strip()}
    texts = {"authority": _lines(said.authority), "obligations": _lines(said.obligations)}
    wrong: dict[str, Words] = {}
    for field, name in names.items():
        if len(name) > NAME_MAX_CHARACTERS or not name.isprintable():
            wrong[field] = _("Enter a name of up to 60 characters.")
    if not names["name_zh"]:
        wrong["name_zh"] = _("Enter a name of up to 60 characters.")
    for field, text in texts.items():
        if not text or len(text) > TEXT_MAX_CHARACTERS:
            wrong[field] = _("Write one to a line, up to 2,000 characters in all.")
        elif not text.replace("\n", "").isprintable():
            wrong[field] = _("Remove the characters that cannot be shown.")
    figures: dict[str, Decimal | None] = {name: getattr(said, name) for name in FIGURES}
    for field, figure in figures.items():
        if figure is None:
            continue
        if not (figure.is_finite() and 0 <= figure <= FULL) or figure % TENTH:
            wrong[field] = _("Enter a share from 0 to 100 with at most one decimal.")
    if wrong:
        raise Invalid(fields=wrong)
    return Duties(**names, **texts, **figures, effective_from=said.effective_from)  # type: ignore[arg-type]  # each dict holds the fields of its own type


def _plain(duties: Duties) -> dict[str, audit.Value]:
    return {name: None if value is None else str(value) for name, value in asdict(duties).items()}


def duties_of(version: PostVersion) -> Duties:
    """Give a version as it was written."""
    return Duties(**{name: getattr(version, name) for name in Duties.__dataclass_fields__})


def _require(actor: Actor, post: Post) -> None:
    access.require(actor, "staff.edit")
    if not access.same_institution(actor, post.institution_id) or not access.within(
        actor, post.unit_id
    ):
        raise NotThere
    if post.unit_id is None and not actor.all_units:
        raise NotAllowed


def _write(post: Post, number: int, duties: Duties, actor: Actor, at: datetime) -> None:
    writer = person_behind(actor)
    PostVersion.objects.create(
        post=post, number=number, written_by=writer, written_at=at, **asdict(duties)
    )


@transaction.atomic
def add_post(
    institution: Institution,
    duties: Duties,
    *,
    unit: Unit | None = None,
    actor: Actor,
    at: datetime,
) -> Post:
    """Put a post on the duty list, of one unit or of the institution.

    Raises NotAllowed, NotThere, UnitIsClosed, Invalid. Serves HB-1.1-07, HB-1.1-05.
    """
    if unit is not None:
        require_unit(actor, unit)
        if unit.institution_id != institution.pk:
            raise NotThere
    post = Post(institution=institution, unit=unit, made_at=at)
    _require(actor, post)
    duties = _tidied(duties)
    post.save()
    _write(post, 1, duties, actor, at)
    detail = audit.changes(None, _plain(duties)) | {
        "unit": unit.public_id if unit else None,
        "version": 1,
    }
    audit.record(actor, "post.added", post, at=at, detail=detail)
    return post


def _locked(post: Post) -> Post:
    return Post.objects.select_for_update().get(pk=post.pk)


@transaction.atomic
def change_post(post: Post, duties: Duties, *, seen: int, actor: Actor, at: datetime) -> Post:
    """Write another version, which counts from its day on, today or later; the old ones stay.

    `seen` is the number of the latest version that was on the screen; one that says the same
    again is not written. Raises NotAllowed, NotThere, PostIsClosed, PostChanged, Invalid.
    """
    _require(actor, post)
    duties = _tidied(duties)
    held = _locked(post)
    if held.closed_at is not None:
        raise PostIsClosed
    if held.latest != seen:
        raise PostChanged
    before = duties_of(PostVersion.objects.get(post=held, number=held.latest))
    if before == duties:
        return held
    if duties.effective_from < day_of(at):
        raise Invalid(fields={"effective_from": _("Choose today or a later day.")})
    held.latest += 1
    held.save(update_fields=["latest"])
    _write(held, held.latest, duties, actor, at)
    detail = audit.changes(_plain(before), _plain(duties)) | {"version": held.latest}
    audit.record(actor, "post.changed", held, at=at, detail=detail)
    for ref in _holders(held).values_list("person__public_id", flat=True):
        publish(f"person-{ref}")
    return held


def _holders(post: Post) -> Any:
    return PostHolding.objects.filter(post=post, until__isnull=True).order_by("pk")


@transaction.atomic
def close_post(post: Post, *, actor: Actor, at: datetime) -> None:
    """Take a post off the list; its versions stay. Raises NotAllowed, NotThere, PostIsClosed,
    PostStillHeld."""
    _require(actor, post)
    held = _locked(post)
    if held.closed_at is not None:
        raise PostIsClosed
    if _holders(held).exists():
        raise PostStillHeld
    _set_closed(held, at, "post.closed", actor, at)


@transaction.atomic
def reopen_post(post: Post, *, actor: Actor, at: datetime) -> None:
    """Put a closed post back on the list; one that is open stays so. Raises NotAllowed, NotThere,
    UnitIsClosed."""
    _require(actor, post)
    if post.unit is not None:
        require_unit(actor, post.unit)
    held = _locked(post)
    if held.closed_at is not None:
        _set_closed(held, None, "post.reopened", actor, at)


def _set_closed(
    held: Post, closed_at: datetime | None, act: str, actor: Actor, at: datetime
) -> None:
    held.closed_at = closed_at
    held.save(update_fields=["closed_at"])
    audit.record(actor, act, held, at=at)


@transaction.atomic
def give_post(person: Person, post: Post | None, *, actor: Actor, at: datetime) -> None:
    """Let a person hold a post from now on instead of the one they hold; None takes it from them.

    What they hold already stays as it is. Raises NotAllowed, NotThere, PostIsClosed.
    """
    require_edit(actor, person)
    if post is not None:
        if post.institution_id != person.institution_id or not access.within(actor, post.unit_id):
            raise NotThere
        if _locked(post).closed_at is not None:
            raise PostIsClosed
    Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    holding = PostHolding.objects.filter(person=person, until__isnull=True)
    old = holding.select_related("post").first()
    if (old.post_id if old else None) == (post.pk if post else None):
        return
    holding.update(until=at)
    if post is not None:
        PostHolding.objects.create(person=person, post=post, since=at)
    detail: dict[str, audit.Value] = {
        "before": old.post.public_id if old else None,
        "after": post.public_id if post else None,
    }
    audit.record(actor, "person.post_set", person, at=at, detail=detail)
    publish(f"person-{person.public_id}")
