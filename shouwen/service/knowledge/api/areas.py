"""The areas under which articles are filed, for programs."""

from __future__ import annotations

from typing import Annotated

from ninja import Field, Router, Schema, Status

from shouwen.ground.kernel import time
from shouwen.ground.kit.api import PROBLEMS, ApiRequest, Key, Strict, once
from shouwen.service.knowledge import actions, queries
from shouwen.service.knowledge.actions import Area

areas_router = Router(tags=["knowledge"])


class AreaNamesIn(Strict):
    """What an area is called; without an English name the Chinese one stands for both."""

    name_zh: Annotated[str, Field(min_length=1, max_length=60)]
    name_en: Annotated[str, Field(max_length=80)] = ""


class AreaIn(AreaNamesIn):
    """A new area; its code stays for good."""

    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,59}$")]


class AreaOut(Schema):
    """An area; articles name its code as their `category`."""

    code: str
    name_zh: str
    name_en: str


class AreaListOut(Schema):
    """Every area of the institution, by code."""

    items: list[AreaOut]


def _areas(request: ApiRequest) -> list[AreaOut]:
    return [
        AreaOut(code=area.code, name_zh=area.name_zh, name_en=area.name_en)
        for area in queries.categories_of(request.actor)
    ]


def _shown(request: ApiRequest, code: str) -> AreaOut:
    return next(area for area in _areas(request) if area.code == code)


@areas_router.get("", response={200: AreaListOut, **PROBLEMS}, summary="List the areas")
def list_areas(request: ApiRequest) -> AreaListOut:
    """Give the areas under which articles are filed (at most 200)."""
    return AreaListOut(items=_areas(request))


@areas_router.post("", response={201: AreaOut, **PROBLEMS}, summary="Add an area")
def add_area(request: ApiRequest, body: AreaIn, key: Key = "") -> Status[AreaOut]:
    """Open an area for articles; the same key opens it once, a code that is there is a 409."""
    at = time.now()

    def work() -> str:
        return actions.add_area(Area(**body.model_dump()), actor=request.actor, at=at).code

    return Status(201, _shown(request, once(request, "knowledge.area", key, body, work, at=at)))


@areas_router.put("/{code}", response={200: AreaOut, **PROBLEMS}, summary="Rename an area")
def rename_area(request: ApiRequest, code: str, body: AreaNamesIn) -> AreaOut:
    """Give an area other names; its articles show them at once."""
    actions.rename_area(Area(code, **body.model_dump()), actor=request.actor, at=time.now())
    return _shown(request, code)
