"""An institution's own words of the result notice: asked for by one, approved by another."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid, NotThere, Words
from shouwen.ground.vault import audit
from shouwen.people.approvals import actions as approvals
from shouwen.people.approvals.actions import Subject
from shouwen.people.approvals.models import WORDS_MAX_CHARACTERS
from shouwen.people.approvals.ports import Decision
from shouwen.people.staff import access as staff_access
from shouwen.people.staff import queries as staff
from shouwen.people.staff.models import Institution
from shouwen.service.cases.actions import texts
from shouwen.service.complaints.models import NoticeState, NoticeWording
from shouwen.service.complaints.rules import notices
from shouwen.service.complaints.rules.notices import PLACES

WORDING = "complaint.notice_words"
WORDING_SUBJECT = "complaints.noticewording"
PIECE_MAX_CHARACTERS = 600


class WordingAsked(Conflict):
    """One request at a time: the second would not know the first."""

    message = gettext_lazy(
        "New words of the notice wait for approval already. Decide on them first."
    )


def _check(pieces: Mapping[str, str]) -> dict[str, str]:
    wrong: dict[str, Words] = {}
    kept = {name: pieces.get(name, "").strip() for name in PLACES}
    for name, text in kept.items():
        strange = notices.wrong_places(name, text)
        if not text:
            wrong[name] = _("Write something here.")
        elif len(text) > PIECE_MAX_CHARACTERS:
            wrong[name] = _("Use at most %(most)s characters.") % {"most": PIECE_MAX_CHARACTERS}
        elif strange:
            wrong[name] = _("Nothing fills %(places)s here. These are known: %(known)s.") % {
                "places": ", ".join(strange)[:80],
                "known": ", ".join(sorted(PLACES[name])),
            }
    if wrong:
        raise Invalid(fields=wrong)
    return kept


@transaction.atomic
def ask_wording(
    institution: Institution,
    pieces: Mapping[str, str],
    *,
    reason: str,
    actor: Actor,
    at: datetime,
) -> NoticeWording:
    """Ask for new words of the result notice; another person puts them in force.

    What is issued already stays as it was. Raises WordingAsked while another request waits, Invalid
    naming each piece with a place that nothing fills, NotAllowed, NotThere. Serves CG-4.1-05.
    """
    staff_access.require(actor, "policy.edit")
    if not staff_access.same_institution(actor, institution.pk):
        raise NotThere
    person = staff.person_acting(actor)
    kept = _check(pieces)
    reason = texts.needed("reason", reason, WORDS_MAX_CHARACTERS)
    rows = NoticeWording.objects.filter(institution=institution)
    last = rows.aggregate(last=Max("number"))["last"] or 0
    row = NoticeWording(
        institution=institution, number=last + 1, asked_by=person, asked_at=at, **kept
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise WordingAsked from None
    approval = approvals.ask_approval(
        WORDING,
        Subject(WORDING_SUBJECT, row.public_id, str(row.number)),
        words=_("Put version %(number)s of the words of result notices in force")
        % {"number": row.number},
        reason=reason,
        # The request's digest binds the words themselves: these are approved, and no others.
        payload={"wording": row.public_id, "pieces": kept},
        actor=actor,
        at=at,
    )
    row.approval_ref = approval.public_id
    row.save(update_fields=["approval_ref"])
    detail = {"number": row.number}
    audit.record(actor, "complaint.notice_words_asked", row, at=at, detail=detail)
    return row


def settle_wording(decision: Decision, at: datetime) -> None:
    """Take note of what became of a request; called in the transaction of the decision."""
    rows = NoticeWording.objects.filter(
        public_id=decision.payload["wording"], institution_id=decision.institution_id
    )
    row = rows.get()
    decider = staff.person_behind(decision.decided_by) if decision.decided_by else None
    asked = rows.filter(state=NoticeState.ASKED)
    if decision.is_approved:
        # What was approved comes in force, or nothing does.
        asked = asked.filter(**decision.payload.get("pieces", {}))
    if not asked.update(state=decision.outcome, decided_by=decider, decided_at=at):
        raise WordingAsked
    audit.record(
        decision.decided_by or Actor.system("approvals", decision.institution_id),
        "complaint.notice_words_settled",
        row,
        at=at,
        detail={"number": row.number, "outcome": decision.outcome},
    )
