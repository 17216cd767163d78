"""Files of an article: added to and taken off a draft, and handed out to whoever may read it."""

from __future__ import annotations

import re
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shouwen.contact.conversations import plugs
from shouwen.contact.conversations.actions import OpenedFile, keeping
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid, NotThere
from shouwen.ground.vault import audit
from shouwen.service.knowledge.actions.moving import move
from shouwen.service.knowledge.actions.people import person_of
from shouwen.service.knowledge.actions.writing import WRITE, require_author
from shouwen.service.knowledge.models import FILES_MAX, ArticleFile, ArticleVersion
from shouwen.service.knowledge.rules.states import Act

FILE_REF = re.compile(r"kfile_[a-z2-7]{26}")


class TooManyFiles(Invalid):
    """More files than hang on one version."""

    message = _("There are as many files as one version takes. Take one off first.")


class ScannerSilent(Conflict):
    """A file of an article is kept only once it is known to be clean."""

    message = _("The file cannot be checked just now. Try again in a few minutes.")


def attach(
    version: ArticleVersion,
    *,
    name: str,
    data: bytes,
    seen: int | None = None,
    actor: Actor,
    at: datetime,
) -> ArticleFile:
    """Hang a file on a draft; one that the article has already is not kept twice.

    Raises NotAllowed, NotYourDraft, NothingOpen, ChangedMeanwhile, TooManyFiles, ScannerSilent,
    and the named refusals of conversations for a file.
    """
    person_of(actor, WRITE)
    require_author(actor, version)
    # The scanner may take its time: no transaction waits for it.
    file = keeping.check(name, data)
    if file.verdict is None:
        raise ScannerSilent
    keeping.refuse_infected(file, version.article, actor=actor, at=at)
    # Kept before its row is: a kill leaves a file nobody knows, never a row without one.
    storage_key = keeping.keep(file, subject=version.article.public_id)
    try:
        row = _hang(version, file, storage_key, seen=seen, actor=actor, at=at)
    except BaseException:
        plugs.file_store().drop(storage_key)
        raise
    if row.storage_key != storage_key:
        plugs.file_store().drop(storage_key)
    return row


@transaction.atomic
def _hang(
    version: ArticleVersion,
    file: keeping.CheckedFile,
    storage_key: str,
    *,
    seen: int | None,
    actor: Actor,
    at: datetime,
) -> ArticleFile:
    # The step holds the version's row, so the number of its files is what it is until commit.
    move(version, Act.EDIT, actor=actor, at=at, seen=seen, changes={})
    if version.files.count() >= FILES_MAX:
        raise TooManyFiles(fields={"file": TooManyFiles.message})
    row, is_new = ArticleFile.objects.get_or_create(
        article=version.article,
        sha256=file.sha256,
        defaults={
            "storage_key": storage_key,
            "name": file.name,
            "size_bytes": len(file.data),
            "content_type": file.content_type,
            "added_by": person_of(actor, WRITE),
            "added_at": at,
        },
    )
    version.files.add(row)
    detail = {"version": version.number, "file": row.public_id, "again": not is_new}
    audit.record(actor, "knowledge.file_added", version.article, at=at, detail=detail)
    return row


@transaction.atomic
def detach(
    version: ArticleVersion, ref: str, *, seen: int | None = None, actor: Actor, at: datetime
) -> None:
    """Take a file off a draft; versions that had it keep it.

    Raises NotAllowed, NotYourDraft, NothingOpen, ChangedMeanwhile, NotThere.
    """
    person_of(actor, WRITE)
    require_author(actor, version)
    row = version.files.filter(public_id=ref).first() if FILE_REF.fullmatch(ref) else None
    if row is None:
        raise NotThere
    move(version, Act.EDIT, actor=actor, at=at, seen=seen, changes={})
    version.files.remove(row)
    detail = {"version": version.number, "file": row.public_id}
    audit.record(actor, "knowledge.file_removed", version.article, at=at, detail=detail)


def open_attached(version: ArticleVersion, ref: str) -> OpenedFile:
    """Hand out a file of a version that the caller has found within sight. Raises NotThere."""
    row = version.files.filter(public_id=ref).first() if FILE_REF.fullmatch(ref) else None
    if row is None:
        raise NotThere
    return OpenedFile(row.name, row.content_type, keeping.contents(row.storage_key))
