"""What can happen to a clock, on the database."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from shouwen.ground.kernel.errors import Invalid
from shouwen.ground.policy import actions, clocks, defaults, packs, queries
from shouwen.ground.policy.clocks import Facts, Subject, storing
from shouwen.ground.policy.models import Clock, ClockEntry
from shouwen.ground.policy.packs import read_pack
from shouwen.ground.policy.tests.moments import BANK, INSURER, LEAD, OTHER, TUESDAY, beijing
from shouwen.ground.vault.models import AuditRow

pytestmark = pytest.mark.django_db

CASE = Subject("case", "case_abc")
COMPLAINT = Facts(kind="complaint", channel="app", urgency="repeat", complexity="general")


def start_case(facts: Facts = COMPLAINT, institution_id: int = INSURER) -> dict[str, Clock]:
    """Open a case and give its clocks by event."""
    made = clocks.start_all(
        "case.opened",
        subject=CASE,
        institution_id=institution_id,
        facts=facts,
        at=TUESDAY,
        actor=LEAD,
    )
    return {clock.event: clock for clock in made}


def agrees(clock: Clock) -> bool:
    """Whether the stored due time is what the ledger amounts to."""
    clock.refresh_from_db()
    chosen = storing.recompute(clock).chosen
    return chosen is not None and (chosen.due_at, chosen.clause) == (clock.due_at, clock.clause)


def test_opening_a_complaint_starts_every_clock_that_is_demanded() -> None:
    made = start_case()
    assert {event: (c.clause, c.hard, c.due_at) for event, c in made.items()} == {
        "complaint.accept": ("CG-3.1-07", True, beijing("2026-06-17 10:46")),
        "complaint.classify": ("CG-3.1-08", True, beijing("2026-06-18 10:46")),
        "complaint.close": ("HB-6.1-04", False, beijing("2026-06-19 10:46")),
        # The law lets the decision be told within the time it gives for deciding.
        "complaint.feedback": ("CBIRC-2020-3-20", True, beijing("2026-07-02 00:00")),
        "complaint.first_response": ("CG-5.2-01", True, beijing("2026-06-17 10:46")),
        "complaint.plan": ("CG-4.1-04", True, beijing("2026-06-22 18:00")),
        "complaint.resolve": ("HB-1.3-02", True, beijing("2026-06-17 10:46")),
    }
    assert all(agrees(clock) for clock in made.values())


def test_a_contact_has_one_clock_for_its_first_response() -> None:
    made = clocks.start_all(
        "contact.arrived",
        subject=Subject("contact", "cont_1"),
        institution_id=INSURER,
        facts=Facts("web", "chat"),
        at=TUESDAY,
        actor=LEAD,
    )
    assert [(c.event, [x["clause"] for x in c.candidates]) for c in made] == [
        ("consult.first_response", ["HB-1.2-04", "HB-1.3-01", "OM-3.2.3-01", "OM-1.2-08"])
    ]
    assert (made[0].clause, made[0].hard) == ("HB-1.3-01", True)


def test_the_same_start_twice_is_one_clock() -> None:
    first, second = start_case(), start_case()
    assert {c.pk for c in first.values()} == {c.pk for c in second.values()}
    assert ClockEntry.objects.filter(clock__subject_ref=CASE.ref).count() == len(first)


def test_a_later_start_joins_the_running_clock() -> None:
    defaults.adopt_packs(BANK, ["CG", "CBIRC-2020-3"], actor=LEAD, approver=OTHER, at=TUESDAY)
    before = start_case(institution_id=BANK)["complaint.resolve"]
    assert before.clause == "CBIRC-2020-3-20"
    clocks.start_all(
        "case.accepted",
        subject=CASE,
        institution_id=BANK,
        facts=COMPLAINT,
        at=beijing("2026-06-17 09:00"),
        actor=LEAD,
    )
    before.refresh_from_db()
    assert (before.clause, before.due_at) == ("CG-3.2-04", beijing("2026-06-29 18:00"))
    assert agrees(before)


def test_what_was_done_does_not_start_again_by_itself() -> None:
    resolve = start_case()["complaint.resolve"]
    stopped = clocks.stop_all("case.resolved", subject=CASE, at=TUESDAY, actor=LEAD)
    assert "complaint.resolve" in {c.event for c in stopped}
    assert "complaint.resolve" not in start_case()
    again = clocks.start(
        "complaint.resolve",
        subject=CASE,
        institution_id=INSURER,
        facts=COMPLAINT,
        at=TUESDAY,
        actor=LEAD,
    )
    assert again is not None
    assert again.pk != resolve.pk


def test_a_start_by_hand_with_its_own_due_time_binds() -> None:
    limit = beijing("2026-06-17 09:00")
    clock = clocks.start(
        "complaint.resolve",
        subject=CASE,
        institution_id=INSURER,
        facts=COMPLAINT,
        at=TUESDAY,
        actor=LEAD,
        limit_at=limit,
    )
    assert clock is not None
    assert (clock.due_at, clock.clause, clock.hard) == (limit, "CG-3.2-06", True)


def test_no_clause_no_clock() -> None:
    actions.adopt_packs(BANK, ["SN"], actor=LEAD, at=TUESDAY)
    assert start_case(institution_id=BANK) == {}


def test_a_stop_after_the_due_time_is_a_breach() -> None:
    accept = start_case()["complaint.accept"]
    late = accept.due_at + timedelta(seconds=1)
    clocks.stop(accept, at=late, actor=LEAD)
    accept.refresh_from_db()
    assert (accept.state, accept.breached_at, accept.next_at) == ("STOPPED", late, None)
    with pytest.raises(clocks.ClockEnded):
        clocks.stop(accept, at=late, actor=LEAD)


def law_clock(complexity: str = "general") -> Clock:
    """Start the law's clock alone."""
    actions.adopt_packs(BANK, ["CBIRC-2020-3"], actor=LEAD, at=TUESDAY)
    facts = Facts("complaint", complexity=complexity)
    return start_case(facts, BANK)["complaint.resolve"]


