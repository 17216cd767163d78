"""Telling of which kind a text is by its words."""

from __future__ import annotations

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouwen.service.complaints.rules import kept_kinds, kinds
from shouwen.service.complaints.rules.kept_kinds import ModelUnreadable
from shouwen.service.complaints.rules.kinds import Example
from shouwen.service.complaints.tests.sayings import SERVICE_TEXT, examples, spoken


def test_words_hold_no_numbers_no_addresses_and_no_masks() -> None:
    said = (
        "卡号6222021234567890128，电话138-0013-8000，GD20260616-00318，XXXX charged a me@b.cn fee2"
    )
    words = kinds.words_in(said)
    assert [word for word in words if any(letter.isdigit() for letter in word)] == []
    assert {"xxxx", "a", "me"} & set(words) == set()
    assert {"卡号", "电话", "charged"} <= set(words)


def test_what_fewer_than_five_people_said_is_not_learned() -> None:
    often = [Example(("态度", "许远"), "SERVICE", f"p{n}") for n in range(4)]
    often += [Example(("态度",), "SERVICE", "p4"), Example(("闪退",), "TECHNICAL", "p5")]
    # One person may repeat a word as often as they like.
    often += [Example(("专属暗号",), "TECHNICAL", "p6") for _again in range(50)]
    assert set(kinds.fit(often).words) == {"态度"}


def test_a_kind_with_few_texts_is_left_out_and_too_few_teach_nothing() -> None:
    whole = examples()
    rare = [Example(("别的",), "OTHER", f"q{n}") for n in range(kinds.LEAST_OF_KIND - 1)]
    assert {one.kind for one in kinds.enough([*whole, *rare])} == {
        "SERVICE",
        "TECHNICAL",
        "PRODUCT",
    }
    assert kinds.enough(whole[: kinds.LEAST_TEXTS - 1]) == []
    assert kinds.enough([Example(one.terms, "SERVICE", one.whose) for one in whole]) == []


def test_it_learns_and_says_by_which_words() -> None:
    learned = kinds.learn(examples())
    assert learned.exam.texts == len(spoken())
    assert learned.exam.is_better_than_guessing
    assert learned.exam.right >= 55
    found = kinds.opinion(learned.model, SERVICE_TEXT)
    assert found is not None
    assert (found.kind, found.is_sure) == ("SERVICE", True)
    assert found.words
    assert all(word in SERVICE_TEXT for word in found.words)
    assert any("态度" in word for word in found.words)
    assert kinds.opinion(learned.model, "zzz") is None
    # However clear a text is, nobody is surer than the surest were right.
    assert found.share <= learned.model.most < 1


def test_the_same_texts_teach_the_same_in_any_order() -> None:
    turned = examples()
    random.Random(1).shuffle(turned)
    assert kinds.learn(turned) == kinds.learn(examples())


def test_labels_that_mean_nothing_are_no_better_than_guessing() -> None:
    chance = random.Random(7)
    drawn = [
        Example(one.terms, chance.choice(("SERVICE", "PRODUCT")), one.whose)
        for one in examples() * 3
    ]
    assert not kinds.learn(drawn).exam.is_better_than_guessing


def test_shares_are_as_certain_as_examining_was_right() -> None:
    # A third of the labels are wrong, so nobody can be surer than two in three.
    chance = random.Random(3)
    noisy = [
        Example(
            one.terms,
            one.kind if chance.random() < 2 / 3 else chance.choice(("TECHNICAL", "PRODUCT")),
            f"{one.whose} {again}",
        )
        for again in range(10)
        for one in examples()
    ]
    learned = kinds.learn(noisy)
    assert learned.exam.off_by < 0.05
    found = kinds.opinion(learned.model, SERVICE_TEXT)
    assert found is not None
    assert found.kind == "SERVICE"
    assert 0.5 < found.share < 0.85


def test_neighbouring_pairs_are_told_as_the_words_they_stood_in() -> None:
    says = {"催收": 3.0, "短信": 2.5, "联系": 2.0, "系人": 1.9, "重复": 0.0}
    words = kinds._telling("催收短信发给了我的联系人，重复", says)
    assert words == ("催收短信", "联系人")


@given(st.text(max_size=300))
def test_any_text_has_shares_that_add_up_and_words_that_stand_in_it(text: str) -> None:
    model = kinds.fit(examples())
    assert sum(kinds.shares_of(model, text).values()) == pytest.approx(1)
    found = kinds.opinion(model, text)
    assert found is None or len(found.words) <= kinds.WORDS_TOLD


def test_a_model_is_read_back_as_it_was_written() -> None:
    model = kinds.learn(examples()).model
    body = kept_kinds.written(model)
    assert kept_kinds.read(body, kept_kinds.digest_of(body)) == model


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "{}",
        "null",
        '{"form":2,"kinds":["A"],"heat":1,"most":1,"words":{}}',
        '{"form":1,"kinds":["A","B"],"heat":1,"most":1,"words":{"x":[1,0]}}',
        '{"form":1,"kinds":["A"],"heat":1,"most":1,"words":{"x":[1,NaN]}}',
        '{"form":1,"kinds":["A"],"heat":0,"most":1,"words":{}}',
        '{"form":1,"kinds":["A"],"heat":1,"most":1,"words":{"x":["many",0]}}',
        '{"form":1,"kinds":["A"],"heat":1,"most":1,"words":["x"]}',
        '{"form":1,"kinds":[],"heat":1,"most":1,"words":{}}',
        "[" * 100_000,
    ],
)
def test_what_is_no_model_is_refused(body: str) -> None:
    with pytest.raises(ModelUnreadable):
        kept_kinds.read(body, kept_kinds.digest_of(body))


def test_a_changed_model_is_refused_by_its_digest() -> None:
    body = kept_kinds.written(kinds.fit(examples()))
    changed = json.dumps(json.loads(body) | {"heat": 9})
    with pytest.raises(ModelUnreadable):
        kept_kinds.read(changed, kept_kinds.digest_of(body))


def test_one_in_five_is_held_back_by_its_random_id() -> None:
    held = sum(kinds.is_held_back(f"complaint_{n}") for n in range(5000))
    assert 850 < held < 1150
