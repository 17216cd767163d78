"""Wordings that a new survey of each kind begins with; the house words them as it likes."""

from __future__ import annotations

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from shouwen.assurance.satisfaction.rules import surveys as rules
from shouwen.assurance.satisfaction.rules.surveys import QuestionWording, SurveyWording
from shouwen.ground.kernel.errors import Words

NAMES: dict[str, Words] = {
    rules.CONTACT: _("How was our conversation?"),
    rules.CASE: _("How did we handle your case?"),
    rules.CAMPAIGN: _("Your view of our service"),
}
INTRO = _("A minute of your time helps us do better. Your answers change nothing about your case.")
_OVERALL = (rules.SCALE5, rules.OVERALL, _("Overall, how satisfied are you?"), True)
_SOLVED = (rules.YES_NO, rules.SOLVED, _("Has your question been solved?"), False)
_MORE = (rules.TEXT, "", _("What should we do better?"), False)
_ATTITUDE = (rules.SCALE5, "ATTITUDE", _("How do you rate our attitude?"), False)
_SPEED = (rules.SCALE5, "SPEED", _("How do you rate the speed of our answers?"), False)
_SOLUTION = (rules.SCALE5, "SOLUTION", _("How do you rate the solution?"), False)
_ACCURACY = (rules.SCALE5, "ACCURACY", _("Was what we told you clear and correct?"), False)
_EFFECT = (rules.SCALE5, "EFFECT", _("How well did the solution work for you?"), False)
_TIMELINESS = (rules.SCALE5, "TIMELINESS", _("Was your case handled in good time?"), False)
_TALK = (rules.SCALE5, "COMMUNICATION", _("Did we keep you informed?"), False)
_RECOMMEND = (rules.SCALE10, "", _("How likely are you to recommend us to others?"), False)
QUESTIONS: dict[str, tuple[tuple[str, str, Words, bool], ...]] = {
    rules.CONTACT: (_OVERALL, _SOLVED, _ATTITUDE, _SPEED, _SOLUTION, _ACCURACY, _MORE),
    rules.CASE: (_OVERALL, _SOLVED, _TIMELINESS, _EFFECT, _TALK, _MORE),
    rules.CAMPAIGN: (_OVERALL, _ATTITUDE, _SPEED, _RECOMMEND, _MORE),
}


def standard(kind: str, window_days: int) -> SurveyWording:
    """Give what a new survey of this kind begins with, in both languages."""

    def both(words: Words) -> tuple[str, str]:
        said = []
        for language in ("zh-hans", "en"):
            with translation.override(language):
                said.append(str(words))
        return said[0], said[1]

    name, intro = both(NAMES[kind]), both(INTRO)
    questions = []
    for how, dimension, words, needed in QUESTIONS[kind]:
        zh, en = both(words)
        questions.append(QuestionWording(how, zh, en, dimension, needed))
    return SurveyWording(name[0], name[1], intro[0], intro[1], window_days, tuple(questions))
