"""One-time links by which a customer follows a case without an account.

The token has 256 random bits; only its SHA-256 is kept. It works once: the portal exchanges it
for a session that is bound to this case.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import NotThere
from shouwen.ground.kernel.tokens import digest_of, new_token
from shouwen.ground.vault import audit
from shouwen.service.cases.models import Case, CaseLink

TOKEN_MAX_CHARACTERS = 100
# No document fixes this. Fifteen days reach past the 72 hours of handling and the contacts made
# when a customer does not answer, and a link that leaks is dead soon after.
LINK_DAYS = 15


class LinkIsSpent(NotThere):
    """Unknown, used, replaced or expired: the answer is the same for all."""

    message = _("This link has been used or has expired. Ask us for a new one.")


@transaction.atomic
def issue(case: Case, at: datetime, *, actor: Actor | None = None) -> str:
    """Make a new link token for a case; every older link of the case stops working."""
    void_all(case, at)
    token = new_token()
    CaseLink.objects.create(
        case=case,
        digest=digest_of(token),
        issued_at=at,
        expires_at=at + timedelta(days=LINK_DAYS),
    )
    by = actor or Actor.system("links", case.institution_id)
    audit.record(by, "case.link_issued", case, at=at)
    return token


@transaction.atomic
def redeem(token: str, at: datetime) -> Case:
    """Exchange a token for its case, once. Raises LinkIsSpent."""
    if not token or len(token) > TOKEN_MAX_CHARACTERS:
        raise LinkIsSpent
    # The guarded update, not an earlier read, makes it work once.
    used = CaseLink.objects.filter(
        digest=digest_of(token), used_at__isnull=True, voided_at__isnull=True, expires_at__gt=at
    ).update(used_at=at)
    if not used:
        raise LinkIsSpent
    link = CaseLink.objects.select_related(
        "case__customer", "case__contact", "case__owner", "case__handler"
    ).get(digest=digest_of(token))
    case = link.case
    customer = Actor.customer(case.public_id, case.institution_id)
    audit.record(customer, "case.link_used", case, at=at)
    return case


def void_all(case: Case, at: datetime) -> int:
    """Stop every unused link of a case; give how many there were."""
    return CaseLink.objects.filter(case=case, used_at__isnull=True, voided_at__isnull=True).update(
        voided_at=at
    )
