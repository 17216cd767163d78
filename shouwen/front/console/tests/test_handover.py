"""Somebody leaves: everything in their name goes to others in one act, then they go."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

import pytest
from django.test import Client

from shouwen.assurance.satisfaction import actions as satisfaction
from shouwen.assurance.satisfaction.models import Callback
from shouwen.assurance.satisfaction.tests.factories import a_callback
from shouwen.contact.conversations import actions as conversations
from shouwen.contact.conversations.models import Contact
from shouwen.contact.routing.models import QueueEntry
from shouwen.ground.kernel.errors import Invalid, NotAllowed, NotThere
from shouwen.ground.vault.models import AuditRow
from shouwen.people.approvals.models import Approval
from shouwen.people.approvals.tests import factories as approvals
from shouwen.people.staff import actions, queries
from shouwen.people.staff.actions import Shares
from shouwen.people.staff.models import Person
from shouwen.people.staff.tests.factories import a_person, acting
from shouwen.service.cases.models import Case, CaseEntry, CaseTask
from shouwen.service.cases.tests import factories as cases
from shouwen.service.cases.tests.factories import Bank, later

WHY = "八月离职"
NOON = later(hours=6)
ALL = ("case", "task", "contact", "callback", "approval")


@dataclass
class Leaver:
    """An agent with one thing of every kind, and who could take them."""

    bank: Bank
    case: Case
    task: CaseTask
    contact: Contact
    callback: Callback
    approval: Approval

    @property
    def person(self) -> Person:
        """Whoever leaves."""
        return self.bank.agent

    @property
    def page(self) -> str:
        """Where their work is listed."""
        return f"/console/team/{self.person.public_id}/work/"


def a_talk(bank: Bank, person: Person, at: datetime) -> Contact:
    contact = conversations.open_contact(
        institution=bank.institution,
        channel="chat",
        visitor_ref="visit_leaver",
        actor=replace(bank.key, kind=bank.key.kind),
        at=at,
    )
    conversations.hand_over(contact, reason="asked_for_person", actor=bank.key, at=at)
    conversations.assign(contact, person, actor=bank.key, at=at)
    return contact


@pytest.fixture
def leaver(db: None) -> Leaver:
    """An agent of the cards team with work of every kind."""
    bank = cases.a_bank()
    approvals.plug_in()
    callback = a_callback(bank)
    satisfaction.start_call(callback, actor=bank.me, at=later(hours=5))
    asked_elsewhere = cases.a_case_in(
        "IN_PROGRESS", replace(bank, agent=bank.outsider, loans=bank.cards)
    )
    return Leaver(
        bank,
        case=cases.a_case_in("IN_PROGRESS", bank),
        task=cases.a_task(
            replace(bank, agent=bank.outsider, loans=bank.cards), asked_elsewhere, person=bank.agent
        ),
        contact=a_talk(bank, bank.agent, later(hours=5)),
        callback=callback,
        approval=approvals.an_approval(bank.agent, at=later(hours=5, minutes=50)),
    )


def to(ref: str) -> Shares:
    return Shares(dict.fromkeys(ALL, ref))


def test_everything_in_somebodys_name_is_listed(leaver: Leaver) -> None:
    work = {
        line.kind.code: [item.ref for item in line.items]
        for line in queries.open_work(leaver.person)
    }
    assert work == {
        "case": [leaver.case.public_id],
        "task": [leaver.task.public_id],
        "contact": [leaver.contact.public_id],
        "callback": [leaver.callback.public_id],
        "approval": [leaver.approval.public_id],
    }


def test_all_goes_to_a_colleague_in_one_act_each_with_its_line(leaver: Leaver) -> None:
    heir = leaver.bank.colleague
    done = actions.hand_over_work(
        leaver.person, to(heir.public_id), reason=WHY, actor=leaver.bank.boss, at=NOON
    )
    assert done == dict.fromkeys(ALL, 1)
    case = Case.objects.get(pk=leaver.case.pk)
    # The first owner stays on record; the step and the clocks stay as they are.
    assert (case.handler, case.owner, case.state) == (heir, leaver.person, "IN_PROGRESS")
    assert CaseEntry.objects.filter(case=case).latest("pk").act == "hand_over"
    assert CaseTask.objects.get(pk=leaver.task.pk).person == heir
    assert Callback.objects.get(pk=leaver.callback.pk).caller == heir
    assert Approval.objects.get(pk=leaver.approval.pk).state == "WITHDRAWN"
    entry = QueueEntry.objects.get(contact=leaver.contact)
    assert (entry.state, entry.preferred_person) == ("WAITING", heir)
    assert queries.open_work(leaver.person) == []
    acts = {
        "case.handed_over",
        "task.handed_over",
        "contact.handed_on",
        "callback.handed_over",
        "approval.withdrawn",
        "person.work_handed_over",
    }
    assert set(AuditRow.objects.filter(at=NOON, act__in=acts).values_list("act", flat=True)) == acts


def test_single_things_go_to_others_and_a_unit_gets_its_leads_share(leaver: Leaver) -> None:
    second = cases.a_case_in("NEW", leaver.bank)
    shares = Shares(
        {"case": leaver.bank.cards.public_id},
        {("case", second.public_id): leaver.bank.colleague.public_id},
    )
    done = actions.hand_over_work(
        leaver.person, shares, reason=WHY, actor=acting(leaver.bank.admin), at=NOON
    )
    assert done == {"case": 2}
    assert Case.objects.get(pk=leaver.case.pk).handler == leaver.bank.lead
    assert Case.objects.get(pk=second.pk).handler == leaver.bank.colleague


def test_nobody_goes_while_work_is_in_their_name(leaver: Leaver) -> None:
    admin = acting(leaver.bank.admin)
    with pytest.raises(actions.WorkStillOpen):
        actions.disable_person(leaver.person, actor=admin, at=NOON)
    with pytest.raises(actions.WorkStillOpen):
        some = Shares({"case": leaver.bank.colleague.public_id})
        actions.let_go(leaver.person, some, reason=WHY, actor=admin, at=NOON)
    leaver.person.refresh_from_db()
    assert (leaver.person.is_active, Case.objects.get(pk=leaver.case.pk).handler) == (
        True,
        leaver.person,
    )
    whole = to(leaver.bank.colleague.public_id)
    actions.let_go(leaver.person, whole, reason=WHY, actor=admin, at=NOON)
    leaver.person.refresh_from_db()
    assert not leaver.person.is_active


@pytest.mark.parametrize(
    ("heir", "field"),
    [
        ("leaver", "case"),
        ("auditor", "case"),
        ("loans", "case"),
        ("pers_nobody", "case"),
        ("x\x00", "case"),
        ("", "kind"),
    ],
)
def test_who_cannot_take_it_is_refused_by_name_and_nothing_moves(
    leaver: Leaver, heir: str, field: str
) -> None:
    refs = {
        "leaver": leaver.person.public_id,
        "auditor": leaver.bank.auditor.public_id,
        # The loans team has no lead.
        "loans": leaver.bank.loans.public_id,
    }
    shares = Shares({"case": refs.get(heir, heir)})
    with pytest.raises(Invalid) as refused:
        actions.hand_over_work(leaver.person, shares, reason=WHY, actor=leaver.bank.boss, at=NOON)
    assert list(refused.value.fields) == [field]
    assert Case.objects.get(pk=leaver.case.pk).handler == leaver.person


def test_only_their_lead_or_an_administrator_of_the_house_hands_over(leaver: Leaver) -> None:
    insurer = cases.a_bank("insurer")
    shares = to(leaver.bank.colleague.public_id)
    for actor in (leaver.bank.acting(leaver.bank.colleague), insurer.boss, acting(insurer.admin)):
        with pytest.raises(NotAllowed):
            actions.hand_over_work(leaver.person, shares, reason=WHY, actor=actor, at=NOON)
    with pytest.raises(NotThere):
        queries.leaver_for(insurer.boss, leaver.person.public_id)
    theirs = to(insurer.agent.public_id)
    with pytest.raises(Invalid):
        actions.hand_over_work(leaver.person, theirs, reason=WHY, actor=leaver.bank.boss, at=NOON)
    with pytest.raises(Invalid) as refused:
        actions.hand_over_work(leaver.person, shares, reason=" ", actor=leaver.bank.boss, at=NOON)
    assert list(refused.value.fields) == ["reason"]


@pytest.fixture
def admin(leaver: Leaver, client: Client) -> Client:
    """An administrator's browser."""
    client.force_login(leaver.bank.admin)
    return client


