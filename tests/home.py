"""What every test stands on: a home folder of its own, and nothing from this machine's settings.

A plugin named in `pyproject.toml`, because pytest-django reads the settings before any conftest.
"""

from __future__ import annotations

import atexit
import gc
import os
import shutil
import tempfile
from pathlib import Path

# Nothing of what is imported and collected is garbage; looking for it took longer than the rest.
gc.disable()

_home = tempfile.mkdtemp(prefix="shouwen-test-")
atexit.register(shutil.rmtree, _home, ignore_errors=True)
# The server makes it at its start; a client of the tests needs it as well.
(Path(_home) / "static").mkdir()
os.environ["SHOUWEN_HOME"] = _home
os.environ["SHOUWEN_TESTING"] = "1"
# Tests sign in by `client.force_login(person)`; those of signing in ask for the second factor.
os.environ["SHOUWEN_MFA"] = "optional"
for _name in ("SHOUWEN_DEMO", "SHOUWEN_SECRET_KEY", "SHOUWEN_KEYRING", "REDIS_URL", "PORT"):
    os.environ.pop(_name, None)


def pytest_collection_finish() -> None:
    """Look for garbage again, among what the tests themselves leave."""
    gc.freeze()
    gc.enable()
