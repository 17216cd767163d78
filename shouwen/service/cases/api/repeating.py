"""Doing what a program asks for once, however often it is sent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from shouwen.ground.kernel import idempotency
from shouwen.ground.kit.api import ApiRequest, Key, Strict

__all__ = ["Key", "once"]


def once(
    request: ApiRequest,
    act: str,
    key: str,
    body: Strict,
    at: datetime,
    work: Callable[[], str],
    ref: str = "",
) -> str:
    """Do the work once for each key, where the caller sends one; give what the work gave."""
    whole = {"case": ref, **body.model_dump(mode="json")}
    scope = f"api:case.{act}:{request.actor.ref}"
    return idempotency.do_once(scope, key, whole, work, at=at)
