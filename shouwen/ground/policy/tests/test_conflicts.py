"""The conflicts between the five documents, row by row: which limit counts, and until when.

The numbers stand here a second time on purpose: double entry against the packs.
"""

from __future__ import annotations

import pytest

from shouwen.ground.policy import queries
from shouwen.ground.policy.rules.facts import Facts
from shouwen.ground.policy.tests.moments import beijing

RISK = frozenset({"risk_response"})
BUG = frozenset({"software_defect"})
COMPLAINT = Facts(kind="complaint", channel="app", urgency="ordinary", complexity="general")
COMPLEX = Facts(kind="complaint", channel="mail", urgency="repeat", complexity="complex")

# row of conflicts.md, event, facts, packs, start, chosen clause, due, hard
ROWS = [
    (1, "consult.first_response", Facts("consult"), "HB CG OM", "HB-1.3-01", "06-16 11:01", True),
    (1, "consult.first_response", Facts("consult"), "OM", "OM-1.2-08", "06-16 11:16", False),
    (1, "consult.first_response", Facts("web", "chat"), "OM", "OM-3.2.3-01", "06-16 11:01", True),
    (2, "voice.greet_and_confirm", Facts("voice"), "OM", "OM-2.1-04", "06-16 10:46:30", True),
    (3, "request.accept", Facts("request"), "HB OM", "OM-3.1.2-01", "06-17 10:46", True),
    (3, "complaint.accept", COMPLAINT, "HB CG OM", "CG-3.1-07", "06-17 10:46", True),
    (4, "ticket.initial_opinion", Facts("ticket"), "HB OM", "HB-2.1-06", "06-17 10:46", False),
    (4, "ticket.resolve", Facts("ticket", "phone"), "HB OM", "HB-2.1-07", "06-19 10:46", False),
    (4, "ticket.resolve", Facts("ticket", "chat"), "HB OM", "OM-3.2.3-02", "06-17 10:46", True),
    (5, "complaint.classify", COMPLAINT, "CG", "CG-3.1-08", "06-18 10:46", True),
    (6, "complaint.first_response", COMPLAINT, "HB CG", "CG-5.2-01", "06-17 10:46", True),
    (7, "complaint.plan", COMPLAINT, "CG", "CG-4.1-04", "06-22 18:00", True),
    (8, "complaint.resolve", COMPLAINT, "HB CG OM", "HB-1.3-02", "06-17 10:46", True),
    (8, "complaint.resolve", COMPLAINT, "CG", "CG-3.2-04", "06-26 18:00", True),
    (8, "complaint.resolve", COMPLEX, "CG OM", "CG-3.2-05", "07-08 18:00", True),
    (9, "complaint.feedback", Facts("complaint", "phone", urgency="urgent"), "OM CG",
     "OM-2.3-03", "06-17 10:46", True),
    (9, "complaint.feedback", COMPLAINT, "OM", "OM-4.4-05", "06-17 10:46", True),
    (9, "complaint.feedback", COMPLEX, "OM", "OM-1.2-10", "06-18 10:46", False),
    (9, "complaint.feedback", COMPLEX, "CG", "CG-3.2-07", "07-01 18:00", True),
    (10, "complaint.close", COMPLAINT, "HB CG OM", "HB-6.1-04", "06-19 10:46", False),
    (11, "feedback.first_response", Facts("feedback"), "CG OM", "CG-2.3.1-02", "06-17 10:46", True),
    (11, "feedback.resolve", Facts("feedback"), "CG OM", "CG-2.3.1-03", "06-26 18:00", True),
    (11, "feedback.reply", Facts("feedback"), "CG OM", "OM-7.2-02", "06-17 10:46", True),
    (12, "exception.reply", Facts("exception"), "HB", "HB-4.1-05", "06-17 10:46", True),
    (13, "incident.defect_fix", Facts("incident", cond=BUG), "HB", "HB-4.1-04", "06-16 12:46",
     True),
    (13, "incident.respond", Facts("incident"), "OM", "OM-5.3-05", "06-16 11:01", False),
    (13, "incident.restore", Facts("incident"), "OM", "OM-5.4-05", "06-16 11:06", False),
    (14, "issue.report", Facts("issue"), "HB", "HB-4.3-03", "06-18 18:00", True),
    (14, "issue.rectify", Facts("issue"), "HB", "HB-4.3-04", "06-24 18:00", True),
    (15, "violation.notify_customer", Facts("violation"), "HB", "HB-6.4-05", "06-18 18:00", True),
    (16, "csat.evaluate", Facts("web"), "OM", "OM-4.3-03", "06-22 18:00", False),
    (16, "followup.callback", Facts("ticket"), "HB", "HB-2.4-01", "07-02 00:00", False),
    ("law", "complaint.resolve", COMPLAINT, "CBIRC-2020-3", "CBIRC-2020-3-20", "07-02 00:00", True),
    ("law", "complaint.resolve", COMPLEX, "CBIRC-2020-3", "CBIRC-2020-3-20-2", "07-17 00:00", True),
    ("law", "complaint.review_apply", COMPLAINT, "CBIRC-2020-3", "CBIRC-2020-3-22-1",
     "07-17 00:00", False),
    ("law", "complaint.review_decide", COMPLAINT, "CBIRC-2020-3", "CBIRC-2020-3-22-2",
     "07-17 00:00", True),
    # The regulator's own duty: it is counted, and nothing of ours is late with it.
    ("law", "complaint.regulator_transfer", COMPLAINT, "CBIRC-2020-3", "CBIRC-2020-3-transfer",
     "06-26 18:00", False),
]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("row", "event", "facts", "packs", "clause", "due", "hard"),
    ROWS,
    ids=[f"{row[0]}-{row[1]}-{row[4]}" for row in ROWS],
)
def test_the_strictest_limit_counts(
    row: object, event: str, facts: Facts, packs: str, clause: str, due: str, hard: bool
) -> None:
    found = queries.preview(None, event, beijing("2026-06-16 10:46"), facts, packs.split())
    assert found.chosen is not None
    assert (found.chosen.clause, found.chosen.due_at, found.chosen.hard) == (
        clause,
        beijing(f"2026-{due}"),
        hard,
    )


