"""Every time limit of a complaint a second time, counted by hand: double entry against the packs.

Nothing here is computed. Working days of 2026 by the State Council's notice: off on 1-3 January,
15-23 February, 4-6 April, 1-5 May, 19-21 June, 25-27 September and 1-7 October; worked on
4 January, 14 and 28 February, 9 May, 20 September and 10 October. Business closes at 18:00.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from shouwen.ground.policy.clocks import Facts


class Row(NamedTuple):
    """A clause, what of it is limited, what starts it, the matter, from when until when."""

    clause: str
    event: str
    trigger: str
    facts: Facts
    start: str
    due: str
    mode: str = "hard"


class Beside(NamedTuple):
    """A clause that does not count for this matter."""

    clause: str
    event: str
    trigger: str
    facts: Facts


def _matter(channel: str = "app", urgency: str = "ordinary", complexity: str = "general") -> Facts:
    return Facts("complaint", channel, urgency=urgency, complexity=complexity)


PLAIN = _matter()
UNJUDGED = Facts("complaint")
PHONE = _matter("phone")
HOTLINE = replace(_matter("voice", "urgent", "complex"), tier="vip")
LETTER = replace(_matter("letter", "repeat", "complex"), grade="G1", risk="high")
URGENT = replace(_matter("counter", "urgent"), value="high")
COMPLEX = _matter(complexity="complex")
SPECIAL = _matter(complexity="special")
RISKY = replace(_matter("web", "urgent", "complex"), cond=frozenset({"risk_response"}))

IN, MATERIAL = "case.opened", "materials.received"
TAKEN, SOLVED = "case.accepted", "case.resolved"

ROWS = [
    # Accepted: 24 hours run through nights, lunch, weekends and holidays.
    Row("CG-3.1-07", "complaint.accept", MATERIAL, LETTER, "2026-09-30 16:20", "2026-10-01 16:20"),
    Row("CG-3.1-07", "complaint.accept", IN, PLAIN, "2026-06-16 12:30", "2026-06-17 12:30"),
    Row("CG-3.2-01", "complaint.accept", IN, PHONE, "2026-02-13 17:40", "2026-02-14 17:40"),
    Row("CG-3.2-01", "complaint.accept", MATERIAL, URGENT, "2026-12-31 23:59", "2027-01-01 23:59"),
    # Classified: 48 hours from the material.
    Row("CG-3.1-08", "complaint.classify", IN, PLAIN, "2026-02-13 17:00", "2026-02-15 17:00"),
    Row("CG-3.1-08", "complaint.classify", MATERIAL, RISKY, "2026-02-27 08:05", "2026-03-01 08:05"),
    # Finally classified: 3 working days from acceptance. 14 (Saturday, worked), 24, 25 February.
    Row("CG-3.2-02", "complaint.classify", TAKEN, PLAIN, "2026-02-13 17:00", "2026-02-25 18:00"),
    # In the lunch break before Labour Day: 6, 7, 8 May.
    Row("CG-3.2-02", "complaint.classify", TAKEN, LETTER, "2026-04-30 12:30", "2026-05-08 18:00"),
    # 8 May, Saturday 9 May (worked), Monday 11 May.
    Row("CG-3.2-02", "complaint.classify", TAKEN, URGENT, "2026-05-07 09:00", "2026-05-11 18:00"),
    # Started: 24 hours from acceptance.
    Row("CG-4.1-02", "complaint.start", TAKEN, PLAIN, "2026-05-01 08:00", "2026-05-02 08:00"),
    Row("CG-4.1-02", "complaint.start", TAKEN, SPECIAL, "2026-06-16 18:00", "2026-06-17 18:00"),
    # First response: 24 hours, and the longer figures beside it.
    Row("HB-4.2-03", "complaint.first_response", IN, PHONE, "2026-12-31 22:15", "2027-01-01 22:15"),
    Row("HB-4.2-03", "complaint.first_response", MATERIAL, LETTER, "2026-06-18 11:59",
        "2026-06-19 11:59"),
    Row("HB-6.2-05", "complaint.first_response", IN, PLAIN, "2026-10-01 00:00", "2026-10-02 00:00",
        "target"),
    Row("HB-6.1-03", "complaint.first_response", IN, PLAIN, "2026-12-31 22:15", "2027-01-02 22:15",
        "target"),
    Row("CG-5.2-01", "complaint.first_response", IN, RISKY, "2026-06-20 10:10", "2026-06-21 10:10"),
    Row("CG-5.2-01", "complaint.first_response", IN, PLAIN, "2026-06-16 10:46", "2026-06-17 10:46"),
    Row("CG-4.1-03", "complaint.first_response", IN, COMPLEX, "2026-02-27 10:00",
        "2026-03-02 10:00"),
    # Initial opinion: 24 hours from the assignment.
    Row("HB-2.1-06", "ticket.initial_opinion", "case.assigned", PLAIN, "2026-06-16 13:00",
        "2026-06-17 13:00", "target"),
    # Plan: 3 working days from receipt. 17, 18, 22 June.
    Row("CG-4.1-04", "complaint.plan", IN, PLAIN, "2026-06-16 10:46", "2026-06-22 18:00"),
    # 18 September, Sunday 20 September (worked), 21 September.
    Row("CG-4.1-04", "complaint.plan", IN, LETTER, "2026-09-17 23:50", "2026-09-21 18:00"),
    # In the Golden Week: 8, 9, Saturday 10 October (worked).
    Row("CG-4.1-04", "complaint.plan", IN, URGENT, "2026-10-04 12:00", "2026-10-10 18:00"),
    # Resolved, in hours.
    Row("OM-1.2-09", "complaint.resolve", IN, PHONE, "2026-06-16 11:30", "2026-06-16 13:30",
        "target"),
    Row("OM-1.2-09", "complaint.resolve", IN, COMPLEX, "2026-02-16 23:30", "2026-02-17 01:30",
        "target"),
    Row("HB-1.2-05", "complaint.resolve", IN, PLAIN, "2026-06-19 09:00", "2026-06-20 09:00",
        "target"),
    Row("HB-1.3-02", "complaint.resolve", IN, LETTER, "2026-06-19 09:00", "2026-06-20 09:00"),
    Row("HB-4.2-04", "complaint.resolve", IN, PLAIN, "2026-04-03 20:20", "2026-04-05 20:20"),
    Row("OM-4.4-05", "complaint.resolve", IN, PLAIN, "2026-09-24 18:00", "2026-09-25 18:00"),
    Row("OM-4.4-05", "complaint.resolve", IN, UNJUDGED, "2026-06-16 10:46", "2026-06-17 10:46"),
    Row("CG-5.2-02", "complaint.resolve", IN, RISKY, "2026-02-14 09:00", "2026-02-17 09:00"),
    # General: 7 working days from acceptance. 22, 23, 24, 28, 29, 30 September, 8 October.
    Row("CG-3.2-04", "complaint.resolve", TAKEN, PLAIN, "2026-09-21 09:05", "2026-10-08 18:00"),
    # 12, 13, Saturday 14, 24, 25, 26, 27 February; what nobody has judged counts as general.
    Row("CG-3.2-04", "complaint.resolve", TAKEN, UNJUDGED, "2026-02-11 15:00", "2026-02-27 18:00"),
    # Sunday 4 January (worked), 5, 6, 7, 8, 9, 12 January.
    Row("CG-3.2-04", "complaint.resolve", TAKEN, URGENT, "2026-01-02 10:00", "2026-01-12 18:00"),
    # Complex: 15. 18, 20, 21, 22, 23, 24, 28, 29, 30 September, 8, 9, 10, 12, 13, 14 October.
    Row("CG-3.2-05", "complaint.resolve", TAKEN, COMPLEX, "2026-09-17 11:30", "2026-10-14 18:00"),
    # 10, 11, 12, 13, 14, 24, 25, 26, 27, 28 February, 2, 3, 4, 5, 6 March.
    Row("CG-3.2-05", "complaint.resolve", TAKEN, HOTLINE, "2026-02-09 10:00", "2026-03-06 18:00"),
    # The law: 15 natural days, the day of receipt not counted. 25 September to 9 October, 24:00.
    Row("CBIRC-2020-3-20", "complaint.resolve", IN, PLAIN, "2026-09-24 18:40", "2026-10-10 00:00"),
    # 14 to 28 February, 24:00: the Spring Festival is counted with.
    Row("CBIRC-2020-3-20", "complaint.resolve", MATERIAL, UNJUDGED, "2026-02-13 00:01",
        "2026-03-01 00:00"),
    # 30 natural days: 31 January, the 28 of February, 1 March, 24:00.
    Row("CBIRC-2020-3-20-2", "complaint.resolve", IN, COMPLEX, "2026-01-30 09:00",
        "2026-03-02 00:00"),
    # 21 days of December, 9 of January, 24:00.
    Row("CBIRC-2020-3-20-2", "complaint.resolve", IN, SPECIAL, "2026-12-10 12:00",
        "2027-01-10 00:00"),
    # Told, by the law within the same time as decided: 17 June to 1 July, 24:00.
    Row("CBIRC-2020-3-20", "complaint.feedback", IN, PLAIN, "2026-06-16 10:46", "2026-07-02 00:00"),
    Row("CBIRC-2020-3-20", "complaint.feedback", MATERIAL, UNJUDGED, "2026-02-13 00:01",
        "2026-03-01 00:00"),
    # 24 days of September, 6 of October, 24:00.
    Row("CBIRC-2020-3-20-2", "complaint.feedback", IN, COMPLEX, "2026-09-06 23:59",
        "2026-10-07 00:00"),
    Row("CBIRC-2020-3-20-2", "complaint.feedback", IN, SPECIAL, "2026-12-10 12:00",
        "2027-01-10 00:00"),
    # New facts after a decision: both begin anew. 11 to 25 February, 24:00.
    Row("CBIRC-2020-3-20", "complaint.resolve", "complaint.new_facts", PLAIN, "2026-02-10 14:00",
        "2026-02-26 00:00"),
    Row("CBIRC-2020-3-20-2", "complaint.feedback", "complaint.new_facts", COMPLEX,
        "2026-02-10 14:00", "2026-03-13 00:00"),
    # Told, from receipt.
    Row("OM-1.2-10", "complaint.feedback", IN, LETTER, "2026-05-01 07:00", "2026-05-03 07:00",
        "target"),
    Row("OM-2.3-03", "complaint.feedback", IN, PHONE, "2026-10-03 12:12", "2026-10-04 12:12"),
    Row("OM-2.3-03", "complaint.feedback", IN, HOTLINE, "2026-06-16 10:46", "2026-06-17 10:46"),
    Row("OM-4.4-05", "complaint.feedback", IN, PLAIN, "2026-09-24 18:00", "2026-09-25 18:00"),
    # The 7 working days of a general complaint include telling the result.
    Row("CG-3.2-04", "complaint.feedback", TAKEN, PLAIN, "2026-09-21 09:05", "2026-10-08 18:00"),
    # Told, from the solution: 20, 21, 22, 23, 24, 28, 29, 30 September, 8, 9 October.
    Row("CG-3.2-07", "complaint.feedback", SOLVED, LETTER, "2026-09-18 17:55", "2026-10-09 18:00"),
    Row("CG-3.3-04", "complaint.feedback", SOLVED, LETTER, "2026-09-18 17:55", "2026-10-09 18:00"),
    # 22, 23, 24, 25, 26, 29, 30 June, 1, 2, 3 July.
    Row("CG-3.2-07", "complaint.feedback", SOLVED, PLAIN, "2026-06-19 10:00", "2026-07-03 18:00"),
    Row("CG-3.3-04", "complaint.feedback", SOLVED, PLAIN, "2026-06-19 10:00", "2026-07-03 18:00"),
    # Closed: 72 hours.
    Row("HB-6.1-04", "complaint.close", IN, PLAIN, "2026-02-26 21:00", "2026-03-01 21:00",
        "target"),
    # Review: asked for and decided within 30 natural days each. 17 June to 16 July, 24:00.
    Row("CBIRC-2020-3-22-1", "complaint.review_apply", "case.feedback_sent", PLAIN,
        "2026-06-16 10:46", "2026-07-17 00:00", "target"),
    # 26 September to 25 October, 24:00.
    Row("CBIRC-2020-3-22-2", "complaint.review_decide", "complaint.review_requested", COMPLEX,
        "2026-09-25 20:00", "2026-10-26 00:00"),
    # The regulator: 7 working days. 30 September, 8, 9, 10, 12, 13, 14 October.
    Row("CBIRC-2020-3-transfer", "complaint.regulator_transfer", "regulator.received", PLAIN,
        "2026-09-29 10:00", "2026-10-14 18:00", "target"),
    Row("CBIRC-2020-3-transfer", "complaint.regulator_transfer", "regulator.received", SPECIAL,
        "2026-06-16 10:46", "2026-06-26 18:00", "target"),
]  # fmt: skip

# What a clause leaves alone: it names other matters.
BESIDE = [
    Beside("OM-2.3-03", "complaint.feedback", IN, PLAIN),
    Beside("OM-2.3-03", "complaint.feedback", IN, LETTER),
    Beside("OM-4.4-05", "complaint.resolve", IN, URGENT),
    Beside("OM-4.4-05", "complaint.feedback", IN, LETTER),
    Beside("CG-3.2-04", "complaint.resolve", TAKEN, COMPLEX),
    Beside("CG-3.2-04", "complaint.feedback", TAKEN, SPECIAL),
    Beside("CG-3.2-05", "complaint.resolve", TAKEN, PLAIN),
    Beside("CG-3.2-05", "complaint.resolve", TAKEN, SPECIAL),
    Beside("CG-5.2-02", "complaint.resolve", IN, COMPLEX),
    Beside("CBIRC-2020-3-20", "complaint.resolve", IN, COMPLEX),
    Beside("CBIRC-2020-3-20", "complaint.resolve", IN, SPECIAL),
    Beside("CBIRC-2020-3-20-2", "complaint.resolve", IN, UNJUDGED),
    Beside("CBIRC-2020-3-20", "complaint.feedback", IN, COMPLEX),
    Beside("CBIRC-2020-3-20-2", "complaint.feedback", IN, PLAIN),
    # To object is no new fact, and receipt by the regulator no receipt here.
    Beside("CBIRC-2020-3-20", "complaint.resolve", "case.objected", PLAIN),
    Beside("CG-3.2-04", "complaint.resolve", "case.objected", PLAIN),
    Beside("CG-3.2-07", "complaint.feedback", "complaint.new_facts", PLAIN),
    # These count from acceptance or solution, not from receipt.
    Beside("CG-3.2-02", "complaint.classify", IN, PLAIN),
    Beside("CG-3.2-04", "complaint.resolve", IN, PLAIN),
    Beside("CG-3.2-07", "complaint.feedback", IN, PLAIN),
    Beside("CG-3.3-04", "complaint.feedback", TAKEN, PLAIN),
]
# The clause gives no figure; the institution sets one.
OPEN_FIGURE = ("PV-16-02", "complaint.reply")
