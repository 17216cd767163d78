"""`shouwen replay` with 500 contacts, 50 at once, in two languages; then the trail verifies."""

from __future__ import annotations

import csv
import json
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.databases import demo_centre, each_kind
from tests.run import Skipped

CONTACTS, AT_ONCE = 500, 50
SEED = 1
# Written for this measurement; `shouwen replay` takes any CSV or JSONL file of texts.
TEXTS = (
    "我的信用卡被扣了两次年费，请帮我查一下。",
    "转账三小时了还没有到账，怎么办？",
    "怎么修改预留手机号？",
    "提前还款要收手续费吗？",
    "收不到验证码，登录不了。",
    "我要投诉，等了一个小时没有人接。",
    "My card was declined abroad. What can I do?",
    "How do I repay my loan early?",
    "I do not recognise a charge of 2,386 yuan.",
    "Please send me a settlement certificate.",
)


def measure() -> Iterator[dict[str, Any]]:
    """Play on both databases. Raises RuntimeError when something was lost or doubled."""
    for kind in each_kind():
        try:
            with demo_centre(kind) as centre:
                centre.start()
                yield {"database": kind, **_play(centre)}
        except Skipped as reason:
            yield {"database": kind, "skipped": str(reason)}


def _play(centre: Any) -> dict[str, Any]:
    file = _texts(centre.home)
    words = ("--contacts", str(CONTACTS), "--at-once", str(AT_ONCE), "--url", centre.url)
    began = time.perf_counter()
    played = centre.command("replay", str(file), *words, timeout=1500)
    seconds = time.perf_counter() - began
    if played.returncode:
        raise RuntimeError(f"{played.stdout[-2000:]}\n{played.stderr[-2000:]}")
    report = json.loads(played.stdout.strip().splitlines()[-1])
    # The sequencer is half a second behind at most.
    time.sleep(1)
    verified = centre.command("audit", "verify")
    return {
        "what": f"{CONTACTS} contacts, {AT_ONCE} at once",
        "seconds": round(seconds, 1),
        "contacts_per_second": round(CONTACTS / seconds, 2),
        "report": report,
        "trail": json.loads(verified.stdout),
    }


def _texts(home: Path) -> Path:
    file = home / "texts.csv"
    chance = random.Random(SEED)
    with file.open("w", newline="") as opened:
        lines = csv.writer(opened)
        lines.writerow(["text", "label"])
        for number in range(CONTACTS):
            lines.writerow([f"{chance.choice(TEXTS)} ({number})", ""])
    return file
