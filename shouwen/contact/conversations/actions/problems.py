"""What can be the matter with a contact, each with its next step."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel import errors


class ContactIsOver(errors.Conflict):
    """The contact has ended; nothing more can be said in it."""

    message = _("This conversation has ended. Start a new one.")


class NotInHand(errors.Conflict):
    """The contact is not in conversation with a person."""

    message = _("Nobody has this conversation in hand. Take it from the queue first.")


class TakeItOverFirst(errors.Conflict):
    """A lead looks on: the customer hears one colleague at a time."""

    message = _("A colleague has this conversation. Whisper to them, or take it over first.")


class AlreadyYours(errors.Conflict):
    """The lead has the contact in hand."""

    message = _("You have this conversation in hand already.")


class NotWrappingUp(errors.Conflict):
    """The contact is not in wrap-up."""

    message = _("This conversation is not being wrapped up. Reload to see where it stands.")


class AlreadyTaken(errors.Conflict):
    """Somebody else has the contact in hand."""

    message = _("A colleague has taken this conversation already. Choose the next one.")


class ClientKeyReused(errors.Conflict):
    """The same client key came with other words."""

    message = _("This message key was used for another message. Send it under a new key.")


class CustomerKnown(errors.Conflict):
    """The contact belongs to another customer already."""

    message = _("This conversation belongs to another customer already.")


class FileRefused(errors.Invalid):
    """The file is of a kind, size or content that is not taken."""

    message = _(
        "This file was not accepted. Send a PNG, JPEG, WebP, PDF, text or Office file "
        "whose name fits its content."
    )


class PictureTooLarge(errors.TooLarge):
    """The picture has more pixels than is taken."""

    message = _("This picture has too many pixels. Send it in a smaller size.")


class FileTooLarge(errors.TooLarge):
    """The file has more bytes than is taken."""

    message = _("This file is larger than 10 MB. Send a smaller one.")


class FileInfected(errors.Invalid):
    """The scanner found malware."""

    message = _("This file contains malware and was not kept. Send another file.")


class FileNotReady(errors.Conflict):
    """The scanner has not judged the file yet."""

    message = _("This file is still being checked. Try again in a moment.")
