"""What the rooms' doors for programs have in common: the caller, strict bodies, told errors."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from django.http import HttpRequest
from ninja import Header, Schema
from pydantic import ConfigDict

from shouwen.ground.kernel import idempotency
from shouwen.ground.kernel.actor import Actor

Key = Annotated[str, Header(alias="Idempotency-Key")]


class ApiRequest(HttpRequest):
    """A request whose sender the API has recognised."""

    actor: Actor


class Strict(Schema):
    """A body that may hold the named fields and nothing else."""

    model_config = ConfigDict(extra="forbid")


class ProblemOut(Schema):
    """An error by name (RFC 9457)."""

    type: str
    code: str
    title: str
    status: int


PROBLEMS = {401: ProblemOut, 403: ProblemOut, 404: ProblemOut, 409: ProblemOut, 422: ProblemOut}


def once(
    request: ApiRequest,
    act: str,
    key: str,
    body: Strict,
    work: Callable[[], str],
    *,
    at: datetime,
    about: str = "",
) -> str:
    """Do the work once for each key, where the caller sends one; give what the work gave.

    `act` is a word of the room such as `script.write`; `about` is the id in the address, so that
    one key does not stand for two things. Raises what `idempotency.do_once` raises.
    """
    whole = {"about": about, "body": body.model_dump(mode="json")}
    return idempotency.do_once(f"api:{act}:{request.actor.ref}", key, whole, work, at=at)
