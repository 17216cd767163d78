"""Running the centre: the web server and its loops in one process, started and stopped cleanly."""

from __future__ import annotations

import gc
import logging
import os
import signal
import socket
import sys
import threading
from datetime import datetime
from types import FrameType

import click
import uvicorn
from django.conf import settings

from config.preparing import CannotStart, prepare
from shouwen.ground.kernel import delivery, idempotency, topics, wake
from shouwen.ground.kernel.loops import Loop, Runner, register_loop, registered_loops

logger = logging.getLogger(__name__)

GRACE_SECONDS = 5
# Longer than the proxy in front keeps an idle line, so that never we close one it is about to use:
# what is sent into a line being closed is lost, and a post is not sent again.
KEEP_ALIVE_SECONDS = 75
OTHER_PORT = 8080
# New objects before the young are looked through, and how often that happens before the older are.
GARBAGE_FIRST, GARBAGE_LATER = 20_000, (10, 10)
FRAME_LIMIT_BYTES = 16_384
# A thread gives way after so many seconds: the one that serves the lines asks for little, often.
GIVES_WAY_SECONDS = 0.001
# Whoever is at work says so every few seconds by themselves; this only finds lines that died
# silently, and must not cut those of a server that is late.
PING_EVERY_SECONDS, PONG_WITHIN_SECONDS = 30.0, 60.0
TIDY_EVERY_SECONDS = 3600.0


def check_port(host: str, port: int) -> None:
    """Raise CannotStart when another program has the port."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CannotStart(
                f"Port {port} on {host} cannot be used ({error.strerror}). "
                f"Stop the other program, or choose another port, such as PORT={OTHER_PORT}."
            ) from error


def _tidy(at: datetime) -> int:
    idempotency.forget_old_keys(at)
    delivery.forget_delivered(at)
    return 0


def register_kernel_loops() -> None:
    """Add the loops that belong to no room."""
    # Not elected: the guarded claim lets every process deliver beside the others.
    register_loop(Loop("deliver", 0.5, delivery.deliver_due, elected=False, nudge=wake.deliver))
    register_loop(Loop("tidy", TIDY_EVERY_SECONDS, _tidy))


def run(host: str, port: int, *, with_loops: bool) -> int:
    """Serve until stopped; give the exit status."""
    try:
        check_port(host, port)
        prepare(with_pages=True)
    except CannotStart as error:
        click.echo(str(error), err=True)
        return 1
    register_kernel_loops()
    runner = Runner(registered_loops() if with_loops else [])
    server = _Server(
        uvicorn.Config(
            "config.asgi:application",
            host=host,
            port=port,
            lifespan="off",
            ws="websockets-sansio",
            ws_max_size=FRAME_LIMIT_BYTES,
            ws_ping_interval=PING_EVERY_SECONDS,
            ws_ping_timeout=PONG_WITHIN_SECONDS,
            log_level="warning",
            access_log=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            server_header=False,
            proxy_headers=False,
        ),
        on_ready=lambda: _say_ready(host, port),
    )
    sys.setswitchinterval(GIVES_WAY_SECONDS)
    runner.start()
    # Uvicorn raises the signal again once it has stopped; by then the stop is done.
    signal.signal(signal.SIGTERM, lambda _number, _frame: None)
    try:
        server.run()
    except KeyboardInterrupt:
        pass
    finally:
        runner.stop()
    click.echo("Stopped.")
    return 0 if server.started else 1


def _rarely_sweep() -> None:
    """Let Python look for garbage less often, and never again through what it started with.

    Each look stops all threads: with 2,500 lines open it took half a second every seven.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE_FIRST, *GARBAGE_LATER)


class _Server(uvicorn.Server):
    """Uvicorn that says when it can be used."""

    def __init__(self, config: uvicorn.Config, on_ready: object) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        _rarely_sweep()
        if self.started and callable(self._on_ready):
            self._on_ready()


def _say_ready(host: str, port: int) -> None:
    base = f"http://{host}:{port}"
    click.echo(f"\nShouwen 首问 is ready (process {os.getpid()}).")
    for path, words in (
        ("/", "customers: chat and progress"),
        ("/desk/", "agents: the desk"),
        ("/cases/", "cases"),
        ("/wallboard/", "the wallboard"),
        ("/console/", "people, rules, audit trail"),
        ("/api/v1/docs", "API"),
    ):
        click.echo(f"  {base + path:<36} {words}")
    if settings.DEMO:
        from config.demo import centre  # noqa: PLC0415

        click.echo(centre.logins())
    click.echo("Ctrl-C stops it.")


def run_loops() -> int:
    """Turn the loops without a web server until stopped."""
    try:
        prepare(with_pages=False)
    except CannotStart as error:
        click.echo(str(error), err=True)
        return 1
    register_kernel_loops()
    stop = threading.Event()

    def ask_to_stop(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    topics.serve_alone()
    signal.signal(signal.SIGTERM, ask_to_stop)
    signal.signal(signal.SIGINT, ask_to_stop)
    runner = Runner(registered_loops())
    runner.start()
    click.echo(f"Loops running (process {os.getpid()}). Ctrl-C stops them.")
    stop.wait()
    runner.stop()
    return 0
