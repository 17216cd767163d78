"""What a survey may ask: kinds of questions, what each is measured as, and how much at most."""

from __future__ import annotations

from dataclasses import dataclass

# The clock whose window bounds how long a survey may be answered (OM-4.3-03).
EVENT = "csat.evaluate"
CONTACT, CASE, CAMPAIGN = "CONTACT", "CASE", "CAMPAIGN"
# After a contact and after a case there is one survey; campaigns each have their own.
ONE_OF_A_KIND = frozenset({CONTACT, CASE})
SCALE5, SCALE10, YES_NO, CHOICE, TEXT = "SCALE5", "SCALE10", "YES_NO", "CHOICE", "TEXT"
KINDS = (SCALE5, SCALE10, YES_NO, CHOICE, TEXT)
# The lowest and highest number that answers a question of a kind; a choice goes by its place.
RANGE: dict[str, tuple[int, int]] = {SCALE5: (1, 5), SCALE10: (0, 10), YES_NO: (0, 1)}
OVERALL, SOLVED = "OVERALL", "SOLVED"
# What a question measures, and the kind of answer that measures it: the satisfaction rate
# (SN-21-01), whether it is solved (HB-3.3-04), four sides of a service (OM-4.3-02) and four of a
# complaint's handling (CG-4.3-01).
SERVICE = ("ATTITUDE", "SPEED", "SOLUTION", "ACCURACY")
COMPLAINT = ("TIMELINESS", "EFFECT", "COMMUNICATION", "FOLLOW_UP")
MEASURED_BY: dict[str, str] = {
    OVERALL: SCALE5,
    SOLVED: YES_NO,
    **dict.fromkeys((*SERVICE, *COMPLAINT), SCALE5),
}

TEXTS = ("name_zh", "name_en", "intro_zh", "intro_en")
MOST_QUESTIONS = 12
FEWEST_CHOICES, MOST_CHOICES = 2, 6
NAME_CHARACTERS = 60
INTRO_CHARACTERS = 200
QUESTION_CHARACTERS = 120
CHOICE_CHARACTERS = 40
ANSWER_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class QuestionWording:
    """One question as it is worded; each of `choices` is its Chinese and its English."""

    kind: str
    words_zh: str
    words_en: str
    dimension: str = ""
    is_required: bool = False
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SurveyWording:
    """Everything about a survey that can be worded; `window_days` are working days."""

    name_zh: str
    name_en: str
    intro_zh: str
    intro_en: str
    window_days: int
    questions: tuple[QuestionWording, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that cannot be: which field of the form, and why by a code."""

    field: str
    code: str


def faults(wanted: SurveyWording, first_days: int, last_days: int) -> list[Fault]:
    """Name everything that cannot be; the window lies between the two, in working days."""
    found: list[Fault] = []
    for name, most in (("name", NAME_CHARACTERS), ("intro", INTRO_CHARACTERS)):
        for language in ("zh", "en"):
            text = getattr(wanted, f"{name}_{language}")
            if len(text) > most:
                found.append(Fault(f"{name}_{language}", "too-long"))
            elif not text and name == "name":
                found.append(Fault(f"{name}_{language}", "missing"))
    if not first_days <= wanted.window_days <= last_days:
        found.append(Fault("window_days", "out-of-window"))
    asked = [question.dimension for question in wanted.questions]
    if not wanted.questions:
        found.append(Fault("questions", "no-question"))
    elif len(wanted.questions) > MOST_QUESTIONS:
        found.append(Fault("questions", "too-many"))
    elif asked.count(OVERALL) != 1:
        found.append(Fault("questions", "no-overall"))
    for place, question in enumerate(wanted.questions, 1):
        found += _question_faults(question, f"q{place}", asked)
    return found


def _question_faults(question: QuestionWording, name: str, asked: list[str]) -> list[Fault]:
    found: list[Fault] = []
    if question.kind not in KINDS:
        found.append(Fault(f"{name}_kind", "unknown"))
    for field in ("words_zh", "words_en"):
        text = getattr(question, field)
        if not text:
            found.append(Fault(f"{name}_{field}", "missing"))
        elif len(text) > QUESTION_CHARACTERS:
            found.append(Fault(f"{name}_{field}", "too-long"))
    if question.dimension:
        if question.dimension not in MEASURED_BY:
            found.append(Fault(f"{name}_dimension", "unknown"))
        elif MEASURED_BY[question.dimension] != question.kind:
            found.append(Fault(f"{name}_dimension", "not-by-this"))
        elif asked.count(question.dimension) > 1:
            found.append(Fault(f"{name}_dimension", "twice"))
        elif question.dimension == OVERALL and not question.is_required:
            found.append(Fault(f"{name}_dimension", "overall-optional"))
    if question.kind == CHOICE:
        found += _choice_faults(question, f"{name}_choices")
    return found


def _choice_faults(question: QuestionWording, field: str) -> list[Fault]:
    choices = question.choices
    if not FEWEST_CHOICES <= len(choices) <= MOST_CHOICES:
        return [Fault(field, "choices-number")]
    if any(not zh or not en for zh, en in choices):
        return [Fault(field, "choices-languages")]
    if any(len(text) > CHOICE_CHARACTERS for pair in choices for text in pair):
        return [Fault(field, "choices-long")]
    if any(len({pair[side] for pair in choices}) < len(choices) for side in (0, 1)):
        return [Fault(field, "choices-twice")]
    return []


def texts_of(wording: SurveyWording) -> list[tuple[str, str]]:
    """List every text that a customer would read, with its field of the form."""
    found = [(name, getattr(wording, name)) for name in TEXTS]
    for place, question in enumerate(wording.questions, 1):
        found += [
            (f"q{place}_words_zh", question.words_zh),
            (f"q{place}_words_en", question.words_en),
            (f"q{place}_choices", " ".join(f"{zh} {en}" for zh, en in question.choices)),
        ]
    return found


def is_answer(kind: str, number: int, choices: int = 0) -> bool:
    """Whether this number answers a question of this kind; `choices` of one with choices."""
    lowest, highest = RANGE.get(kind, (1, choices))
    return lowest <= number <= highest
