"""What satisfaction hears."""

from __future__ import annotations

from shouwen.assurance.satisfaction import actions, queries
from shouwen.assurance.satisfaction.events import RatingGiven
from shouwen.service.cases.events import CaseClosed
from shouwen.service.complaints import actions as complaints


def settle_early_rating(event: CaseClosed) -> None:
    """A case rated before it was closed needs no invitation any more."""
    case_ref = queries.case_ref_of(event.case_id)
    actions.settle_rating_clock(case_ref, at=event.occurred_at)


def plan_callback(event: CaseClosed) -> None:
    """The customer of a closed case is called back where the packs ask for it (HB-2.4-01)."""
    actions.schedule_callback(event.case_id, at=event.occurred_at)


def ask_about_case(event: CaseClosed) -> None:
    """The customer of a closed case is asked by the survey that counts, if one does."""
    actions.invite_after_case(event.case_id, at=event.occurred_at)


def propose_complaint(event: RatingGiven) -> None:
    """What was rated low might be a complaint, where the institution is proposed such ones."""
    complaints.look_at_rating(
        event.subject_kind, event.subject_ref, event.score, at=event.occurred_at
    )


def follow_up(event: RatingGiven) -> None:
    """A low rating becomes a case, so that somebody sees to it."""
    actions.follow_up(event.rating_id, at=event.occurred_at)
