"""The notices of a complaint, how it was told and tried, and what was said of the handling."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from django.utils import timezone

from shouwen.ground.kernel.errors import NotThere
from shouwen.ground.kernel.time import day_of
from shouwen.ground.policy import figures, letters, packs
from shouwen.people.staff.models import InstitutionKind
from shouwen.service.complaints.models import (
    Complaint,
    ComplaintRating,
    ComplaintRedress,
    ComplaintSettings,
    NoticeState,
    NoticeWording,
    RedressKind,
    RedressState,
    ResultNotice,
    TellingAttempt,
    TellingProof,
)
from shouwen.service.complaints.queries.reading import PUBLIC_ID_MAX_CHARACTERS, RELATIONS
from shouwen.service.complaints.queries.redress import redress_granted
from shouwen.service.complaints.rules import telling
from shouwen.service.complaints.rules.notices import PLACES, Record

LETTER, LETTER_EN = "result-notice", "result-notice-en"
TIMES, DAYS = "telling-attempts", "telling-days"
APPLY, DECIDE = "CBIRC-2020-3-22-1", "CBIRC-2020-3-22-2"
WE = {InstitutionKind.BANK: "行"}
WE_EN = {InstitutionKind.BANK: "the bank"}
CHINESE, ENGLISH = "zh-hans", "en"
REDRESS_WORDS = {
    RedressKind.COMPENSATION: "赔偿损失",
    RedressKind.REFUND: "退还费用",
    RedressKind.WAIVER: "减免息费",
    RedressKind.GOODWILL: "补偿关怀",
}
REDRESS_EN = {
    RedressKind.COMPENSATION: "Compensation",
    RedressKind.REFUND: "Refund of fees",
    RedressKind.WAIVER: "Waiver of interest or fees",
    RedressKind.GOODWILL: "Goodwill payment",
}
UNNAMED = "投诉人"
MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August"),
    *("September", "October", "November", "December"),
)
MOST_NOTICES = 20


@dataclass(frozen=True, slots=True)
class Told:
    """One notice as a page shows it."""

    notice: ResultNotice
    attempts: list[TellingAttempt]

    @property
    def proof(self) -> TellingProof | None:
        """What shows that it was told; None while it was not."""
        found: TellingProof | None = getattr(self.notice, "proof", None)
        return found


def wording_in_force(institution_id: int) -> NoticeWording | None:
    """Give the institution's own words of notices that count now; None where the house's do."""
    rows = NoticeWording.objects.filter(institution_id=institution_id, state=NoticeState.APPROVED)
    return rows.order_by("-number").first()


def wordings_of(institution_id: int) -> list[NoticeWording]:
    """Give every version of an institution's words, the newest first."""
    rows = NoticeWording.objects.filter(institution_id=institution_id)
    return list(rows.select_related("asked_by", "decided_by").order_by("-number")[:MOST_NOTICES])


def pieces_in_force(institution_id: int) -> dict[str, str]:
    """Give the pieces of the notice that count now, with the `version` they are of."""
    pieces = letters.pieces_of(LETTER)
    own = wording_in_force(institution_id)
    if own is None:
        return pieces
    return {**pieces, **_words_of(own)}


def pieces_asked(institution_id: int) -> dict[str, str] | None:
    """Give the pieces that wait for approval, with their `version`; None where none do."""
    rows = NoticeWording.objects.filter(institution_id=institution_id, state=NoticeState.ASKED)
    row = rows.first()
    return _words_of(row) if row else None


def _words_of(row: NoticeWording) -> dict[str, str]:
    mine = {name: str(getattr(row, name)) for name in PLACES}
    return {**mine, "version": f"own-{row.number}"}


def _days_of(clause: str, day: date) -> str:
    for pack in packs.in_force(day).values():
        for clock in pack.clocks.values():
            for limit in clock.limits:
                if limit.clause == clause and limit.span is not None:
                    return str(limit.span.value)
    raise KeyError(clause)


def _said(moment: datetime | None) -> str:
    if moment is None:
        return ""
    local = timezone.localtime(moment)
    return f"{local.year}年{local.month}月{local.day}日"


def notice_record(complaint: Complaint, sequence: int, at: datetime) -> Record:
    """Give what the notice takes from the record, in Chinese; names are opened for the letter."""
    case, home = complaint.case, complaint.institution
    name = case.customer.name.plain if case.customer else ""
    if not name and complaint.complainant:
        name = complaint.complainant.plain
    unit = case.unit
    return Record(
        head=home.name_zh,
        we=WE.get(InstitutionKind(home.kind), "公司"),
        number=f"{case.number}-告{sequence}",
        case=case.number,
        subject=case.title,
        name=name or UNNAMED,
        demand=complaint.demand.plain,
        department=unit.name_zh if unit else home.name_zh,
        handler=case.handler.name if case.handler else "",
        received=_said(complaint.received_at),
        accepted=_said(complaint.accepted_at),
        started=_said(complaint.started_at),
        handled=_said(complaint.handled_at),
        issued=_said(at),
        review_days=_days_of(APPLY, day_of(at)),
        decide_days=_days_of(DECIDE, day_of(at)),
        redress=tuple(_redress_said(row) for row in redress_granted(complaint)),
    )


def notice_language(complaint: Complaint) -> str:
    """Give the language beside which a notice of this complaint is rendered, by the wish on file.

    Chinese where nobody's file is known.
    """
    customer = complaint.case.customer
    return ENGLISH if customer and customer.language == ENGLISH else CHINESE