def test_the_law_waits_for_an_appraisal_and_not_for_the_customer() -> None:
    clock = law_clock()
    with pytest.raises(clocks.CannotPause):
        clocks.pause(clock, reason="customer", at=TUESDAY, actor=LEAD)
    held = beijing("2026-06-20 10:00")
    clocks.pause(clock, reason="at the institute", clause="CBIRC-2020-3-20-4", at=held, actor=LEAD)
    assert (clock.state, clock.next_at) == ("PAUSED", None)
    with pytest.raises(clocks.CannotPause):
        clocks.pause(clock, reason="appraisal", at=held, actor=LEAD)
    clocks.resume(clock, at=beijing("2026-06-25 10:00"), actor=LEAD)
    assert (clock.state, clock.due_at) == ("RUNNING", beijing("2026-07-07 00:00"))
    assert agrees(clock)
    with pytest.raises(clocks.NotPaused):
        clocks.resume(clock, at=beijing("2026-06-25 10:00"), actor=LEAD)


def test_thirty_more_days_need_approval_and_notice_before_the_old_date() -> None:
    clock = law_clock("complex")
    assert clock.due_at == beijing("2026-07-17 00:00")
    terms: dict[str, Any] = {"reason": "多方取证", "clause": "CBIRC-2020-3-20-3", "actor": LEAD}
    day = beijing("2026-07-10 10:00")
    with pytest.raises(clocks.SecondPersonNeeded):
        clocks.extend(clock, approved_by=LEAD.ref, at=day, notified_at=day, **terms)
    with pytest.raises(clocks.ExtensionTooLate):
        clocks.extend(clock, approved_by=OTHER.ref, at=day, **terms)
    with pytest.raises(clocks.ExtensionTooLate):
        late = beijing("2026-07-17 00:00")
        clocks.extend(clock, approved_by=OTHER.ref, at=late, notified_at=late, **terms)
    with pytest.raises(Invalid):
        beyond = beijing("2026-09-01 00:00")
        clocks.extend(clock, approved_by=OTHER.ref, at=day, notified_at=day, due_at=beyond, **terms)
    clocks.extend(clock, approved_by=OTHER.ref, at=day, notified_at=day, **terms)
    assert clock.due_at == beijing("2026-08-16 00:00")
    assert agrees(clock)
    with pytest.raises(clocks.CannotExtend):
        clocks.extend(
            clock, approved_by=OTHER.ref, at=day, reason="x", clause="CG-3.3-04", actor=LEAD
        )


