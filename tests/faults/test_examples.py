"""The examples of the documents do what they say, against a running centre."""

from __future__ import annotations

import base64
import importlib.util
import json
import os
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from shouwen.front.integrations.tests.receiving import receiving
from tests.live import ROOT, Centre, founded

pytestmark = pytest.mark.faults

EXAMPLES = ROOT / "docs" / "examples"
ARRIVES_SECONDS = 30


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    """Give a running centre that may send to this machine."""
    home = founded(tmp_path_factory.mktemp("examples"))
    running = Centre(home, settings={"SHOUWEN_EGRESS_NETWORKS": "127.0.0.0/8"}).start()
    yield running
    log = running.log()
    running.stop()
    assert "Traceback" not in log, log[log.index("Traceback") - 500 :][:4000]


def _example(name: str) -> ModuleType:
    found = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
    assert found
    assert found.loader
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def _run(centre: Centre, key: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(EXAMPLES / "open_a_case.py")],
        env={**os.environ, "SHOUWEN_URL": centre.url, "SHOUWEN_KEY": key},
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_the_program_opens_a_case_and_lists_it(centre: Centre) -> None:
    done = _run(centre, centre.key("lead", person="lead"))
    assert done.returncode == 0, done.stderr
    opened, *listed = done.stdout.splitlines()
    assert opened.split()[1] in {line.split()[0] for line in listed}


def test_the_program_names_what_is_refused(centre: Centre) -> None:
    done = _run(centre, centre.key("auditor"))
    assert done.returncode == 1
    assert "Refused: not-allowed" in done.stderr


def _must(centre: Centre, method: str, path: str, key: str, body: Any = None) -> Any:
    headers = {"Idempotency-Key": uuid.uuid4().hex} if method == "POST" else {}
    status, answer = centre.call(method, f"/api/v1{path}", key=key, body=body, **headers)
    assert status < 300, answer
    return answer


def test_a_webhook_set_up_by_the_api_tells_the_receiver_of_a_case(centre: Centre) -> None:
    admin, risk, lead = (centre.key(role, person=role) for role in ("admin", "risk", "lead"))
    receive = _example("receive")
    with receiving() as receiver:
        wanted = {
            "name": "CRM",
            "address": receiver.url,
            "events": ["case.opened"],
            "reason": "同步",
        }
        made = _must(centre, "POST", "/webhooks", admin, wanted)
        waiting = _must(centre, "GET", "/approvals", risk)["items"]
        [request] = [each["id"] for each in waiting if each["subject"] == made["id"]]
        _must(centre, "POST", f"/approvals/{request}/approve", risk, {"opinion": "同意"})
        case = _must(centre, "POST", "/cases", lead, {"title": "年费", "description": "询问年费。"})
        until = time.monotonic() + ARRIVES_SECONDS
        while not receiver.got and time.monotonic() < until:
            time.sleep(0.05)
        [got] = receiver.got
    event = receive.event_of(got.headers, got.body, made["secret"], time.time())
    assert (event["type"], event["object"]) == ("case.opened", {"kind": "case", "ref": case["id"]})
    assert "年费" not in json.dumps(event, ensure_ascii=False)
    another = "whsec_" + base64.b64encode(b"another secret of ours").decode()
    for headers, body, secret, now in (
        (got.headers, got.body + b" ", made["secret"], time.time()),
        (got.headers, got.body, another, time.time()),
        (got.headers, got.body, made["secret"], time.time() + 301),
        ({**got.headers, "webhook-timestamp": "soon"}, got.body, made["secret"], time.time()),
        ({}, got.body, made["secret"], time.time()),
    ):
        with pytest.raises(receive.NotGenuine):
            receive.event_of(headers, body, secret, now)


def test_the_documents_name_the_examples() -> None:
    text = (Path(ROOT) / "docs" / "api.md").read_text()
    assert all(f"examples/{path.name}" in text for path in EXAMPLES.glob("*.py"))
