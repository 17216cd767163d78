"""Taking a table out of a ledger: the cases', or that of a room above.

A few rows the asker takes alone; more than the house's figure only when a second person has
approved. The file is written in the background with what its asker may see, sealed, kept for a
stated time, and every download is on the trail. Serves PV-11-02.
"""

from __future__ import annotations

import base64
import logging
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shouwen.contact.conversations import plugs
from shouwen.contact.conversations.actions import keeping
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid
from shouwen.ground.kernel.topics import publish
from shouwen.ground.kit import sheets
from shouwen.ground.kit.sheets import Format, Mark
from shouwen.ground.policy import figures
from shouwen.ground.vault import actions as vault
from shouwen.ground.vault import audit, masking
from shouwen.ground.vault.files import seal_file
from shouwen.people.approvals import actions as approvals
from shouwen.people.approvals.actions import Subject
from shouwen.people.approvals.ports import Decision
from shouwen.people.staff import access as staff_access
from shouwen.people.staff import queries as staff
from shouwen.service.cases.actions import texts
from shouwen.service.cases.models import CaseExport, ExportState
from shouwen.service.cases.models.exports import REASON_MAX_CHARACTERS
from shouwen.service.cases.ports import Table, table_named
from shouwen.service.cases.queries import exports, searching
from shouwen.service.cases.queries.scope import Filters
from shouwen.service.cases.queries.tables import CASES

logger = logging.getLogger(__name__)

RIGHT = "case.export"
CLAUSE = "PV-11-02"
MOST_TRIES = 3
STUCK_SECONDS = 600
AT_ONCE = 3


class AskerHasLeft(Conflict):
    """What was asked for is taken by nobody."""

    message = gettext_lazy("The asker may no longer export cases. Send the request back.")


class ExportNotReady(Conflict):
    """There is no file to download."""

    message = gettext_lazy("There is no file any more, or not yet. Look at the export's state.")


@transaction.atomic
def ask_export(
    filters: Filters, *, kind: str, reason: str, language: str, actor: Actor, at: datetime
) -> CaseExport:
    """Ask for a table of the cases that fit; above the house's figure a second person approves.

    Raises NotAllowed, Invalid for no reason, no case, too many, or a search by a customer's number.
    """
    staff_access.require(actor, RIGHT)
    if filters.customers is not None or searching.names_a_customer(filters.q):
        raise Invalid(fields={"q": _("Cases found by a customer's number are not exported.")})
    plain = exports.plain_filters(filters)
    return ask_table(CASES, plain, kind=kind, reason=reason, language=language, actor=actor, at=at)


@transaction.atomic
def ask_table(
    table: Table,
    plain: dict[str, str],
    *,
    kind: str,
    reason: str,
    language: str,
    actor: Actor,
    at: datetime,
) -> CaseExport:
    """Ask for a table of the rows of a ledger that fit, in words of `ports.Table`.

    Raises NotAllowed, Invalid for no reason, no row, or too many.
    """
    for right in table.rights:
        staff_access.require(actor, right)
    asker = staff.person_acting(actor)
    reason = texts.needed("reason", reason, REASON_MAX_CHARACTERS)
    if kind not in set(Format):
        raise Invalid(fields={"format": _("Choose one of the values offered.")})
    most = figures.figure("export-most").value
    count = table.count(actor, plain, most + 1, at=at)
    if not count:
        raise Invalid(fields={"rows": _("Nothing fits. Change the filters.")})
    if count > most:
        words = _("More than %(most)s rows fit. Narrow the filters.") % {"most": f"{most:,}"}
        raise Invalid(fields={"rows": words})
    alone = count <= figures.figure("export-alone").value
    export = CaseExport.objects.create(
        institution_id=asker.institution_id,
        asked_by=asker,
        asked_at=at,
        reason=masking.redact(reason)[:REASON_MAX_CHARACTERS],
        ledger=table.name,
        filters=plain,
        format=kind,
        language=language,
        state=ExportState.QUEUED if alone else ExportState.ASKED,
        rows_asked=count,
    )
    detail: dict[str, audit.Value] = {
        "ledger": table.name,
        "rows": count,
        "format": kind,
        "second_person": not alone,
    }
    audit.record(actor, "export.asked", export, at=at, purpose=reason, detail=detail)
    if not alone:
        what = table.say(export.institution_id, export.filters)
        approval = approvals.ask_approval(
            table.kind,
            Subject("cases.caseexport", export.public_id),
            words=table.ask(count, what),
            reason=reason,
            payload={"export": export.public_id, "rows": count, "filters": export.filters},
            unit=asker.unit,
            actor=actor,
            at=at,
        )
        CaseExport.objects.filter(pk=export.pk).update(approval_ref=approval.public_id)
        export.approval_ref = approval.public_id
    return export


def settle_approval(decision: Decision, _at: datetime) -> None:
    """Let an approved export be written; called in the transaction of the decision.

    Raises AskerHasLeft where an export is approved for somebody who may no longer have it.
    """
    export = CaseExport.objects.select_related("asked_by").get(
        public_id=decision.payload["export"], institution_id=decision.institution_id
    )
    if decision.is_approved and not _may_still(export):
        raise AskerHasLeft
    state = ExportState.QUEUED if decision.is_approved else ExportState.REFUSED
    CaseExport.objects.filter(pk=export.pk, state=ExportState.ASKED).update(state=state)


