"""Set up a clone: environment, dependencies, page assets, messages. Does only what is missing.

Runs on the machine's own Python with the standard library alone: `python3 config/setup.py`.
"""

from __future__ import annotations

import argparse
import errno
import hashlib
import json
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # so that an old Python can still be told that it is too old
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from config import assets  # noqa: E402  (run as a script, only config/ itself is on the path)

LEAST_PYTHON = (3, 11)
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LAUNCHER = VENV / "bin" / "shouwen"
STAMP = VENV / ".stamp"
LOCKS = {"main": ROOT / "requirements" / "main.txt", "dev": ROOT / "requirements" / "dev.txt"}
MESSAGES = ("shouwen/*/*/locale/*/LC_MESSAGES/django.po", "config/locale/*/LC_MESSAGES/django.po")
NO_NETWORK = (
    "NewConnectionError",
    "name resolution",
    "Connection refused",
    "ReadTimeoutError",
    "ProxyError",
    "Network is unreachable",
    # Quiet pip says no more than this; the locks name versions that exist.
    "No matching distribution found",
)


class CannotSetUp(Exception):
    """Setting up failed; the message is one sentence saying what to do."""


class Steps:
    """Says each step as it begins, and how long it took when it was long."""

    def __init__(self) -> None:
        """Begin with nothing done."""
        self.done = 0
        self._began = time.monotonic()

    def __call__(self, words: str) -> None:
        """Say one step."""
        self.done += 1
        sys.stdout.write(f"· {words}\n")
        sys.stdout.flush()

    def finish(self, *, quiet: bool) -> None:
        """Say the end, unless nothing was done and quiet was asked for."""
        if self.done:
            sys.stdout.write(f"· Ready after {time.monotonic() - self._began:.0f} s\n")
        elif not quiet:
            sys.stdout.write("· Everything is in place\n")


def main() -> int:
    """Set up, or say in one sentence what is in the way."""
    parser = argparse.ArgumentParser(description="Set up this clone; does only what is missing.")
    parser.add_argument("--dev", action="store_true", help="also what testing needs")
    parser.add_argument("--quiet", action="store_true", help="say nothing when nothing is missing")
    options = parser.parse_args()
    say = Steps()
    try:
        check_python(sys.version_info[:2], sys.executable)
        set_up(say, dev=options.dev)
    except (CannotSetUp, assets.CannotBuild) as error:
        return fail(str(error))
    except OSError as error:
        return fail(os_words(error))
    except KeyboardInterrupt:
        return fail("Stopped. Run the same command again to go on.")
    say.finish(quiet=options.quiet)
    return 0


def set_up(say: Callable[[str], None], *, dev: bool) -> None:
    """Do every step that is missing. Raises CannotSetUp, assets.CannotBuild, OSError."""
    environment(say)
    dependencies(say, "dev" if dev else "main")
    launcher()
    assets.bring(say, dev=dev)
    messages(say)


def check_python(version: tuple[int, ...], where: str) -> None:
    """Refuse a Python that is too old. Raises CannotSetUp."""
    if version < LEAST_PYTHON:
        wanted, found = (".".join(map(str, number)) for number in (LEAST_PYTHON, version))
        raise CannotSetUp(
            f"Shouwen needs Python {wanted} or newer, and {where} is {found}. "
            f"Install it, then name it: make run PYTHON=python{wanted}"
        )


def environment(say: Callable[[str], None]) -> None:
    """Make `.venv`, anew when its Python is gone. Raises CannotSetUp."""
    if PYTHON.exists():
        return
    say(f"Making the environment ({VENV.name})")
    shutil.rmtree(VENV, ignore_errors=True)
    VENV.mkdir()
    done = run([sys.executable, "-m", "venv", str(VENV)])
    if done.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        if "ensurepip" in done.stdout + done.stderr:
            raise CannotSetUp(
                "This Python has no venv module. Install it (Debian and Ubuntu: "
                "apt install python3-venv), then run this again."
            )
        raise CannotSetUp(f"The environment could not be made: {last_line(done)}")