@pytest.mark.django_db
def test_risk_response_brings_72_hours_and_only_then() -> None:
    risky = Facts("complaint", complexity="general", cond=RISK)
    start = beijing("2026-06-16 10:46")
    found = queries.preview(None, "complaint.resolve", start, risky, ["CG"])
    assert found.chosen is not None
    assert (found.chosen.clause, found.chosen.due_at) == ("CG-5.2-02", beijing("2026-06-19 10:46"))
    plain = queries.preview(None, "complaint.resolve", start, COMPLAINT, ["CG"])
    left = next(c for c in plain.candidates if c.clause == "CG-5.2-02")
    assert (left.applies, left.hard, left.chosen) == (False, False, False)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("start", "clause"),
    [
        ("2026-06-08 10:00", "CG-3.1-08"),  # Monday: 48 hours end before the third working day
        ("2026-02-13 17:00", "CG-3.1-08"),  # and across the Spring Festival all the more
    ],
)
def test_instants_are_compared_not_lengths(start: str, clause: str) -> None:
    found = queries.preview(None, "complaint.classify", beijing(start), COMPLAINT, ["CG"])
    assert found.chosen is not None
    assert found.chosen.clause == clause


@pytest.mark.django_db
def test_limits_without_a_figure_are_named_and_do_not_count() -> None:
    found = queries.preview(
        None, "verification.code_entry", beijing("2026-06-16 10:46"), Facts("voice"), ["PV"]
    )
    assert [(c.clause, c.within, c.due_at, c.applies) for c in found.candidates] == [
        ("PV-7-02", "configured", None, False)
    ]
    assert found.chosen is None
