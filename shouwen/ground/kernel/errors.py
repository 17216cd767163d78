"""Errors by name: each says what is the matter and what to do next.

An action raises its own subclass; pages show `message`, the API answers with problem+json.
"""

from __future__ import annotations

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.text import camel_case_to_spaces
from django.utils.translation import gettext_lazy as _

Words = str | Promise


class Problem(Exception):
    """Something that cannot be done, told so that its reader knows the next step."""

    status: ClassVar[int] = 400
    message: Words = _("This cannot be done. Check what you entered and try again.")

    def __init__(self, message: Words | None = None, *, fields: dict[str, Words] | None = None):
        """Take a message for this one case, and for each wrong field its own words."""
        super().__init__(message or self.message)
        if message is not None:
            self.message = message
        self.fields: dict[str, Words] = fields or {}

    @property
    def code(self) -> str:
        """The error's name in kebab-case, stable for programs: `case-already-accepted`."""
        return camel_case_to_spaces(type(self).__name__).replace(" ", "-")

    def __str__(self) -> str:
        """Give the words in the reader's language."""
        return str(self.message)


class NotAllowed(Problem):
    """The actor is known, but may not do this."""

    status = 403
    message = _("Your role does not include this. Ask your lead or an administrator.")


class NotSignedIn(Problem):
    """Nobody has said who they are."""

    status = 401
    message = _("Sign in, or send a valid API key.")


class NotThere(Problem):
    """There is no such thing, or it is not the actor's: the answer is the same."""

    status = 404
    message = _("Nothing was found under this address.")


class Conflict(Problem):
    """Somebody was first, or the state does not allow it."""

    status = 409
    message = _("A colleague has changed this meanwhile. Look at the current state, then decide.")


class Invalid(Problem):
    """The input is not of the right form; `fields` names each wrong field."""

    status = 422
    message = _("Some entries need correcting.")


class TooLarge(Problem):
    """More bytes than this door takes."""

    status = 413
    message = _("This is too large. Send a smaller file or a shorter text.")


class TooMany(Problem):
    """More often than this door allows."""

    status = 429
    message = _("Too many requests. Wait a moment, then try again.")


class TooBusy(Problem):
    """Others were at the same rows at the same moment, and the database let them go first."""

    status = 503
    message = _("Others were at work on the same. Nothing was saved; try again in a moment.")
