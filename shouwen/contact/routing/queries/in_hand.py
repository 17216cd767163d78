"""Contacts in one person's hands, as staff lists them when that person leaves."""

from __future__ import annotations

from shouwen.contact.conversations.models import Contact, ContactState
from shouwen.contact.routing.models import PersonCapacity
from shouwen.people.staff.models import Person
from shouwen.people.staff.ports import AT_ONCE, OpenItem


def open_contacts_of(person: Person) -> list[OpenItem]:
    """Give the talks a person has in hand, and those they have not wrapped up."""
    states = (ContactState.ACTIVE, ContactState.WRAP_UP)
    found = Contact.objects.filter(handler=person, state__in=states).order_by("pk")[:AT_ONCE]
    return [
        OpenItem(contact.public_id, str(contact.get_state_display()), contact.subject)
        for contact in found
    ]


def capacities_of(person: Person) -> dict[str, int]:
    """Give how many contacts of a channel a person takes at once, where it is not the usual."""
    held = PersonCapacity.objects.filter(person=person).order_by("channel")
    return dict(held.values_list("channel", "most"))
