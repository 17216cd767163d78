"""Material of a case: words and files its customer hands in, checked and kept like a chat's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shouwen.contact.conversations import plugs
from shouwen.contact.conversations.actions import OpenedFile, keeping, problems
from shouwen.contact.conversations.models import ScanState
from shouwen.ground.kernel.actor import Actor, ActorKind
from shouwen.ground.kernel.errors import Conflict, Invalid, NotThere
from shouwen.ground.kernel.events import announce
from shouwen.ground.vault import audit
from shouwen.people.customers import queries as customers
from shouwen.people.staff.models import Person
from shouwen.service.cases import access
from shouwen.service.cases.actions import running, texts
from shouwen.service.cases.actions.moving import Note, enter, move, tell_screens
from shouwen.service.cases.events import CaseCarriedOn, MaterialAdded
from shouwen.service.cases.models import Case, CaseFile, EntryKind
from shouwen.service.cases.rules.states import Act, State

MATERIAL = "material"
FILE_REF = re.compile(r"mat_[a-z2-7]{26}")
SCAN_BATCH = 20


class CaseIsOver(Conflict):
    """Nobody works on the case any more."""

    message = _("This question is closed. Ask anew, and name its number.")


class TooManyFiles(Invalid):
    """More files than the institution takes for one case."""

    message = _("This question holds as many files as we take. Tell us more in words.")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it comes in."""

    name: str
    data: bytes


def add_material(
    case: Case, *, text: str = "", files: Sequence[Upload] = (), actor: Actor, at: datetime
) -> list[CaseFile]:
    """Take words and files of the customer into the case; what waited for them goes on.

    All of it is taken, or nothing. A file that is there already is not kept twice. Raises
    CaseIsOver, TooManyFiles, NotThere, Invalid when there is nothing, and the named refusals of
    conversations for a file. Serves HB-2.1-08, OM-4.4-07.
    """
    access.require_customer(actor, case)
    text = texts.allowed("text", text)
    if not text and not files:
        raise Invalid(fields={"text": _("Write something, or choose a file.")})
    checked = check_files(files, case, actor=actor, at=at)
    return _keep_all(case, text, checked, actor=actor, at=at)


def check_files(
    files: Iterable[Upload], case: Case | None, *, actor: Actor, at: datetime
) -> list[keeping.CheckedFile]:
    """Judge files before anything is kept of them or of the matter they come with.

    The scanner may take its time: no transaction waits for it. Raises the named refusals of
    conversations.
    """
    checked = [keeping.check(file.name, file.data) for file in files]
    for file in checked:
        keeping.refuse_infected(file, case, actor=actor, at=at)
    return checked


def hand_in(
    case: Case, files: Sequence[keeping.CheckedFile], *, actor: Actor, at: datetime
) -> list[CaseFile]:
    """Keep checked files with the matter they came with, in the caller's transaction.

    Raises CaseIsOver, TooManyFiles.
    """
    return _keep_all(case, "", files, actor=actor, at=at)


def _keep_all(
    case: Case, text: str, checked: Sequence[keeping.CheckedFile], *, actor: Actor, at: datetime
) -> list[CaseFile]:
    # Kept before their rows are: a kill leaves files nobody knows, never a row without one.
    kept = [(file, keeping.keep(file, subject=case.seal_ref)) for file in checked]
    try:
        rows = _take_in(case, text, kept, actor, at)
    except BaseException:
        drop_kept(key for _file, key in kept)
        raise
    drop_kept({key for _file, key in kept} - {row.storage_key for row in rows})
    return rows


def drop_kept(keys: Iterable[str]) -> None:
    """Drop bytes that no row came to know."""
    for key in keys:
        plugs.file_store().drop(key)


