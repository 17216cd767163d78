"""What pages are told of clocks and packs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import translation

from shouwen.ground.policy import actions, book, clocks, defaults, queries, ticker
from shouwen.ground.policy.asking import clocks as asking_clocks
from shouwen.ground.policy.clocks import Facts, Subject
from shouwen.ground.policy.tests.moments import BANK, INSURER, LEAD, OTHER, TUESDAY, beijing

pytestmark = pytest.mark.django_db
COMPLAINT = Facts(kind="complaint", channel="app", urgency="repeat", complexity="general")


def open_case(ref: str, institution_id: int = INSURER, facts: Facts = COMPLAINT) -> Subject:
    """Open a case."""
    subject = Subject("case", ref)
    clocks.start_all(
        "case.opened",
        subject=subject,
        institution_id=institution_id,
        facts=facts,
        at=TUESDAY,
        actor=LEAD,
    )
    return subject


def test_clocks_come_tightest_first_with_targets_and_done_ones_last() -> None:
    subject = open_case("case_1")
    clocks.stop_all("case.accepted", subject=subject, at=TUESDAY, actor=LEAD)
    views = queries.clocks_of(subject, TUESDAY + timedelta(hours=20))
    assert [(v.event, v.state) for v in views] == [
        ("complaint.first_response", "soon"),
        ("complaint.resolve", "soon"),
        ("complaint.classify", "safe"),
        ("complaint.plan", "safe"),
        ("complaint.feedback", "safe"),
        ("complaint.close", "goal"),
        ("complaint.accept", "done"),
    ]
    first = views[0]
    assert first.next_changes == [(first.due_at, "over")]
    assert round(first.used_fraction, 2) == 0.83
    assert [c.clause for c in first.candidates if c.chosen] == ["CG-5.2-01"]
    late = queries.clocks_of(subject, TUESDAY + timedelta(hours=25))
    assert [v.event for v in late if v.state == "over"] == [
        "complaint.first_response",
        "complaint.resolve",
    ]


def test_a_held_clock_says_what_it_waits_for() -> None:
    actions.adopt_packs(BANK, ["CBIRC-2020-3"], actor=LEAD, at=TUESDAY)
    subject = open_case("case_1", BANK)
    assert [c.event for c in clocks.pause_all(
        subject, reason="appraisal", at=TUESDAY, actor=LEAD
    )] == ["complaint.feedback", "complaint.resolve"]  # fmt: skip
    with translation.override("zh-hans"):
        views = queries.clocks_of(subject, TUESDAY)
    assert [(view.state, view.waits_for) for view in views] == [("hold", "外部鉴定")] * 2
    assert queries.attention_counts(BANK, TUESDAY) == {"over": 0, "soon": 0, "hold": 2}


def test_many_subjects_cost_what_one_costs(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]  # the fixture has no public type
    subjects = [open_case(f"case_{n}") for n in range(5)]
    with django_assert_num_queries(1):
        queries.clocks_of_many(subjects[:1], TUESDAY)
    with django_assert_num_queries(1):
        found = queries.clocks_of_many(subjects, TUESDAY)
    assert {ref: len(views) for ref, views in found.items()} == {f"case_{n}": 7 for n in range(5)}


def test_a_list_shows_of_each_subject_the_clock_that_leads_all_its_clocks() -> None:
    actions.adopt_packs(BANK, ["CBIRC-2020-3"], actor=LEAD, at=TUESDAY)
    subjects = [open_case(f"case_{n}", BANK) for n in range(4)]
    clocks.stop_all("case.accepted", subject=subjects[1], at=TUESDAY, actor=LEAD)
    clocks.pause_all(subjects[2], reason="appraisal", at=TUESDAY, actor=LEAD)
    for event in ("case.accepted", "case.resolved", "case.closed", "case.planned"):
        clocks.stop_all(event, subject=subjects[3], at=TUESDAY, actor=LEAD)
    asked = [*subjects, Subject("case", "case_unknown")]
    for hours in (0, 20, 25, 2000):
        now = TUESDAY + timedelta(hours=hours)
        whole = queries.clocks_of_many(asked, now)
        first = queries.first_of_many(asked, now, {})
        assert first == {ref: views[0] for ref, views in whole.items() if views}


def test_what_ended_before_the_present_round_is_not_shown() -> None:
    subject = open_case("case_1")
    clocks.stop_all("case.accepted", subject=subject, at=TUESDAY, actor=LEAD)
    clocks.cancel_all(subject, reason="withdrawn", at=TUESDAY, actor=LEAD)
    assert queries.first_of_many([subject], TUESDAY, {})["case_1"].event == "complaint.accept"
    later = TUESDAY + timedelta(days=1)
    assert queries.first_of_many([subject], later, {"case_1": later}) == {}


def test_attention_is_counted_per_institution() -> None:
    open_case("case_1")
    open_case("case_2", BANK)
    at = TUESDAY + timedelta(hours=24)
    assert queries.attention_counts(INSURER, at) == {"over": 3, "soon": 0, "hold": 0}
    soon = queries.attention_counts(INSURER, TUESDAY + timedelta(hours=20))
    assert soon == {"over": 0, "soon": 3, "hold": 0}


def test_more_than_is_counted_is_said_to_be_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking_clocks, "ATTENTION_COUNTED_TO", 2)
    open_case("case_1")
    late = queries.attention_counts(INSURER, TUESDAY + timedelta(hours=24))
    soon = queries.attention_counts(INSURER, TUESDAY + timedelta(hours=20))
    assert (late, soon) == ({"over": 3, "soon": 0, "hold": 0}, {"over": 0, "soon": 3, "hold": 0})
    open_case("case_2")
    assert queries.attention_counts(INSURER, TUESDAY + timedelta(hours=24))["over"] == 3


def test_what_is_known_to_be_late_is_not_due_soon_as_well() -> None:
    open_case("case_1")
    at = TUESDAY + timedelta(hours=24, seconds=2)
    ticker.tick(at)
    assert queries.attention_counts(INSURER, at) == {"over": 3, "soon": 0, "hold": 0}


def test_the_working_reads_like_the_mock_up() -> None:
    facts = Facts("complaint", complexity="general")
    with translation.override("zh-hans"):
        found = queries.preview(None, "complaint.resolve", TUESDAY, facts, ["CG", "CBIRC-2020-3"])
        assert found.working == (
            "6月16日10:46起，7个工作日，端午不计，第7个工作日6月26日18:00收市。"
        )
        law = next(c for c in found.candidates if c.clause == "CBIRC-2020-3-20")
        assert law.working == "6月16日10:46起，15个自然日，第15日7月1日24:00止。"
        spring = queries.preview(
            None, "issue.report", beijing("2026-02-12 10:00"), Facts("issue"), ["HB"]
        )
        assert spring.working == (
            "2月12日10:00起，2个工作日，第2个工作日2月14日18:00收市。其中2月14日补班，计入。"
        )
    with translation.override("en"):
        found = queries.preview(None, "complaint.resolve", TUESDAY, facts, ["CG"])
        assert found.working == (
            "From 16 Jun 10:46, 7 working days, Dragon Boat Festival not counted:"
            " working day 7 closes 26 Jun 18:00."
        )


def test_the_preview_says_what_is_hard_target_or_off_here() -> None:
    defaults.adopt_as_bank(BANK, actor=LEAD, approver=OTHER, at=TUESDAY)
    facts = Facts("complaint", urgency="repeat", complexity="general")
    found = queries.preview(BANK, "complaint.resolve", TUESDAY, facts)
    assert {c.clause: (c.mode, c.applies) for c in found.candidates} == {
        "OM-1.2-09": ("target", True),
        "HB-1.2-05": ("target", True),
        "HB-1.3-02": ("target", True),
        "HB-4.2-04": ("target", True),
        "CG-3.2-04": ("hard", True),
        "CBIRC-2020-3-20": ("hard", True),
        "OM-4.4-05": ("hard", False),
        "CG-5.2-02": ("hard", False),
        "CG-3.2-05": ("hard", False),
        "CBIRC-2020-3-20-2": ("hard", False),
    }
    assert found.chosen is not None
    assert (found.chosen.clause, found.chosen.due_at) == ("CG-3.2-04", beijing("2026-06-26 18:00"))
    enquiry = queries.preview(BANK, "consult.first_response", TUESDAY, Facts("consult"))
    assert {c.clause: c.mode for c in enquiry.candidates} == {
        "HB-1.2-04": "off",
        "HB-1.3-01": "off",
        "OM-1.2-08": "target",
        "OM-3.2.3-01": "hard",
    }


def test_targets_are_the_strictest_of_all_packs() -> None:
    found = queries.targets(INSURER, TUESDAY)
    assert {name: (t.value, t.clause) for name, t in found.items()} == {
        "connect_rate": (0.995, "OM-2.1-01"),
        "csat": (0.92, "OM-1.3-04"),
        "agent.complaint_rate": (0.005, "OM-1.3-04"),
        "resolution_rate": (0.9, "HB-6.2-06"),
        "complaint.resolution_rate": (0.9, "CG-4.1-06"),
        "verification_accuracy": (0.99, "PV-22-02"),
    }


def test_the_console_sees_every_pack_and_row() -> None:
    defaults.adopt_as_bank(BANK, actor=LEAD, approver=OTHER, at=TUESDAY)
    held = queries.overview(BANK, TUESDAY)
    assert [(p.code, p.extent, p.clauses) for p in held] == [
        ("CBIRC-2020-3", "WHOLE", 10),
        ("CG", "WHOLE", 148),
        ("HB", "LISTED", 173),
        ("OM", "WHOLE", 143),
        ("PV", "WHOLE", 41),
        ("SN", "WHOLE", 84),
    ]
    rows = queries.clause_rows(INSURER, TUESDAY, pack="CG")
    row = next(row for row in rows if row.clause == "CG-4.1-03")
    assert (row.within, row.mode, row.covered_by) == ("72h", "hard", "CG-5.2-01")
    seven = next(row for row in rows if row.clause == "CG-3.2-04")
    with translation.override("zh-hans"):
        (again,) = [
            r for r in queries.clause_rows(BANK, TUESDAY, pack="CG") if r.clause == seven.clause
        ]
    assert (again.event_title, again.within_words, again.condition, again.pausable) == (
        "投诉办结", "7个工作日", "一般", "客户",
    )  # fmt: skip
    kinds = {k: len(queries.clause_rows(INSURER, TUESDAY, kind=k)) for k in (
        "deadline", "threshold", "kpi", "retention", "recurring"
    )}  # fmt: skip
    assert kinds["threshold"] + kinds["kpi"] + kinds["retention"] == 10 + 24 + 6
    assert kinds["recurring"] == 6


def test_a_clocks_history_is_its_ledger() -> None:
    open_case("case_1")
    (view, *_rest) = queries.clocks_of(Subject("case", "case_1"), TUESDAY)
    (line,) = queries.ledger_of(view.public_id, INSURER)
    assert (line.act, line.trigger, line.actor, line.due_at) == (
        "STARTED", "case.opened", LEAD.ref, view.due_at,
    )  # fmt: skip
    assert queries.ledger_of(view.public_id, BANK) == []


def test_a_change_of_policy_counts_at_once_in_its_own_transaction() -> None:
    before = book.policy_of(INSURER)
    assert book.policy_of(INSURER) is before
    book.touch(INSURER)
    after = book.policy_of(INSURER)
    assert after is not before
    book.touch(None)
    assert book.policy_of(INSURER) is not after
