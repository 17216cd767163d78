"""The home folder: where one installation keeps its database, files, keys and logs."""

from __future__ import annotations

import contextlib
import os
import secrets
import tempfile
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

SECRET_BYTES = 48


def home_folder() -> Path:
    """Give the folder `SHOUWEN_HOME` names (default `var/` in the project), made if missing.

    Raises ImproperlyConfigured with one sentence when it cannot be written to.
    """
    default = Path(__file__).resolve().parent.parent / "var"
    folder = Path(os.environ.get("SHOUWEN_HOME") or default).expanduser().resolve()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        # Without a name: processes that start together would take it away from each other.
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise ImproperlyConfigured(
            f"Cannot write to {folder} ({error.strerror}). "
            "Give this account the right to write there, or set SHOUWEN_HOME to a folder it owns."
        ) from error
    return folder


def kept_secret(home: Path) -> str:
    """Read this installation's signing secret, or make it on the first start."""
    path = home / "secret.key"
    if not path.exists():
        # Whole before it has its name: of two processes starting at once, neither reads half.
        draft = home / f".secret.{os.getpid()}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(SECRET_BYTES))
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_text().strip()
