"""What the system proposes as complaints: once each, and a person decides (HB-4.2-01)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from shouwen.contact.conversations import actions as talks
from shouwen.contact.conversations.events import ContactEnded, MessageReceived
from shouwen.contact.conversations.models import Contact, Disposition
from shouwen.ground.kernel import time
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, NotAllowed
from shouwen.ground.kernel.hearers import hearers_of
from shouwen.ground.policy import figures
from shouwen.ground.policy.events import ClockBreached
from shouwen.ground.vault.models import AuditRow
from shouwen.people.customers.models import Customer
from shouwen.people.staff.tests.factories import acting, signed_in
from shouwen.service.cases import actions as cases
from shouwen.service.cases.models import Case
from shouwen.service.cases.tests.factories import MONDAY_9AM, a_case, a_case_in, later
from shouwen.service.complaints import actions, handlers, queries
from shouwen.service.complaints.models import Complaint, ComplaintProposal
from shouwen.service.complaints.queries import Triggers
from shouwen.service.complaints.tests.factories import Office, a_complaint

ALL_ON = Triggers(True, True, True, True, ("骗子", "曝光你们"), 3, 7, 2)
ANGRY = "你们就是骗 子，把钱还给我！"


def listen(office: Office, wanted: Triggers = ALL_ON) -> None:
    """Let complaints be proposed."""
    admin = acting(office.bank.admin)
    actions.set_triggers(office.bank.institution, wanted, actor=admin, at=MONDAY_9AM)


def a_talk(
    office: Office, *said: str, days: float = 0, customer: Customer | None = None
) -> Contact:
    """Let somebody say something and go."""
    home, at = office.bank.institution, later(days=days)
    who = Actor.customer("visitor-1", home.pk)
    contact = talks.open_contact(
        institution=home,
        channel="chat",
        customer=customer,
        visitor_ref="visitor-1",
        actor=who,
        at=at,
    )
    for place, words in enumerate(said):
        talks.add_message(
            contact,
            author="CUSTOMER",
            body=words,
            client_key=f"said-{place}",
            actor=who,
            at=at,
        )
    talks.end_contact(contact, actor=who, at=at + timedelta(minutes=5))
    return Contact.objects.get(pk=contact.pk)


def found(contact: Contact) -> ComplaintProposal | None:
    """Look at a contact that has ended."""
    return actions.look_at_contact(contact.pk, at=contact.ended_at or MONDAY_9AM)


def test_the_thresholds_are_the_houses_until_they_are_set(office: Office) -> None:
    held = queries.triggers_of(office.bank.institution.pk)
    assert held == Triggers(False, False, False, False, (), 3, 7, 2)
    for name in ("contacts", "days", "score"):
        assert figures.figure(f"complaint-trigger-{name}").clause == "HB-4.2-01"


def test_nothing_is_proposed_where_nothing_is_on(office: Office) -> None:
    bank = office.bank
    assert found(a_talk(office, ANGRY, customer=bank.customer)) is None
    case = a_case(bank)
    assert actions.look_at_breach(case.public_id, at=later(hours=1)) is None
    assert actions.look_at_rating("CASE", case.public_id, 1, at=later(hours=1)) is None
    assert not ComplaintProposal.objects.exists()


def test_angry_words_propose_the_contact_once(office: Office) -> None:
    listen(office)
    contact = a_talk(office, "请问年费怎么收？", ANGRY, customer=office.bank.customer)
    one = found(contact)
    assert one is not None
    assert (one.trigger, one.contact, one.state) == ("ANGRY", contact, "OPEN")
    assert one.words is not None
    assert one.words.plain == ANGRY
    assert found(contact) is None
    assert actions.look_at_rating("CONTACT", contact.public_id, 1, at=later(hours=2)) is None
    assert ComplaintProposal.objects.count() == 1
    assert AuditRow.objects.filter(act="complaint.proposed").count() == 1
    assert found(a_talk(office, "谢谢，问题解决了。")) is None


def test_spam_proposes_nothing(office: Office) -> None:
    listen(office)
    contact = a_talk(office, ANGRY, customer=office.bank.customer)
    Contact.objects.filter(pk=contact.pk).update(disposition=Disposition.SPAM)
    assert found(contact) is None


def test_who_comes_a_third_time_within_seven_days_is_proposed_once(office: Office) -> None:
    listen(office)
    who = office.bank.customer
    talks_ = [a_talk(office, "还没解决", days=day, customer=who) for day in (0, 8, 9, 10, 11)]
    proposed = [found(contact) for contact in talks_]
    assert [one and one.trigger for one in proposed] == [None, None, None, "REPEAT", None]


def test_a_missed_hard_limit_and_a_low_rating_propose_the_case_once(office: Office) -> None:
    listen(office)
    case = a_case(office.bank)
    event = ClockBreached(
        institution_id=office.bank.institution.pk,
        occurred_at=later(hours=30),
        clock_id=1,
        clock_public_id="clock_1",
        event="case.resolve",
        subject_kind="case",
        subject_ref=case.public_id,
        clause="HB-4.2-03",
        due_at=later(hours=24),
        hard=False,
    )
    handlers.look_at_breach(event)
    assert not ComplaintProposal.objects.exists()
    handlers.look_at_breach(replace(event, hard=True))
    handlers.look_at_breach(replace(event, hard=True))
    assert ComplaintProposal.objects.get().trigger == "BREACH"
    assert actions.look_at_rating("CASE", case.public_id, 1, at=later(hours=31)) is None
    other = a_case(office.bank)
    assert actions.look_at_rating("CASE", other.public_id, 3, at=later(hours=31)) is None
    low = actions.look_at_rating("CASE", other.public_id, 2, at=later(hours=31))
    assert low is not None
    assert low.trigger == "RATING"


def test_what_is_a_complaint_already_is_not_proposed(office: Office) -> None:
    listen(office)
    one = a_complaint(office)
    assert actions.look_at_breach(one.case.public_id, at=later(hours=30)) is None


def left_unfiled(office: Office) -> Case:
    """Leave what could be opened before: a case of the kind COMPLAINT that is on no ledger."""
    return a_case(office.bank, kind="COMPLAINT")


def test_what_was_opened_as_a_complaint_and_never_filed_is_proposed_once(office: Office) -> None:
    a_complaint(office)
    a_case(office.bank)
    case = left_unfiled(office)
    # Whatever triggers are on: none is.
    assert actions.propose_unfiled(later(hours=1)) == 1
    assert actions.propose_unfiled(later(hours=2)) == 0
    one = ComplaintProposal.objects.get()
    assert (one.trigger, one.case, one.state) == ("UNFILED", case, "OPEN")
    assert not Complaint.objects.filter(case=case).exists()
    made = actions.take_proposal(one, actor=office.handler, at=later(hours=3))
    made = Complaint.objects.get(pk=made.pk)
    assert (made.case, made.received_at) == (case, case.opened_at)
    assert made.demand.plain == case.description.plain
    assert "COMPLAINT" in {row.kind for row in Case.objects.filter(pk=case.pk)}
    client = signed_in(office.worker)
    with time.frozen(later(hours=4)):
        assert case.number in client.get("/complaints/?view=all").content.decode()


def test_an_unfiled_complaint_that_was_closed_waits_until_it_is_taken_up_again(
    office: Office,
) -> None:
    case = a_case_in("CLOSED", office.bank, kind="COMPLAINT")
    assert actions.propose_unfiled(later(hours=6)) == 1
    one = ComplaintProposal.objects.get()
    with pytest.raises(cases.ResultIsThere) as refused:
        actions.take_proposal(one, actor=office.handler, at=later(hours=7))
    assert "另行登记一件投诉" in str(refused.value)
    one.refresh_from_db()
    assert one.state == "OPEN"
    cases.reopen(case, reason="投诉未登记", actor=office.bank.me, at=later(hours=8))
    again = ComplaintProposal.objects.get()
    made = actions.take_proposal(again, actor=office.handler, at=later(hours=9))
    assert made.case == case


def test_a_breach_or_rating_of_an_unfiled_complaint_proposes_it_too(office: Office) -> None:
    listen(office)
    case = left_unfiled(office)
    one = actions.look_at_breach(case.public_id, at=later(hours=30))
    assert one is not None
    assert one.case == case
    # One question to a person is enough.
    assert actions.propose_unfiled(later(hours=31)) == 0


def test_an_unfiled_complaint_of_a_proposed_talk_waits_for_that(office: Office) -> None:
    listen(office)
    contact = a_talk(office, ANGRY, customer=office.bank.customer)
    one = found(contact)
    assert one is not None
    case = left_unfiled(office)
    Case.objects.filter(pk=case.pk).update(contact=contact)
    assert actions.propose_unfiled(later(hours=1)) == 0
    made = actions.take_proposal(one, actor=office.handler, at=later(hours=2))
    assert made.case == case
    assert Complaint.objects.count() == 1


def test_an_unfiled_complaint_is_proposed_though_its_talk_was_declined(office: Office) -> None:
    listen(office)
    contact = a_talk(office, ANGRY, customer=office.bank.customer)
    one = found(contact)
    assert one is not None
    case = left_unfiled(office)
    Case.objects.filter(pk=case.pk).update(contact=contact)
    actions.decline_proposal(one, reason="误报", actor=office.handler, at=later(hours=2))
    assert actions.propose_unfiled(later(hours=3)) == 1
    again = ComplaintProposal.objects.get(state="OPEN")
    actions.decline_proposal(again, reason="不是投诉", actor=office.handler, at=later(hours=4))
    assert actions.propose_unfiled(later(hours=5)) == 0


def test_a_proposal_is_taken_without_typing_and_by_one_person_only(office: Office) -> None:
    listen(office)
    contact = a_talk(office, "年费收错了", ANGRY, customer=office.bank.customer)
    one = found(contact)
    assert one is not None
    made = actions.take_proposal(one, actor=office.handler, at=later(hours=2))
    made = Complaint.objects.get(pk=made.pk)
    assert (made.origin, made.received_at) == ("SYSTEM", contact.arrived_at)
    assert (made.case.customer, made.case.contact) == (office.bank.customer, contact)
    assert made.demand.plain == ANGRY
    assert "年费收错了" in made.case.description.plain
    one.refresh_from_db()
    assert (one.state, one.complaint, one.decided_by) == ("TAKEN", made, office.worker)
    with pytest.raises(actions.ProposalDecided):
        actions.take_proposal(one, actor=office.handler, at=later(hours=3))
    with pytest.raises(actions.ProposalDecided):
        actions.decline_proposal(one, reason="误报", actor=office.handler, at=later(hours=3))
    assert Complaint.objects.count() == 1


def test_a_proposed_case_becomes_the_complaint_itself(office: Office) -> None:
    listen(office)
    case = a_case(office.bank)
    one = actions.look_at_breach(case.public_id, at=later(hours=30))
    assert one is not None
    made = actions.take_proposal(one, actor=office.handler, at=later(hours=31))
    assert (made.case, made.origin) == (case, "SYSTEM")


def test_of_a_stranger_name_and_way_to_reach_are_asked(office: Office) -> None:
    listen(office)
    one = found(a_talk(office, ANGRY))
    assert one is not None
    with pytest.raises(Invalid) as wrong:
        actions.take_proposal(one, actor=office.handler, at=later(hours=2))
    assert set(wrong.value.fields) == {"complainant", "reachable_at"}
    one.refresh_from_db()
    assert one.state == "OPEN"
    said = {"complainant": "许远", "reachable_at": "13800001234"}
    made = actions.take_proposal(one, **said, actor=office.handler, at=later(hours=2))
    assert made.complainant is not None


def test_declining_needs_a_reason_and_ends_it(office: Office) -> None:
    listen(office)
    contact = a_talk(office, ANGRY, customer=office.bank.customer)
    one = found(contact)
    assert one is not None
    with pytest.raises(Invalid):
        actions.decline_proposal(one, reason=" ", actor=office.handler, at=later(hours=2))
    actions.decline_proposal(one, reason="引用他人言辞", actor=office.handler, at=later(hours=2))
    assert (queries.open_proposals(office.handler), found(contact)) == ([], None)
    with pytest.raises(NotAllowed):
        queries.open_proposals(acting(office.bank.agent))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"contacts": 1}, "contacts"),
        ({"days": 366}, "days"),
        ({"score": 5}, "score"),
        ({"phrases": ()}, "phrases"),
        ({"phrases": ("骂" * 41,)}, "phrases"),
    ],
)
def test_wrong_settings_are_named(office: Office, change: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as wrong:
        listen(office, replace(ALL_ON, **change))
    assert set(wrong.value.fields) == {field}
    assert queries.triggers_of(office.bank.institution.pk).contacts == 3


def test_only_the_end_of_a_talk_is_heard_and_no_message() -> None:
    hearers = hearers_of(ContactEnded)
    assert handlers.look_at_contact in hearers
    assert handlers.look_at_contact not in hearers_of(MessageReceived)


def test_the_pages_show_take_decline_and_set(office: Office) -> None:
    listen(office)
    one = found(a_talk(office, ANGRY, customer=office.bank.customer))
    assert one is not None
    client = signed_in(office.worker)
    with time.frozen(later(hours=2)):
        assert "1件疑似投诉待人工确认" in client.get("/complaints/").content.decode()
        page = client.get("/complaints/proposals/").content.decode()
        assert ("骗 子" in page, "登记为投诉" in page) == (True, True)
        empty = client.post(f"/complaints/proposals/{one.public_id}/decline/", {"reason": ""})
        assert empty.status_code == 422
        taken = client.post(f"/complaints/proposals/{one.public_id}/take/")
        made = Complaint.objects.get()
        assert taken.headers["Location"] == f"/complaints/{made.public_id}/"
        again = client.post(f"/complaints/proposals/{one.public_id}/take/")
        assert (again.status_code, "同事已作出决定" in again.content.decode()) == (409, True)
        assert "没有待确认的投诉" in client.get("/complaints/proposals/").content.decode()
        admin = signed_in(office.bank.admin)
        wrong = admin.post("/complaints/triggers/", {"contacts": "x", "days": "7", "score": "2"})
        assert wrong.status_code == 422
        said = {"is_breach_on": "on", "contacts": "4", "days": "9", "score": "1"}
        assert admin.post("/complaints/triggers/", said).status_code == 302
    held = queries.triggers_of(office.bank.institution.pk)
    assert held == Triggers(False, False, True, False, (), 4, 9, 1)
