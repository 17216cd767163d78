"""The OpenAPI document: what the rooms say of themselves, and what holds for every operation."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

PROBLEM_JSON = "application/problem+json"
PROBLEM: dict[str, Any] = {
    "title": "Problem",
    "description": "An error by name (RFC 9457), with the wrong fields.",
    "type": "object",
    "required": ["type", "code", "title", "status"],
    "properties": {
        "type": {"type": "string", "examples": ["urn:shouwen:problem:invalid"]},
        "code": {"type": "string", "examples": ["invalid"]},
        "title": {"type": "string", "description": "What is the matter, and what to do next."},
        "status": {"type": "integer"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "message"],
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
                "additionalProperties": False,
            },
        },
    },
    "additionalProperties": False,
}
SHAPES = "#/components/schemas/"
EVERYWHERE = (400, 401, 403, 404, 409, 422, 429, 500)
WITH_BODY = (408, 413, 415)


class _Document(OpenAPISchema):
    """A document in which two rooms may use one name for different shapes.

    Ninja keeps all shapes under their class names, so the last `CaseOut` would describe them all.
    """

    def operation_details(self, operation: Operation) -> dict[str, Any]:
        """Describe one operation, its shapes named after its room."""
        whole, self.schemas = self.schemas, {}
        details = super().operation_details(operation)
        room = (operation.tags or [""])[0].title()
        names = {f"{SHAPES}{name}": f"{SHAPES}{room}{name}" for name in self.schemas}
        whole |= {f"{room}{name}": _renamed(shape, names) for name, shape in self.schemas.items()}
        self.schemas = whole
        renamed: dict[str, Any] = _renamed(details, names)
        return renamed


class _Parameters(OpenAPISchema):
    """What each operation takes in its address, and nothing else: the whole takes seconds."""

    def operation_details(self, operation: Operation) -> dict[str, Any]:
        """Describe the parameters alone."""
        return {"parameters": self.operation_parameters(operation)}


def _renamed(part: Any, names: dict[str, str]) -> Any:
    if isinstance(part, dict):
        return {key: _renamed(value, names) for key, value in part.items()}
    if isinstance(part, list):
        return [_renamed(value, names) for value in part]
    return names.get(part, part) if isinstance(part, str) else part


class DescribedAPI(NinjaAPI):
    """An API whose document says, for every operation, who may call and how it refuses."""

    def __init__(self, **options: Any) -> None:
        """Take what NinjaAPI takes."""
        super().__init__(**options)
        self._query_names: dict[tuple[str, str], set[str]] = {}

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        """Give the document, complete."""
        prefix = self.get_root_path(path_params or {}) if path_prefix is None else path_prefix
        document = _Document(self, prefix)
        parts = document["components"]
        shapes = parts["schemas"]
        for name in [name for name in shapes if name.endswith("ProblemOut")]:
            del shapes[name]
        shapes["Problem"] = PROBLEM
        parts["securitySchemes"] = {
            "key": {
                "type": "http",
                "scheme": "bearer",
                "description": "An API key made by `shouwen api-key create`.",
            }
        }
        document["security"] = [{"key": []}]
        for operations in document["paths"].values():
            for operation in operations.values():
                _complete(operation)
        return document

    def query_names(self) -> dict[tuple[str, str], set[str]]:
        """Give the parameters of each operation, by method and address without first slash."""
        if not self._query_names:
            paths = _Parameters(self, self.get_root_path({}))["paths"]
            for path, operations in paths.items():
                for method, operation in operations.items():
                    self._query_names[method.upper(), path.removeprefix("/")] = {
                        given["name"]
                        for given in operation.get("parameters", ())
                        if given["in"] == "query"
                    }
        return self._query_names


def _complete(operation: dict[str, Any]) -> None:
    operation["security"] = [{"key": []}]
    answers = operation["responses"]
    for status in EVERYWHERE + (WITH_BODY if "requestBody" in operation else ()):
        answers[status] = {
            "description": HTTPStatus(status).phrase,
            "content": {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
