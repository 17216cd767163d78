"""The chat panel, for any customer page."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shouwen.contact.channels.chat import forms
from shouwen.contact.conversations.rules import content
from shouwen.people.staff.models import Institution

register = template.Library()

SCORES = (1, 2, 3, 4, 5)


def _words() -> dict[str, str]:
    """What the page's script says, in the reader's language."""
    return {
        "title": _("Online service"),
        "sending": _("Sending"),
        "delivered": _("Delivered"),
        "read": _("Read"),
        "refused": _("Not sent."),
        "pending": _("Being checked"),
        "tooLong": _("A message holds up to 500 characters. Send the rest in another one."),
        "fileTooLarge": _("A file may have up to 10 MB. Choose a smaller one."),
        "personIsHere": _("You are talking with a person already."),
        "newContact": _("A new conversation begins here."),
        "chooseScore": _("Choose one of the five answers, then send your rating."),
        "left": _("Your message is kept under the number {number}. A person answers you."),
        "away": _("No connection. Check your network, then try again."),
    }


@register.inclusion_tag("carriers/panel.html", takes_context=True)
def chat_panel(
    context: template.Context,
    institution: Institution,
    rate_url: str,
    survey_url: str,
    is_floating: bool = False,
    is_framed: bool = False,
    is_page: bool = False,
) -> dict[str, Any]:
    """Draw the chat with this institution; its ratings go to `rate_url`, and the address of
    its survey comes from `survey_url`.

    Floating: a panel over a page, which connects when it is first used. Framed: within another
    site's page. Page: alone on ours.
    """
    code = institution.code
    return {
        "request": context.get("request"),
        "institution": institution,
        "base": reverse("carriers:hello", args=[code]).removesuffix("hello"),
        "socket": f"/ws/chat/{code}/",
        "rate_url": rate_url,
        "survey_url": survey_url,
        "language": forms.language_of(get_language() or ""),
        "longest": forms.TEXT_CHARACTERS,
        "largest": content.FILE_MAX_BYTES,
        "words": _words(),
        "words_id": f"chat-words-{code}",
        "scores": SCORES,
        "is_floating": is_floating,
        "is_framed": is_framed,
        "is_page": is_page,
    }
