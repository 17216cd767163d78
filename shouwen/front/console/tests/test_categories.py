"""The pages of categories: the tree seen, extended, renamed, ordered, retired."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from shouwen.service.cases.models import Category
from shouwen.service.cases.tests.factories import Bank, a_bank

HOME = "/console/system/categories/"


@pytest.fixture
def bank(db: None) -> Bank:
    """A bank with a tree of two leaves."""
    return a_bank()


@pytest.fixture
def admin(bank: Bank, client: Client) -> Client:
    """An administrator's browser."""
    client.force_login(bank.admin, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_a_leaf_is_added_renamed_moved_retired_and_offered_again(admin: Client) -> None:
    below = f"{HOME}of/account.abnormal/below/"
    assert "account.abnormal-" in admin.get(below).content.decode()
    made = admin.post(below, {"code": "account.abnormal.limit", "name_zh": "限额异常"})
    assert made["Location"] == f"{HOME}?done=added"
    place = f"{HOME}of/account.abnormal.limit/"
    for act, form in (
        ("rename", {"name_zh": "额度异常", "name_en": "Limit"}),
        ("move", {"way": "up"}),
        ("retire", {}),
    ):
        assert admin.post(f"{place}{act}/", form).status_code == 302, act
    row = Category.objects.get(code="account.abnormal.limit")
    assert (row.name_zh, row.position, row.is_active) == ("额度异常", 2, False)
    assert "已停用" in admin.get(HOME).content.decode()
    assert "重新启用" in admin.get(place).content.decode()
    assert admin.post(f"{place}reinstate/").status_code == 302


@pytest.mark.parametrize(
    "wrong",
    [
        {"code": "", "name_zh": "新"},
        {"code": "Ä", "name_zh": "新"},
        {"code": "account", "name_zh": "新"},
        {"code": "new", "name_zh": ""},
        {"code": "new", "name_zh": "账户服务"},
    ],
)
def test_a_wrong_entry_is_said_and_what_was_typed_stays(
    admin: Client, wrong: dict[str, Any]
) -> None:
    answer = admin.post(f"{HOME}new/", wrong)
    assert answer.status_code in (409, 422)
    assert f'value="{wrong["name_zh"]}"' in answer.content.decode()
    assert Category.objects.count() == 4


def test_a_leaf_has_nothing_below_and_a_foreign_place_is_not_there(
    admin: Client, bank: Bank
) -> None:
    below = f"{HOME}of/account.abnormal.frozen/below/"
    refused = admin.post(below, {"code": "new", "name_zh": "新"})
    assert refused.status_code == 422
    assert "请选择" in refused.content.decode()
    assert admin.get(f"{HOME}of/nowhere/").status_code == 404
    admin.post(f"{HOME}of/account/retire/")
    twice = admin.post(f"{HOME}of/account/retire/")
    assert twice.status_code == 409


@pytest.mark.parametrize("leaves", [0, 6])
def test_the_tree_costs_the_same_for_any_size(
    admin: Client, bank: Bank, leaves: int, django_assert_max_num_queries: Any
) -> None:
    for number in range(leaves):
        Category.objects.create(
            institution=bank.institution,
            parent=bank.frozen.parent,
            level=3,
            code=f"more-{number}",
            name_zh=f"更多{number}",
            name_en=f"More {number}",
        )
    with django_assert_max_num_queries(8):
        admin.get(HOME)


ITEM = {"kind": "TEXT", "name_zh": "流水号", "needed_at": "OPENING", "version": "0"}


def test_what_a_category_asks_is_set_item_by_item(admin: Client) -> None:
    place = f"{HOME}of/account.abnormal.frozen/"
    assert admin.get(f"{place}asks/").status_code == 200
    assert admin.post(f"{place}asks/", ITEM)["Location"] == f"{place}?done=asked#asks"
    choice = {
        "kind": "CHOICE",
        "name_zh": "冻结原因",
        "choices": "court | 司法冻结 | By a court\n密码锁定",
        "needed_at": "RESOLVE",
        "version": "1",
        "code": "why",
    }
    assert admin.post(f"{place}asks/", choice).status_code == 302
    page = admin.get(f"{place}asks/why/").content.decode()
    assert "court | 司法冻结 | By a court\nc1 | 密码锁定" in page
    for act, form in (("f1/move", {"way": "down"}), ("why/drop", {})):
        at = {"version": "2" if "move" in act else "3"}
        answer = admin.post(f"{place}asks/{act}/", form | at)
        assert "late" not in answer["Location"], act
    page = admin.get(place).content.decode()
    assert "流水号" in page
    assert "冻结原因" not in page
    late = admin.post(f"{place}asks/f1/drop/", {"version": "1"})
    assert late["Location"].endswith("?done=late#asks")
    assert "同事" in admin.get(f"{place}?done=late").content.decode()


def test_a_level_above_asks_those_below(admin: Client) -> None:
    admin.post(f"{HOME}of/account/asks/", ITEM)
    page = admin.get(f"{HOME}of/account.abnormal.frozen/").content.decode()
    assert "流水号" in page
    assert "of/account/#asks" in page


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "COLOUR"},
        {"needed_at": "SOON"},
        {"kind": "POINT"},
        {"name_zh": ""},
        {"code": "Ä"},
        {"kind": "CHOICE", "choices": "甲"},
        {"kind": "CHOICE", "choices": "a|甲\na|乙"},
        {"version": "x"},
        {"version": "7"},
    ],
)
def test_a_wrong_item_is_said_and_stays_typed(admin: Client, wrong: dict[str, str]) -> None:
    answer = admin.post(f"{HOME}of/account/asks/", ITEM | wrong)
    assert answer.status_code in (409, 422)
    assert f'value="{(ITEM | wrong)["name_zh"]}"' in answer.content.decode()


def test_an_item_that_is_not_asked_is_not_there(admin: Client) -> None:
    assert admin.get(f"{HOME}of/account/asks/none/").status_code == 404
    assert admin.post(f"{HOME}of/account/asks/none/drop/", {"version": "0"}).status_code == 404
