"""The result in writing: built from the record, issued once, kept as it was issued."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shouwen.contact.conversations import plugs
from shouwen.contact.conversations.actions import OpenedFile
from shouwen.contact.conversations.actions.keeping import CheckedFile, contents, keep
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, NotThere, Words
from shouwen.ground.kit import letters, letters_pdf
from shouwen.ground.vault import audit, seals
from shouwen.people.staff import queries as staff
from shouwen.service.cases import access as case_access
from shouwen.service.cases.actions import Note, tell
from shouwen.service.cases.models import EntryKind
from shouwen.service.complaints import access, queries
from shouwen.service.complaints.actions import refusals
from shouwen.service.complaints.actions.moving import move
from shouwen.service.complaints.models import Complaint, ResultNotice, Solved, Title
from shouwen.service.complaints.rules import notices, notices_en
from shouwen.service.complaints.rules.notices import Findings
from shouwen.service.complaints.rules.states import Act

FINDING_MAX_CHARACTERS = 3000
PDF, TEXT = "application/pdf", "text/plain; charset=utf-8"
# Long runs of digits are masked on the trail, so a digest is written in groups.
GROUP = 8
_LACKS: Mapping[str, Words] = {
    "facts": _("Say what was found."),
    "basis": _("Say on which rules or contract the decision stands."),
    "reasons": _("Say why it was decided so."),
    "outcome": _("Say what the outcome is."),
    "review": _("The notice's words name no review. Ask for them to be set."),
    "mediation": _("The notice's words name no mediation. Ask for them to be set."),
    "arbitration": _("The notice's words name no arbitration. Ask for them to be set."),
    "court": _("The notice's words name no court. Ask for them to be set."),
}


def _check(findings: Findings, pieces: Mapping[str, str]) -> None:
    lacks = {name: _LACKS[name] for name in notices.missing(findings, pieces)}
    wrong: dict[str, Words] = {}
    for field in ("facts", "basis", "reasons", "outcome", "measures", "follow_up"):
        if len(getattr(findings, field)) > FINDING_MAX_CHARACTERS:
            most = {"most": FINDING_MAX_CHARACTERS}
            wrong[field] = _("Use at most %(most)s characters.") % most
    for field, allowed in (("solved", Solved.values), ("title", Title.values)):
        if getattr(findings, field) not in allowed:
            wrong[field] = _("Choose one of the values offered.")
    if lacks:
        raise refusals.NoticeIncomplete(fields={**lacks, **wrong})
    if wrong:
        raise Invalid(fields=wrong)


@transaction.atomic
def issue_notice(
    complaint: Complaint, findings: Findings, *, actor: Actor, at: datetime
) -> ResultNotice:
    """Issue the notice of the present result; until it is told another may correct it.

    It is built from the record and these findings, in Chinese, and kept as PDF and as text: nothing
    changes it any more, and the trail holds the digest of both. Whose file wishes English finds an
    English rendering after the Chinese, which decides. The PDF bears the institution's
    electronic seal where one is set up. Raises NoticeIncomplete naming each missing part, Invalid,
    SealDamaged, SealExpired, NotAllowed for a program without a person, and the errors of `move`.
    Serves CG-3.3-03, CG-4.1-05, CG-3.3-05, CBIRC-2020-3-22-1.
    """
    access.require(actor, complaint, Act.ISSUE)
    person = staff.person_acting(actor)
    pieces = queries.pieces_in_force(complaint.institution_id)
    _check(findings, pieces)
    seal = seals.seal_to_use(complaint.institution.code, at)
    move(complaint, Act.ISSUE, actor=actor, at=at, changes={"notice_at": at})
    sequence = complaint.notices.count() + 1
    record = queries.notice_record(complaint, sequence, at)
    letter, language = (
        notices.letter_of(record, findings, pieces),
        queries.notice_language(complaint),
    )
    beside: list[letters.Letter] = []
    if language == queries.ENGLISH:
        english = queries.in_english(complaint, record, at)
        beside.append(notices_en.rendering_of(english, findings, queries.english_pieces()))
    text, pdf = letters.as_text(letter, *beside), letters_pdf.as_pdf(letter, *beside)
    if seal is not None:
        pdf = seals.sign_pdf(pdf, seal, reason=letter.title, at=at)
    digest = hashlib.sha256(pdf).hexdigest()
    file = CheckedFile(f"{record.number}.pdf", PDF, digest, pdf, None)
    key = keep(file, subject=complaint.case.seal_ref)
    try:
        notice = ResultNotice(
            complaint=complaint,
            sequence=sequence,
            number=record.number,
            solved=findings.solved,
            wording=pieces["version"],
            language=language,
            text_sha256=hashlib.sha256(text.encode()).hexdigest(),
            storage_key=key,
            size_bytes=len(pdf),
            pdf_sha256=digest,
            seal_name=seal.name if seal else "",
            seal_sha256=seal.sha256 if seal else "",
            issued_by=person,
            issued_at=at,
        )
        notice.text = text
        notice.save(force_insert=True)
        _note_issued(notice, actor, at)
    except BaseException:
        # No row remembers the file of a notice that was not issued.
        plugs.file_store().drop(key)
        raise
    return notice


def _note_issued(notice: ResultNotice, actor: Actor, at: datetime) -> None:
    complaint = notice.complaint
    audit.record(
        actor,
        "complaint.notice_issued",
        notice,
        at=at,
        detail={
            "complaint": complaint.public_id,
            "number": notice.number,
            "wording": notice.wording,
            "pdf": _grouped(notice.pdf_sha256),
            "text": _grouped(notice.text_sha256),
            "language": notice.language,
            "seal": _grouped(notice.seal_sha256),
        },
    )
    note = Note(EntryKind.INTERNAL, clause="CG-4.1-05", subject_name=notice.number)
    tell(complaint.case, "complaint_issue", note, actor=actor, at=at)


def _grouped(digest: str) -> str:
    return ".".join(digest[start : start + GROUP] for start in range(0, len(digest), GROUP))


def open_notice(
    ref: str, *, complaint: Complaint | None = None, actor: Actor, at: datetime
) -> OpenedFile:
    """Hand the PDF of an issued notice out, byte by byte as issued; each time is on the trail.

    Staff see those of complaints within reach, complainants those of their own that were told.
    Raises NotThere, NoticeDamaged where what is kept is not what was issued.
    """
    notice = _within_reach(ref, complaint, actor)
    data = contents(notice.storage_key)
    if hashlib.sha256(data).hexdigest() != notice.pdf_sha256:
        raise refusals.NoticeDamaged
    _opened(notice, "pdf", actor, at)
    return OpenedFile(f"{notice.number}.pdf", PDF, data)


def open_notice_text(
    ref: str, *, complaint: Complaint | None = None, actor: Actor, at: datetime
) -> OpenedFile:
    """Hand an issued notice out as text. Raises what `open_notice` does."""
    notice = _within_reach(ref, complaint, actor)
    data = notice.text.plain.encode()
    if hashlib.sha256(data).hexdigest() != notice.text_sha256:
        raise refusals.NoticeDamaged
    _opened(notice, "text", actor, at)
    return OpenedFile(f"{notice.number}.txt", TEXT, data)


def _within_reach(ref: str, complaint: Complaint | None, actor: Actor) -> ResultNotice:
    notice = queries.notice_of(ref)
    one = notice.complaint
    if complaint is not None and one.pk != complaint.pk:
        raise NotThere
    told = queries.is_told(notice) and case_access.is_customer_of(actor, one.case)
    if not told and not access.may_see(actor, one):
        raise NotThere
    return notice


@transaction.atomic
def _opened(notice: ResultNotice, form: str, actor: Actor, at: datetime) -> None:
    detail = {"complaint": notice.complaint.public_id, "form": form}
    audit.record(actor, "complaint.notice_opened", notice, at=at, detail=detail)
