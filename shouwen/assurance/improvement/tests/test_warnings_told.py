"""Early warning: rates by contact, late responses, and who is told by which way."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from shouwen.assurance.improvement import actions, queries
from shouwen.assurance.improvement.actions import Wanted
from shouwen.assurance.improvement.models import (
    EarlyWarning,
    Notice,
    Threshold,
    WarningAddress,
    WarningLetter,
)
from shouwen.assurance.improvement.rules import warnings as rules
from shouwen.assurance.improvement.rules.warnings import Measure, Watch
from shouwen.assurance.improvement.tests.test_warnings import AT, a_threshold
from shouwen.assurance.monitoring import actions as monitoring
from shouwen.assurance.monitoring.actions import Place
from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import Invalid, NotAllowed
from shouwen.ground.kernel.loops import registered_loops
from shouwen.ground.vault.models import AuditRow
from shouwen.people.customers import ports
from shouwen.people.customers.tests.letterbox import Letters
from shouwen.people.staff.models import Person
from shouwen.people.staff.tests.factories import a_person, acting, signed_in
from shouwen.service.cases.tests.factories import MONDAY_9AM
from shouwen.service.complaints.tests.factories import Office, a_complaint_in, an_office

MAILBOX = "warnings@bank.example"
NUMBER = "13800138000"


@pytest.fixture
def office(db: None) -> Office:
    """A bank with the three posts of a complaint."""
    return an_office()


@pytest.fixture
def officer(office: Office) -> Person:
    """Who answers for what complaints teach."""
    return a_person(office.bank.cards, "complaints")


def contacts(office: Office, number: int) -> None:
    """Let so many contacts be routed to people."""
    home = office.bank.institution.pk
    monitoring.fold(Place(institution_id=home, at=MONDAY_9AM), queued=number)


def above(office: Office, officer: Person, **more: Any) -> EarlyWarning:
    """Let complaints cross a threshold of their type."""
    a_threshold(officer, **more)
    for _each in range(2):
        a_complaint_in("GRADED", office)
    actions.watch_thresholds(AT)
    return EarlyWarning.objects.get()


def an_address(who: Person, way: str = "EMAIL", unit: Any = None) -> WarningAddress:
    """Say where a department is told."""
    address = MAILBOX if way == "EMAIL" else NUMBER
    return actions.set_address(way, address, unit=unit, actor=acting(who), at=MONDAY_9AM)


def test_a_rate_is_of_a_thousand_contacts_and_none_is_told_of_too_few() -> None:
    """CG-5.3-01 names complaint_rate and product_complaint_rate."""
    watch = Watch("received", "", Measure.RATE, 20, least=100)
    pairs = ((2, 100), (3, 100), (9, 99), (3, 0))
    assert [rules.is_crossed(watch, n, of) for n, of in pairs] == [False, True, False, False]
    nothing = Watch("received", "", Measure.RATE, 20)
    assert not rules.is_crossed(nothing, 5, 0)
    fits = {figure for figure in rules.FIGURES if rules.fits(figure, Measure.RATE)}
    assert fits == {"received", "category"}


def test_complaints_in_a_thousand_contacts_warn(office: Office, officer: Person) -> None:
    a_threshold(officer, figure="received", measure="RATE", most=20, least=50)
    for _each in range(2):
        a_complaint_in("GRADED", office)
    contacts(office, 100)
    # Two of a hundred are twenty of a thousand, which is not above.
    assert actions.watch_thresholds(AT) == 0
    a_complaint_in("GRADED", office)
    assert actions.watch_thresholds(AT) == 1
    raised = EarlyWarning.objects.get()
    assert (raised.count, raised.of) == (3, 100)


def test_a_product_is_set_against_the_cases_about_it(office: Office, officer: Person) -> None:
    category = office.bank.frozen
    a_threshold(officer, figure="category", key=category.code, measure="RATE", most=100, least=10)
    for _each in range(2):
        a_complaint_in("GRADED", office)
    monitoring.fold_category(
        institution_id=office.bank.institution.pk,
        category_id=category.pk,
        unit_id=0,
        at=MONDAY_9AM,
        classified=19,
    )
    assert actions.watch_thresholds(AT) == 1
    raised = EarlyWarning.objects.get()
    assert (raised.key, raised.count, raised.of) == (category.code, 2, 19)


@pytest.mark.parametrize("figure", ["type", "unit", "clock_late"])
def test_contacts_are_counted_for_the_whole_and_by_business_alone(
    officer: Person, figure: str
) -> None:
    with pytest.raises(Invalid) as refused:
        a_threshold(officer, figure=figure, measure="RATE", most=20)
    assert set(refused.value.fields) == {"measure"}
    one = a_threshold(officer, figure="received", measure="RATE", most=20)
    with pytest.raises(IntegrityError), transaction.atomic():
        Threshold.objects.filter(pk=one.pk).update(figure=figure)


@pytest.mark.django_db
def test_late_first_responses_warn() -> None:
    """CG-5.3-01 names response_time; the limits are those of the rule packs."""
    office = an_office(ruled=True)
    officer = a_person(office.bank.cards, "complaints")
    key = rules.FIRST_RESPONSE
    a_threshold(officer, figure="clock_late", key=key, measure="SHARE", most=10, least=1)
    a_complaint_in("RECEIVED", office)
    assert actions.watch_thresholds(AT) == 0
    late = MONDAY_9AM + timedelta(days=20)
    assert actions.watch_thresholds(late) == 1
    raised = EarlyWarning.objects.get()
    assert (raised.key, raised.count, raised.of) == (key, 1, 1)


def test_an_unknown_limit_is_not_watched(officer: Person) -> None:
    with pytest.raises(Invalid) as refused:
        a_threshold(officer, figure="clock_late", key="complaint.nonsense")
    assert set(refused.value.fields) == {"key"}


def test_whoever_takes_note_is_told_in_the_system_once(office: Office, officer: Person) -> None:
    above(office, officer)
    told = set(Notice.objects.order_by("pk").values_list("person__public_id", flat=True))
    # Leads and complaint officers; neither agents nor those who only look on.
    assert officer.public_id in told
    assert office.bank.agent.public_id not in told
    assert office.bank.inspector.public_id not in told
    assert queries.unseen_count(acting(officer)) == 1
    assert actions.see_notices(actor=acting(officer), at=AT) == 1
    assert actions.see_notices(actor=acting(officer), at=AT) == 0
    assert queries.unseen_count(acting(officer)) == 0
    row = AuditRow.objects.get(act="warning.raised")
    assert json.loads(row.detail)["told"] == len(told)


def test_a_unit_in_charge_narrows_who_is_told(office: Office, officer: Person) -> None:
    loans = a_person(office.bank.loans, "lead", over=office.bank.loans)
    cards = a_person(office.bank.cards, "lead", over=office.bank.cards)
    gone = a_person(office.bank.cards, "complaints")
    Person.objects.filter(pk=gone.pk).update(is_active=False)
    above(office, officer, unit=office.bank.cards)
    told = set(Notice.objects.order_by("pk").values_list("person_id", flat=True))
    assert {officer.pk, cards.pk} <= told
    assert not {loans.pk, gone.pk} & told


def test_departments_are_told_by_mail_and_text_message(
    office: Office, officer: Person, letters: Letters
) -> None:
    an_address(officer, unit=office.bank.cards)
    an_address(officer, "PHONE")
    an_address(officer, unit=office.bank.loans)
    warning = above(office, officer, unit=office.bank.cards)
    assert actions.send_warnings(AT) == 2
    assert actions.send_warnings(AT) == 0
    sent = {(kind, address) for kind, address, _words, _key in letters.posted}
    assert sent == {("EMAIL", MAILBOX), ("PHONE", NUMBER)}
    rows = WarningLetter.objects.order_by("pk")
    assert [(row.state, row.ended_at) for row in rows] == [("SENT", AT)] * 2
    assert AuditRow.objects.filter(act="warning.sent").count() == 2
    told = queries.told_of([warning])[warning.pk]
    assert len(told.letters) == 2


def test_a_letter_names_figures_and_no_customer(
    office: Office, officer: Person, letters: Letters
) -> None:
    an_address(officer)
    above(office, officer)
    actions.send_warnings(AT)
    [(_kind, _address, words, _key)] = letters.posted
    assert "投诉类型：服务" in letters.subjects[0]
    assert "Early warning: Complaint type: Service" in words
    customer = office.bank.customer
    for secret in (customer.name.plain, "13800001234"):
        assert secret not in words
    assert not set(letters.subjects[0]) & set("\r\n")


def test_what_is_refused_or_too_late_is_kept_as_not_delivered(
    office: Office, officer: Person, letters: Letters
) -> None:
    an_address(officer)
    an_address(officer, "PHONE")
    above(office, officer)
    letters.answers[MAILBOX] = ports.LetterRefused("550 5.1.1", of_address=True)
    letters.answers[NUMBER] = ports.LetterDelayed("450")
    assert actions.send_warnings(AT) == 0
    assert actions.send_warnings(AT + timedelta(hours=25)) == 0
    rows = WarningLetter.objects.order_by("pk")
    assert [(row.state, row.why) for row in rows] == [("FAILED", "550 5.1.1"), ("FAILED", "late")]
    assert AuditRow.objects.filter(act="warning.unsent").count() == 2


def test_a_carrier_that_is_away_is_tried_again(
    office: Office, officer: Person, letters: Letters
) -> None:
    an_address(officer)
    above(office, officer)
    letters.is_away = True
    assert actions.send_warnings(AT) == 0
    letters.is_away = False
    assert actions.send_warnings(AT + timedelta(seconds=5)) == 1


def test_a_stop_after_the_handing_over_brings_no_second_letter(
    office: Office, officer: Person, letters: Letters, monkeypatch: pytest.MonkeyPatch
) -> None:
    an_address(officer)
    above(office, officer)

    def dies(*_args: object) -> int:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr("shouwen.assurance.improvement.actions.telling._end", dies)
        with pytest.raises(RuntimeError):
            actions.send_warnings(AT)
    first = dict(letters.taken)
    assert actions.send_warnings(AT) == 0
    assert actions.send_warnings(AT + timedelta(seconds=60)) == 1
    assert letters.taken == first


def test_an_address_is_set_once_for_each_way_by_who_may(
    office: Office, officer: Person, letters: Letters
) -> None:
    one = an_address(officer)
    with pytest.raises(actions.AddressThere):
        an_address(officer)
    an_address(officer, unit=office.bank.cards)
    with pytest.raises(actions.AddressThere):
        an_address(officer, unit=office.bank.cards)
    assert one.address is not None
    assert one.address.masked == "w****@bank.example"
    with pytest.raises(NotAllowed):
        an_address(office.head)
    for way, address, field in (
        ("EMAIL", NUMBER, "address"),
        ("PHONE", MAILBOX, "address"),
        ("PIGEON", MAILBOX, "way"),
    ):
        with pytest.raises(Invalid) as refused:
            actions.set_address(way, address, unit=None, actor=acting(officer), at=AT)
        assert set(refused.value.fields) == {field}
    actions.retire_address(one, actor=acting(officer), at=AT)
    with pytest.raises(actions.AddressRetired):
        actions.retire_address(one, actor=acting(officer), at=AT)
    an_address(officer)


def test_a_way_that_nothing_carries_is_not_offered(office: Office, officer: Person) -> None:
    before = {kind: ports.letterbox(kind) for kind in ports.LETTER_KINDS}
    ports.plug_letterbox(None)
    try:
        with pytest.raises(Invalid) as refused:
            an_address(officer, "PHONE")
        assert set(refused.value.fields) == {"way"}
        assert _page(officer, "get", "warnings/").context["ways"] == []
    finally:
        for kind, box in before.items():
            ports.plug_letterbox(box, [kind])


def test_a_taken_out_address_gets_no_letter(
    office: Office, officer: Person, letters: Letters
) -> None:
    one = an_address(officer)
    above(office, officer)
    actions.retire_address(one, actor=acting(officer), at=AT)
    assert actions.send_warnings(AT) == 0
    assert (letters.posted, WarningLetter.objects.get().state) == ([], "FAILED")


def test_a_loop_sends_by_itself() -> None:
    assert "warning-letters" in [loop.name for loop in registered_loops()]


def _page(who: Person, method: str, path: str, **said: str) -> Any:
    client = signed_in(who)
    with time.frozen(AT):
        return getattr(client, method)(f"/improvement/{path}", said)


def test_the_pages_show_who_was_told_and_one_s_own_notices(
    office: Office, officer: Person, letters: Letters
) -> None:
    said = {"way": "EMAIL", "address": "nonsense"}
    assert _page(officer, "post", "warnings/addresses/new/", **said).status_code == 422
    said["address"] = MAILBOX
    assert _page(officer, "post", "warnings/addresses/new/", **said).status_code == 302
    assert _page(officer, "post", "warnings/addresses/new/", **said).status_code == 409
    above(office, officer)
    actions.send_warnings(AT)
    shown = _page(officer, "get", "warnings/").content.decode()
    assert "w****@bank.example" in shown
    assert MAILBOX not in shown
    assert "电子邮件 · 全机构：已送达" in shown
    own = _page(officer, "get", "notices/").content.decode()
    assert "未阅" in own
    assert _page(officer, "post", "notices/seen/").status_code == 302
    assert "未阅" not in _page(officer, "get", "notices/").content.decode()
    ref = WarningAddress.objects.get().public_id
    assert _page(office.head, "post", f"warnings/addresses/{ref}/retire/").status_code == 403
    assert _page(officer, "post", f"warnings/addresses/{ref}/retire/").status_code == 302
    assert _page(officer, "post", f"warnings/addresses/{ref}/retire/").status_code == 409


def test_a_program_sets_addresses_and_reads_who_was_told(
    office: Office, officer: Person, letters: Letters
) -> None:
    client = signed_in(officer)

    def post(path: str, said: dict[str, Any]) -> Any:
        with time.frozen(AT):
            return client.post(
                f"/api/v1/{path}",
                json.dumps(said),
                content_type="application/json",
                headers={"Idempotency-Key": "once"},
            )

    body = {"way": "EMAIL", "address": MAILBOX}
    made, again = (post("complaint-warning-addresses", body) for _each in range(2))
    assert (made.status_code, made.json()) == (201, again.json())
    assert made.json()["address"] == "w****@bank.example"
    above(office, officer)
    actions.send_warnings(AT)
    [told] = client.get("/api/v1/complaint-warnings").json()["items"]
    assert [(one["way"], one["state"]) for one in told["letters"]] == [("EMAIL", "SENT")]
    assert (told["told"] >= 1, told["seen"]) == (True, 0)
    [notice] = client.get("/api/v1/complaint-notices").json()["items"]
    assert (notice["warning"], notice["seen_at"]) == (told["id"], None)
    assert post("complaint-notices/seen", {}).json() == {"seen": 1}
    retired = post(f"complaint-warning-addresses/{made.json()['id']}/retire", {})
    assert retired.json()["retired_at"] is not None


def test_what_is_left_open_is_the_house_s_own_figure(office: Office, officer: Person) -> None:
    page = _page(officer, "post", "warnings/thresholds/new/", subject="received|", measure="RATE")
    one = Threshold.objects.get()
    assert (page.status_code, one.most, one.least) == (302, 20, 100)
    wanted = Wanted(figure="clock_late", measure="SHARE", most=10, least=0, days=30, answer_hours=1)
    actions.set_threshold(wanted, actor=acting(officer), at=AT)
    shown = _page(officer, "get", "warnings/").content.decode()
    assert "每千次联系超过20件（100次联系起）" in shown
    assert "投诉首次响应" in shown
