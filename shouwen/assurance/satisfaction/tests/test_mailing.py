"""Campaigns by e-mail: through the letterbox, once, in the customer's own language."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shouwen.assurance.satisfaction import actions, queries
from shouwen.assurance.satisfaction.models import CampaignRun, Drawn, Invitation
from shouwen.assurance.satisfaction.tests.factories import a_campaign, launched
from shouwen.people.customers import actions as customers
from shouwen.people.customers import ports
from shouwen.people.customers.models import Customer, LetterStanding
from shouwen.people.customers.tests.letterbox import Letters
from shouwen.service.cases.models import Case
from shouwen.service.cases.tests.factories import Bank, a_bank, a_case_in, later

pytestmark = pytest.mark.django_db
TUESDAY = later(days=1)


@pytest.fixture
def bank() -> Bank:
    return a_bank()


def a_customer(bank: Bank, email: str, language: str = "zh-hans") -> Customer:
    customer = customers.register_customer(
        bank.institution,
        name="周明远",
        phone="",
        language=language,
        actor=bank.me,
        at=later(),
    )
    if email:
        customers.add_contact_point(customer, kind="EMAIL", value=email, actor=bank.me, at=later())
    case = a_case_in("CLOSED", bank)
    Case.objects.filter(pk=case.pk).update(customer=customer)
    return customer


def test_each_gets_one_letter_with_a_link_that_opens(bank: Bank, letters: Letters) -> None:
    a_customer(bank, "zhou@example.com")
    a_customer(bank, "lee@example.com", "en")
    a_customer(bank, "")
    launched(a_campaign(bank, TUESDAY, way="EMAIL"), TUESDAY)
    actions.run_campaigns(TUESDAY)
    assert [actions.send_letters(TUESDAY) for _time in range(2)] == [2, 0]
    assert {kind for kind, *_rest in letters.posted} == {"EMAIL"}
    said = dict(letters.taken.values())
    assert set(said) == {"zhou@example.com", "lee@example.com"}
    assert "您对我们服务的看法" in said["zhou@example.com"]
    assert "Your view of our service" in said["lee@example.com"]
    token = said["lee@example.com"].partition("/s/")[2].partition("/")[0]
    found = queries.invitation_of(token)
    assert found is not None
    assert (found.way, found.expires_at) == ("MAIL", later(days=7, hours=9))
    actions.answer_survey(found, {"q1": "5"}, at=TUESDAY)
    run = CampaignRun.objects.get()
    assert (len(letters.posted), run.left_out) == (2, {"NO_ADDRESS": 1})


def test_a_stop_after_the_handing_over_sends_the_same_letter_again(
    bank: Bank, letters: Letters, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_customer(bank, "zhou@example.com")
    launched(a_campaign(bank, TUESDAY, way="EMAIL"), TUESDAY)
    actions.run_campaigns(TUESDAY)

    def dies(*_args: object) -> int:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr("shouwen.assurance.satisfaction.actions.mailing._note", dies)
        with pytest.raises(RuntimeError):
            actions.send_letters(TUESDAY)
    first = dict(letters.taken)
    # Whoever died had the letter for a minute.
    assert actions.send_letters(TUESDAY) == 0
    assert actions.send_letters(TUESDAY + timedelta(seconds=60)) == 1
    assert (letters.taken, len(letters.posted), Invitation.objects.count()) == (first, 2, 1)


def test_who_says_no_before_the_letter_gets_none(bank: Bank, letters: Letters) -> None:
    customer = a_customer(bank, "zhou@example.com")
    launched(a_campaign(bank, TUESDAY, way="EMAIL"), TUESDAY)
    actions.run_campaigns(TUESDAY)
    customers.record_consent(
        customer,
        purpose="SURVEY",
        way="EMAIL",
        is_given=False,
        evidence="CONTACT",
        evidence_ref="cont_tests",
        decided_at=later(),
        actor=bank.me,
        at=later(),
    )
    assert actions.send_letters(TUESDAY) == 0
    assert (len(letters.posted), Drawn.objects.count()) == (0, 0)
    assert CampaignRun.objects.get().left_out == {"UNWANTED": 1}


def test_a_provider_that_is_away_is_tried_again_until_the_window_is_over(
    bank: Bank, letters: Letters
) -> None:
    a_customer(bank, "zhou@example.com")
    launched(a_campaign(bank, TUESDAY, way="EMAIL"), TUESDAY)
    actions.run_campaigns(TUESDAY)
    letters.is_away = True
    assert actions.send_letters(TUESDAY) == 0
    assert Drawn.objects.get().state == "LISTED"
    assert actions.send_letters(later(days=9)) == 0
    assert CampaignRun.objects.get().left_out == {"AWAY": 1}


def test_without_a_provider_nothing_is_launched(bank: Bank, letters: Letters) -> None:
    a_customer(bank, "zhou@example.com")
    campaign = a_campaign(bank, TUESDAY, way="EMAIL")
    actions.preview_campaign(campaign, seen=1, actor=bank.acting(bank.admin), at=TUESDAY)
    ports.plug_letterbox(None)
    with pytest.raises(actions.NoLetterbox):
        actions.launch_campaign(campaign, seen=1, actor=bank.acting(bank.admin), at=TUESDAY)


def test_nobody_is_called_whom_a_letter_asks(bank: Bank, letters: Letters) -> None:
    a_customer(bank, "zhou@example.com")
    launched(a_campaign(bank, TUESDAY, way="EMAIL"), TUESDAY)
    actions.run_campaigns(TUESDAY)
    assert queries.survey_calls(bank.me, 1).rows == []
    assert Drawn.objects.get().state == "LISTED"
    assert letters.posted == []


def running(bank: Bank) -> None:
    launched(a_campaign(bank, TUESDAY, way="EMAIL"), TUESDAY)
    actions.run_campaigns(TUESDAY)


def sent(**after: float) -> int:
    return actions.send_letters(TUESDAY + timedelta(**after))


def test_a_letter_that_is_put_off_waits_longer_each_time_and_holds_up_nobody(
    bank: Bank, letters: Letters
) -> None:
    a_customer(bank, "zhou@example.com")
    a_customer(bank, "lee@example.com", "en")
    running(bank)
    letters.answers["zhou@example.com"] = ports.LetterDelayed("450 4.2.0")
    assert [sent(), sent(seconds=59)] == [1, 0]
    drawn = Drawn.objects.get(state="LISTED")
    assert (drawn.tries, drawn.try_at) == (1, TUESDAY + timedelta(seconds=60))
    assert sent(seconds=60) == 0
    drawn.refresh_from_db()
    assert (drawn.tries, drawn.try_at) == (2, TUESDAY + timedelta(seconds=180))
    letters.answers.clear()
    assert [sent(seconds=179), sent(seconds=180)] == [0, 1]
    assert letters.subjects == [
        "Model Bank asks: Your view of our service",
        "示范银行邀请您作答：您对我们服务的看法",
    ]


@pytest.mark.parametrize("of_address", [True, False])
def test_a_letter_that_is_refused_for_good_is_counted_and_not_tried_again(
    bank: Bank, letters: Letters, of_address: bool
) -> None:
    customer = a_customer(bank, "zhou@example.com")
    running(bank)
    letters.answers["zhou@example.com"] = ports.LetterRefused("550 5.1.1", of_address=of_address)
    assert [sent(), sent(hours=1)] == [1, 0]
    assert CampaignRun.objects.get().left_out == {"REFUSED": 1}
    assert (Drawn.objects.count(), Invitation.objects.count()) == (0, 0)
    point = customer.points.get(kind="EMAIL")
    marked = (TUESDAY, "550 5.1.1") if of_address else (None, "")
    assert (point.refused_at, point.refused_code) == marked


def test_a_mail_server_that_is_away_is_asked_for_one_letter_a_turn(
    bank: Bank, letters: Letters
) -> None:
    for number in range(7):
        a_customer(bank, f"zhou{number}@example.com")
    running(bank)
    letters.is_away = True
    assert [sent(), sent(seconds=5)] == [0, 0]
    assert letters.tried == 2
    standing = LetterStanding.objects.get()
    assert (standing.kind, standing.is_away, standing.code) == ("EMAIL", True, "away")
    letters.is_away = False
    assert [sent(seconds=10), sent(seconds=10), sent(seconds=10)] == [5, 2, 0]
    standing.refresh_from_db()
    assert standing.is_away is False


@pytest.mark.parametrize("code", ["time", "cut"])
def test_a_letter_that_may_have_been_taken_waits_and_holds_up_nobody(
    bank: Bank, letters: Letters, code: str
) -> None:
    for name in ("zhou", "lee", "wang"):
        a_customer(bank, f"{name}@example.com")
    running(bank)
    letters.answers["zhou@example.com"] = ports.LetterboxAway(code)
    for seconds in (0, 5, 10):
        sent(seconds=seconds)
    reached = sorted(address for _kind, address, *_rest in letters.posted)
    assert (reached, letters.tried) == (["lee@example.com", "wang@example.com"], 3)
    drawn = Drawn.objects.get(state="LISTED")
    assert (drawn.tries, drawn.try_at) == (1, TUESDAY + timedelta(seconds=60))


def test_two_loops_at_once_write_to_nobody_twice(
    bank: Bank, letters: Letters, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(6):
        a_customer(bank, f"zhou{number}@example.com")
    running(bank)
    post, beside = letters.post, []

    def slow(*said: str, key: str, subject: str) -> None:
        # While this letter is on its way, another process turns the loop too.
        monkeypatch.setattr(letters, "post", post)
        beside.append(sent())
        post(*said, key=key, subject=subject)

    monkeypatch.setattr(letters, "post", slow)
    assert (sent(), beside) == (5, [1])
    assert sorted(letters.taken) == sorted(key for *_rest, key in letters.posted)
    assert (len(letters.posted), Invitation.objects.count()) == (6, 6)


def test_the_other_address_is_tried_where_one_was_refused(bank: Bank, letters: Letters) -> None:
    customer = a_customer(bank, "old@example.com")
    customers.add_contact_point(
        customer, kind="EMAIL", value="new@example.com", actor=bank.me, at=later()
    )
    customer.points.filter(is_primary=True, kind="EMAIL").update(refused_at=later())
    running(bank)
    assert sent() == 1
    assert [address for _kind, address, *_rest in letters.posted] == ["new@example.com"]
