"""The shape of what is entered after a callback, and of a survey's wording."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from shouwen.assurance.satisfaction.actions import Answers
from shouwen.assurance.satisfaction.models import Solved
from shouwen.assurance.satisfaction.rules import surveys as rules
from shouwen.assurance.satisfaction.rules.campaigns import Plan
from shouwen.assurance.satisfaction.rules.surveys import QuestionWording, SurveyWording

# What is longer is refused by the rules; this bounds what a form can cost.
LONGEST = 2000
MOST_DRAWN = 99_999
NOTHING = QuestionWording(kind=rules.SCALE5, words_zh="", words_en="")


def answers_of(said: Mapping[str, str]) -> Answers:
    """Read the record of a callback; what is no answer stays missing, and the action says so."""
    score = said.get("score", "")
    return Answers(
        problem_confirmed=said.get("problem_confirmed") == "yes",
        result_told=said.get("result_told") == "yes",
        score=int(score) if score in ("1", "2", "3", "4", "5") else None,
        solved=said.get("solved") or Solved.UNSAID,
        suggestion=said.get("suggestion", ""),
    )


def _number(text: str, most: int, digits: int = 3) -> int:
    """Read a small whole number; what is none is 0."""
    if text.isascii() and text.isdigit() and len(text) <= digits:
        return min(int(text), most)
    return 0


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def plan_from(said: Mapping[str, str]) -> Plan:
    """Read a campaign's form as it stands, wrong or not: the action says what is wrong."""
    return Plan(
        name=" ".join(said.get("name", "")[:LONGEST].split()),
        survey=said.get("survey", "")[:LONGEST],
        unit=said.get("unit", "")[:LONGEST],
        way=said.get("way", ""),
        had=said.get("had", ""),
        had_days=_number(said.get("had_days", ""), 999),
        value=said.get("value", ""),
        risk=said.get("risk", ""),
        sample=said.get("sample", ""),
        size=_number(said.get("size", ""), MOST_DRAWN, digits=5),
        every=said.get("every", ""),
        starts_on=_day(said.get("starts_on", "")),
        ends_on=_day(said.get("ends_on", "")),
        window_days=_number(said.get("window_days", ""), 999),
    )


def wording_from(said: Mapping[str, str]) -> SurveyWording:
    """Read a survey's form as it stands, wrong or not: the action says what is wrong."""
    count = _number(said.get("questions", ""), rules.MOST_QUESTIONS + 1)
    return SurveyWording(
        **{name: said.get(name, "")[:LONGEST] for name in rules.TEXTS},
        window_days=_number(said.get("window_days", ""), 999),
        questions=tuple(_question(said, f"q{place}") for place in range(1, count + 1)),
    )


def _question(said: Mapping[str, str], name: str) -> QuestionWording:
    lines = said.get(f"{name}_choices", "")[:LONGEST].splitlines()
    pairs = [line.partition("|") for line in lines if line.strip()]
    return QuestionWording(
        kind=said.get(f"{name}_kind", ""),
        words_zh=said.get(f"{name}_words_zh", "")[:LONGEST],
        words_en=said.get(f"{name}_words_en", "")[:LONGEST],
        dimension=said.get(f"{name}_dimension", ""),
        is_required=said.get(f"{name}_required") == "yes",
        choices=tuple((zh.strip(), en.strip()) for zh, _bar, en in pairs),
    )


def reshaped(wording: SurveyWording, act: str) -> SurveyWording:
    """Add, take away or move a question of a form that is not saved yet.

    `act` is `add`, or `drop`, `up` or `down` with the question's place: `drop-2`.
    """
    questions = list(wording.questions)
    verb, _dash, place = act.partition("-")
    at = _number(place, rules.MOST_QUESTIONS + 1) - 1
    if verb == "add" and len(questions) < rules.MOST_QUESTIONS:
        questions.append(NOTHING)
    elif verb == "drop" and 0 <= at < len(questions):
        del questions[at]
    elif verb in ("up", "down") and 0 <= at < len(questions):
        to = at - 1 if verb == "up" else at + 1
        if 0 <= to < len(questions):
            questions[at], questions[to] = questions[to], questions[at]
    return replace(wording, questions=tuple(questions))
