"""What the sign-in library is told about this centre."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest

from shouwen.ground.kernel import time
from shouwen.ground.kit import nav
from shouwen.ground.vault import ciphers, sealing
from shouwen.people.staff import queries
from shouwen.people.staff.models import Person
from shouwen.people.staff.queries.actors import SIGNED_IN_AT
from shouwen.people.staff.signing_in import guesses
from shouwen.people.staff.signing_in.backends import source_of

RECENT_MINUTES = 5
ISSUER = "Shouwen 首问"
# The library seals a secret before it has a row for it, so the place is the same for all.
PLACE = {"table": "mfa_authenticator", "ref": "factor", "field": "data"}


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # the library is untyped
    """People are hired, not signed up, and nothing is sent by e-mail."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Say no."""
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Lead a person to the first door of their role."""
        if isinstance(request.user, Person):
            return nav.home_url(queries.actor_of(request.user))
        return str(settings.LOGIN_REDIRECT_URL)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Person | None:
        """Check a password, at sign-in and again later; the right one opens its locks."""
        person: Person | None = super().authenticate(request, **credentials)
        if person is not None:
            guesses.forget(
                guesses.name_and_source(person.username, source_of(request)),
                guesses.name_alone(person.username),
            )
        return person

    def is_reauthentication_required(self, *, app: str, **_options: Any) -> bool:
        """Ask for the password again, unless the session was begun within the last 5 minutes."""
        request = context.request
        began = request.session.get(SIGNED_IN_AT) if request is not None else None
        if not isinstance(began, str):
            return True
        return datetime.fromisoformat(began) < time.now() - timedelta(minutes=RECENT_MINUTES)

    def send_mail(self, template_prefix: str, email: str, values: dict[str, Any]) -> None:
        """Send nothing: the centre keeps no e-mail address of its staff."""

    def send_notification_mail(self, *args: Any, **options: Any) -> None:
        """Send nothing; the trail holds what was changed."""


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # the library is untyped
    """Second factors: secrets sealed with the centre's key, and not to be given up at will."""

    def encrypt(self, text: str) -> str:
        """Seal a secret; the library would store it in clear."""
        return seal_secret(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Open a sealed secret. Raises SealBroken."""
        return open_secret(encrypted_text)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Refuse where the factor is required; a lost one is reset by an administrator."""
        return not settings.MFA_REQUIRED

    def get_totp_label(self, user: Person) -> str:
        """Name the account in the person's app by the username."""
        return user.username

    def get_totp_issuer(self) -> str:
        """Name the centre in the person's app."""
        return ISSUER

    def send_notification_mail(self, *args: Any, **options: Any) -> None:
        """Send nothing; the trail holds what was changed."""


def seal_secret(text: str) -> str:
    """Seal a sign-in secret with the centre's own data key."""
    return sealing.seal(text, suite=ciphers.chosen(), subject="system:sign-in", **PLACE)


def open_secret(token: str) -> str:
    """Open what `seal_secret` gave. Raises SealBroken."""
    return sealing.open_token(token, **PLACE)
