"""What can be the matter with a queue or an offer, each with its next step."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel import errors


class OfferGone(errors.Conflict):
    """The offer has run out, was answered, or the contact went elsewhere."""

    message = _("This offer has ended: time ran out or a colleague was first. Wait for the next.")


class OfferedElsewhere(errors.Conflict):
    """The contact is being offered to a colleague at this moment."""

    message = _("This conversation is being offered to a colleague. Try again in a few seconds.")


class NotWaiting(errors.Conflict):
    """The contact waits no more."""

    message = _("A colleague has taken this conversation, or the customer has left.")


class HandsFull(errors.Conflict):
    """The person has as many contacts in hand as their capacity allows."""

    message = _("You have as many conversations as you may hold. Finish one first.")


class NotToOneself(errors.Conflict):
    """The contact is in these hands already."""

    message = _("Choose a colleague: this conversation cannot be passed to the one who has it.")


class PersonNotFree(errors.Conflict):
    """The colleague cannot take a contact now."""

    message = _("This colleague is not ready to take a conversation. Choose someone else.")
