"""A message left while nobody was there becomes a case."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from shouwen.contact.channels.chat.ports import KeptAs, Left
from shouwen.contact.conversations.models import Contact
from shouwen.contact.routing import queries as routing
from shouwen.ground.kernel.actor import Actor
from shouwen.service.cases.actions import links
from shouwen.service.cases.actions.feedback import link_address
from shouwen.service.cases.actions.opening import Question, open_by_customer
from shouwen.service.cases.models import Kind, ReplyBy

TITLE_CHARACTERS = 40


@transaction.atomic
def open_from_message(contact: Contact, left: Left, *, actor: Actor, at: datetime) -> KeptAs:
    """Open a case for the unit of the contact's queue, and give its number and a link to follow.

    What was said before stays in the contact. `actor` is the visitor. Raises Invalid, NotThere.
    Serves OM-1.2-03, HB-2.1-04.
    """
    # Staff read this, in the centre's language and not in the writer's.
    with translation.override(settings.LANGUAGE_CODE):
        start = left.text.split("\n", 1)[0][:TITLE_CHARACTERS]
        ways = ", ".join(way for way in (left.phone, left.email) if way)
        told = {"name": left.name, "ways": ways}
        question = Question(
            title=_("Message left: %(start)s") % {"start": start},
            description="\n".join((left.text, _("Left by, as entered: %(name)s, %(ways)s") % told)),
            kind=Kind.CONSULT,
            reply_by=ReplyBy.PHONE if left.phone else ReplyBy.EMAIL,
        )
    case = open_by_customer(
        question,
        customer=None,
        contact=contact,
        unit=routing.unit_of_contact(contact),
        actor=actor,
        at=at,
    )
    return KeptAs(case.number, link_address(links.issue(case, at, actor=actor)))
