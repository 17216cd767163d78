"""How a row is found from its kind and public id, within the reach of the one who asks.

Each room with sealed fields registers a loader for its kinds in `config/wiring.py`.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db import models

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import NotThere
from shouwen.ground.vault.fields import SealedTextField

Loader = Callable[[Actor, str], models.Model]

_loaders: dict[str, Loader] = {}


def register(kind: str, loader: Loader) -> None:
    """Say how rows of `kind` (such as `customers.customer`) are found.

    `loader(actor, public_id)` gives the row, or raises NotThere when the actor may not see it.
    """
    _loaders[kind] = loader


def load(actor: Actor, kind: str, ref: str) -> models.Model:
    """Find a row within the actor's reach. Raises NotThere, for an unknown kind as well."""
    loader = _loaders.get(kind)
    if loader is None:
        raise NotThere
    return loader(actor, ref)


def sealed_field(row: models.Model, name: str) -> SealedTextField[object, object]:
    """Give a sealed field of a row by name. Raises NotThere for any other name."""
    for field in row._meta.concrete_fields:
        if field.name == name and isinstance(field, SealedTextField):
            return field
    raise NotThere
