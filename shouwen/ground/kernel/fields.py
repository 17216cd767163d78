"""Model fields of the kernel."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db import models

from shouwen.ground.kernel.ids import public_id


class PublicIdField(models.CharField):  # type: ignore[type-arg]  # generic only in the stubs
    """A random public id with the given prefix, made in Python before the first save."""

    def __init__(self, prefix: str = "id", **options: Any) -> None:
        """Take the prefix that tells the kind of row."""
        self.prefix = prefix
        options["max_length"] = 48
        options["unique"] = True
        options["editable"] = False
        options["default"] = partial(public_id, prefix)
        super().__init__(**options)

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        """Describe the field to migrations by its prefix alone."""
        name, path, args, options = super().deconstruct()
        for derived in ("max_length", "unique", "editable", "default"):
            options.pop(derived, None)
        options["prefix"] = self.prefix
        return name, path, args, options
