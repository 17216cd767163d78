"""Complaining by the form: a complaint from its first moment, followed by its own steps."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation

from shouwen.contact.conversations.rules.content import FILE_MAX_BYTES
from shouwen.front.portal import queries
from shouwen.front.portal.queries import complaining
from shouwen.front.portal.tests.conftest import EnterAs, at
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.vault.models import AuditRow
from shouwen.people.approvals import actions as approvals
from shouwen.people.approvals.models import Approval
from shouwen.people.staff.tests.factories import a_person, acting, signed_in
from shouwen.service.cases import actions as cases
from shouwen.service.cases.actions import links
from shouwen.service.cases.models import Case, CaseFile
from shouwen.service.cases.tests.factories import a_bank, later
from shouwen.service.complaints import actions
from shouwen.service.complaints import queries as complaints
from shouwen.service.complaints.actions import Facets
from shouwen.service.complaints.models import Complaint, State
from shouwen.service.complaints.tests.factories import Office, a_complaint_in, an_office, fresh

FORM = {
    "kind": "COMPLAINT",
    "area": "account",
    "title": "柜台多收手续费",
    "text": "上周在城东支行转账，被多收两笔手续费，共60元。",
    "wish": "退还60元并书面说明",
    "concerned": "城东支行柜台",
    "happened_on": "2026-06-10",
    "name": "韩梅",
    "phone": "13911112222",
    "reply_by": "PHONE",
}
PATH = "/ask/?institution=bank"


@pytest.fixture
def office(db: None) -> Office:
    """A bank with its rule packs and the three posts of a complaint."""
    return an_office(ruled=True)


def a_file(name: str = "回单.txt", data: bytes = b"60.00") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def complain(client: Client, step: str = "send", key: str = "key-1", **changed: Any) -> Any:
    said = {**FORM, "step": step, "idempotency_key": key, **changed}
    with at(3):
        return client.post(PATH, said, headers={"accept-language": "en"})


def page(client: Client, path: str, hours: float) -> str:
    with at(hours):
        answer = client.get(path, headers={"accept-language": "en"})
    assert answer.status_code == 200
    return str(answer.content.decode())


def nothing_is_kept() -> bool:
    kept = (Case, Complaint, CaseFile)
    return not any(model._default_manager.exists() for model in kept)


def test_a_stranger_files_a_complaint_with_its_files(office: Office) -> None:
    client = Client()
    answer = complain(client, file=[a_file(), a_file("截图.txt", "第二笔手续费30元".encode())])
    assert (answer.status_code, answer.headers["Location"]) == (302, "/progress/asked")
    made = Complaint.objects.select_related("case").get()
    case = made.case
    assert (made.state, made.origin, case.channel, case.owner) == (
        "RECEIVED",
        "CUSTOMER",
        "WEB",
        None,
    )
    assert made.demand.plain == FORM["wish"]
    assert made.complainant is not None
    assert made.reachable_at is not None
    assert (made.complainant.plain, made.reachable_at.plain) == ("韩梅", "13911112222")
    for told in ("被投诉方：城东支行柜台", "发生日期：2026-06-10"):
        assert told in case.description.plain
    assert CaseFile.objects.filter(case=case).count() == 2
    acts = AuditRow.objects.order_by("id").values_list("act", flat=True)
    assert {"case.opened", "complaint.filed", "case.material_added"} <= set(acts)
    ledger = complaints.ledger(office.handler, complaints.Filters(), at=later(hours=4))
    assert [row.complaint for row in ledger.rows] == [made]


def test_its_files_stand_on_the_complaints_own_page(office: Office) -> None:
    complain(Client(), file=[a_file("回单.txt"), a_file("截图.txt", "第二笔手续费30元".encode())])
    one = Complaint.objects.get()
    with at(4):
        shown = signed_in(office.worker).get(f"/complaints/{one.public_id}/").content.decode()
    for file in CaseFile.objects.order_by("pk"):
        assert f"/cases/files/{file.public_id}/" in shown
        assert file.name.plain in shown


def test_number_and_dates_are_told_at_once_in_plain_words(office: Office) -> None:
    client = Client()
    looked_over = complain(client, "check").content.decode()
    where = complain(client).headers["Location"]
    after = page(client, where, 3.1)
    assert Complaint.objects.get().case.number in after
    for words in ("We decide whether we take your complaint up", "We tell you the result"):
        assert words in looked_over
        assert words in after
        assert words in page(client, "/progress/", 3.2)
    with at(3.3):
        in_chinese = client.get("/progress/", headers={"accept-language": "zh-hans"})
    assert "决定是否受理，并告知您" in in_chinese.content.decode()


def test_of_a_customer_who_is_in_nothing_is_asked_that_is_on_file(
    office: Office, enter_as: EnterAs
) -> None:
    client = enter_as(office.bank.customer)
    answer = complain(client, name="", phone="")
    made = Complaint.objects.select_related("case").get()
    assert answer.headers["Location"] == f"/me/cases/{made.case.public_id}/asked"
    assert (made.case.customer, made.complainant, made.reachable_at) == (
        office.bank.customer,
        None,
        None,
    )
    assert made.case.number in page(client, "/me/", 3.1)


def test_one_form_makes_one_complaint(office: Office) -> None:
    client = Client()
    assert [complain(client, file=a_file()).status_code for _press in range(2)] == [302, 302]
    assert (Complaint.objects.count(), CaseFile.objects.count()) == (1, 1)
    assert complain(client, file=a_file("别的.txt", "另一张回单".encode())).status_code == 409


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("wish", " ", "Write what you demand"),
        ("happened_on", "2026-06-16", "This day lies ahead"),
        ("happened_on", "昨天", "Write the day as"),
        ("concerned", "长" * 121, "at most 120 characters"),
        ("phone", "12345", "phone number that can be dialled"),
    ],
)
def test_what_is_wrong_is_named_and_what_was_typed_stays(
    office: Office, field: str, value: str, said: str
) -> None:
    for step in ("check", "send"):
        answer = complain(Client(), step, **{field: value})
        text = answer.content.decode()
        assert (answer.status_code, said in text, FORM["text"] in text) == (422, True, True)
    assert nothing_is_kept()


@pytest.mark.parametrize(
    ("files", "status", "said"),
    [
        ([a_file(data=b"x" * (FILE_MAX_BYTES + 1))], 413, "larger than 10 MB"),
        ([a_file("运行.exe", b"MZ")], 422, "was not accepted"),
        ([a_file(f"{n}.txt", b"%d" % n) for n in range(6)], 422, "up to 5 files"),
    ],
)
def test_a_file_that_is_not_taken_leaves_nothing_behind(
    office: Office, files: list[SimpleUploadedFile], status: int, said: str
) -> None:
    answer = complain(Client(), file=files)
    text = answer.content.decode()
    assert (answer.status_code, said in text, FORM["text"] in text) == (status, True, True)
    assert nothing_is_kept()


def test_a_strangers_complaint_is_nobody_elses(office: Office, enter_as: EnterAs) -> None:
    complain(Client())
    ref = Case.objects.get().public_id
    client = enter_as(office.bank.customer)
    with at(4):
        for path in (f"/me/cases/{ref}/", f"/me/cases/{ref}/asked"):
            assert client.get(path).status_code == 404
        assert client.post(f"/me/cases/{ref}/withdraw", {"reason": "x"}).status_code == 404


FOR_ANOTHER = {"capacity": "AGENT", "behalf_name": "韩国栋", "relation": "女儿"}


@pytest.mark.parametrize("capacity", ["AGENT", "HEIR"])
def test_who_complains_for_another_shows_that_they_may(office: Office, capacity: str) -> None:
    said = {**FOR_ANOTHER, "capacity": capacity}
    without = complain(Client(), file=a_file(), **said)
    text = without.content.decode()
    assert (without.status_code, text.count("Add the file that shows")) == (422, 1)
    assert (FORM["text"] in text, "韩国栋" in text, nothing_is_kept()) == (True, True, True)
    proof = a_file("授权书.txt", "本人授权女儿韩梅办理。".encode())
    answer = complain(Client(), key="key-2", file=a_file(), proof=proof, **said)
    assert answer.status_code == 302
    made = fresh(Complaint.objects.get())
    assert made.behalf_name is not None
    assert made.relation is not None
    assert made.proof is not None
    assert (made.capacity, made.behalf_name.plain, made.relation.plain, made.proof.name.plain) == (
        capacity,
        "韩国栋",
        "女儿",
        "授权书.txt",
    )
    assert CaseFile.objects.filter(case=made.case).count() == 2


@pytest.mark.parametrize(
    ("field", "value"),
    [("capacity", "FRIEND"), ("behalf_name", ""), ("relation", " "), ("relation", "长" * 41)],
)
def test_for_whom_one_complains_is_said(office: Office, field: str, value: str) -> None:
    answer = complain(Client(), "check", **{**FOR_ANOTHER, field: value})
    assert (answer.status_code, FORM["text"] in answer.content.decode()) == (422, True)
    assert nothing_is_kept()


def test_for_oneself_no_proof_is_asked_and_none_is_kept(office: Office) -> None:
    complain(Client(), behalf_name="韩国栋", relation="女儿", proof=a_file())
    made = Complaint.objects.get()
    assert (made.capacity, made.behalf_name, made.proof) == ("SELF", None, None)
    assert not CaseFile.objects.exists()


def test_its_page_follows_the_complaints_own_steps(office: Office) -> None:
    client = Client()
    complain(client)
    made = fresh(Complaint.objects.get())
    actions.accept(made, actor=office.acceptor, at=later(hours=3.2))
    facets = Facets(cg_type="SERVICE")
    actions.classify(made, office.bank.frozen, facets, actor=office.acceptor, at=later(hours=3.3))
    text = page(client, "/progress/", 3.4)
    assert "Your complaint was accepted" in text
    assert text.count("Your case was accepted") == 0
    shown = queries.progress(fresh(made).case, later(hours=3.4))
    assert [step.phase for step in shown.steps] == ["done", "now", "later", "later"]
    assert (shown.state_words, shown.expected_at is not None) == ("Accepted", True)


@pytest.mark.parametrize(
    ("state", "words", "phases"),
    [
        ("RECEIVED", "Received", ["now", "later", "later", "later"]),
        ("GRADED", "Accepted", ["done", "now", "later", "later"]),
        ("ANALYSED", "Being checked", ["done", "now", "later", "later"]),
        ("HANDLED", "Checked; we are", ["done", "done", "now", "later"]),
        ("FEEDBACK_SENT", "Please confirm the result", ["done", "done", "done", "now"]),
        ("CALLBACK_DONE", "Confirmed; we close it", ["done", "done", "done", "now"]),
        ("CLOSED", "Closed", ["done"] * 4),
        ("ARCHIVED", "Closed", ["done"] * 4),
    ],
)
def test_each_state_is_told_in_words_and_steps(
    office: Office, state: str, words: str, phases: list[str]
) -> None:
    case = fresh(a_complaint_in(state, office)).case
    shown = queries.progress(case, later(hours=8))
    assert [step.phase for step in shown.steps] == phases
    assert all(step.at is not None for step in shown.steps if step.phase == "done")
    with translation.override("en"):
        assert str(shown.state_words).startswith(words)
    assert shown.complaint is not None
    assert bool(shown.complaint.comes) is (phases[2] != "done")


def test_an_objection_brings_the_complaint_back_to_being_checked(office: Office) -> None:
    made = fresh(a_complaint_in("FEEDBACK_SENT", office))
    client = Client()
    token = links.issue(made.case, later(hours=5))
    with at(5):
        client.post(f"/c/{token}")
        assert client.post("/progress/object", {"reason": "款项没有到账"}).status_code == 302
    assert "Being checked" in page(client, "/progress/", 5.1)
    shown = queries.progress(fresh(made).case, later(hours=5.1))
    assert [step.phase for step in shown.steps] == ["done", "now", "later", "later"]


def test_withdrawing_goes_on_as_for_a_question(office: Office) -> None:
    client = Client()
    complain(client)
    with at(3.2):
        assert client.post("/progress/withdraw", {"reason": "已解决"}).status_code == 302
    made = fresh(Complaint.objects.get())
    assert (made.state, made.withdrawn_at) == ("CALLBACK_DONE", later(hours=3.2))
    assert "You withdrew your complaint" in page(client, "/progress/", 3.3)


def test_the_complainant_reads_that_it_takes_longer(office: Office) -> None:
    client = Client()
    complain(client)
    one = fresh(Complaint.objects.get())
    facets = Facets(cg_type="SERVICE", complexity="COMPLEX")
    actions.accept(one, actor=office.acceptor, at=later(hours=3.1))
    actions.classify(one, office.bank.frozen, facets, actor=office.acceptor, at=later(hours=3.1))
    named: dict[str, Any] = {"handler": office.worker, "supervisor": office.head}
    actions.assign(one, **named, actor=office.acceptor, at=later(hours=3.1))
    actions.ask_extension(one, reason="内部理由", actor=office.handler, at=later(hours=3.2))
    risk = acting(a_person(office.bank.cards, "risk"))
    asked = Approval.objects.select_related("institution", "asked_by").get()
    approvals.approve(asked, "属实", actor=risk, at=later(hours=3.2))
    said = {"words": "情况复杂，延长30日。", "channel": "PHONE"}
    actions.tell_extension(fresh(one), **said, actor=office.handler, at=later(hours=3.3))
    text = page(client, "/progress/", 3.4)
    assert "We told you that it takes longer" in text
    assert said["words"] in text
    assert "内部理由" not in text


def test_silence_is_never_told_as_their_confirmation(office: Office) -> None:
    one = fresh(a_complaint_in("FEEDBACK_SENT", office))
    cases.confirm_by_silence(
        one.case,
        words="10日内无异议",
        actor=Actor.system("complaints", one.institution_id),
        at=later(hours=300),
    )
    token = links.issue(fresh(one).case, later(hours=301))
    client = Client()
    with at(301):
        client.post(f"/c/{token}")
    told = page(client, "/progress/", 301)
    assert "We heard no objection until" in told
    assert "You confirmed" not in told
    # Their own word still counts, and is told as theirs.
    assert "My complaint is settled" in told
    with at(302):
        assert client.post("/progress/confirm").status_code == 302
    told = page(client, "/progress/", 302)
    assert "You confirmed" in told
    assert "We heard no objection until" not in told


def test_a_question_stays_a_question(office: Office) -> None:
    complain(Client(), kind="REQUEST", wish="", happened_on="2030-01-01", file=a_file())
    case = Case.objects.get()
    assert (case.kind, Complaint.objects.exists()) == ("REQUEST", False)
    assert "城东支行柜台" not in case.description.plain


def test_at_another_institution_nothing_shows(office: Office) -> None:
    other = a_bank("insurer")
    complain(Client())
    found = complaints.ledger(other.boss, complaints.Filters(), at=later(hours=4))
    assert found.rows == []


def test_every_state_of_a_complaint_has_words_and_a_step() -> None:
    assert set(complaining.STATE_WORDS) == set(State.values)
    assert {complaining._present_step(State(name)) for name in State.values} == {1, 2, 3, 4, 5}
