"""Model fields of customers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models

from shouwen.ground.vault.fields import SealedTextField

# How the vault masks and indexes each kind of contact point.
VAULT_KIND = {"PHONE": "phone", "EMAIL": "email", "ADDRESS": "address", "WECHAT": "account"}

if TYPE_CHECKING:
    _Sealed = SealedTextField[Any, Any]
else:
    _Sealed = SealedTextField


class PointValueField(_Sealed):
    """A sealed value that is masked as what its row's `kind` says it is."""

    def kind_for(self, row: models.Model | None) -> str:
        """Give the vault's word for the row's kind; without a row nothing of it is shown."""
        return VAULT_KIND.get(str(getattr(row, "kind", "")), self.kind)
