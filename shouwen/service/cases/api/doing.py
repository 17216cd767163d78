"""One act on one case: within reach, once, answered with what is true afterwards."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from shouwen.ground.kernel import time
from shouwen.ground.kit.api import ApiRequest, Strict
from shouwen.service.cases import queries
from shouwen.service.cases.api import schemas
from shouwen.service.cases.api.repeating import once
from shouwen.service.cases.api.schemas import CaseDetailOut
from shouwen.service.cases.models import Case


def done(
    request: ApiRequest,
    ref: str,
    act: str,
    key: str,
    body: Strict,
    do: Callable[[Case, datetime], object],
) -> CaseDetailOut:
    """Fetch within reach, do one act once, answer with what is true now."""
    at = time.now()

    def work() -> str:
        case = queries.case_for(request.actor, ref)
        do(case, at)
        return str(case.public_id)

    once(request, act, key, body, at, work, ref)
    return schemas.detailed(queries.case_for(request.actor, ref), at)
