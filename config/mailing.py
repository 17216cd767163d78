"""Trying the mail server out by hand."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings

from shouwen.ground.kernel.ids import public_id
from shouwen.people.customers.ports import LetterNotTaken
from shouwen.people.customers.smtp import SmtpLetterbox


def try_out(address: str, *, say: Callable[[str], object]) -> int:
    """Send one letter now and say how it went; give the exit status."""
    if settings.SMTP is None:
        say("SHOUWEN_SMTP is not set: see docs/operations.md.")
        return 2
    words = "This is a trial. Letters of this centre reach you.\n这是一封测试邮件，可以正常收到。"
    try:
        SmtpLetterbox(settings.SMTP).post(
            "EMAIL", address, words, key=public_id("trial"), subject="Shouwen 首问: trial 测试"
        )
    except LetterNotTaken as refusal:
        say(f"{settings.SMTP.place} did not take it: {refusal.code}")
        return 1
    say(f"{settings.SMTP.place} took it.")
    return 0
