"""The tree of questions: changed place by place, and what hangs on it goes on."""

from __future__ import annotations

import json

import pytest

from shouwen.ground.kernel.errors import Conflict, Invalid, NotAllowed, NotThere
from shouwen.ground.vault.models import AuditRow
from shouwen.service.cases import actions, queries
from shouwen.service.cases.models import Category
from shouwen.service.cases.tests.factories import Bank, a_bank, a_case_in, a_question, later


def _codes(bank: Bank) -> list[str]:
    return [choice.code for choice in queries.categories_of(bank.institution.pk)]


def _told(act: str) -> dict[str, object]:
    row = AuditRow.objects.filter(act=f"case.category_{act}").latest("pk")
    assert row.object_kind == "cases.category"
    told: dict[str, object] = json.loads(row.detail)
    return told


def test_a_branch_is_added_and_offered_once_it_has_a_leaf(bank: Bank) -> None:
    boss = bank.acting(bank.admin)
    top = actions.add_category("loan", name_zh="贷款", name_en="Loans", actor=boss, at=later())
    middle = actions.add_category("loan-home", name_zh="房贷", parent=top, actor=boss, at=later())
    assert (top.level, middle.level, middle.name_en) == (1, 2, "房贷")
    assert _codes(bank) == ["account.abnormal.frozen", "account.abnormal.locked"]
    actions.add_category("loan-early", name_zh="提前还款", parent=middle, actor=boss, at=later())
    assert _codes(bank)[-1] == "loan-early"
    assert _told("added") == {"after": "提前还款 / 提前还款", "below": "loan-home"}


@pytest.mark.parametrize(
    ("code", "zh", "parent", "field"),
    [
        ("", "新类", "", "code"),
        ("Ä", "新类", "", "code"),
        ("a" * 61, "新类", "", "code"),
        ("new", "", "", "name_zh"),
        ("new", "新" * 61, "", "name_zh"),
        ("new", "新\x00类", "", "name_zh"),
        ("new", "账户服务", "", "name_zh"),
        ("new", "新类", "account.abnormal.frozen", "parent"),
    ],
)
def test_a_wrong_place_names_its_field(
    bank: Bank, code: str, zh: str, parent: str, field: str
) -> None:
    boss = bank.acting(bank.admin)
    above = Category.objects.get(code=parent) if parent else None
    with pytest.raises(Invalid) as error:
        actions.add_category(code, name_zh=zh, parent=above, actor=boss, at=later())
    assert list(error.value.fields) == [field]


def test_a_code_names_one_place_for_good(bank: Bank) -> None:
    boss = bank.acting(bank.admin)
    with pytest.raises(actions.CategoryExists):
        actions.add_category("account", name_zh="别的", actor=boss, at=later())


def test_a_name_is_changed_with_before_and_after(bank: Bank) -> None:
    boss = bank.acting(bank.admin)
    case = a_case_in("CLASSIFIED", bank)
    actions.rename_category(
        bank.frozen, name_zh="账户止付", name_en="Stopped", actor=boss, at=later()
    )
    assert _told("renamed") == {
        "before": "账户冻结 / Account frozen",
        "after": "账户止付 / Stopped",
    }
    fresh = queries.case_for(bank.me, case.public_id)
    assert queries.category_path(fresh.category)[-1] == "账户止付"
    with pytest.raises(Invalid):
        actions.rename_category(bank.frozen, name_zh="密码锁定", actor=boss, at=later())


def test_the_order_is_changed_for_everyone(bank: Bank) -> None:
    boss = bank.acting(bank.admin)
    actions.move_category(bank.locked, up=True, actor=boss, at=later())
    assert _codes(bank) == ["account.abnormal.locked", "account.abnormal.frozen"]
    actions.move_category(bank.locked, up=True, actor=boss, at=later())
    assert _codes(bank) == ["account.abnormal.locked", "account.abnormal.frozen"]
    assert AuditRow.objects.filter(act="case.category_moved").count() == 1


@pytest.mark.parametrize("level", [1, 2, 3])
def test_what_is_retired_is_offered_to_no_new_case_and_kept_by_the_old(
    bank: Bank, level: int
) -> None:
    boss = bank.acting(bank.admin)
    case, other = a_case_in("ASSIGNED", bank), a_case_in("ACCEPTED", bank)
    place = bank.frozen
    while place.level > level:
        assert place.parent is not None
        place = place.parent
    actions.retire_category(place, actor=boss, at=later())
    assert bank.frozen.code not in _codes(bank)
    for refused in (
        lambda: actions.classify(other, bank.frozen, actor=bank.me, at=later()),
        lambda: actions.open_case(a_question(), category=bank.frozen, actor=bank.me, at=later()),
    ):
        with pytest.raises(Invalid) as error:
            refused()
        assert list(error.value.fields) == ["category"]
    # The one that has it goes on, may change its urgency, and is found by it.
    held = queries.categories_of(bank.institution.pk, held=bank.frozen.code)
    assert [one.words for one in held if not one.is_live] == [
        "账户服务 › 账户异常 › 账户冻结（已停用）"
    ]
    actions.classify(case, bank.frozen, urgency="URGENT", actor=bank.me, at=later(minutes=9))
    actions.start_work(case, actor=bank.me, at=later(minutes=10))
    found = queries.ledger(bank.me, queries.Filters(category=bank.frozen.code), at=later())
    assert [row.case.pk for row in found.rows] == [case.pk]
    with pytest.raises(Conflict):
        actions.retire_category(place, actor=boss, at=later())
    actions.reinstate_category(place, actor=boss, at=later())
    assert bank.frozen.code in _codes(bank)
    assert _told("reinstated") == {"before": "retired", "after": "in use"}


def test_a_retired_name_may_be_given_to_another_but_then_does_not_come_back(bank: Bank) -> None:
    boss = bank.acting(bank.admin)
    actions.retire_category(bank.frozen, actor=boss, at=later())
    actions.add_category(
        "again", name_zh="账户冻结", parent=bank.frozen.parent, actor=boss, at=later()
    )
    with pytest.raises(Invalid):
        actions.reinstate_category(bank.frozen, actor=boss, at=later())


def test_only_administrators_of_the_institution_change_its_tree(bank: Bank) -> None:
    other = a_bank("insurer")
    with pytest.raises(NotAllowed):
        actions.retire_category(bank.frozen, actor=bank.boss, at=later())
    foreign = other.acting(other.admin)
    with pytest.raises(NotThere):
        actions.retire_category(bank.frozen, actor=foreign, at=later())
    with pytest.raises(NotThere):
        actions.add_category("x", name_zh="新", parent=bank.frozen, actor=foreign, at=later())
    theirs = [line.category.institution_id for line in queries.category_lines(foreign)]
    assert set(theirs) == {other.institution.pk}
    with pytest.raises(NotAllowed):
        queries.category_lines(bank.caller)