def _may_still(export: CaseExport) -> bool:
    person = export.asked_by
    actor = staff.actor_of(person)
    rights = table_named(export.ledger).rights
    return person.is_active and all(staff_access.has_right(actor, right) for right in rights)


def write_waiting(at: datetime) -> int:
    """Write the files that wait, and delete those whose time is over; give how many."""
    stuck = at - timedelta(seconds=STUCK_SECONDS)
    queued = CaseExport.objects.filter(state=ExportState.QUEUED).exclude(taken_at__gt=stuck)
    done = 0
    for export in queued.select_related("asked_by__unit").order_by("pk")[:AT_ONCE]:
        # Counted up by a guarded update: of two writers one has it.
        mine = CaseExport.objects.filter(
            pk=export.pk, state=ExportState.QUEUED, tries=export.tries
        ).update(tries=F("tries") + 1, taken_at=at)
        if not mine:
            continue
        export.tries += 1
        try:
            _write(export, at)
        except Exception:
            # The next try may succeed; the last one tells the asker.
            logger.exception("export %s not written", export.public_id)
            _fail(export, at, is_last=export.tries >= MOST_TRIES)
        done += 1
    return done + _delete_over(at)


def _fail(export: CaseExport, at: datetime, *, is_last: bool) -> None:
    if not is_last:
        return
    with transaction.atomic():
        CaseExport.objects.filter(pk=export.pk, state=ExportState.QUEUED).update(
            state=ExportState.FAILED
        )
        system = Actor.system("exports", export.institution_id)
        audit.record(system, "export.failed", export, at=at)
        publish(f"person-{export.asked_by.public_id}")


def _write(export: CaseExport, at: datetime) -> None:
    person = export.asked_by
    if not _may_still(export):
        _fail(export, at, is_last=True)
        return
    actor = staff.actor_of(person)
    with translation.override(export.language):
        who = f"{person.name} {person.staff_no}"
        table = table_named(export.ledger)
        mark = Mark(table.title, export.public_id, who, at, export.reason)
        columns = table.columns(export.institution_id, export.filters)
        # Never more than were asked for.
        rows = table.rows(actor, export.filters, export.rows_asked, at=at)
        data, count = sheets.write(Format(export.format), columns, rows, mark)
    key = base64.b32encode(secrets.token_bytes(16)).decode().rstrip("=").lower()
    store = plugs.file_store()
    # Kept before the row says so: a kill in between leaves a file nobody knows.
    store.put(key, seal_file(data, subject=_subject(export), ref=key))
    kept_hours = figures.figure("export-kept").value
    try:
        with transaction.atomic():
            ready = CaseExport.objects.filter(pk=export.pk, state=ExportState.QUEUED).update(
                state=ExportState.READY,
                storage_key=key,
                rows=count,
                size_bytes=len(data),
                made_at=at,
                expires_at=at + timedelta(hours=kept_hours),
            )
            audit.record(actor, "export.written", export, at=at, detail={"rows": count})
            publish(f"person-{person.public_id}")
    except BaseException:
        store.drop(key)
        raise
    if not ready:
        store.drop(key)


def _subject(export: CaseExport) -> str:
    return f"export:{export.public_id}"


def _delete_over(at: datetime) -> int:
    over = CaseExport.objects.filter(state=ExportState.READY, expires_at__lte=at)
    count = 0
    for export in over.order_by("expires_at")[:AT_ONCE]:
        system = Actor.system("exports", export.institution_id)
        with transaction.atomic():
            mine = CaseExport.objects.filter(pk=export.pk, state=ExportState.READY).update(
                state=ExportState.OVER, storage_key=""
            )
            if not mine:
                continue
            audit.record(system, "export.deleted", export, at=at)
        # Without its key the file is unreadable, wherever a copy of it may lie.
        vault.destroy_key(_subject(export), actor=system, at=at)
        plugs.file_store().drop(export.storage_key)
        count += 1
    return count


@transaction.atomic
def download(public_id: str, *, actor: Actor, at: datetime) -> exports.ExportFile:
    """Give the file to whoever asked for it, and put that on the trail.

    Raises NotThere for anybody else, ExportNotReady before it is written and after its time.
    """
    staff_access.require(actor, RIGHT)
    export = exports.export_for(actor, public_id)
    for right in table_named(export.ledger).rights:
        staff_access.require(actor, right)
    if export.state != ExportState.READY or not export.expires_at or export.expires_at <= at:
        raise ExportNotReady
    data = keeping.contents(export.storage_key)
    detail = {"rows": export.rows, "bytes": export.size_bytes}
    audit.record(actor, "export.downloaded", export, at=at, purpose=export.reason, detail=detail)
    return exports.ExportFile(
        data, f"{export.ledger}-{export.public_id}.{export.format}", export.format
    )
