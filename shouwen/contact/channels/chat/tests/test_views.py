"""The plain doors: the same effects as the socket, and the same refusals."""

from __future__ import annotations

import json
from typing import Any

import pytest
from channels.layers import get_channel_layer
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import AsyncClient, Client
from redis.exceptions import RedisError

from shouwen.contact.channels.chat import access, views
from shouwen.contact.conversations.models import Contact, Message
from shouwen.people.staff.models import Institution

KEY = "key-00001"


def post(client: Client, path: str, visit: str = "", **body: Any) -> Any:
    headers = {"x-visit-token": visit} if visit else {}
    return client.post(
        f"/chat/bank/{path}", json.dumps(body), content_type="application/json", headers=headers
    )


def test_a_browser_without_sockets_gets_token_ack_and_its_words_back(
    client: Client, bank: Institution
) -> None:
    welcome = post(client, "hello", v=1).json()["frames"][0]
    token = welcome["token"]
    [ack] = post(client, "messages", token, key=KEY, text="在吗").json()["frames"]
    assert (ack["type"], ack["sequence"]) == ("ack", 1)
    assert post(client, "messages", token, key=KEY, text="在吗").json()["frames"] == [ack]
    back = post(client, "hello", token, v=1, token=token).json()["frames"]
    assert [frame["text"] for frame in back if frame["type"] == "message"] == ["在吗"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("messages", {"key": KEY, "text": "x"}),
        ("read", {"up_to": 1}),
        ("ask-person", {}),
        ("end", {}),
        ("typing", {}),
        ("files", {}),
    ],
)
def test_without_the_visits_token_nothing_is_done(
    client: Client, bank: Institution, path: str, body: dict[str, Any]
) -> None:
    assert post(client, path, **body).status_code == 401
    assert post(client, path, access.new_token("insurer"), **body).status_code == 401
    assert Contact.objects.count() == 0


@pytest.mark.parametrize(
    "headers",
    [{"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}, {"origin": "null"}],
)
def test_another_sites_page_is_refused(
    client: Client, bank: Institution, token: str, headers: dict[str, str]
) -> None:
    body = json.dumps({"key": KEY, "text": "x"})
    answer = client.post(
        "/chat/bank/messages",
        body,
        content_type="application/json",
        headers={"x-visit-token": token, **headers},
    )
    assert (answer.status_code, answer.json()["code"]) == (403, "origin-refused")
    assert Message.objects.count() == 0


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ("{", 422, "frame-unreadable"),
        ("[]", 422, "frame-unreadable"),
        (json.dumps({"key": "k", "text": "x"}), 422, "frame-unreadable"),
        (json.dumps({"key": KEY, "text": " "}), 422, "text-empty"),
        (json.dumps({"key": KEY, "text": "x" * 501}), 422, "text-too-long"),
        (json.dumps({"key": KEY, "text": "x" * 9000}), 413, "frame-too-large"),
    ],
)
def test_malformed_and_oversize_messages_are_refused_by_name(
    client: Client, bank: Institution, token: str, body: str, status: int, code: str
) -> None:
    answer = client.post(
        "/chat/bank/messages",
        body,
        content_type="application/json",
        headers={"x-visit-token": token},
    )
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["words"]


def send_file(client: Client, token: str, name: str, data: bytes) -> Any:
    body = {"key": KEY, "file": SimpleUploadedFile(name, data)}
    return client.post("/chat/bank/files", body, headers={"x-visit-token": token})


def test_a_file_goes_up_and_comes_down_to_be_saved(
    client: Client, bank: Institution, token: str
) -> None:
    [ack] = send_file(client, token, "说明.txt", "合同第9条".encode()).json()["frames"]
    assert ack["sequence"] == 1
    frames = post(client, "hello", v=1, token=token).json()["frames"]
    ref = next(f["file"]["id"] for f in frames if f["type"] == "message")
    path = f"/chat/bank/files/{ref}"
    answer = client.get(path, headers={"x-visit-token": token})
    assert answer.content == "合同第9条".encode()
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert client.get(path).status_code == 401
    stranger = access.new_token("bank")
    assert client.get(path, headers={"x-visit-token": stranger}).status_code == 404


@pytest.mark.parametrize(
    ("name", "data", "status", "code"),
    [
        ("a.png", b"<html><script>alert(1)</script>", 422, "file-refused"),
        ("a.svg", b"<svg onload=alert(1)>", 422, "file-refused"),
        ("a.txt", b"x" * (10 * 1024 * 1024 + 1), 413, "file-too-large"),
        ("a.txt", b"x" * (11 * 1024 * 1024), 413, "file-too-large"),
    ],
)
def test_files_we_do_not_take_are_refused_by_name(
    client: Client, bank: Institution, token: str, name: str, data: bytes, status: int, code: str
) -> None:
    answer = send_file(client, token, name, data)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert Contact.objects.count() == 0


@pytest.mark.django_db(transaction=True)
async def test_news_is_answered_at_once_and_its_absence_after_a_while(
    async_client: AsyncClient, bank: Institution, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "HOLD_SECONDS", 0.2)
    headers = {"x-visit-token": token}
    body = json.dumps({"key": KEY, "text": "在吗"})
    said = await async_client.post(
        "/chat/bank/messages", body, content_type="application/json", headers=headers
    )
    ref = said.json()["frames"][0]["contact"]
    news = await async_client.get("/chat/bank/updates?after=0", headers=headers)
    assert [f["type"] for f in news.json()["frames"]] == ["message", "marks", "state"]
    place = f"contact={ref}&after=1&mark={news.json()['mark']}"
    nothing = await async_client.get(f"/chat/bank/updates?{place}", headers=headers)
    assert "message" not in [f["type"] for f in nothing.json()["frames"]]
    assert nothing.json()["mark"] == news.json()["mark"]

    async def away(group: str, channel: str) -> None:
        raise RedisError

    monkeypatch.setattr(get_channel_layer(), "group_add", away)
    alone = await async_client.get(f"/chat/bank/updates?{place}", headers=headers)
    assert (alone.status_code, alone.json()["pause_seconds"]) == (200, views.PAUSE_SECONDS)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("after", ["x", "-1", "1e9", "99999999999", "١"])
async def test_a_place_that_cannot_be_is_refused(
    async_client: AsyncClient, bank: Institution, token: str, after: str
) -> None:
    answer = await async_client.get(
        f"/chat/bank/updates?after={after}", headers={"x-visit-token": token}
    )
    assert answer.status_code == 422


def test_an_unknown_institution_is_not_there(client: Client, bank: Institution) -> None:
    answer = client.post("/chat/nowhere/hello", '{"v":1}', content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (404, "not-there")
