"""How a contact is called on a screen: by the masked name, or as a guest with a short mark."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from shouwen.contact.conversations.models import Contact

CHANNEL_ICONS = {
    "chat": "world",
    "voice": "phone",
    "email": "mail",
    "sms": "message",
    "fax": "printer",
    "api": "plug",
}
CHANNEL_NAMES: dict[str, Promise] = {
    "chat": _lazy("Web chat"),
    "voice": _lazy("Telephone"),
    "email": _lazy("E-mail"),
    "sms": _lazy("SMS"),
    "fax": _lazy("Fax"),
    "api": _lazy("API"),
}
REASONS: dict[str, Promise] = {
    "no_assistant": _lazy("Straight to a person"),
    "asked_for_person": _lazy("Asked for a person"),
    "angry": _lazy("The assistant heard anger"),
    "out_of_scope": _lazy("Outside what the assistant knows"),
    "low_confidence": _lazy("The assistant was not sure"),
    "needs_verification": _lazy("Needs verification"),
}
VISITOR_MARK_CHARACTERS = 4


def name_of(contact: Contact) -> str:
    """Give the customer's masked name, or `Guest 7F3C` while nobody knows who it is."""
    if contact.customer is not None:
        return contact.customer.name.masked
    mark = contact.public_id[-VISITOR_MARK_CHARACTERS:].upper()
    return _("Guest %(mark)s") % {"mark": mark}


def icon_of(contact: Contact) -> str:
    """Give the icon of the contact's channel."""
    return CHANNEL_ICONS.get(contact.channel, "message-circle")


def channel_of(contact: Contact) -> str:
    """Give the name of the contact's channel."""
    return str(CHANNEL_NAMES.get(contact.channel, contact.channel))


def tier_of(contact: Contact) -> str:
    """Give the customer's value tier in words where it is more than the ordinary one."""
    customer = contact.customer
    if customer is None or customer.value == "ORDINARY":
        return ""
    return str(customer.get_value_display())


def reason_of(contact: Contact) -> str:
    """Say why the contact came to a person."""
    reason = contact.handover_reason
    return str(REASONS.get(reason, reason)) if reason else ""
