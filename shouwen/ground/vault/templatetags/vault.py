"""Template tag of the vault: `{% load vault %}{% masked customer "phone" %}`."""

from __future__ import annotations

from typing import Any

from django import template
from django.db import models
from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Words
from shouwen.ground.vault import access, scopes

register = template.Library()

KIND_WORDS: dict[str, Words] = {
    "phone": _("phone number"),
    "id_number": _("ID number"),
    "name": _("name"),
    "card": _("card number"),
    "email": _("e-mail address"),
    "address": _("address"),
    "account": _("account"),
    "text": _("text"),
}


def mask_context(row: models.Model, field: str, actor: Actor | None) -> dict[str, Any]:
    """Give what the mask's template shows of one field of a row."""
    ref = str(row.public_id)  # type: ignore[attr-defined]  # SealedModel has it
    value = getattr(row, field)
    return {
        "place": f"mask-{ref}-{field}",
        "kind": row._meta.label_lower,
        "ref": ref,
        "field": field,
        "what": KIND_WORDS[scopes.sealed_field(row, field).kind_for(row)],
        "value": value,
        "erased": value is not None and value.is_erased,
        "may_reveal": bool(value) and access.may_reveal(actor),
    }


@register.inclusion_tag("vault/mask.html", takes_context=True)
def masked(context: dict[str, Any], row: models.Model, field: str) -> dict[str, Any]:
    """Show a sealed field as its mask, with an eye for those who may open it."""
    request = context.get("request")
    return mask_context(row, field, getattr(request, "actor", None))
