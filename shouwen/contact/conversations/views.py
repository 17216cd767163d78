"""The one page of this room: a file, handed out to be kept and never to be shown in place."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from shouwen.contact.conversations import actions
from shouwen.contact.conversations.actions import OpenedFile
from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import NotSignedIn
from shouwen.ground.kit.web import download


@require_safe
def attachment(request: HttpRequest, public_id: str) -> HttpResponse:
    """Hand out a file to staff in scope; visitors have their own door in the chat."""
    actor = getattr(request, "actor", None)
    if actor is None:
        raise NotSignedIn
    return as_download(actions.open_attachment(actor, public_id, at=time.now()))


def as_download(file: OpenedFile) -> HttpResponse:
    """Answer with a file that no browser opens in place, runs, or keeps in a shared cache."""
    return download(file.data, name=file.name, content_type=file.content_type)