def test_disabling_leads_to_the_page_and_is_done_there(admin: Client, leaver: Leaver) -> None:
    ref = leaver.person.public_id
    answer = admin.post(f"/console/system/people/{ref}/disable/")
    assert answer["Location"] == f"{leaver.page}?for=disable"
    page = admin.get(answer["Location"]).content.decode()
    assert leaver.case.number in page
    # Who sets people up sees no customer's question.
    assert leaver.case.title not in page
    form = dict.fromkeys(ALL, leaver.bank.colleague.public_id)
    done = admin.post(leaver.page, form | {"reason": WHY, "then": "disable"})
    assert done["Location"] == f"/console/system/people/{ref}/?done=disabled"
    leaver.person.refresh_from_db()
    assert not leaver.person.is_active
    assert "名下没有未完成的工作" in admin.get(leaver.page).content.decode()


def test_a_lead_gives_single_cases_by_staff_number(leaver: Leaver, client: Client) -> None:
    client.force_login(leaver.bank.lead)
    assert leaver.case.title in client.get(leaver.page).content.decode()
    key = f"case:{leaver.case.public_id}"
    wrong = client.post(leaver.page, {key: "00000", "reason": WHY})
    assert wrong.status_code == 422
    assert "请填写列表内同事的工号" in wrong.content.decode()
    done = client.post(leaver.page, {key: leaver.bank.colleague.staff_no, "reason": WHY})
    assert done["Location"] == f"{leaver.page}?done=handed"
    assert Case.objects.get(pk=leaver.case.pk).handler == leaver.bank.colleague


def test_an_agent_does_not_come_in(leaver: Leaver, client: Client) -> None:
    client.force_login(leaver.bank.colleague)
    assert client.get(leaver.page).status_code == 403


def test_a_change_of_unit_tells_what_is_still_open(admin: Client, leaver: Leaver) -> None:
    ref = leaver.person.public_id
    form = {
        "name": leaver.person.name,
        "staff_no": leaver.person.staff_no,
        "unit": leaver.bank.loans.public_id,
    }
    answer = admin.post(f"/console/system/people/{ref}/edit/", form)
    assert answer["Location"].endswith("?done=moved")
    page = admin.get(answer["Location"]).content.decode()
    assert "此人名下有5项未完成的工作" in page


@pytest.mark.parametrize("things", [1, 4])
def test_the_page_costs_the_same_for_any_length(
    leaver: Leaver, client: Client, things: int, django_assert_max_num_queries: object
) -> None:
    for _n in range(things):
        cases.a_case_in("ASSIGNED", leaver.bank)
        a_person(leaver.bank.cards, "agent")
    client.force_login(leaver.bank.lead)
    with django_assert_max_num_queries(24):  # type: ignore[operator]  # pytest-django's own fixture
        client.get(leaver.page)
