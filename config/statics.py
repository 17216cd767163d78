"""Static files under ASGI: collected into the home folder, served without blocking a thread."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

PREFIX = settings.STATIC_URL.rstrip("/")


def collect() -> None:
    """Copy what the rooms and the asset folder hold, all of it whenever any of it is another.

    A copy's age says nothing: an older release, or a folder that was restored, has older files.
    """
    mark = settings.STATIC_ROOT / ".collected"
    wanted = _sources()
    if mark.exists() and mark.read_text() == wanted:
        return
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    mark.write_text(wanted)


def _sources() -> str:
    """Give a short name for everything there is to copy: each file's place, size and moment."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            found = Path(storage.path(name)).stat()
            digest.update(f"{name} {found.st_size} {found.st_mtime_ns}\n".encode())
    return digest.hexdigest()


class RevalidatedFiles(StaticFiles):
    """Files that a browser keeps but asks about, so that an upgrade is seen at once."""

    def file_response(self, *args: Any, **options: Any) -> Response:
        """Answer with the file, or with 304 when the browser has it."""
        response = super().file_response(*args, **options)
        response.headers["Cache-Control"] = "no-cache"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response


files = Starlette(
    routes=[Mount(PREFIX, RevalidatedFiles(directory=settings.STATIC_ROOT, check_dir=False))]
)
