"""The visitor's socket, spoken to frame by frame."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer
from redis.exceptions import RedisError

from shouwen.contact.channels.chat import access, queries
from shouwen.contact.channels.chat.tests.pages import Page
from shouwen.contact.conversations import actions as conversations
from shouwen.contact.conversations.models import Contact
from shouwen.ground.kernel import time, topics
from shouwen.ground.kernel.actor import Actor
from shouwen.people.staff.models import Institution, Person
from shouwen.people.staff.tests import factories as staff

pytestmark = pytest.mark.django_db(transaction=True)
TESTS = Actor.system("tests")


Open = Callable[..., Awaitable[Page]]


@pytest.fixture
async def open_page(bank: Institution) -> AsyncIterator[Open]:
    """Open pages' sockets, and close them afterwards."""
    pages: list[Page] = []

    async def opener(institution: str = "bank", *headers: tuple[bytes, bytes]) -> Page:
        page = Page(institution, *headers)
        assert await page.connect()
        pages.append(page)
        return page

    yield opener
    for page in pages:
        if not page.line.future.done():
            await page.leave()


async def test_a_new_page_gets_a_token_and_what_it_says_is_acknowledged(open_page: Open) -> None:
    page = await open_page()
    welcome = await page.hello()
    assert (welcome["v"], welcome["contact"], len(welcome["token"])) == (1, "", 87)

    await page.send(type="message", key="key-00001", text="信用卡被盗刷")
    ack = await page.get("ack")
    assert (ack["key"], ack["sequence"]) == ("key-00001", 1)
    message = await page.get("message")
    assert (message["author"], message["sequence"], message["text"], message["key"]) == (
        "customer", 1, "信用卡被盗刷", "key-00001",
    )  # fmt: skip


async def test_a_page_that_comes_back_gets_what_it_lacks_and_no_more(
    open_page: Open, agent: Person
) -> None:
    first = await open_page()
    token = (await first.hello())["token"]
    await first.send(type="message", key="key-00001", text="第一句")
    ref = (await first.get("ack"))["contact"]
    await first.leave()

    def answer() -> None:
        contact = Contact.objects.get(public_id=ref)
        conversations.assign(contact, agent, actor=TESTS, at=time.now())
        conversations.add_message(
            contact, author="STAFF", body="您好", client_key="s1", actor=staff.acting(agent),
            at=time.now(),
        )  # fmt: skip

    await sync_to_async(answer)()
    again = await open_page()
    welcome = await again.hello(token=token, contact=ref, after=1)
    assert (welcome["contact"], "token" in welcome) == (ref, False)
    notice, message = await again.get("message"), await again.get("message")
    assert (notice["author"], notice["sequence"]) == ("system", 2)
    assert (message["author"], message["text"]) == ("staff", "您好")
    assert (await again.get("state"))["phase"] == "active"


async def test_what_staff_say_comes_by_itself(open_page: Open, agent: Person) -> None:
    page = await open_page()
    await page.hello()
    await page.send(type="message", key="key-00001", text="在吗")
    ref = (await page.get("ack"))["contact"]

    def answer() -> None:
        contact = Contact.objects.get(public_id=ref)
        conversations.assign(contact, agent, actor=TESTS, at=time.now())
        conversations.add_notice(contact, "已接入人工", key="n1", at=time.now())

    await sync_to_async(answer)()
    assert (await page.get("state"))["agent"]["name"] == agent.name


