"""A real centre in a process of its own, for journeys, faults and measurements."""

from __future__ import annotations

import atexit
import fcntl
import functools
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SHOUWEN = ROOT / ".venv" / "bin" / "shouwen"
READY_SECONDS = 180.0


def free_port() -> int:
    """Ask the system for a port nobody has."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def founded(home: Path) -> Path:
    """Put the demo centre into an empty home folder: it is founded once and copied from then on.

    The copies share one folder among all steps of a run where `SHOUWEN_TEST_FOUNDED` names it.
    """
    model = Path(os.environ.get("SHOUWEN_TEST_FOUNDED") or _own_folder())
    # Processes beside each other want it at once: one founds it, the others wait.
    turn = os.open(model, os.O_RDONLY)
    try:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not (model / "demo-password").exists():
            made = Centre(model).command("demo", "--days", "2")
            if made.returncode:
                raise RuntimeError(made.stdout + made.stderr)
    finally:
        os.close(turn)
    shutil.copytree(model, home, dirs_exist_ok=True)
    return home


@functools.cache
def _own_folder() -> str:
    folder = tempfile.mkdtemp(prefix="shouwen-founded-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@dataclass
class Centre:
    """One running centre with a home folder of its own."""

    home: Path
    port: int = field(default_factory=free_port)
    settings: dict[str, str] = field(default_factory=dict)
    words: tuple[str, ...] = ("up",)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """What the centre's own programs need to find it."""
        kept = {k: v for k, v in os.environ.items() if k != "SHOUWEN_TESTING"}
        return {
            **kept,
            "SHOUWEN_HOME": str(self.home),
            "SHOUWEN_DEMO": "1",
            "SHOUWEN_DEMO_DAYS": "2",
            "PORT": str(self.port),
            **self.settings,
        }

    @property
    def password(self) -> str:
        """The demo logins' password."""
        return (self.home / "demo-password").read_text().strip()

    def start(self) -> Centre:
        """Start it and wait until it can work. Raises RuntimeError with its log when it cannot."""
        self.begin()
        return self.wait_until_ready()

    def begin(self) -> None:
        """Start it without waiting."""
        with (self.home / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [str(SHOUWEN), *self.words], cwd=ROOT, env=self.environment, stdout=log, stderr=log
            )

    def wait_until_ready(self) -> Centre:
        """Wait until it can work. Raises RuntimeError with its log when it cannot."""
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            if self.process and self.process.poll() is not None:
                raise RuntimeError(f"The centre did not start:\n{self.log()[-4000:]}")
            try:
                with urllib.request.urlopen(f"{self.url}/readyz", timeout=2) as answer:
                    if answer.status == 200:
                        return self
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        raise RuntimeError(f"The centre was not ready in time:\n{self.log()[-4000:]}")

    def kill(self) -> None:
        """End it without any warning, as a power cut would."""
        if self.process:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()

    def stop(self) -> int:
        """Ask it to end and give its exit status."""
        if not self.process:
            return 0
        self.process.terminate()
        try:
            return self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()
            return -9

    def log(self) -> str:
        """Everything it has said."""
        return (self.home / "server.log").read_text(errors="replace")

    def command(self, *words: str, timeout: float = 600) -> subprocess.CompletedProcess[str]:
        """Run `shouwen` on this centre."""
        return subprocess.run(
            [str(SHOUWEN), *words],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=timeout,
        )

    def key(self, role: str, institution: str = "bank", person: str = "") -> str:
        """Make an API key and give its token."""
        words = ["api-key", "create", "--role", role, "--institution", institution]
        words += ["--per-minute", "1000000"]
        made = self.command(*words, *(["--person", person] if person else []))
        if made.returncode:
            raise RuntimeError(made.stderr)
        return made.stdout.strip().splitlines()[-1]

    def call(
        self, method: str, path: str, *, key: str = "", body: Any = None, **headers: str
    ) -> tuple[int, Any]:
        """Call the API; give status and JSON."""
        request = urllib.request.Request(
            f"{self.url}{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json", **headers},
        )
        if key:
            request.add_header("Authorization", f"Bearer {key}")
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read() or b"null")
