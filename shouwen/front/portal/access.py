"""What a browser may see here: its link's one case, or all of the customer a code let in."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel import errors
from shouwen.ground.kernel.actor import Actor
from shouwen.people.customers import queries as customers
from shouwen.people.customers.models import Customer
from shouwen.service.cases import queries as cases
from shouwen.service.cases.models import Case

# A customer reads, thinks and answers in one sitting; a machine left open forgets.
SESSION_HOURS = 2
SESSION_KEY = "portal_case"
CUSTOMER_KEY = "portal_customer"
ASKED_KEY = "portal_code"


class PortalClosed(errors.NotThere):
    """The session is over, or there was none."""

    message = _("Open the link we sent you, or ask us for a new one in the online service.")


class NotIn(errors.NotThere):
    """No code has let anybody in on this browser, or it is over."""

    message = _("Sign in again with a code to see your questions.")


class NotOverYet(errors.Conflict):
    """A conversation is rated when it has ended."""

    message = _("You can rate this conversation when it has ended.")


def _kept(session: SessionBase, key: str, at: datetime) -> dict[str, Any] | None:
    kept: dict[str, Any] | None = session.get(key)
    return kept if kept and datetime.fromisoformat(kept["until"]) > at else None


def admit(session: SessionBase, case: Case, at: datetime) -> None:
    """Open the session for one case, for two hours, under a new session id."""
    session.cycle_key()
    session[SESSION_KEY] = {
        "case": case.public_id,
        "institution": case.institution_id,
        "until": (at + timedelta(hours=SESSION_HOURS)).isoformat(),
    }


def remember_asking(session: SessionBase, code_ref: str, institution: str, until: datetime) -> None:
    """Bind a request for a code to this browser: elsewhere the code opens nothing."""
    session[ASKED_KEY] = {"code": code_ref, "bank": institution, "until": until.isoformat()}


def asked(session: SessionBase) -> dict[str, Any] | None:
    """Give what this browser has asked for, over or not."""
    found: dict[str, Any] | None = session.get(ASKED_KEY)
    return found


def let_in(session: SessionBase, customer: Customer, at: datetime) -> None:
    """Open the session for a customer, under a new session id."""
    session.cycle_key()
    session.pop(ASKED_KEY, None)
    session.pop(SESSION_KEY, None)
    minutes = customers.self_service(customer.institution_id).session_minutes
    session[CUSTOMER_KEY] = {
        "customer": customer.public_id,
        "institution": customer.institution_id,
        "until": (at + timedelta(minutes=minutes)).isoformat(),
    }


def is_in(session: SessionBase, at: datetime) -> bool:
    """Whether a code has let somebody in here."""
    return _kept(session, CUSTOMER_KEY, at) is not None


def customer_of(session: SessionBase, at: datetime) -> Actor:
    """Give the customer whom a code let in. Raises NotIn."""
    kept = _kept(session, CUSTOMER_KEY, at)
    if kept is None:
        raise NotIn
    return Actor.customer(kept["customer"], kept["institution"])


def case_of(session: SessionBase, at: datetime, ref: str = "") -> tuple[Case, Actor]:
    """Give a case and its customer: of this `ref` whom a code let in, else the link's own.

    Raises PortalClosed, NotIn, and NotThere for a case that is not theirs.
    """
    if ref:
        actor = customer_of(session, at)
        return cases.case_for(actor, ref), actor
    kept = _kept(session, SESSION_KEY, at)
    if kept is None:
        raise PortalClosed
    actor = Actor.customer(kept["case"], kept["institution"])
    return cases.case_for(actor, kept["case"]), actor


def leave(session: SessionBase) -> None:
    """Close what the session was open for."""
    for key in (SESSION_KEY, CUSTOMER_KEY, ASKED_KEY):
        session.pop(key, None)
