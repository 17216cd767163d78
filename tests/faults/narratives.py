"""Complaints as people write them, made up for the tests: one round of the replay's lives."""

from __future__ import annotations

import csv
import json
from pathlib import Path

CHINESE = (
    "我上个月在贵行办理的贷款提前还清了，客户经理当时口头说不收违约金，结果扣了我1200元，要求退回。",
    "信用卡从来没有激活过，却收到年费账单，打了三次电话每次说法都不一样。",
    "网点只开一个窗口，等了将近两个小时，工作人员态度很差，还说爱办不办。",
    "理财产品到期收益和当初宣传的差很多，没有人给我解释过风险，请给一个说法。",
    "我的工资卡突然被冻结，说是风控，问原因没有人能讲清楚，已经影响我交房租。",
    "每天早上六点就收到催收短信，还发给了我的同事，请立即停止。",
)
ENGLISH = (
    "I was charged an overdraft fee twice on the same day although the deposit had been posted.",
    "My mortgage payment was returned by your system and you reported me as late.",
    "I disputed a charge of 386 yuan three times and every letter says something else.",
    "The collectors call my office although I asked you in writing to stop.",
    "You closed my account without notice and I cannot get at the money in it.",
    "The insurance was added to my loan without my consent; I never signed for it.",
)


def two_files(folder: Path) -> list[Path]:
    """Write them as the public sets are written: a table, and a line of JSON for each."""
    table, lines = folder / "letters.csv", folder / "narratives.jsonl"
    with table.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["title", "text"])
        writer.writerows([f"第{number}封", text] for number, text in enumerate(CHINESE, 1))
    lines.write_text("\n".join(json.dumps({"narrative": text}) for text in ENGLISH))
    return [table, lines]
