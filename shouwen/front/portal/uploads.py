"""Files that come with a form of the portal, read within what is taken."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from shouwen.contact.conversations.actions import problems
from shouwen.contact.conversations.rules import content
from shouwen.ground.kernel import errors
from shouwen.service.cases.actions import Upload

FILES_AT_ONCE = 5
# Of all files of one form together; the browser names what is over it before it is sent.
MOST_BYTES = content.FILE_MAX_BYTES


class TooManyAtOnce(errors.Invalid):
    """More files than one form takes."""

    message = _("Choose up to 5 files at once. You can add more afterwards.")


def read_uploads(request: HttpRequest, name: str = "file") -> list[Upload]:
    """Read the files of a field; what is too large is refused unread.

    Raises TooManyAtOnce, FileTooLarge.
    """
    sent = request.FILES.getlist(name)
    if len(sent) > FILES_AT_ONCE:
        raise TooManyAtOnce(fields={name: TooManyAtOnce.message})
    if any((file.size or 0) > MOST_BYTES for file in sent):
        raise problems.FileTooLarge
    return [Upload(file.name or name, file.read()) for file in sent]
