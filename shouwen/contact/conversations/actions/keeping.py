"""A file is judged, kept and handed out: the same way for a contact, a case and an article."""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Model

from shouwen.contact.conversations import plugs
from shouwen.contact.conversations.actions import problems
from shouwen.contact.conversations.ports import ScannerAway, Verdict
from shouwen.contact.conversations.rules import content
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import NotThere
from shouwen.ground.vault import audit
from shouwen.ground.vault.files import open_file, seal_file


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """A file as it is handed out."""

    name: str
    content_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file whose type fits its name; `verdict` is None while the scanner is away."""

    name: str
    content_type: str
    sha256: str
    data: bytes
    verdict: Verdict | None


def check(name: str, data: bytes) -> CheckedFile:
    """Judge a file by its size, its content and the scanner; whether it is clean is in `verdict`.

    Raises FileTooLarge, FileRefused, PictureTooLarge.
    """
    name = content.tidy_name(name)
    if len(data) > content.FILE_MAX_BYTES:
        raise problems.FileTooLarge
    try:
        kind = content.content_type(name, data)
    except content.TooManyPixels as error:
        raise problems.PictureTooLarge from error
    except content.NotAccepted as error:
        raise problems.FileRefused(fields={"file": problems.FileRefused.message}) from error
    return CheckedFile(name, kind, hashlib.sha256(data).hexdigest(), data, scan(data))


def scan(data: bytes) -> Verdict | None:
    """Ask the scanner; None while it is away."""
    try:
        return plugs.scanner().scan(data)
    except ScannerAway:
        return None


def refuse_infected(
    file: CheckedFile, subject: Model | None, *, actor: Actor, at: datetime
) -> None:
    """Refuse a file in which the scanner found something; `subject` is what it was meant for,
    None where nothing of it is kept yet.

    The refusal is in the trail though nothing else of the act remains. Raises FileInfected.
    """
    if file.verdict is None or file.verdict.is_clean:
        return
    with transaction.atomic():
        detail = {"found": file.verdict.found}
        audit.record(actor, "attachment.refused", subject, at=at, result="refused", detail=detail)
    raise problems.FileInfected(fields={"file": problems.FileInfected.message})


def scan_again(storage_key: str) -> Verdict | None:
    """Ask the scanner about a file that was kept while it was away; None while it still is."""
    try:
        return scan(contents(storage_key))
    except NotThere:
        return Verdict(False, "missing")


def keep(file: CheckedFile, *, subject: str) -> str:
    """Seal a file under the data key of `subject` and keep it; give its storage key."""
    storage_key = base64.b32encode(secrets.token_bytes(16)).decode().rstrip("=").lower()
    sealed = seal_file(file.data, subject=subject, ref=storage_key)
    plugs.file_store().put(storage_key, sealed)
    return storage_key


def contents(storage_key: str) -> bytes:
    """Give a kept file opened. Raises NotThere where the store has lost it or dropped it."""
    try:
        sealed = plugs.file_store().get(storage_key)
    except FileNotFoundError as error:
        raise NotThere from error
    return open_file(sealed, ref=storage_key)