@transaction.atomic
def _take_in(
    case: Case,
    text: str,
    kept: list[tuple[keeping.CheckedFile, str]],
    actor: Actor,
    at: datetime,
) -> list[CaseFile]:
    # The row is held: the number of files and the state are what they are until commit.
    now = Case.objects.select_for_update().get(pk=case.pk)
    if not now.is_open:
        raise CaseIsOver
    # What a colleague had added of it is theirs to see once they hand it in themselves.
    brought = [file.sha256 for file, _key in kept]
    CaseFile.objects.filter(case=case, sha256__in=brought).update(added_by=None)
    theirs = CaseFile.objects.filter(case=case, added_by__isnull=True)
    there = set(theirs.values_list("sha256", flat=True))
    new = {file.sha256: (file, key) for file, key in kept if file.sha256 not in there}
    if len(there) + len(new) > customers.self_service(case.institution_id).files_per_case:
        raise TooManyFiles(fields={"file": TooManyFiles.message})
    rows = [keep_row(case, file, key, at) for file, key in new.values()]
    if text or rows:
        names = [row.name.plain for row in rows]
        note = Note(EntryKind.CUSTOMER, "\n".join([text, *names] if text else names), visible=True)
        enter(case, MATERIAL, actor=actor, at=at, note=note)
        audit.record(actor, "case.material_added", case, at=at, detail={"files": len(rows)})
        announce(
            MaterialAdded(
                institution_id=case.institution_id,
                occurred_at=at,
                case_id=case.pk,
                files=len(rows),
            )
        )
    if now.state == State.WAITING_CUSTOMER:
        case.version, case.state = now.version, now.state
        move(case, Act.CARRY_ON, actor=actor, at=at, changes={"waits_for": ""})
        running.go_on(case, actor=Actor.system("portal", case.institution_id), at=at)
        announce(CaseCarriedOn(institution_id=case.institution_id, occurred_at=at, case_id=case.pk))
    tell_screens(case)
    return rows


def keep_row(
    case: Case,
    file: keeping.CheckedFile,
    storage_key: str,
    at: datetime,
    *,
    added_by: Person | None = None,
) -> CaseFile:
    """Put one kept file on the case, in the caller's transaction."""
    row = CaseFile(
        added_by=added_by,
        case=case,
        storage_key=storage_key,
        size_bytes=len(file.data),
        content_type=file.content_type,
        sha256=file.sha256,
        scan_state=ScanState.CLEAN if file.verdict else ScanState.PENDING,
        added_at=at,
        scanned_at=at if file.verdict else None,
    )
    row.name = file.name
    row.save(force_insert=True)
    return row


@transaction.atomic
def open_material(ref: str, *, actor: Actor, at: datetime) -> OpenedFile:
    """Hand out a file of a case the actor may look at; audited.

    Raises NotThere, FileNotReady until the scanner has passed it.
    """
    if not FILE_REF.fullmatch(ref):
        raise NotThere
    related = ("case__customer", "case__contact", "case__owner", "case__handler")
    row = CaseFile.objects.select_related(*related).filter(public_id=ref).first()
    if row is None or not access.may_read(actor, row.case):
        raise NotThere
    if row.added_by_id is not None and actor.kind is ActorKind.CUSTOMER:
        raise NotThere
    if row.scan_state == ScanState.REFUSED:
        raise NotThere
    if row.scan_state != ScanState.CLEAN:
        raise problems.FileNotReady
    data = keeping.contents(row.storage_key)
    audit.record(actor, "attachment.opened", row, at=at, detail={"case": row.case.public_id})
    return OpenedFile(row.name.plain, row.content_type, data)


def scan_waiting_material(at: datetime) -> int:
    """Scan files that were kept while the scanner was away; give how many were judged."""
    waiting = CaseFile.objects.filter(scan_state=ScanState.PENDING).select_related("case")
    return sum(_scan_one(row, at) for row in list(waiting.order_by("pk")[:SCAN_BATCH]))


def _scan_one(row: CaseFile, at: datetime) -> bool:
    verdict = keeping.scan_again(row.storage_key)
    if verdict is None:
        return False
    state = ScanState.CLEAN if verdict.is_clean else ScanState.REFUSED
    with transaction.atomic():
        judged = CaseFile.objects.filter(pk=row.pk, scan_state=ScanState.PENDING).update(
            scan_state=state, scanned_at=at
        )
        if judged:
            audit.record(
                Actor.system("scanner", row.case.institution_id),
                "attachment.scanned",
                row,
                at=at,
                result="done" if verdict.is_clean else "refused",
                detail={"found": verdict.found},
            )
            tell_screens(row.case)
    if judged and not verdict.is_clean:
        plugs.file_store().drop(row.storage_key)
    return bool(judged)
