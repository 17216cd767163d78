"""Taking in what a survey house found: checked first, then counted, and taken back as a whole."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from shouwen.assurance.satisfaction import access
from shouwen.assurance.satisfaction.models import Dimension, OutsideStudy, StudyState
from shouwen.assurance.satisfaction.models.outside import NAME_CHARACTERS, REASON_CHARACTERS
from shouwen.assurance.satisfaction.rules import outside as rules
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid, Words
from shouwen.ground.kernel.time import day_of
from shouwen.ground.kit import tables
from shouwen.ground.vault import audit
from shouwen.people.staff import queries as staff
from shouwen.people.staff.models import Institution

REFUSALS: dict[str, Words] = {
    **tables.REFUSALS,
    "columns-missing": _("A column is missing. Use the sample's headings."),
}
# A dimension by the words that survey houses write, beside its code.
DIMENSIONS: dict[str, tuple[str, ...]] = {
    Dimension.OVERALL: ("总体满意度", "总体", "overall satisfaction"),
    Dimension.SOLVED: ("是否解决", "问题解决", "solved or not"),
    Dimension.ATTITUDE: ("服务态度", "态度", "attitude"),
    Dimension.SPEED: ("响应速度", "response speed"),
    Dimension.SOLUTION: ("解决效率与质量", "解决效率和质量"),
    Dimension.ACCURACY: ("准确性", "accuracy"),
    Dimension.TIMELINESS: ("处理及时性", "及时性"),
    Dimension.EFFECT: ("处理效果", "解决效果"),
    Dimension.COMMUNICATION: ("沟通", "沟通情况"),
    Dimension.FOLLOW_UP: ("后续跟进", "跟进"),
}


class StudyMoved(Conflict):
    """A colleague was quicker."""

    message = _("A colleague has settled this already. Look at where it stands.")


class StudyCounted(Conflict):
    """The same file counts already."""

    message = _("This very table is taken in already. Take that one back first.")


@dataclass(frozen=True, slots=True)
class Claim:
    """What is said about a table: who asked whom, and of when."""

    agency: str
    title: str
    from_on: date | None
    to_on: date | None
    asked: int | None


def _faults_of(claim: Claim, today: date) -> dict[str, Words]:
    wrong: dict[str, Words] = {}
    for name, text in (("agency", claim.agency), ("title", claim.title)):
        if not text or len(text) > NAME_CHARACTERS or not text.isprintable():
            wrong[name] = _("Enter up to 80 characters.")
    if claim.from_on is None:
        wrong["from"] = _("Say when the survey began.")
    if claim.to_on is None or claim.to_on > today:
        wrong["to"] = _("Say when the survey ended; not later than today.")
    elif claim.from_on is not None and claim.to_on < claim.from_on:
        wrong["to"] = _("It cannot have ended before it began.")
    if claim.asked is not None and not 1 <= claim.asked <= rules.MOST_ANSWERED:
        wrong["asked"] = _("Enter how many were asked, or leave it empty.")
    return wrong


@transaction.atomic
def check_study(
    home: Institution, claim: Claim, data: bytes, *, actor: Actor, at: datetime
) -> OutsideStudy:
    """Check a table without letting it count: what it says, and what is wrong with which line.

    Raises NotAllowed, NotThere, Invalid naming the wrong fields, `file` for what is no such table.
    Serves SN-19-01, HB-6.1-05.
    """
    access.require_wording(actor, home.pk)
    wrong = _faults_of(claim, day_of(at))
    table: tables.Table[rules.Score] = tables.Table()
    try:
        table = rules.read_table(data, DIMENSIONS)
    except tables.NotATable as error:
        wrong["file"] = error.words(REFUSALS)
    if wrong or claim.from_on is None or claim.to_on is None:
        raise Invalid(fields=wrong)
    made = OutsideStudy.objects.create(
        institution=home,
        agency=claim.agency,
        title=claim.title,
        from_on=claim.from_on,
        to_on=claim.to_on,
        asked=claim.asked,
        scores=[asdict(score) for score in table.rows],
        faults=[[one.line, one.column, one.code, one.other] for one in table.faults],
        digest=hashlib.sha256(data).hexdigest(),
        checked_at=at,
        checked_by=staff.person_acting(actor),
    )
    detail: dict[str, audit.Value] = {"lines": table.lines, "bad": len(table.faults)}
    audit.record(actor, "study.checked", made, at=at, detail=detail)
    return made


@transaction.atomic
def count_study(study: OutsideStudy, *, actor: Actor, at: datetime) -> None:
    """Let a checked table count, if no line of it is wrong.

    Raises NotAllowed, NotThere, Invalid, StudyMoved, StudyCounted.
    """
    access.require_wording(actor, study.institution_id)
    if study.faults or not study.scores:
        raise Invalid(
            fields={"file": _("Set the wrong lines right, then hand the table in again.")}
        )
    asked = study.asked
    if asked is not None and study.answered > asked:
        raise Invalid(fields={"asked": _("More answered than were asked. Check both numbers.")})
    try:
        with transaction.atomic():
            _settle(study, StudyState.CHECKED, StudyState.COUNTED, actor, at)
    except IntegrityError:
        raise StudyCounted from None
    detail: dict[str, audit.Value] = {"agency": study.agency, "digest": study.digest[:16]}
    audit.record(actor, "study.counted", study, at=at, detail=detail)


@transaction.atomic
def drop_study(study: OutsideStudy, *, actor: Actor, at: datetime) -> None:
    """Let a checked table go. Raises NotAllowed, NotThere, StudyMoved."""
    access.require_wording(actor, study.institution_id)
    _settle(study, StudyState.CHECKED, StudyState.DROPPED, actor, at)
    audit.record(actor, "study.dropped", study, at=at)


@transaction.atomic
def undo_study(study: OutsideStudy, *, reason: str, actor: Actor, at: datetime) -> None:
    """Take back a table that counts, with a reason; it stays to be seen.

    Raises NotAllowed, NotThere, Invalid, StudyMoved.
    """
    access.require_wording(actor, study.institution_id)
    reason = reason.strip()
    if not reason or len(reason) > REASON_CHARACTERS:
        raise Invalid(fields={"reason": _("Give the reason in up to 200 characters.")})
    _settle(study, StudyState.COUNTED, StudyState.UNDONE, actor, at, reason=reason)
    audit.record(actor, "study.undone", study, at=at, purpose=reason)


def _settle(
    study: OutsideStudy,
    before: StudyState,
    after: StudyState,
    actor: Actor,
    at: datetime,
    *,
    reason: str = "",
) -> None:
    held = OutsideStudy.objects.filter(pk=study.pk, state=before)
    by = staff.person_acting(actor)
    if not held.update(state=after, settled_at=at, settled_by=by, reason=reason):
        raise StudyMoved
    study.refresh_from_db()
