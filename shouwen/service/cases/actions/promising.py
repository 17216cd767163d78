"""Promising by when the customer hears the result, and keeping every promise that was given."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shouwen.contact.conversations import actions as conversations
from shouwen.contact.conversations.models import Contact
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid
from shouwen.ground.vault import audit
from shouwen.service.cases.actions.moving import Note, enter
from shouwen.service.cases.models import Case, EntryKind
from shouwen.service.cases.rules import promises
from shouwen.service.cases.rules.promises import Promised


def promised(case: Case, until: datetime | None, at: datetime) -> Promised | None:
    """Give what a promise changes, None where it repeats the one that stands.

    Raises Invalid where the moment has passed: nobody can keep that.
    """
    if until is None or not promises.is_new(case.expected_at, until):
        return None
    if until <= at:
        passed = gettext_lazy("This time has passed. Give a later one.")
        raise Invalid(fields={"expected_at": passed})
    return Promised(case.expected_at, until)


def keep(case: Case, promise: Promised, *, actor: Actor, at: datetime) -> None:
    """Enter a promise on the timeline, where it stays, and tell the customer in an open chat.

    Elsewhere they read it on their progress page. Runs in the caller's transaction, after the
    case has changed. Serves HB-2.2-05.
    """
    note = Note(
        EntryKind.CUSTOMER,
        clause=promises.CLAUSE,
        subject_name=promise.written(),
        visible=True,
    )
    enter(case, promises.PROMISE, actor=actor, at=at, note=note)
    contact = case.contact
    in_chat = contact is not None and contact.is_open
    detail: dict[str, audit.Value] = {
        "from": promises.plain(promise.before),
        "to": promises.plain(promise.until),
        "in_chat": in_chat,
    }
    audit.record(actor, "case.promised", case, at=at, fields=("expected_at",), detail=detail)
    if contact is not None and in_chat:
        _say_in_chat(case, contact, promise, at)


def _say_in_chat(case: Case, contact: Contact, promise: Promised, at: datetime) -> None:
    with translation.override(contact.language):
        named = {"number": case.number, "until": _told(promise.until)}
        if promise.before is None:
            words = _("Your case %(number)s: we tell you the result by %(until)s.") % named
        else:
            words = _(
                "Your case %(number)s: we tell you the result by %(until)s, "
                "not by %(before)s as we said before."
            ) % {**named, "before": _told(promise.before)}
    conversations.add_notice(contact, words, key=f"{case.public_id}-by-{case.version}", at=at)


def _told(moment: datetime) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M")
