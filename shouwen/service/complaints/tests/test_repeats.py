"""Repeats, and what an institution sets for its complaints."""

from __future__ import annotations

import pytest

from shouwen.ground.kernel.errors import Invalid, NotAllowed, NotThere
from shouwen.ground.vault.keys import KeyDestroyed
from shouwen.ground.vault.models import AuditRow
from shouwen.people.staff.tests import factories as staff
from shouwen.service.cases.models import CaseRelation, Category
from shouwen.service.cases.tests.factories import MONDAY_9AM, later
from shouwen.service.complaints import actions, queries
from shouwen.service.complaints.actions import Facets, Statement
from shouwen.service.complaints.models import Complaint
from shouwen.service.complaints.rules import repeats
from shouwen.service.complaints.tests.factories import (
    Office,
    a_complaint_in,
    a_statement,
    an_office,
    fresh,
)


def test_a_repeat_is_found_linked_and_may_be_denied(office: Office) -> None:
    bank = office.bank
    first = a_complaint_in("CLASSIFIED", office, title="催收短信发至联系人")
    again = a_complaint_in("CLASSIFIED", office, title="还在给我朋友发短信")
    assert (again.repeat_of, again.repeat_number) == (first, 2)
    relation = CaseRelation.objects.get()
    assert (relation.case, relation.other, relation.kind) == (again.case, first.case, "DUPLICATE")
    actions.deny_repeat(again, actor=office.acceptor, at=later(minutes=9))
    facets = Facets(cg_type="SERVICE", om_class="POOR_SERVICE")
    actions.classify(again, bank.frozen, facets, actor=office.acceptor, at=later(minutes=10))
    again = fresh(again)
    assert (again.repeat_of, again.repeat_number) == (None, 1)
    assert not CaseRelation.objects.exists()
    with pytest.raises(actions.NoRepeat):
        actions.deny_repeat(again, actor=office.acceptor, at=later(minutes=11))


MATTERS = {
    "messages": [
        ("催收短信发至联系人", "贵行催收短信发给了我的联系人，要求停止并书面致歉。"),
        ("还在给我朋友发短信", "外包公司仍给我的联系人发催收短信，请马上停止，书面道歉。"),
    ],
    "counter": [
        ("柜台态度恶劣", "在网点办理取款，柜员态度很差，让我等了两个小时，要求道歉。"),
        ("网点柜员大喊大叫", "办理取款时柜员态度差，还让我排队等了两个小时，请给我道歉。"),
    ],
    "hotline": [
        ("客服热线打不通", "拨打客服热线等待四十分钟无人接听，要求改进。"),
        ("热线一直占线", "连续三天拨打客服热线都打不通，等了四十多分钟没有人接听。"),
    ],
}
TOLD = [(matter, words) for matter, both in MATTERS.items() for words in both]


def _typed(office: Office, words: tuple[str, str], category: Category, minutes: int) -> Complaint:
    """File a complaint of one broad type under a category."""
    title, said = words
    bank, at = office.bank, later(minutes=minutes)
    statement = Statement(title=title, description=said, demand=said)
    one = actions.file_complaint(statement, customer=bank.customer, actor=bank.me, at=at)
    actions.accept(one, actor=office.acceptor, at=at)
    actions.classify(one, category, Facets(cg_type="SERVICE"), actor=office.acceptor, at=at)
    return fresh(one)


@pytest.mark.parametrize("first", TOLD)
@pytest.mark.parametrize("second", TOLD)
def test_a_matter_is_known_again_in_other_words_and_another_of_its_type_is_not(
    office: Office, first: tuple[str, tuple[str, str]], second: tuple[str, tuple[str, str]]
) -> None:
    former = _typed(office, first[1], office.bank.frozen, 1)
    again = _typed(office, second[1], office.bank.locked, 2)
    assert (again.repeat_of == former) is (first[0] == second[0])


def test_of_two_former_ones_the_newest_is_the_one_repeated(office: Office) -> None:
    messages, counter = MATTERS["messages"], MATTERS["counter"]
    by_words = _typed(office, messages[0], office.bank.locked, 1)
    by_category = _typed(office, counter[0], office.bank.frozen, 2)
    again = _typed(office, messages[1], office.bank.frozen, 3)
    assert again.repeat_of == by_category
    # The same words once more under the other category: the newest in like words is that one.
    last = _typed(office, messages[0], office.bank.locked, 4)
    assert (last.repeat_of, last.repeat_number) == (again, 3)
    assert by_words.repeat_of is None


def test_what_no_longer_opens_is_like_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = MATTERS["hotline"][0]
    _typed(office, words, office.bank.frozen, 1)

    def gone(complaint: Complaint) -> str:
        raise KeyDestroyed

    monkeypatch.setattr("shouwen.service.complaints.queries.repeating.text_of", gone)
    assert _typed(office, words, office.bank.locked, 2).repeat_of is None


@pytest.mark.parametrize(
    ("one", "other", "percent"),
    [
        ("", "", 0),
        ("退款", "退款", 0),
        ("退还年费", "退还年费", 100),
        ("13800001234", "13800001234", 0),
    ],
)
def test_too_few_words_and_numbers_show_no_likeness(one: str, other: str, percent: int) -> None:
    assert repeats.shared_percent(one, other) == percent


def test_what_lies_too_long_back_or_is_of_another_is_no_repeat(office: Office) -> None:
    bank = office.bank
    system = staff.FOUNDER
    actions.set_repeat_days(bank.institution, 30, actor=system, at=MONDAY_9AM)
    a_complaint_in("CLASSIFIED", office)
    late = actions.file_complaint(
        a_statement(), customer=bank.customer, actor=bank.me, at=later(days=31)
    )
    actions.accept(late, actor=office.acceptor, at=later(days=31))
    facets = Facets(cg_type="SERVICE")
    actions.classify(late, bank.frozen, facets, actor=office.acceptor, at=later(days=31))
    assert fresh(late).repeat_of is None
    other = an_office("insurer")
    assert a_complaint_in("CLASSIFIED", other).repeat_of is None


def test_settings_and_grades_are_the_institutions_own(office: Office) -> None:
    bank = office.bank
    with pytest.raises(NotAllowed):
        actions.set_repeat_days(bank.institution, 30, actor=office.supervisor, at=MONDAY_9AM)
    admin = staff.acting(bank.admin)
    with pytest.raises(Invalid):
        actions.set_repeat_days(bank.institution, 0, actor=admin, at=MONDAY_9AM)
    with pytest.raises(NotThere):
        actions.set_repeat_days(
            an_office("insurer").bank.institution, 30, actor=admin, at=MONDAY_9AM
        )
    assert queries.repeat_days(bank.institution.pk) == 90
    actions.set_repeat_days(bank.institution, 60, actor=admin, at=MONDAY_9AM)
    assert queries.repeat_days(bank.institution.pk) == 60
    row = AuditRow.objects.get(act="complaint.settings_changed")
    assert "90>60" in row.detail
    kept = [actions.GradeWords("G3", "三级", "Third"), actions.GradeWords("G0", "特级", "Top")]
    actions.set_grades(bank.institution, kept, actor=admin, at=MONDAY_9AM)
    found = queries.grades_of(bank.institution.pk)
    assert [(row.code, row.rank) for row in found] == [("G3", 1), ("G0", 2)]
