"""How the API reads a body: JSON, once, in one meaning, or not at all."""

from __future__ import annotations

import json
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja.parser import Parser
from ninja.types import DictStrAny

from shouwen.ground.kernel.errors import Invalid, Problem, TooLarge

DEEPEST = 20
JSON_TYPES = frozenset({"application/json", ""})


class NotJson(Problem):
    """The body says it is something else."""

    status = 415
    message = _("Send JSON with the header Content-Type: application/json.")


class Unreadable(Problem):
    """The body is no JSON object, names a field twice, or is nested too deep."""

    status = 400
    message = _("The body is not valid JSON. Correct it and send it again.")


class StrictParser(Parser):
    """Reads what RFC 8259 leaves open in one way only, so that nobody can read it otherwise."""

    def parse_body(self, request: HttpRequest) -> DictStrAny:
        """Give the body's object. Raises NotJson, Unreadable, TooLarge, Invalid."""
        if (request.content_type or "").lower() not in JSON_TYPES:
            raise NotJson
        try:
            value = json.loads(
                request.body, object_pairs_hook=_once_each, parse_constant=_no_such_number
            )
        except RequestDataTooBig:
            raise TooLarge from None
        except (ValueError, RecursionError):
            raise Unreadable from None
        if not isinstance(value, dict):
            raise Unreadable
        _check(value)
        return value


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Unreadable(_("A field stands in the body twice. Send it once."))
    return found


def _no_such_number(word: str) -> float:
    raise ValueError(word)


def is_storable(text: str) -> bool:
    """Whether every database can keep a text: no NUL, no half of a surrogate pair."""
    return "\x00" not in text and not any("\ud800" <= mark <= "\udfff" for mark in text)


def _check(whole: dict[str, Any]) -> None:
    """Walk every text of a body, without recursion. Raises Unreadable, Invalid by field."""
    waiting: list[tuple[str, Any, int]] = [("", whole, 0)]
    while waiting:
        name, value, depth = waiting.pop()
        if depth > DEEPEST:
            raise Unreadable(_("The body is nested too deep."))
        if isinstance(value, dict):
            if not all(is_storable(key) for key in value):
                raise Unreadable
            waiting += [
                (f"{name}.{key}" if name else key, item, depth + 1) for key, item in value.items()
            ]
        elif isinstance(value, list):
            waiting += [(f"{name}.{place}", item, depth + 1) for place, item in enumerate(value)]
        elif isinstance(value, str) and not is_storable(value):
            raise Invalid(fields={name: _("Take out the characters that cannot be stored.")})