def test_a_limit_that_has_passed_is_not_revived_because_another_is_due_later() -> None:
    actions.adopt_packs(BANK, ["CBIRC-2020-3", "CG"], actor=LEAD, at=TUESDAY)
    facts = Facts("complaint", complexity="complex")
    clock = start_case(facts, BANK)["complaint.resolve"]
    clocks.start_all(
        "case.accepted",
        subject=CASE,
        institution_id=BANK,
        facts=facts,
        at=TUESDAY,
        actor=LEAD,
    )
    clock.refresh_from_db()
    # Waiting for the customer holds CG-3.2-05 and not the law.
    clocks.pause(clock, reason="customer", at=beijing("2026-06-17 10:00"), actor=LEAD)
    clocks.resume(clock, at=beijing("2026-07-16 10:00"), actor=LEAD)
    passed, at = beijing("2026-07-17 00:00"), beijing("2026-07-17 09:00")
    assert passed < max(c.due_at for c in storing.recompute(clock).candidates)
    with pytest.raises(clocks.ExtensionTooLate):
        clocks.extend(
            clock,
            reason="取证",
            clause="CBIRC-2020-3-20-3",
            approved_by=OTHER.ref,
            at=at,
            actor=LEAD,
            notified_at=beijing("2026-07-16 11:00"),
        )
    assert agrees(clock)


def test_what_may_be_put_off_is_named_with_its_terms() -> None:
    law_clock("special")
    (one,) = queries.extendable(CASE)
    assert (one.limit_clause, one.clause, one.approval) == (
        "CBIRC-2020-3-20-2",
        "CBIRC-2020-3-20-3",
        "senior",
    )
    assert (one.due_at, one.until) == (beijing("2026-07-17 00:00"), beijing("2026-08-16 00:00"))
    # Deciding and telling are one limit of the law: what moves the one moves the other.
    assert {one.clock.event, *(clock.event for clock in one.beside)} == {
        "complaint.resolve",
        "complaint.feedback",
    }
    assert (one.is_extended, one.is_held) == (False, False)


def test_feedback_goes_from_ten_to_fifteen_working_days() -> None:
    actions.adopt_packs(BANK, ["CG"], actor=LEAD, at=TUESDAY)
    facts = Facts("complaint", complexity="complex")
    made = clocks.start_all(
        "case.resolved",
        subject=CASE,
        institution_id=BANK,
        facts=facts,
        at=TUESDAY,
        actor=LEAD,
    )
    (clock,) = made
    assert (clock.event, clock.due_at) == ("complaint.feedback", beijing("2026-07-01 18:00"))
    clocks.extend(
        clock, reason="取证", clause="CG-3.3-04", approved_by="80555", at=TUESDAY, actor=LEAD
    )
    assert clock.due_at == beijing("2026-07-08 18:00")
    assert agrees(clock)


def test_new_facts_restart_the_law() -> None:
    clock = law_clock()
    clocks.restart(
        clock,
        reason="new material",
        clause="CBIRC-2020-3-20-5",
        at=beijing("2026-06-25 09:00"),
        actor=LEAD,
    )
    assert clock.due_at == beijing("2026-07-11 00:00")
    assert agrees(clock)
    with pytest.raises(clocks.SecondPersonNeeded):
        clocks.restart(clock, reason="all anew", at=TUESDAY, actor=LEAD)


def test_reclassifying_counts_from_the_first_start() -> None:
    clock = law_clock()
    told, changed = clocks.reclassify(
        CASE,
        Facts("complaint", complexity="complex"),
        at=beijing("2026-06-25 09:00"),
        actor=LEAD,
    )
    assert (changed.pk, changed.due_at) == (clock.pk, beijing("2026-07-17 00:00"))
    assert (told.event, told.due_at) == ("complaint.feedback", changed.due_at)
    assert agrees(changed)
    assert agrees(told)


def test_a_clock_no_limit_demands_any_more_is_cancelled() -> None:
    actions.adopt_packs(BANK, ["CG"], actor=LEAD, at=TUESDAY)
    subject: dict[str, Any] = {
        "subject": CASE,
        "institution_id": BANK,
        "actor": LEAD,
    }
    clocks.start_all("case.accepted", facts=COMPLAINT, at=TUESDAY, **subject)
    left = clocks.reclassify(CASE, Facts("complaint", complexity="special"), at=TUESDAY, actor=LEAD)
    assert sorted(c.event for c in left) == ["complaint.classify", "complaint.start"]
    assert Clock.objects.get(event="complaint.resolve").state == "CANCELLED"


