"""What the rooms' doors for programs have in common: the caller, strict bodies, told errors."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Schema
from pydantic import ConfigDict

from shouwen.ground.kernel.actor import Actor


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
