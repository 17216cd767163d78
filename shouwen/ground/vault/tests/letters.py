"""A table with sealed fields, for tests alone."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from shouwen.ground.kernel.fields import PublicIdField
from shouwen.ground.vault.fields import SealedTextField
from shouwen.ground.vault.models import SealedModel


class Letter(SealedModel):
    """One letter of a customer."""

    # Stated, since the type checker knows managers of installed apps only.
    objects: ClassVar[models.Manager[Letter]] = models.Manager()

    name = SealedTextField(kind="name")
    phone = SealedTextField(kind="phone", null=True)
    body = SealedTextField(default="")
    public_id = PublicIdField(prefix="letter")
    state = models.CharField(max_length=10, default="NEW")
    customer_ref = models.CharField(max_length=40, default="cust_a")

    class Meta:
        """Belongs to no installed app, so that migrations leave it alone."""

        app_label = "vault_letters"

    def seal_subject(self) -> str:
        """Seal with the customer's key."""
        return f"customer:{self.customer_ref}"
