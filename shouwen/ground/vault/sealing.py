"""A sealed value in Python: it opens only when asked by name, and shows its mask otherwise."""

from __future__ import annotations

import base64
import binascii
import logging
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.errors import Problem
from shouwen.ground.vault import ciphers, keys, masking

KEY_ID_DIGITS = 18

alerts = logging.getLogger("shouwen.alerts")


class SealBroken(Problem):
    """A sealed value does not open: it was changed, moved from another place, or lost its key."""

    status = 500
    message = _("This value cannot be opened. Tell your administrator; it has been reported.")


class SealNeedsRow(TypeError):
    """A value can be sealed and opened only as part of one row."""


def _whole(text: str | None) -> str | None:
    # JSON can carry half a character (a lone surrogate), which no encoding can store.
    if text is None or text.isascii():
        return text
    return text.encode(errors="replace").decode()


def key_id_of(token: str) -> int | None:
    """Read the data key's id from a token, or None when it is not of the right form."""
    parts = token.split(":", 2)
    if len(parts) != 3 or not parts[1].isdecimal() or len(parts[1]) > KEY_ID_DIGITS:
        return None
    return int(parts[1])


def context_of(table: str, ref: str, field: str, key_id: int) -> bytes:
    """Bind a ciphertext to its table, row, field and key."""
    return "\x1f".join((table, ref, field, str(key_id))).encode()


def seal(text: str, *, suite: str, subject: str, table: str, ref: str, field: str) -> str:
    """Seal a text for one place; give the token `suite:key id:base64`."""
    key = keys.for_subject(subject)
    context = context_of(table, ref, field, key.id)
    sealed = ciphers.seal(suite, key.secret(), text.encode(), context)
    return f"{suite}:{key.id}:{base64.b64encode(sealed).decode()}"


def _broken(table: str, ref: str, field: str) -> SealBroken:
    alerts.critical("seal broken: table=%s row=%s field=%s", table, ref, field)
    return SealBroken()


def open_token(token: str, *, table: str, ref: str, field: str) -> str:
    """Open a token in its place. Raises SealBroken, and KeyDestroyed after erasure."""
    key_id = key_id_of(token)
    if key_id is None:
        raise _broken(table, ref, field)
    suite, _id, body = token.split(":", 2)
    try:
        sealed = base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        raise _broken(table, ref, field) from None
    context = context_of(table, ref, field, key_id)
    # A remembered key may be that of a row since replaced (a restore); so ask the database once.
    for fresh in (False, True):
        key = keys.by_id(key_id, fresh=fresh)
        if key is None:
            continue
        try:
            return ciphers.open_sealed(suite, key.secret(), sealed, context).decode()
        except ciphers.TagWrong:
            continue
    raise _broken(table, ref, field)


class SealedText:
    """One sealed value. `plain` opens it, `masked` and str() show what anyone may see."""

    __slots__ = ("_field", "_owner", "_plain", "_ref", "_token")

    def __init__(
        self,
        field: Any,
        *,
        token: str | None = None,
        plain: str | None = None,
        owner: models.Model | None = None,
    ) -> None:
        """Hold a token from the database, or a text yet to be sealed for `owner`."""
        self._field = field
        self._token = token
        self._plain = "" if token == "" else _whole(plain)
        self._owner = owner
        self._ref: str | None = None

    def _row_ref(self) -> str:
        if self._ref is None:
            if self._owner is None:
                raise SealNeedsRow("load the row, not single values, to open a sealed field")
            self._ref = str(self._owner.public_id)  # type: ignore[attr-defined]  # SealedModel has it
        return self._ref

    @property
    def plain(self) -> str:
        """The text itself, for use on the server. Raises SealBroken, KeyDestroyed."""
        if self._plain is None:
            self._plain = open_token(
                self._token or "",
                table=self._field.table,
                ref=self._row_ref(),
                field=self._field.name,
            )
        return self._plain

    @property
    def masked(self) -> str:
        """What may be shown to anyone who may see the row; four asterisks when it cannot open."""
        if self._plain is None and self._owner is None and self._ref is None:
            return masking.HIDDEN
        try:
            return masking.mask(self._field.kind_for(self._owner), self.plain)
        except (SealBroken, keys.KeyDestroyed):
            return masking.HIDDEN

    @property
    def is_erased(self) -> bool:
        """Whether the key of this value was destroyed."""
        try:
            return self.plain is None
        except keys.KeyDestroyed:
            return True
        except SealBroken:
            return False

    def token(self) -> str:
        """Give what the database stores, sealing now if that has not happened yet."""
        if self._token is None:
            if self._plain == "":
                # Nothing to hide; and an empty value stays recognisable.
                self._token = ""
            else:
                owner = self._owner
                if owner is None:
                    raise SealNeedsRow("a text can be sealed only for a row")
                self._token = seal(
                    self._plain or "",
                    suite=self._field.suite,
                    subject=owner.seal_subject(),  # type: ignore[attr-defined]  # SealedModel has it
                    table=self._field.table,
                    ref=self._row_ref(),
                    field=self._field.name,
                )
                # The row no longer needs to be held for sealing.
                self._owner = None
        return self._token

    def placed_in(self, field: Any, row: models.Model) -> SealedText:
        """Give this value as one of `row`, sealed anew unless it was sealed for that place."""
        if self._owner is row and self._field is field:
            return self
        same_field = self._field.name == field.name and self._field.table == field.table
        if same_field and self._owner is None and self._ref is None:
            self._owner = row
            return self
        known = row.__dict__.get("public_id")
        if same_field and self._ref is not None and self._ref == known:
            return self
        owner = self._owner
        if same_field and self._token is not None and owner is not None and owner.pk == row.pk:
            return SealedText(field, token=self._token, plain=self._plain, owner=row)
        return SealedText(field, plain=self.plain, owner=row)

    def __str__(self) -> str:
        """Show the mask, never the text."""
        return self.masked

    def __repr__(self) -> str:
        """Name the field, never the text."""
        return f"<SealedText {self._field.name}>"

    def __format__(self, spec: str) -> str:
        """Format the mask."""
        return format(self.masked, spec)

    def __bool__(self) -> bool:
        """Whether there is any text."""
        return self._plain != "" if self._token is None else self._token != ""

    def __eq__(self, other: object) -> bool:
        """Compare texts, with another sealed value or with a plain str."""
        if isinstance(other, SealedText):
            return self is other or self.plain == other.plain
        return self.plain == other if isinstance(other, str) else NotImplemented

    def __hash__(self) -> int:
        """Hash the text."""
        return hash(self.plain)

    def __copy__(self) -> SealedText:
        """Give itself: a sealed value does not change."""
        return self

    def __deepcopy__(self, _memo: dict[int, Any]) -> SealedText:
        """Give itself: a sealed value does not change."""
        return self

    def __reduce__(self) -> Any:
        """Refuse to be pickled: a cache or queue must hold ids only."""
        raise TypeError("sealed values are not pickled; keep the row's id")
