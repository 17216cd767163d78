"""What customers want, in the words they used last: what a list shows beside a name."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from shouwen.contact.conversations.models import AuthorKind, Contact, Message, MessageKind
from shouwen.contact.conversations.queries import preview_of
from shouwen.ground.kernel.prepared import Prepared
from shouwen.ground.vault import masking


def _last_words(contacts: list[int]) -> QuerySet[Message]:
    last = Message.objects.filter(contact=OuterRef("pk"), author_kind=AuthorKind.CUSTOMER).order_by(
        "-sequence"
    )
    latest = (
        Contact.objects.filter(pk__in=contacts)
        .annotate(last_pk=Subquery(last.values("pk")[:1]))
        .filter(last_pk__isnull=False)
        .order_by()
    )
    messages = Message.objects.filter(pk__in=latest.values("last_pk")).select_related("contact")
    return messages.order_by("pk")


_said_last = Prepared(_last_words, contacts=(int,))


def wants_of(contacts: Iterable[Contact]) -> dict[int, str]:
    """Give each contact's last customer words, redacted, by row id; one query for any number."""
    subjects = {contact.pk: contact.subject for contact in contacts}
    if not subjects:
        return {}
    messages = _said_last.all(contacts=list(subjects))
    said = {message.contact_id: _words(message) for message in messages}
    return {pk: said.get(pk) or subject for pk, subject in subjects.items()}


def _words(message: Message) -> str:
    words = masking.redact(preview_of(message))
    if message.kind == MessageKind.FILE:
        return _("[File] %(name)s") % {"name": words}
    return words
