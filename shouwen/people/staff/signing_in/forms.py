"""Forms of the second factor: counted guesses, codes that work once, secrets never in clear."""

from __future__ import annotations

import contextlib
import time as wall
from typing import Any

from allauth.core import context
from allauth.mfa import app_settings
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY
from django import forms
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel import time
from shouwen.people.staff.models import FactorUse, Person
from shouwen.people.staff.signing_in import guesses
from shouwen.people.staff.signing_in.adapters import open_secret, seal_secret

TOO_MANY_CODES = _("Too many wrong codes. Wait 30 minutes, then try again.")
CODE_USED = _("This code has been used. Wait for the next one.")


def spend_step(person: Person) -> bool:
    """Mark the present time step of a person's codes as spent; False when it was before.

    One guarded update decides, over all processes; the library's own note is kept in a cache.
    """
    step = int(wall.time()) // int(app_settings.TOTP_PERIOD)
    with contextlib.suppress(IntegrityError), transaction.atomic():
        if not FactorUse.objects.filter(person=person).exists():
            FactorUse.objects.create(person=person)
    return bool(FactorUse.objects.filter(person=person, last_step__lt=step).update(last_step=step))


class _Guarded:
    """Takes a guess before the code is looked at, and spends a right code."""

    user: Person

    def clean_code(self) -> str:
        lock = guesses.factor_of(self.user)
        if not guesses.take(lock, at=time.now()):
            raise forms.ValidationError(TOO_MANY_CODES)
        code: str = super().clean_code()  # type: ignore[misc]  # the form beside it has it
        authenticator = getattr(self, "authenticator", None)
        by_app = authenticator is None or authenticator.type == Authenticator.Type.TOTP
        if by_app and not spend_step(self.user):
            raise forms.ValidationError(CODE_USED)
        guesses.forget(lock)
        return code


class FactorForm(_Guarded, AuthenticateForm):  # type: ignore[misc]  # the library is untyped
    """The code at sign-in."""


class FactorAgainForm(_Guarded, ReauthenticateForm):  # type: ignore[misc]  # the library is untyped
    """The code before a sensitive step."""


class EnrolForm(_Guarded, ActivateTOTPForm):  # type: ignore[misc]  # the library is untyped
    """The first code of a new app. Its secret lies sealed in the session until then."""

    def __init__(self, *args: Any, **options: Any) -> None:
        """Let the library read or make the secret, and seal it in the session again."""
        session = context.request.session
        sealed = session.get(SECRET_SESSION_KEY)
        if sealed:
            session[SECRET_SESSION_KEY] = open_secret(sealed)
        super().__init__(*args, **options)
        session[SECRET_SESSION_KEY] = seal_secret(self.secret)
