"""Files come into a contact: checked, scanned, kept, and handed out to those who may see them."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from shouwen.contact.conversations import access, plugs
from shouwen.contact.conversations.actions import keeping, problems, steps, talking
from shouwen.contact.conversations.models import (
    Attachment,
    Contact,
    Message,
    MessageKind,
    ScanState,
)
from shouwen.contact.conversations.rules import talking as words
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import NotThere
from shouwen.ground.vault import audit

SCAN_BATCH = 20


def attach_file(
    contact: Contact,
    *,
    author: str,
    name: str,
    data: bytes,
    client_key: str,
    actor: Actor,
    at: datetime,
) -> Message:
    """Take a file into a contact as a message of its own, whose body is the file's name.

    The type comes from the content and must fit the name; the scanner looks before anything is
    kept, and a file it cannot judge now stays shut until it can. The same key with the same file
    gives the message that is there already. Raises FileRefused, FileTooLarge, PictureTooLarge,
    FileInfected, and what `add_message` raises.
    """
    file = keeping.check(name, data)
    keeping.refuse_infected(file, contact, actor=actor, at=at)
    store = plugs.file_store()
    # Kept before the row is: a kill in between leaves a file nobody knows, never a row without one.
    storage_key = keeping.keep(file, subject=contact_subject(contact))
    try:
        message, is_new = _add(contact, author, file, storage_key, client_key, actor, at)
    except BaseException:
        store.drop(storage_key)
        raise
    if not is_new:
        store.drop(storage_key)
    return message


def contact_subject(contact: Contact) -> str:
    """Name whose data key seals what belongs to a contact."""
    return f"contact:{contact.public_id}"


@transaction.atomic
def _add(
    contact: Contact,
    author: str,
    file: keeping.CheckedFile,
    storage_key: str,
    client_key: str,
    actor: Actor,
    at: datetime,
) -> tuple[Message, bool]:
    message = talking.add_message(
        contact,
        author=author,
        body=file.name,
        client_key=client_key,
        kind=MessageKind.FILE,
        actor=actor,
        at=at,
    )
    there = Attachment.objects.filter(message=message).first()
    if there is not None:
        if there.sha256 != file.sha256:
            raise problems.ClientKeyReused
        return message, False
    if message.kind != MessageKind.FILE:
        raise problems.ClientKeyReused
    attachment = Attachment(
        message=message,
        storage_key=storage_key,
        size_bytes=len(file.data),
        content_type=file.content_type,
        sha256=file.sha256,
        scan_state=ScanState.CLEAN if file.verdict else ScanState.PENDING,
        scanned_at=at if file.verdict else None,
    )
    attachment.name = file.name
    attachment.save(force_insert=True)
    audit.record(
        actor,
        "attachment.added",
        attachment,
        at=at,
        detail={
            "contact": contact.public_id,
            "content_type": file.content_type,
            "size_bytes": len(file.data),
        },
    )
    return message, True


@transaction.atomic
def open_attachment(actor: Actor, public_id: str, *, at: datetime) -> keeping.OpenedFile:
    """Hand out a file to staff in scope, or to the visitor whose contact it is in; audited.

    Raises NotThere for anyone else, FileNotReady until the scanner has passed it.
    """
    if not words.FILE_ID.match(public_id):
        raise NotThere
    attachment = (
        Attachment.objects.select_related("message__contact")
        .filter(
            public_id=public_id,
            message__contact__in=Contact.objects.filter(access.within_reach(actor)),
        )
        .first()
    )
    if attachment is None or attachment.scan_state == ScanState.REFUSED:
        raise NotThere
    if attachment.scan_state != ScanState.CLEAN:
        raise problems.FileNotReady
    data = keeping.contents(attachment.storage_key)
    contact = attachment.message.contact
    audit.record(
        actor, "attachment.opened", attachment, at=at, detail={"contact": contact.public_id}
    )
    name = attachment.name.plain if attachment.name else "file"
    return keeping.OpenedFile(name, attachment.content_type, data)


def scan_waiting(at: datetime) -> int:
    """Scan files that were kept while the scanner was away; give how many were judged."""
    judged = 0
    waiting = Attachment.objects.filter(scan_state=ScanState.PENDING).order_by("pk")
    for attachment in waiting.select_related("message__contact__institution")[:SCAN_BATCH]:
        judged += _scan_one(attachment, at)
    return judged


def _scan_one(attachment: Attachment, at: datetime) -> bool:
    verdict = keeping.scan_again(attachment.storage_key)
    if verdict is None:
        return False
    state = ScanState.CLEAN if verdict.is_clean else ScanState.REFUSED
    contact = attachment.message.contact
    with transaction.atomic():
        judged = Attachment.objects.filter(pk=attachment.pk, scan_state=ScanState.PENDING).update(
            scan_state=state, scanned_at=at
        )
        if judged:
            audit.record(
                Actor.system("scanner", contact.institution_id),
                "attachment.scanned",
                attachment,
                at=at,
                result="done" if verdict.is_clean else "refused",
                detail={"found": verdict.found},
            )
            steps.tell_of_line(contact)
    if judged and not verdict.is_clean:
        plugs.file_store().drop(attachment.storage_key)
    return bool(judged)
