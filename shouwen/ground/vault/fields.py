"""Sealed model fields: personal text that is encrypted at rest and masked when shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from django.core.exceptions import FieldError
from django.db import models
from django.db.models.query_utils import DeferredAttribute

from shouwen.ground.vault import ciphers, keys, masking
from shouwen.ground.vault.sealing import SealBroken, SealedText, SealNeedsRow, key_id_of

__all__ = ["SealBroken", "SealNeedsRow", "SealedText", "SealedTextField"]

DATA_CLASSES = ("C1", "C2", "C3")

_ST = TypeVar("_ST", contravariant=True)
_GT = TypeVar("_GT", covariant=True)

if TYPE_CHECKING:

    class _Base(models.Field[_ST, _GT]):
        _pyi_private_set_type: str | SealedText
        _pyi_private_get_type: SealedText

else:

    class _Base(models.TextField):
        def __class_getitem__(cls, _types):
            return cls


class SealedAttribute(DeferredAttribute):
    """The attribute of a sealed field: takes str, gives SealedText or None."""

    field: Any

    def __get__(self, instance: models.Model | None, cls: Any = None) -> Any:
        """Give the value, loading it first when it was deferred."""
        if instance is None:
            return self
        return super().__get__(instance, cls)

    def __set__(self, instance: models.Model, value: Any) -> None:
        """Take a text, a sealed value of this or another place, or None."""
        if isinstance(value, str):
            value = SealedText(self.field, plain=value, owner=instance)
        elif isinstance(value, SealedText):
            value = value.placed_in(self.field, instance)
        elif value is not None:
            raise TypeError(f"{self.field.name} takes text, not {type(value).__name__}")
        instance.__dict__[self.field.attname] = value


class SealedTextField(_Base[_ST, _GT]):
    """Text that only the server can read: sealed with the data key of the row's subject.

    `data_class` is C2 for personal data, `kind` says how it is masked. It has no search and no
    order: look it up by a blind index beside it. `update(field="text")` has no row to seal for and
    raises SealNeedsRow; use `update(field=row.seal("field", "text"))`, which fits that row alone.
    """

    descriptor_class = SealedAttribute

    def __init__(self, *args: Any, data_class: str = "C2", kind: str = "text", **options: Any):
        """Take the data class and the kind of value."""
        if data_class not in DATA_CLASSES:
            raise ValueError(f"Not a data class: {data_class}")
        if kind not in masking.KINDS:
            raise ValueError(f"Not a kind of personal value: {kind}")
        self.data_class = data_class
        self.kind = kind
        # Never in a form: its initial value would be the mask, and come back as the text.
        options["editable"] = False
        super().__init__(*args, **options)

    def deconstruct(self) -> Any:
        """Describe the field to migrations."""
        name, path, args, options = super().deconstruct()
        options.pop("editable", None)
        return name, path, args, {**options, "data_class": self.data_class, "kind": self.kind}

    def kind_for(self, row: models.Model | None) -> str:
        """Say how this row's value is masked; a field whose rows differ says it by row."""
        return self.kind

    @property
    def table(self) -> str:
        """The table whose rows the values are bound to."""
        return str(self.model._meta.db_table)

    @property
    def suite(self) -> str:
        """The cipher suite for new values."""
        return ciphers.chosen()

    def sealed_for(self, row: models.Model, text: str) -> SealedText:
        """Seal a text for one row now, so that a guarded `update(...)` can write it."""
        value = SealedText(self, plain=text, owner=row)
        value.token()
        return value

    def from_db_value(self, value: str | None, *_rest: Any) -> SealedText | None:
        """Wrap what the database holds; nothing is opened yet."""
        if value is None:
            return None
        key_id = key_id_of(value)
        if key_id is not None:
            keys.want(key_id)
        return SealedText(self, token=value)

    def to_python(self, value: Any) -> Any:
        """Leave the value as it is: the parent's str() would store the mask."""
        return value

    def get_prep_value(self, value: Any) -> Any:
        """Leave the value as it is, for the same reason."""
        return value

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """Give the row's value; sealing follows with the row in hand."""
        return getattr(model_instance, self.attname)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """Give the token to store. Raises SealNeedsRow for a plain text without a row."""
        if value is None:
            return None
        if isinstance(value, SealedText):
            return value.token()
        raise SealNeedsRow(
            f"{self.name} is sealed for one row: save the row, or update with row.seal(...)"
        )

    def get_lookup(self, lookup_name: str) -> Any:
        """Offer only the question whether there is a value. Raises FieldError for any other."""
        if lookup_name in ("isnull", "exact"):
            return super().get_lookup(lookup_name)
        raise FieldError(f"{self.name} is sealed; search by its blind index")
