"""The whole desk, and the two panes that change with the conversation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shouwen.contact.conversations.queries import contact_for, contacts_in_hand
from shouwen.front.desk.queries.figures import Figures, figures_of
from shouwen.front.desk.queries.mine import Mine, mine_among, mine_of
from shouwen.front.desk.queries.notes import Mentions, mentions_for
from shouwen.front.desk.queries.offers import OfferCard, offers_for
from shouwen.front.desk.queries.queue import QueuePane, queue_pane
from shouwen.front.desk.queries.side import Side, side_for
from shouwen.front.desk.queries.talk import Talk, lines_after, talk_for
from shouwen.front.desk.queries.targets import reply_target
from shouwen.ground.kernel.actor import Actor
from shouwen.people.staff.models import Person, Presence


@dataclass(frozen=True, slots=True)
class Work:
    """The middle and the right pane: one conversation and its customer, or neither."""

    talk: Talk | None = None
    side: Side | None = None


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything the page shows at first."""

    person: Person
    now: datetime
    presence: Presence
    figures: Figures
    offers: list[OfferCard]
    mentions: Mentions
    queue: QueuePane
    work: Work


@dataclass(frozen=True, slots=True)
class News:
    """What is new in the open conversation; `mine` is the list it stands in, where that is shown.

    What is said moves both, so that one look is enough.
    """

    talk: Talk
    mine: Mine | None


def work_for(actor: Actor, person: Person, contact_ref: str, now: datetime) -> Work:
    """Give one conversation with its customer. Raises NotThere for a contact out of reach."""
    target = reply_target(person.institution_id, "chat", now)
    talk = talk_for(actor, person, contact_ref, now, target)
    return Work(talk=talk, side=side_for(actor, person, talk.contact, now))


def desk_for(actor: Actor, person: Person, contact_ref: str, now: datetime, tab: str = "") -> Desk:
    """Give the whole desk with this conversation open, or with none. Raises NotThere."""
    target = reply_target(person.institution_id, "chat", now)
    work = work_for(actor, person, contact_ref, now) if contact_ref else Work()
    return Desk(
        person=person,
        now=now,
        presence=presence_of(person),
        figures=figures_of(person, now),
        offers=offers_for(person, now),
        mentions=mentions_for(actor),
        queue=queue_pane(actor, person, tab=tab, on=contact_ref, now=now, target=target),
        work=work,
    )


def presence_of(person: Person) -> Presence:
    """Give what the person is doing now."""
    return Presence.objects.get(person=person)


def pane_for(actor: Actor, person: Person, *, tab: str, on: str, now: datetime) -> QueuePane:
    """Give the left pane as of now."""
    target = reply_target(person.institution_id, "chat", now)
    return queue_pane(actor, person, tab=tab, on=on, now=now, target=target)


def mine_for(actor: Actor, person: Person, on: str, now: datetime) -> Mine:
    """Give the conversations in hand as of now, `on` the one that is open."""
    target = reply_target(person.institution_id, "chat", now)
    return mine_of(actor, person, on=on, now=now, target=target)


def news_for(
    actor: Actor,
    person: Person,
    contact_ref: str,
    after: int,
    notes: int,
    now: datetime,
    *,
    with_mine: bool,
) -> News:
    """Give what is new in a conversation since a message and so many notes. Raises NotThere."""
    target = reply_target(person.institution_id, "chat", now)
    in_hand = contacts_in_hand(actor) if with_mine else []
    # What a person has open is most often among what they have in hand, and read with it.
    contact = next((one for one in in_hand if one.public_id == contact_ref), None)
    if contact is None:
        contact = contact_for(actor, contact_ref)
    talk = lines_after(actor, person, contact, after, notes, now, target)
    if not with_mine:
        return News(talk, None)
    return News(talk, mine_among(in_hand, person, on=contact_ref, now=now, target=target))


def person_of(actor: Actor) -> Person | None:
    """Give the person an actor is; None for programs that stand for nobody."""
    if not actor.is_person:
        return None
    people = Person.objects.select_related("unit", "institution")
    return people.filter(public_id=actor.ref, is_active=True).first()
