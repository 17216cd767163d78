"""What customers handed in with a case and colleagues add: `/cases/{ref}/attachments`."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from django.http import HttpResponse
from ninja import File, Router, Schema, Status
from ninja.files import UploadedFile

from shouwen.contact.conversations.actions import problems
from shouwen.contact.conversations.rules import content
from shouwen.contact.conversations.views import as_download
from shouwen.ground.kernel import idempotency, time
from shouwen.ground.kit.api import PROBLEMS, ApiRequest, Key, ProblemOut
from shouwen.service.cases import actions, queries
from shouwen.service.cases.actions import Upload
from shouwen.service.cases.models import CaseFile

files_router = Router(tags=["cases"])


class FileOut(Schema):
    """One file; it is handed out once the scanner has passed it."""

    id: str
    name: str
    content_type: str
    size_bytes: int
    scan: Literal["PENDING", "CLEAN"]
    added_at: datetime
    # Added by a colleague; else the customer handed it in.
    by_staff: bool


class FileListOut(Schema):
    """Every file of a case and of those merged into it, oldest first; infected ones are gone."""

    items: list[FileOut]


def _shown(row: CaseFile) -> FileOut:
    return FileOut(
        id=row.public_id,
        name=row.name.plain,
        content_type=row.content_type,
        size_bytes=row.size_bytes,
        scan="CLEAN" if row.scan_state == "CLEAN" else "PENDING",
        added_at=row.added_at,
        by_staff=row.added_by_id is not None,
    )


@files_router.get(
    "/{ref}/attachments", response={200: FileListOut, **PROBLEMS}, summary="List the files"
)
def list_files(request: ApiRequest, ref: str) -> FileListOut:
    """Give what the customer handed in and what colleagues added."""
    rows = queries.files_of(queries.case_for(request.actor, ref))
    return FileListOut(items=[_shown(row) for row in rows])


@files_router.post(
    "/{ref}/attachments",
    response={201: FileOut, 413: ProblemOut, **PROBLEMS},
    summary="Add a file",
)
def add_file(
    request: ApiRequest, ref: str, file: Annotated[UploadedFile, File()], key: Key = ""
) -> Status[FileOut]:
    """Add one file of at most 10 MB as a colleague, sent as a form; the customer does not see it.

    Its type, content and the scanner are asked as on the page. The same key adds it once, and what
    the case holds already is not kept twice. 409 for a case that is closed.
    """
    actor, at = request.actor, time.now()
    case = queries.case_for(actor, ref)
    if (file.size or 0) > content.FILE_MAX_BYTES:
        raise problems.FileTooLarge
    # The scanner may take its time: the key's transaction begins after it.
    sent = [Upload(file.name or "file", file.read())]
    (checked,) = actions.check_to_attach(case, sent, actor=actor, at=at)

    def work() -> str:
        actions.attach_checked(case, [checked], actor=actor, at=at)
        return str(queries.file_like(case, checked.sha256).public_id)

    whole = {"about": ref, "name": checked.name, "sha256": checked.sha256}
    made = idempotency.do_once(f"api:case.attach:{actor.ref}", key, whole, work, at=at)
    return Status(201, _shown(queries.file_of(case, made)))


@files_router.get(
    "/{ref}/attachments/{material}",
    response={200: bytes, **PROBLEMS},
    summary="Download a file",
)
def download_file(request: ApiRequest, ref: str, material: str) -> HttpResponse:
    """Give one file of this case; each time is on the trail. 409 until the scanner passed it."""
    file = queries.file_of(queries.case_for(request.actor, ref), material)
    return as_download(actions.open_material(file.public_id, actor=request.actor, at=time.now()))
