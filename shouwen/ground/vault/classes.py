"""Which fields hold what: a text field is sealed, classed by its model, or listed with a reason.

A model states its fields as `DATA_CLASSES = {"title": "C1"}`; `unclassified` names the rest, and
the build fails when there are any.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.apps import apps
from django.db import models

from shouwen.ground.kernel.fields import PublicIdField
from shouwen.ground.vault.fields import DATA_CLASSES, SealedTextField

BLIND_SUFFIX = "_blind"


def _needs_class(field: models.Field[object, object]) -> bool:
    if isinstance(field, SealedTextField | PublicIdField) or field.choices:
        return False
    if field.name.endswith(BLIND_SUFFIX):
        return False
    return isinstance(field, models.CharField | models.TextField | models.JSONField)


def text_fields(packages: Iterable[str] = ("shouwen.",)) -> list[str]:
    """List the text fields of these packages' models that hold free text in clear, sorted."""
    prefixes = tuple(packages)
    return sorted(
        f"{model._meta.label_lower}.{field.name}"
        for model in apps.get_models()
        if model.__module__.startswith(prefixes)
        for field in model._meta.concrete_fields
        if _needs_class(field)
    )


def unclassified(reasons: Mapping[str, str]) -> list[str]:
    """List clear text fields that neither their model classes nor `reasons` explains.

    Raises ValueError for a class that is not one of C1, C2, C3, or C2 and C3 left in clear.
    """
    missing: list[str] = []
    for name in text_fields():
        app, model, field = name.split(".")
        stated = getattr(apps.get_model(app, model), "DATA_CLASSES", {}).get(field, "")
        if stated and stated not in DATA_CLASSES:
            raise ValueError(f"{name} has no such class: {stated}")
        if stated in ("C2", "C3"):
            raise ValueError(f"{name} is {stated} and must be sealed")
        if not stated and not reasons.get(name):
            missing.append(name)
    return missing
