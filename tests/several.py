"""A real centre of several processes: web servers, workers, PostgreSQL and Redis behind nginx."""

from __future__ import annotations

import contextlib
import re
import shutil
import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.live import READY_SECONDS, ROOT, Centre, free_port
from tests.run import Skipped, postgres

NGINX = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
REDIS = shutil.which("redis-server")
SHIPPED = ROOT / "deploy" / "nginx" / "shouwen.conf"
WEB_PROCESSES, WORKERS = 2, 2
UPSTREAM = re.compile(r" +server 127\.0\.0\.1:8000 (.+);\n")


def wait_for_port(port: int, seconds: float = 20.0) -> None:
    """Wait until somebody listens. Raises TimeoutError."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError(f"Nobody listens on {port}")


def nginx_settings(folder: Path, changes: dict[str, str]) -> Path:
    """Write the shipped file with these changes, and a whole configuration around it."""
    text = re.sub(r" +listen \[::\].*\n", "", SHIPPED.read_text())
    for old, new in changes.items():
        assert old in text, old
        text = text.replace(old, new)
    (folder / "shouwen.conf").write_text(text)
    whole = folder / "nginx.conf"
    whole.write_text(
        f"pid {folder}/nginx.pid; error_log {folder}/error.log; daemon off;\n"
        # A line holds two places: one towards the page, one towards the centre.
        f"worker_rlimit_nofile 16384; events {{ worker_connections 8192; }}\n"
        f"http {{ access_log off; client_body_temp_path {folder}/body;"
        f" proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/f;"
        f" uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;"
        f" include {folder}/shouwen.conf; }}\n"
    )
    return whole


@dataclass
class Worker(Centre):
    """A process with loops and no pages."""

    words: tuple[str, ...] = ("loops",)

    def wait_until_ready(self) -> Centre:
        """Wait until its loops turn. Raises RuntimeError with the centre's log when they do not."""
        said = f"Loops running (process {self.process.pid if self.process else 0})"
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            if self.process and self.process.poll() is not None:
                raise RuntimeError(f"The worker did not start:\n{self.log()[-4000:]}")
            if said in self.log():
                return self
            time.sleep(0.1)
        raise RuntimeError(f"The worker was not ready in time:\n{self.log()[-4000:]}")


@dataclass
class SeveralProcesses(Centre):
    """The whole of it; to a caller it is one centre at nginx's address."""

    webs: list[Centre] = field(default_factory=list)
    workers: list[Worker] = field(default_factory=list)
    redis_port: int = field(default_factory=free_port)
    is_durable: bool = False
    redis: subprocess.Popen[bytes] | None = None
    _ending: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)

    def start(self) -> SeveralProcesses:
        """Start the lot on an empty database, the processes at once. Raises Skipped."""
        if NGINX is None or REDIS is None:
            raise Skipped("nginx or Redis is not installed (apt-get install nginx-light redis)")
        with contextlib.ExitStack() as stack:
            self.settings |= {
                "DATABASE_URL": stack.enter_context(postgres(is_durable=self.is_durable)),
                "REDIS_URL": f"redis://127.0.0.1:{self.redis_port}/0",
                "SHOUWEN_PROXIES": "1",
            }
            self.start_redis()
            stack.callback(self.stop_redis)
            self.webs = [
                Centre(self.home, settings=self.settings, words=("up", "--no-loops"))
                for _number in range(WEB_PROCESSES)
            ]
            self.workers = [Worker(self.home, settings=self.settings) for _number in range(WORKERS)]
            for one in (*self.webs, *self.workers):
                one.begin()
                stack.callback(one.stop)
            for one in (*self.webs, *self.workers):
                one.wait_until_ready()
            self._start_nginx(stack)
            self._ending = stack.pop_all()
        return self

    def start_redis(self) -> None:
        """Start Redis on its port; it keeps nothing on disk."""
        self.redis = subprocess.Popen(
            [
                *(str(REDIS), "--port", str(self.redis_port), "--bind", "127.0.0.1"),
                *("--save", "", "--appendonly", "no", "--dir", str(self.home)),
            ],
            stdout=subprocess.DEVNULL,
        )
        wait_for_port(self.redis_port)

    def stop_redis(self) -> None:
        """End Redis at once; what it held is gone."""
        if self.redis:
            self.redis.kill()
            self.redis.wait()

    def _start_nginx(self, stack: contextlib.ExitStack) -> None:
        folder = self.home / "nginx"
        folder.mkdir()
        # Plain on this machine: the browser's journeys know no certificate of ours.
        line = UPSTREAM.search(SHIPPED.read_text())
        assert line, "the shipped upstream has changed its form"
        servers = "".join(f"    server 127.0.0.1:{web.port} {line[1]};\n" for web in self.webs)
        whole = nginx_settings(
            folder,
            {
                line[0]: servers,
                "listen 80;": f"listen 127.0.0.1:{free_port()};",
                "listen 443 ssl http2;": f"listen 127.0.0.1:{self.port};",
                "    ssl_certificate     /etc/shouwen/tls/fullchain.pem;\n": "",
                "    ssl_certificate_key /etc/shouwen/tls/key.pem;\n": "",
                "server_name centre.example;": "server_name 127.0.0.1;",
            },
        )
        front = subprocess.Popen([str(NGINX), "-c", str(whole)])
        stack.callback(front.wait, 10)
        stack.callback(front.terminate)
        wait_for_port(self.port)

    @property
    def pids(self) -> list[int]:
        """The processes that are Shouwen: web servers, then workers."""
        return [one.process.pid for one in (*self.webs, *self.workers) if one.process]

    def stop(self) -> int:
        """End it all; 0 when every process ended cleanly."""
        statuses = [one.stop() for one in (*self.webs, *self.workers)]
        self._ending.close()
        return max(map(abs, statuses), default=0)
