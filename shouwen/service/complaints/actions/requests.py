"""What was asked of others about a complaint ends with it: nobody decides on what has ended."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from shouwen.ground.kernel.actor import Actor
from shouwen.people.approvals import actions as approvals
from shouwen.people.approvals.actions import Subject
from shouwen.service.complaints.actions.extending import EXTENSION, SUBJECT
from shouwen.service.complaints.actions.redress import REDRESS
from shouwen.service.complaints.models import Complaint

KINDS = (EXTENSION, REDRESS)


def end_requests(complaint: Complaint, *, actor: Actor, at: datetime) -> None:
    """End what waits for a decision about a complaint that ends; each is on trail and timeline.

    Called before the complaint's row is written: whoever decides takes the request first too.
    """
    with translation.override(settings.LANGUAGE_CODE):
        words = _("The complaint has ended, and this request with it.")
    subject = Subject(SUBJECT, complaint.public_id)
    approvals.end_with_subject(KINDS, subject, words, actor=actor, at=at)
