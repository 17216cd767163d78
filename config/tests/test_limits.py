"""The first door counts what comes in, whatever a request says of itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from config import limits


async def _taking(scope: Any, receive: Any, send: Any) -> None:
    """Read the whole body, then answer 200, as any application does."""
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b""})


async def asked(
    parts: Iterator[bytes],
    path: str = "/api/v1/cases",
    query: bytes = b"",
    seconds: float = 5,
    **headers: str,
) -> tuple[int, bytes]:
    """Send a body in parts; give status and answer."""
    said: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        part = next(parts, None)
        return {"type": "http.request", "body": part or b"", "more_body": part is not None}

    async def send(event: Any) -> None:
        said.append(event)

    scope: Any = {
        "type": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query,
        "headers": [(k.replace("_", "-").encode(), v.encode()) for k, v in headers.items()],
    }
    app: Any = limits.RequestLimits(_taking, body_seconds=seconds)
    await app(scope, receive, send)
    return said[0]["status"], said[1]["body"]


async def test_an_ordinary_body_passes() -> None:
    assert (await asked(iter([b"{}"])))[0] == 200


@pytest.mark.parametrize(
    "path",
    ["/complaints/new/", "/complaints/cmpl_a/files/", "/api/v1/cases/case_a/attachments"],
)
def test_a_scan_passes_the_first_door_and_a_hundred_megabytes_do_not(path: str) -> None:
    assert 10 * 1_048_576 < limits.most_bytes(path) < 12 * 1_048_576
    assert limits.most_bytes(f"{path}x") == limits.PLAIN_BYTES


async def test_a_body_is_counted_and_not_believed() -> None:
    parts = (b"x" * 65_536 for _ in range(17))
    status, told = await asked(parts, content_length="10")
    assert status == 413
    assert json.loads(told)["code"] == "request-entity-too-large"


@pytest.mark.parametrize("length", ["1048577", "9" * 15, "9" * 400, "-1", "ten"])
async def test_a_length_that_is_too_much_is_refused_unread(length: str) -> None:
    unread = iter([b"x"])

    assert (await asked(unread, content_length=length))[0] in (400, 413)
    assert list(unread) == [b"x"]


@pytest.mark.parametrize(
    "path",
    [
        "/chat/bank/files",
        "/desk/contacts/cont_abc/files/",
        "/progress/add",
        "/ask/",
        "/customers/imports/",
        "/complaints/imports/",
        "/console/system/surveys/outside/",
        "/knowledge/art_abc/files/",
    ],
)
async def test_files_have_their_own_measure(path: str) -> None:
    assert (await asked(iter([b"x" * 2_000_000]), path))[0] == 200
    assert (await asked((b"x" * 1_048_576 for _ in range(11)), path))[0] == 413


async def test_whoever_is_too_slow_is_told_so() -> None:
    assert (await asked(iter([b"x"]), seconds=-1))[0] == 408


@pytest.mark.parametrize(
    ("path", "query"), [("/a\x00b", b""), ("/a", b"q=%00"), ("/" + "a" * 9000, b"")]
)
async def test_an_address_no_honest_page_has_is_refused(path: str, query: bytes) -> None:
    assert (await asked(iter([]), path, query))[0] in (400, 414)
