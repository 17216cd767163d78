"""What a department is told of an early warning, in both languages: figures, no customer."""

from __future__ import annotations

from dataclasses import dataclass

VERSION = 1


@dataclass(frozen=True, slots=True)
class Said:
    """One warning in one language: what was counted, against what, and until when it waits."""

    institution: str
    figure: str
    value: str
    threshold: str
    first: str
    last: str
    unit: str
    answer_by: str


def subject(said: Said) -> str:
    """Give the subject of an e-mail."""
    return f"【投诉预警】{said.institution}：{said.figure} {said.value}"


def short(said: Said) -> str:
    """Give the words of a text message, in Chinese."""
    return (
        f"【{said.institution}】投诉预警：{said.figure} {said.value}，阈值{said.threshold}。"
        f"请于{said.answer_by}前登录系统处置。"
    )


def long(zh: Said, en: Said) -> str:
    """Give the words of an e-mail, Chinese first."""
    return "\n".join(
        (
            f"预警指标：{zh.figure}",
            f"统计值：{zh.value}（{zh.first} 至 {zh.last}）",
            f"阈值：{zh.threshold}",
            f"责任部门：{zh.unit}",
            f"请于 {zh.answer_by} 前登录系统，在“投诉分析—投诉预警”中查看相关投诉并写明处置措施。",
            "",
            f"Early warning: {en.figure}",
            f"Counted: {en.value} ({en.first} to {en.last})",
            f"Threshold: {en.threshold}",
            f"Unit in charge: {en.unit}",
            f"Please sign in and take note by {en.answer_by} (Analysis, Early warning).",
        )
    )
