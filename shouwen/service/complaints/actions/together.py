"""Working along with a complaint: looking at it, and notes among those who do."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, NotAllowed
from shouwen.ground.vault import audit
from shouwen.people.staff import access as staff_access
from shouwen.people.staff import queries as staff
from shouwen.service.cases import actions as cases
from shouwen.service.cases.actions import Note, texts
from shouwen.service.cases.models import EntryKind
from shouwen.service.complaints import queries
from shouwen.service.complaints.actions import apart
from shouwen.service.complaints.models import ForceMember
from shouwen.service.complaints.queries import Together, Way
from shouwen.service.complaints.rules.states import State

WORKS = {Way.REACH: "complaint.work", Way.FORCE: "case.read", Way.TASK: "case.work"}
CLAUSE = "CG-4.2-02"


class NotesAreOver(Conflict):
    """Nothing more is noted on what lies in the archive."""

    message = _("This complaint is in the archive, so nothing more is noted on it.")


def may_note(actor: Actor, found: Together) -> bool:
    """Whether somebody writes notes: who works on it, leads or belongs to its force, or a task."""
    return found.member is not None or staff_access.has_right(actor, WORKS[found.way])


@transaction.atomic
def look_together(actor: Actor, public_id: str, *, at: datetime) -> Together:
    """Give a complaint to whoever works along with it, and record the look. Raises NotThere.

    A member who looks has seen that they were named.
    """
    found = queries.together_for(actor, public_id)
    member = found.member
    # A deputy who looks has not told the member.
    if member is not None and member.seen_at is None and member.person.public_id == actor.ref:
        unseen = ForceMember.objects.filter(pk=member.pk, seen_at__isnull=True)
        unseen.update(seen_at=at)
    act = "complaint.viewed" if found.reads_all else "complaint.notes_viewed"
    audit.record(actor, act, found.complaint, at=at, detail={"by": found.way.value})
    return found


@transaction.atomic
def write_note(found: Together, *, words: str, actor: Actor, at: datetime) -> None:
    """Put down what those who work along should know; the complainant never sees it.

    Raises Invalid without words, NotesAreOver, RecusedHere, NotAllowed. Serves CG-4.2-02.
    """
    if not may_note(actor, found):
        raise NotAllowed
    complaint = found.complaint
    apart.refuse_recused(complaint.concerned, staff.person_behind(actor))
    words = texts.needed("words", words)
    if complaint.state == State.ARCHIVED:
        raise NotesAreOver
    note = Note(EntryKind.INTERNAL, words, CLAUSE)
    cases.tell_beside(complaint.case, queries.NOTE, note, actor=actor, at=at)
    audit.record(actor, "complaint.note_written", complaint, at=at, detail={"by": found.way.value})
