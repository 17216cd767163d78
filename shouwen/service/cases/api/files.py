"""What customers handed in with a case, for programs: `/cases/{ref}/attachments`."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from django.http import HttpResponse
from ninja import Router, Schema

from shouwen.contact.conversations.views import as_download
from shouwen.ground.kernel import time
from shouwen.ground.kit.api import PROBLEMS, ApiRequest
from shouwen.service.cases import actions, queries
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
    )


@files_router.get(
    "/{ref}/attachments", response={200: FileListOut, **PROBLEMS}, summary="List the files"
)
def list_files(request: ApiRequest, ref: str) -> FileListOut:
    """Give what the customer handed in."""
    rows = queries.files_of(queries.case_for(request.actor, ref))
    return FileListOut(items=[_shown(row) for row in rows])


@files_router.get(
    "/{ref}/attachments/{material}",
    response={200: bytes, **PROBLEMS},
    summary="Download a file",
)
def download_file(request: ApiRequest, ref: str, material: str) -> HttpResponse:
    """Give one file of this case; each time is on the trail. 409 until the scanner passed it."""
    file = queries.file_of(queries.case_for(request.actor, ref), material)
    return as_download(actions.open_material(file.public_id, actor=request.actor, at=time.now()))
