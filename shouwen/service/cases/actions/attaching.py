"""Files that a colleague adds to a case: the scan of a letter, a fax, what was found meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shouwen.contact.conversations.actions import keeping
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid
from shouwen.ground.vault import audit
from shouwen.people.staff import queries as staff
from shouwen.service.cases import access
from shouwen.service.cases.actions.materials import (
    CaseIsOver,
    TooManyFiles,
    Upload,
    check_files,
    drop_kept,
    keep_row,
)
from shouwen.service.cases.actions.moving import Note, enter, tell_screens
from shouwen.service.cases.models import Case, CaseFile, EntryKind
from shouwen.service.cases.rules.states import Act

ATTACH = "attach"
# A technical bound; no document knows one.
MOST_BY_STAFF = 50


def attach_files(
    case: Case, files: Sequence[Upload], *, actor: Actor, at: datetime
) -> list[CaseFile]:
    """Add files to a case as a colleague; the customer does not see them.

    Checked as a customer's are. Raises Invalid for none, CaseIsOver, TooManyFiles, NotThere,
    NotYourCase, and the named refusals of conversations for a file. Serves OM-4.4-07.
    """
    checked = check_to_attach(case, files, actor=actor, at=at)
    return attach_checked(case, checked, actor=actor, at=at)


def check_to_attach(
    case: Case, files: Sequence[Upload], *, actor: Actor, at: datetime
) -> list[keeping.CheckedFile]:
    """Judge files before a transaction begins, for whoever may add them.

    Raises what `attach_files` raises before anything is kept.
    """
    access.require_work(actor, case, Act.CLASSIFY)
    staff.person_acting(actor)
    if not files:
        raise Invalid(fields={"file": _("Choose a file.")})
    if not case.is_open:
        raise CaseIsOver
    return check_files(files, case, actor=actor, at=at)


def attach_checked(
    case: Case, files: Sequence[keeping.CheckedFile], *, actor: Actor, at: datetime
) -> list[CaseFile]:
    """Keep checked files, all or none; one that is there already is not kept twice."""
    access.require_work(actor, case, Act.CLASSIFY)
    # Kept before their rows are: a kill leaves files nobody knows, never a row without one.
    kept = [(file, keeping.keep(file, subject=case.seal_ref)) for file in files]
    try:
        rows = _take_in(case, kept, actor, at)
    except BaseException:
        drop_kept(key for _file, key in kept)
        raise
    drop_kept({key for _file, key in kept} - {row.storage_key for row in rows})
    return rows


@transaction.atomic
def _take_in(
    case: Case, kept: list[tuple[keeping.CheckedFile, str]], actor: Actor, at: datetime
) -> list[CaseFile]:
    now = Case.objects.select_for_update().get(pk=case.pk)
    if not now.is_open:
        raise CaseIsOver
    there = set(CaseFile.objects.filter(case=case).values_list("sha256", flat=True))
    new = {file.sha256: (file, key) for file, key in kept if file.sha256 not in there}
    ours = CaseFile.objects.filter(case=case, added_by__isnull=False).count()
    if ours + len(new) > MOST_BY_STAFF:
        raise TooManyFiles(fields={"file": TooManyFiles.message})
    person = staff.person_acting(actor) if new else None
    rows = [keep_row(case, file, key, at, added_by=person) for file, key in new.values()]
    if rows:
        names = "\n".join(row.name.plain for row in rows)
        enter(case, ATTACH, actor=actor, at=at, note=Note(EntryKind.INTERNAL, names))
        audit.record(actor, "case.files_attached", case, at=at, detail={"files": len(rows)})
    tell_screens(case)
    return rows