async def test_a_page_draws_its_own_words_itself_and_the_rest_comes_once_in_order(
    open_page: Open, agent: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, other_tab = await open_page(), await open_page()
    token = (await page.hello())["token"]
    await page.send(type="message", key="key-00001", text="在吗")
    ref = (await page.get("ack"))["contact"]
    contact = await Contact.objects.aget(public_id=ref)
    await sync_to_async(conversations.assign)(contact, agent, actor=TESTS, at=time.now())
    assert (await page.get("state"))["agent"]["name"] == agent.name
    await other_tab.hello(token=token)
    assert (await other_tab.get("state"))["agent"]["name"] == agent.name
    assert await page.is_silent()

    looks: list[int] = []
    look = queries.picture

    def counted(*args: Any, **options: Any) -> queries.Picture:
        looks.append(options["after"])
        return look(*args, **options)

    monkeypatch.setattr(queries, "picture", counted)
    await page.send(type="message", key="key-00002", text="账单不对")
    said = (await page.get("ack"))["sequence"]
    assert (await other_tab.get("message"))["sequence"] == said
    assert await page.is_silent()
    assert len(looks) == 1, "the other tab's alone"

    def read_and_answer() -> None:
        clerk = staff.acting(agent)
        conversations.mark_read(
            contact, up_to_sequence=said, by="STAFF", actor=clerk, at=time.now()
        )
        conversations.add_message(
            contact, author="STAFF", body="您好", client_key="s1", actor=clerk, at=time.now()
        )

    await contact.arefresh_from_db(fields=["message_count"])
    await sync_to_async(read_and_answer)()
    marks = await page.get("marks")
    assert (marks["delivered"], marks["read"]) == (said, said)
    answer = await page.get("message")
    assert (answer["sequence"], answer["text"]) == (said + 1, "您好")
    assert (await other_tab.get("message"))["sequence"] == said + 1
    assert len(looks) == 3, "each page once more, for the answer"


async def test_typing_of_staff_is_passed_on_and_ones_own_is_not(open_page: Open) -> None:
    page = await open_page()
    await page.hello()
    await page.send(type="message", key="key-00001", text="在吗")
    ref = (await page.get("ack"))["contact"]
    await page.get("message")
    await page.send(type="typing")
    await sync_to_async(topics.send)(f"contact-{ref}", typing="staff")
    assert await page.get("typing") == {"type": "typing"}
    # What was said of another conversation while the page went on to this one is none of its own.
    other = {"type": "topic.changed", "topic": "contact-before", "seen_by": "staff", "read": 99}
    await get_channel_layer().group_send(f"topic.contact-{ref}", {**other, "delivered": 99})
    assert await page.is_silent()


async def test_a_customer_who_ends_is_told_so(open_page: Open) -> None:
    page = await open_page()
    await page.hello()
    await page.send(type="message", key="key-00001", text="不用了")
    await page.get("ack")
    await page.send(type="end")
    ended = await page.get("ended")
    assert ended["may_rate"] is False


@pytest.mark.parametrize("text", ["", "{", "[]", '{"type":"drop table"}', '{"type":"read"}'])
async def test_what_is_no_frame_is_answered_and_the_line_stays(open_page: Open, text: str) -> None:
    page = await open_page()
    await page.send_text(text)
    error = await page.get("error")
    assert error["code"] in {"frame-unreadable", "hello-first"}
    assert await page.hello()


async def test_oversize_is_refused(open_page: Open) -> None:
    page = await open_page()
    await page.hello()
    await page.send(type="message", key="key-00001", text="x" * 9000)
    assert (await page.get("error"))["code"] == "frame-too-large"
    await page.send(type="message", key="key-00002", text="x" * 501)
    error = await page.get("error")
    assert (error["code"], error["key"]) == ("text-too-long", "key-00002")
    await page.send_bytes(b"\x00\xff")
    assert (await page.get("error"))["code"] == "frame-unreadable"


async def test_who_keeps_sending_rubbish_is_shown_out(open_page: Open) -> None:
    page = await open_page()
    for _time in range(10):
        await page.send_text("rubbish")
    for _time in range(10):
        await page.get("error")
    assert await page.closed() == 4400


async def test_a_flood_of_frames_ends_the_line(open_page: Open) -> None:
    page = await open_page()
    await page.hello()
    for _time in range(60):
        await page.send(type="ping")
    assert (await page.get("error"))["code"] == "too-many"
    assert await page.closed() == 4429


async def test_a_token_of_another_institution_is_unknown(
    open_page: Open, insurer: Institution
) -> None:
    page = await open_page("insurer")
    await page.send(type="hello", v=1, token=access.new_token("bank"))
    assert (await page.get("error"))["code"] == "visit-unknown"
    await page.send(type="message", key="key-00001", text="在吗")
    assert (await page.get("error"))["code"] == "hello-first"


async def test_an_unknown_institution_is_said_and_the_line_ends(open_page: Open) -> None:
    page = await open_page("nowhere")
    assert (await page.get("error"))["code"] == "not-there"
    assert await page.closed() == 4404


async def test_a_page_of_another_site_is_not_let_in(bank: Institution) -> None:
    page = Page("bank", (b"origin", b"https://evil.example"))
    assert not await page.connect()


async def test_one_address_holds_so_many_lines(open_page: Open, settings: Any) -> None:
    settings.VISITORS_PER_ADDRESS = 2
    first = await open_page()
    await open_page()
    third = await open_page()
    assert (await third.get("error"))["code"] == "too-many-connections"
    assert await third.closed() == 4429
    await first.leave()
    assert await (await open_page()).hello()


async def test_a_layer_that_goes_away_ends_the_line_and_gives_its_place_back(
    open_page: Open, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.VISITORS_PER_ADDRESS = 1

    async def away(channel: str) -> Any:
        raise RedisError

    with monkeypatch.context() as redis:
        redis.setattr(get_channel_layer(), "receive", away)
        page = await open_page()
        assert await page.closed() == 1013
    assert await (await open_page()).hello()