def test_manual_acts_are_on_the_trail() -> None:
    clock = law_clock()
    before = set(AuditRow.objects.values_list("pk", flat=True))
    clocks.pause(clock, reason="appraisal", at=TUESDAY, actor=LEAD)
    clocks.resume(clock, at=TUESDAY + timedelta(days=1), actor=LEAD)
    clocks.cancel(clock, reason="withdrawn", at=TUESDAY + timedelta(days=2), actor=LEAD)
    rows = AuditRow.objects.exclude(pk__in=before).order_by("pk")
    assert [(row.act, row.object_ref) for row in rows] == [
        ("clock.paused", clock.public_id),
        ("clock.resumed", clock.public_id),
        ("clock.cancelled", clock.public_id),
    ]
    lines = ClockEntry.objects.filter(clock=clock).order_by("sequence")
    assert [line.act for line in lines] == ["STARTED", "PAUSED", "RESUMED", "CANCELLED"]


def test_two_acts_at_once_are_one_act_and_one_error() -> None:
    clock = law_clock()
    same = Clock.objects.get(pk=clock.pk)
    clocks.pause(clock, reason="appraisal", at=TUESDAY, actor=LEAD)
    with pytest.raises(clocks.ClockChangedMeanwhile):
        clocks.cancel(same, reason="withdrawn", at=TUESDAY, actor=OTHER)


def test_the_database_holds_one_running_clock_per_event() -> None:
    clock = law_clock()
    clock.pk = None
    clock.public_id = "clock_other"
    with pytest.raises(IntegrityError), transaction.atomic():
        clock.save(force_insert=True)


def test_an_open_matter_keeps_the_version_it_began_with(monkeypatch: pytest.MonkeyPatch) -> None:
    text = (packs.FOLDER / "CBIRC-2020-3.toml").read_text(encoding="utf-8")
    newer = read_pack(
        text.replace('version = "2020"', 'version = "2027"')
        .replace("effective_on = 2020-03-01", "effective_on = 2026-06-18")
        .replace("value = 15,", "value = 10,")
    )
    both = sorted([*packs.installed(), newer], key=lambda pack: (pack.code, pack.effective_on))
    monkeypatch.setattr(packs, "installed", lambda: tuple(both))
    old = law_clock()
    assert packs.in_force(date(2026, 6, 18))["CBIRC-2020-3"].version == "2027"
    clocks.restart(
        old,
        reason="new facts",
        clause="CBIRC-2020-3-20-5",
        at=beijing("2026-06-20 09:00"),
        actor=LEAD,
    )
    assert (old.due_at, old.pack_versions) == (
        beijing("2026-07-06 00:00"),
        {"CBIRC-2020-3": "2020"},
    )
    _told, new = clocks.start_all(
        "case.opened",
        subject=Subject("case", "case_new"),
        institution_id=BANK,
        facts=Facts("complaint"),
        at=beijing("2026-06-20 09:00"),
        actor=LEAD,
    )
    assert (new.due_at, new.pack_versions) == (
        beijing("2026-07-01 00:00"),
        {"CBIRC-2020-3": "2027"},
    )


def test_the_bank_aims_at_the_manuals_complaint_limits() -> None:
    defaults.adopt_as_bank(BANK, actor=LEAD, approver=OTHER, at=TUESDAY)
    resolve = start_case(institution_id=BANK)["complaint.resolve"]
    modes = {c["clause"]: c["mode"] for c in resolve.candidates}
    assert modes == {
        "OM-1.2-09": "TARGET",
        "HB-1.2-05": "TARGET",
        "HB-1.3-02": "TARGET",
        "HB-4.2-04": "TARGET",
        "CBIRC-2020-3-20": "HARD",
    }
    assert (resolve.clause, resolve.hard) == ("CBIRC-2020-3-20", True)


def test_starting_costs_a_constant_number_of_queries(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]  # the fixture has no public type
    start_case()
    with django_assert_num_queries(7):
        clocks.start_many(
            "case.opened",
            [clocks.Starting(Subject("case", f"case_{n}"), COMPLAINT) for n in range(5)],
            institution_id=INSURER,
            at=TUESDAY,
            actor=LEAD,
        )
