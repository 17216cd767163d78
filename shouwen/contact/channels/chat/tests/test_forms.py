"""Whatever comes through a visitor's socket is a frame we know or a named refusal."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouwen.contact.channels.chat import forms
from shouwen.ground.kernel import errors

KEY = "0123456789abcdef"


def frame(**values: Any) -> str:
    return json.dumps(values)


def test_a_message_is_read_without_blanks_around_and_unseen_characters() -> None:
    text = frame(type="message", key=KEY, text="  信用卡\r\n被盗\u202e刷\x00 ")
    assert forms.read_frame(text) == forms.Said(KEY, "信用卡\n被盗刷")


def test_hello_says_what_the_page_has() -> None:
    contact = "cont_" + "a" * 26
    text = frame(type="hello", v=1, token="t", contact=contact, after=7, lang="en-GB")
    assert forms.read_frame(text) == forms.Hello("t", contact, 7, "en")


def test_a_page_of_another_version_is_told_to_reload() -> None:
    with pytest.raises(forms.VersionUnknown):
        forms.read_frame(frame(type="hello", v=2))


@pytest.mark.parametrize("length", [1, 500])
def test_up_to_500_characters_are_taken(length: int) -> None:
    said = forms.read_frame(frame(type="message", key=KEY, text="问" * length))
    assert said == forms.Said(KEY, "问" * length)


def test_501_characters_and_nothing_at_all_are_refused() -> None:
    with pytest.raises(forms.TextTooLong):
        forms.read_frame(frame(type="message", key=KEY, text="问" * 501))
    with pytest.raises(forms.TextEmpty):
        forms.read_frame(frame(type="message", key=KEY, text=" \n\u200f"))


def test_more_than_8_kilobytes_are_refused_before_they_are_parsed() -> None:
    with pytest.raises(forms.FrameTooLarge):
        forms.read_frame("[" * (forms.FRAME_BYTES + 1))


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "{",
        "[]",
        "null",
        '"message"',
        "[" * 8000,
        "{}",
        frame(type=None),
        frame(type=["message"]),
        frame(type="subscribe"),
        frame(type="message"),
        frame(type="message", key="short", text="a"),
        frame(type="message", key="x" * 65, text="a"),
        frame(type="message", key=KEY, text=7),
        frame(type="message", key=KEY, text=None),
        '{"type": "message", "key": "0123456789abcdef", "text": "\\ud800"}',
        frame(type="read", up_to="7"),
        frame(type="read", up_to=-1),
        frame(type="read", up_to=True),
        frame(type="read", up_to=2**31),
        frame(type="hello", v=1, token={"a": 1}),
        frame(type="hello", v=1, contact="cont_1' OR 1=1"),
    ],
)
def test_what_is_no_frame_is_refused_by_name(text: str | None) -> None:
    with pytest.raises(forms.FrameUnreadable):
        forms.read_frame(text)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.dictionaries(
        st.sampled_from(["type", "v", "token", "contact", "after", "lang", "key", "text", "up_to"]),
        json_values | st.sampled_from([*forms.READERS, 1, KEY]),
    )
)
def test_no_object_brings_any_other_error(values: dict[str, Any]) -> None:
    with contextlib.suppress(errors.Problem):
        forms.read_frame(json.dumps(values))


@given(st.binary(max_size=200))
def test_no_bytes_bring_any_other_error(data: bytes) -> None:
    with pytest.raises(errors.Problem):
        forms.read_frame(data + b"\xff")