def english_pieces() -> dict[str, str]:
    """Give the pieces of the English rendering."""
    return letters.pieces_of(LETTER_EN)


def in_english(complaint: Complaint, record: Record, at: datetime) -> Record:
    """Give the same record for the English rendering; names and what people wrote stay."""
    home, unit = complaint.institution, complaint.case.unit
    head = home.name_en or home.name_zh
    return replace(
        record,
        head=head,
        we=WE_EN.get(InstitutionKind(home.kind), "the company"),
        name=record.name if record.name != UNNAMED else "complainant",
        department=(unit.name_en or unit.name_zh) if unit else head,
        received=_said_en(complaint.received_at),
        accepted=_said_en(complaint.accepted_at),
        started=_said_en(complaint.started_at),
        handled=_said_en(complaint.handled_at),
        issued=_said_en(at),
        redress=tuple(_redress_en(row) for row in redress_granted(complaint)),
    )


def _said_en(moment: datetime | None) -> str:
    if moment is None:
        return ""
    local = timezone.localtime(moment)
    return f"{local.day} {MONTHS[local.month - 1]} {local.year}"


def _redress_en(row: ComplaintRedress) -> str:
    amount = f"CNY {row.amount_fen // 100:,}.{row.amount_fen % 100:02}"
    paid = "paid" if row.state == RedressState.PAID else "approved, payment under way"
    return f"{REDRESS_EN[RedressKind(row.kind)]}: {amount} ({paid})."


def _redress_said(row: ComplaintRedress) -> str:
    """Say in Chinese what was granted, and how far its payment is."""
    amount = f"{row.amount_fen // 100:,}.{row.amount_fen % 100:02}元"
    paid = "已办理完毕" if row.state == RedressState.PAID else "已批准，正在办理"
    return f"{REDRESS_WORDS[RedressKind(row.kind)]}：{amount}（{paid}）。"


def newest_notice(complaint: Complaint) -> ResultNotice | None:
    """Give the notice of the present result; None while none is issued."""
    if complaint.notice_at is None:
        return None
    return ResultNotice.objects.filter(complaint=complaint).order_by("-sequence").first()


def notice_of(ref: str) -> ResultNotice:
    """Give a notice with its complaint and case, for its own room. Raises NotThere."""
    if len(ref) > PUBLIC_ID_MAX_CHARACTERS:
        raise NotThere
    related = ("proof", *(f"complaint__{name}" for name in RELATIONS))
    found = ResultNotice.objects.select_related(*related).filter(public_id=ref).first()
    if found is None:
        raise NotThere
    return found


def is_told(notice: ResultNotice) -> bool:
    """Whether the complainant was told this notice."""
    return getattr(notice, "proof", None) is not None


def notices_of(complaint: Complaint) -> list[Told]:
    """Give every notice with its proof and attempts, the newest first; two queries."""
    rows = ResultNotice.objects.filter(complaint=complaint)
    rows = rows.select_related("proof", "issued_by").prefetch_related("attempts")
    return [
        Told(row, sorted(row.attempts.all(), key=lambda one: (one.tried_at, one.pk)))
        for row in rows.order_by("-sequence")[:MOST_NOTICES]
    ]


def told_notices(complaint: Complaint) -> list[ResultNotice]:
    """Give the notices that the complainant was told, the newest first."""
    rows = ResultNotice.objects.filter(complaint=complaint, proof__isnull=False)
    return list(rows.select_related("proof").order_by("-sequence")[:MOST_NOTICES])


def attempts_of(complaint: Complaint) -> list[TellingAttempt]:
    """Give the attempts at telling the present result, whichever notice of it they were for."""
    if complaint.handled_at is None:
        return []
    rows = TellingAttempt.objects.filter(
        notice__complaint=complaint, notice__issued_at__gte=complaint.handled_at
    )
    return list(rows.order_by("tried_at", "pk"))


def days_tried(tried: list[TellingAttempt]) -> int:
    """Give on how many different days these attempts lie."""
    return len({day_of(one.tried_at) for one in tried})


def attempts_needed() -> tuple[int, int]:
    """Give how many attempts on how many days are enough: the house's figures."""
    return figures.figure(TIMES).value, figures.figure(DAYS).value


def is_unreached(tried: list[TellingAttempt]) -> bool:
    """Whether these attempts are enough to say that the complainant cannot be reached."""
    times, different = attempts_needed()
    days = [day_of(one.tried_at) for one in tried]
    return telling.is_tried_enough(days, times=times, different=different)


def ratings_of(complaint: Complaint) -> list[ComplaintRating]:
    """Give what was said of the handling, of each result that was told; the newest first."""
    rows = complaint.ratings.select_related("recorded_by").order_by("-about_at", "-pk")
    return list(rows[:MOST_NOTICES])


def rating_of(complaint: Complaint) -> ComplaintRating | None:
    """Give what was said of the present result; None while nothing was, or none is told."""
    if complaint.feedback_at is None:
        return None
    return complaint.ratings.filter(about_at=complaint.feedback_at).first()


def silence_days(institution_id: int) -> int | None:
    """Give after how many days silence stands for a yes; None, as usual, for never."""
    rows = ComplaintSettings.objects.filter(institution_id=institution_id)
    return rows.values_list("silence_days", flat=True).first()
