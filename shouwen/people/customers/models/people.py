"""Persons and organisations, and how to reach them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.fields import PublicIdField
from shouwen.ground.vault import masking
from shouwen.ground.vault.fields import SealedTextField
from shouwen.ground.vault.models import SealedModel
from shouwen.people.customers.fields import VAULT_KIND, PointValueField
from shouwen.people.customers.rules.wishes import Wishes, wishes_in
from shouwen.people.staff.models import Institution, Person


class CustomerKind(models.TextChoices):
    """The type tier (OM-4.1-01, OM-2.1-03)."""

    INDIVIDUAL = "INDIVIDUAL", _("Individual")
    ENTERPRISE = "ENTERPRISE", _("Enterprise")
    INSTITUTION = "INSTITUTION", _("Institution")


class Risk(models.TextChoices):
    """The risk tier (CG-2.1.1-03)."""

    HIGH = "HIGH", _("High risk")
    MIDDLE = "MIDDLE", _("Middle risk")
    LOW = "LOW", _("Low risk")


class Value(models.TextChoices):
    """The value tier (CG-2.1.1-04)."""

    HIGH_NET_WORTH = "HIGH_NET_WORTH", _("High net worth")
    ORDINARY = "ORDINARY", _("Ordinary")
    POTENTIAL = "POTENTIAL", _("Potential")


class PointKind(models.TextChoices):
    """A way to reach a customer."""

    PHONE = "PHONE", _("Phone")
    EMAIL = "EMAIL", _("E-mail")
    ADDRESS = "ADDRESS", _("Address")
    WECHAT = "WECHAT", _("WeChat")


class Wish(models.TextChoices):
    """What helps a customer; shown to whoever talks with them before anything else (SN-C-01)."""

    SLOWLY = "SLOWLY", _("Speak slowly and repeat")
    HEARING = "HEARING", _("Hard of hearing: write rather than call")
    SIGHT = "SIGHT", _("Uses a screen reader: no pictures of text")
    LARGE_PRINT = "LARGE_PRINT", _("Large print")
    PERSON = "PERSON", _("Straight to a person, no assistant")
    COMPANION = "COMPANION", _("Somebody they trust takes part")
    WRITING = "WRITING", _("Wants results in writing")


class Customer(SealedModel):
    """One person or organisation served by one institution, with three independent tiers."""

    DATA_CLASSES = {"number": "C1"}

    public_id = PublicIdField(prefix="cust")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=48)
    kind = models.CharField(max_length=12, choices=CustomerKind.choices)
    name = SealedTextField(data_class="C2", kind="name")
    name_blind = models.CharField(max_length=64)
    id_number = SealedTextField(data_class="C2", kind="id_number", null=True)
    id_blind = models.CharField(max_length=64, blank=True)
    risk = models.CharField(max_length=8, choices=Risk.choices)
    value = models.CharField(max_length=16, choices=Value.choices)
    language = models.CharField(max_length=10, choices=settings.LANGUAGES)
    # `rules.wishes` says how it is written.
    wishes = SealedTextField(data_class="C2", kind="text", null=True)
    created_at = models.DateTimeField()
    # Their own person, who is offered their contacts first where a tier says so.
    dedicated = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    # The file that goes on for both, while this one is merged into it.
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        """A number and an identity number mean one customer of an institution."""

        constraints = [
            models.UniqueConstraint(fields=["institution", "number"], name="customer_number"),
            models.UniqueConstraint(
                fields=["institution", "id_blind"],
                condition=~Q(id_blind=""),
                name="customer_identity",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=CustomerKind.values), name="customer_kind_known"
            ),
            models.CheckConstraint(condition=Q(risk__in=Risk.values), name="customer_risk_known"),
            models.CheckConstraint(
                condition=Q(value__in=Value.values), name="customer_value_known"
            ),
            models.CheckConstraint(
                condition=Q(id_number__isnull=True, id_blind="")
                | (Q(id_number__isnull=False) & ~Q(id_blind="")),
                name="customer_identity_indexed",
            ),
        ]
        indexes = [models.Index(fields=["institution", "name_blind"], name="customer_name")]

    def seal_subject(self) -> str:
        """Each customer has a key of their own, so that one can be erased."""
        return f"customer:{self.public_id}"

    @property
    def is_person(self) -> bool:
        """Whether this is a person rather than an organisation."""
        return self.kind == CustomerKind.INDIVIDUAL

    @property
    def heeded(self) -> Wishes:
        """What to heed when talking with them; nothing once the file was erased."""
        if self.wishes is None or self.wishes.is_erased:
            return Wishes()
        return wishes_in(self.wishes.plain)

    @property
    def wish_words(self) -> list[str]:
        """Each wish as it is read."""
        return [str(Wish(kind).label) for kind in self.heeded.kinds]


class ContactPoint(SealedModel):
    """One way to reach one customer.

    `refused_at` and `refused_code` tell of the last letter that never arrived because of the
    address; the next that is taken clears them.
    """

    DATA_CLASSES = {"refused_code": "C1"}

    public_id = PublicIdField(prefix="cpnt")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="points")
    kind = models.CharField(max_length=8, choices=PointKind.choices)
    value = PointValueField(data_class="C2", kind="text")
    value_blind = models.CharField(max_length=64, db_index=True)
    is_primary = models.BooleanField(default=False)
    added_at = models.DateTimeField()
    refused_at = models.DateTimeField(null=True)
    refused_code = models.CharField(max_length=24, blank=True)

    class Meta:
        """A way is kept once, and one of each kind is the first to try."""

        constraints = [
            models.UniqueConstraint(
                fields=["customer", "kind", "value_blind"], name="contact_point_once"
            ),
            models.UniqueConstraint(
                fields=["customer", "kind"],
                condition=Q(is_primary=True),
                name="contact_point_one_primary",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=PointKind.values), name="contact_point_kind_known"
            ),
        ]

    def seal_subject(self) -> str:
        """The customer's own key."""
        return f"customer:{self.customer.public_id}"

    @property
    def masked_value(self) -> str:
        """The value as anyone may see it, masked as what it is."""
        return masking.mask(VAULT_KIND[self.kind], self.value.plain)


class CustomerNote(SealedModel):
    """One remark of a member of staff in a customer's file; never changed afterwards."""

    DATA_CLASSES = {"author_ref": "C1", "author_name": "C1"}

    public_id = PublicIdField(prefix="note")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="notes")
    text = SealedTextField(data_class="C2", kind="text")
    author_ref = models.CharField(max_length=80)
    author_name = models.CharField(max_length=120)
    written_at = models.DateTimeField()

    class Meta:
        """Read newest first."""

        indexes = [models.Index(fields=["customer", "-written_at"], name="note_by_customer")]

    def seal_subject(self) -> str:
        """The customer's own key."""
        return f"customer:{self.customer.public_id}"
