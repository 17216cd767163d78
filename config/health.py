"""Whether the process lives, whether it can work, and its figures for Prometheus."""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse

from shouwen.ground.kernel import delivery, time
from shouwen.ground.policy import figures
from shouwen.ground.vault import sequencer


def healthz(request: HttpRequest) -> HttpResponse:
    """Say that the process answers; asks nothing of the database."""
    return HttpResponse("ok\n", content_type="text/plain")


def readyz(request: HttpRequest) -> JsonResponse:
    """Say whether work can be taken: database, outbox and audit sequencer within their limits."""
    at = time.now()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        outbox = delivery.outbox_lag_seconds(at)
        sequence = sequencer.sequencer_lag_seconds(at)
    except DatabaseError:
        return _answer({"ready": False, "database": "away"})
    ready = (
        outbox <= figures.figure("health-outbox-seconds").value
        and sequence <= figures.figure("health-chain-seconds").value
    )
    told: dict[str, object] = {
        "ready": ready,
        "database": "ok",
        "outbox_lag_seconds": round(outbox, 3),
        "sequencer_lag_seconds": round(sequence, 3),
    }
    return _answer(told)


def _answer(told: dict[str, object]) -> JsonResponse:
    response = JsonResponse(told, status=200 if told["ready"] else 503)
    # Asked every few seconds by whatever stands in front: not ready yet is no error to log.
    response._has_been_logged = True  # type: ignore[attr-defined]  # Django's own mark
    return response


def metrics(request: HttpRequest) -> HttpResponse:
    """Give the process's figures in Prometheus' text form; holds no names and no ids."""
    at = time.now()
    lines = []
    for name, kind, words, value in (
        (
            "shouwen_outbox_lag_seconds",
            "gauge",
            "Age of the oldest waiting delivery",
            delivery.outbox_lag_seconds(at),
        ),
        ("shouwen_outbox_dead", "gauge", "Deliveries given up", float(delivery.dead_count())),
        (
            "shouwen_sequencer_lag_seconds",
            "gauge",
            "Age of the oldest audit row not yet chained",
            sequencer.sequencer_lag_seconds(at),
        ),
    ):
        lines += [f"# HELP {name} {words}", f"# TYPE {name} {kind}", f"{name} {value}"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; version=0.0.4")