def dependencies(say: Callable[[str], None], kind: str) -> None:
    """Install what the lock names, with hashes. Raises CannotSetUp."""
    stamp = read_stamp()
    if stamp.get(kind) == digest(LOCKS[kind]):
        return
    say("Installing dependencies" + (" and test tools" if kind == "dev" else ""))
    done = run(
        [
            *(str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
            *("--no-input", "--require-hashes", "-r", str(LOCKS[kind])),
        ]
    )
    if done.returncode:
        words = done.stdout + done.stderr
        if any(sign in words for sign in NO_NETWORK):
            raise CannotSetUp(
                "The Python packages could not be fetched: no network and nothing in pip's cache. "
                "Connect once, or set pip's index to a mirror you can reach, then run this again."
            )
        raise CannotSetUp(f"pip failed: {last_line(done)}")
    # The test tools' lock holds everything the product needs as well.
    known = ("main", "dev") if kind == "dev" else ("main",)
    STAMP.write_text(json.dumps({**stamp, **{name: digest(LOCKS[name]) for name in known}}))


def launcher() -> None:
    """Write `.venv/bin/shouwen`, and let the environment find the project from any folder."""
    program = (
        "#!/bin/sh\n"
        "# Works from any folder, and with spaces in its own path.\n"
        'here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)\n'
        'exec "$here/python" -c '
        "\"import sys; sys.argv[0] = 'shouwen'; from config.cli import main; sys.exit(main())\" "
        '"$@"\n'
    )
    if not LAUNCHER.exists() or LAUNCHER.read_text() != program:
        LAUNCHER.write_text(program)
        LAUNCHER.chmod(0o755)
    for folder in VENV.glob("lib/python*/site-packages"):
        path = folder / "shouwen.pth"
        if not path.exists() or path.read_text() != f"{ROOT}\n":
            path.write_text(f"{ROOT}\n")


def messages(say: Callable[[str], None]) -> None:
    """Compile the message catalogues that changed. Raises CannotSetUp."""
    if not any(is_stale(path) for place in MESSAGES for path in ROOT.glob(place)):
        return
    say("Compiling messages")
    done = run([str(PYTHON), "-m", "shouwen.ground.kit.messages"])
    if done.returncode:
        raise CannotSetUp(f"A message catalogue is broken: {last_line(done)}")


def is_stale(source: Path) -> bool:
    """Whether a catalogue has no compiled file, or an older one."""
    target = source.with_suffix(".mo")
    return not target.exists() or target.stat().st_mtime < source.stat().st_mtime


def read_stamp() -> dict[str, str]:
    """Read which locks the environment was made from."""
    try:
        found = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}
    return {str(key): str(value) for key, value in found.items()}


def digest(path: Path) -> str:
    """Name a lock file by its contents."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def run(command: list[str]) -> subprocess.CompletedProcess[str]:
    """Run one of our own commands quietly, in the project's folder."""
    return subprocess.run(  # noqa: S603  (fixed commands of our own)
        command, cwd=ROOT, capture_output=True, text=True, check=False
    )


def last_line(done: subprocess.CompletedProcess[str]) -> str:
    """Give the line of an output that says most."""
    lines = [line.strip() for line in (done.stderr or done.stdout).splitlines() if line.strip()]
    return lines[-1] if lines else f"it ended with {done.returncode}"


def os_words(error: OSError) -> str:
    """Put a failure of the file system into one sentence."""
    where = error.filename or ROOT
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return (
            f"Cannot write to {where}. Give this account the right to write in {ROOT}, "
            "or clone into a folder it owns."
        )
    if error.errno == errno.ENOSPC:
        return f"No space left for {where}. Free about 700 MB, then run this again."
    return f"{error.strerror or error}: {where}"


def fail(words: str) -> int:
    """Say why, and give the exit status."""
    sys.stdout.flush()
    sys.stderr.write(f"{words}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
