"""Tables of the vault: data keys, quotas, audit rows and their chain."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn

from django.db import models

from shouwen.ground.kernel.fields import PublicIdField

if TYPE_CHECKING:
    from shouwen.ground.vault.fields import SealedText


AUDIT_TEXTS = (
    *("actor_kind", "actor_ref", "actor_roles", "act", "object_kind", "object_ref"),
    *("result", "fields", "purpose", "detail"),
)


class SealedModel(models.Model):
    """A row with sealed fields: it has a public id and says whose data key seals it."""

    public_id: models.Field[Any, Any]

    class Meta:
        """Holds no rows of its own."""

        abstract = True

    def seal_subject(self) -> str:
        """Name whose key seals this row, such as `customer:cust_…` or `institution:7`."""
        raise TypeError(f"{type(self).__name__} does not say whose key seals it")

    def seal(self, field: str, text: str) -> SealedText:
        """Seal a text for one field of this row, to be written by a guarded `update(...)`."""
        sealed: SealedText = self._meta.get_field(field).sealed_for(self, text)  # type: ignore[union-attr]  # sealed fields only; others fail loudly
        return sealed

    def as_read(self, field: str, plain: str) -> str:
        """Give an opened value as a person reads it; as it is kept unless the row knows better."""
        return plain

    def belongs_to(self) -> dict[str, str]:
        """Give the public id of what this row hangs on, by a word, for the trail of its opening."""
        return {}


class DataKey(models.Model):
    """The key of one subject, wrapped by a key-encryption key; without it nothing opens."""

    DATA_CLASSES: ClassVar = {"subject": "C1"}

    subject = models.CharField(max_length=120, unique=True)
    wrapped = models.BinaryField(null=True)
    kek_version = models.PositiveIntegerField()
    created_at = models.DateTimeField()
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        """A key is there or it was destroyed at a known moment."""

        constraints = [
            models.CheckConstraint(
                condition=models.Q(wrapped__isnull=False, destroyed_at__isnull=True)
                | models.Q(wrapped__isnull=True, destroyed_at__isnull=False),
                name="data_key_there_or_destroyed",
            )
        ]
        indexes = [models.Index(fields=["kek_version", "id"], name="data_key_by_kek")]


class RevealQuota(models.Model):
    """When one person last opened masked values, as far back as the quota counts."""

    DATA_CLASSES: ClassVar = {"person_ref": "C1", "recent": "C1"}

    person_ref = models.CharField(max_length=80, unique=True)
    recent = models.TextField(default="[]")


class LookQuota(models.Model):
    """One person's hour of looking customers up: since when, how often, and which files.

    `files` holds the ids of what they opened in it, as JSON: the same one again is no new look.
    `refused_at` is when the quota stopped them last, for those who watch over access.
    """

    DATA_CLASSES: ClassVar = {"person_ref": "C1", "files": "C1"}

    institution_id = models.BigIntegerField()
    person_ref = models.CharField(max_length=80, unique=True)
    began_at = models.DateTimeField()
    used = models.PositiveIntegerField(default=0)
    files = models.TextField(default="[]")
    refused_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Whoever was stopped lately is found by the day."""

        indexes = [
            models.Index(
                fields=["institution_id", "-refused_at"],
                condition=models.Q(refused_at__isnull=False),
                name="look_quota_refused",
            )
        ]


class AuditIsFinal(Exception):
    """The trail has no way to change or remove what is on it."""


class FinalQuerySet(models.QuerySet[Any]):
    """Reads and adds; changing and removing are refused."""

    def update(self, **values: Any) -> NoReturn:
        """Refuse."""
        raise AuditIsFinal("audit rows are never changed")

    def delete(self) -> NoReturn:
        """Refuse."""
        raise AuditIsFinal("audit rows are never removed")

    def bulk_update(self, objs: Iterable[Any], *args: Any, **options: Any) -> NoReturn:
        """Refuse."""
        raise AuditIsFinal("audit rows are never changed")


class FinalModel(models.Model):
    """A row that is written once."""

    objects = FinalQuerySet.as_manager()

    class Meta:
        """Holds no rows of its own."""

        abstract = True

    def save(self, *args: Any, **options: Any) -> None:
        """Write a new row. Raises AuditIsFinal for one that is there already."""
        if not self._state.adding:
            raise AuditIsFinal("audit rows are never changed")
        options["force_insert"] = True
        super().save(*args, **options)

    def delete(self, *args: Any, **options: Any) -> NoReturn:
        """Refuse."""
        raise AuditIsFinal("audit rows are never removed")


class AuditRow(FinalModel):
    """One thing that somebody did or looked at, written in the transaction that did it."""

    # Ids, names of fields and stated purposes; what looks personal was masked on the way in.
    DATA_CLASSES: ClassVar = dict.fromkeys(AUDIT_TEXTS, "C1")

    public_id = PublicIdField(prefix="audit")
    institution_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=10)
    actor_ref = models.CharField(max_length=80)
    actor_roles = models.CharField(max_length=200, blank=True)
    act = models.CharField(max_length=80)
    object_kind = models.CharField(max_length=80, blank=True)
    object_ref = models.CharField(max_length=80, blank=True)
    result = models.CharField(max_length=40)
    fields = models.CharField(max_length=400, blank=True)
    purpose = models.CharField(max_length=200, blank=True)
    detail = models.TextField(blank=True)

    class Meta:
        """Read by institution and time, by object, and by actor."""

        indexes = [
            models.Index(fields=["institution_id", "id"], name="audit_by_institution"),
            models.Index(fields=["object_ref", "id"], name="audit_by_object"),
            models.Index(fields=["actor_ref", "id"], name="audit_by_actor"),
        ]


class AuditPending(models.Model):
    """A mark on an audit row that has no place in the chain yet."""

    row = models.OneToOneField(
        AuditRow, on_delete=models.PROTECT, primary_key=True, related_name="+"
    )


class AuditEntry(FinalModel):
    """One audit row's place in the chain."""

    DATA_CLASSES: ClassVar = dict.fromkeys(("row_hash", "previous_hash", "entry_hash"), "C1")

    # Always given by the sequencer; this field type makes it the row's own address on SQLite.
    sequence = models.BigAutoField(primary_key=True)
    row = models.OneToOneField(AuditRow, on_delete=models.PROTECT, related_name="entry")
    row_hash = models.CharField(max_length=64)
    previous_hash = models.CharField(max_length=64)
    entry_hash = models.CharField(max_length=64)


class ChainHead(models.Model):
    """Where the chain stands: its length, its last hash, and the peaks of the Merkle tree.

    A working note of the sequencer, rebuilt from the entries at need; the verifier ignores it.
    """

    DATA_CLASSES: ClassVar = {"head_hash": "C1", "peaks": "C1"}

    count = models.BigIntegerField(default=0)
    head_hash = models.CharField(max_length=64, blank=True)
    peaks = models.TextField(default="[]")
