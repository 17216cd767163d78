"""What the tests of integrations stand on: two institutions, their people, a real receiver."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from pytest_django import Settings

from shouwen.front.integrations import actions
from shouwen.front.integrations.models import Webhook
from shouwen.front.integrations.tests.receiving import Receiver, receiving
from shouwen.people.approvals import actions as approvals
from shouwen.people.approvals.models import Approval
from shouwen.people.staff.models import Institution, Person
from shouwen.people.staff.tests.factories import (
    MONDAY_9AM,
    a_person,
    a_unit,
    acting,
    an_institution,
)


@dataclass
class House:
    """An institution with those who have to do with webhooks."""

    code: str
    institution: Institution = field(init=False)
    people: dict[str, Person] = field(init=False)

    def __post_init__(self) -> None:
        """Found it."""
        self.institution = an_institution(self.code)
        unit = a_unit(self.institution)
        self.people = {role: a_person(unit, role) for role in ("admin", "risk", "auditor", "agent")}

    def asked(
        self, address: str, *events: str, name: str = "CRM", at: datetime = MONDAY_9AM
    ) -> tuple[Webhook, str]:
        """Ask for a webhook as the administrator."""
        return actions.ask_webhook(
            self.institution,
            name=name,
            address=address,
            events=events or ("case.accepted", "case.closed"),
            reason="客户关系系统同步",
            actor=acting(self.people["admin"]),
            at=at,
        )

    def approve(self, at: datetime = MONDAY_9AM) -> None:
        """Approve what was asked for last, as the risk officer."""
        approvals.approve(
            Approval.objects.latest("pk"), "同意", actor=acting(self.people["risk"]), at=at
        )

    def webhook(self, address: str, *events: str, name: str = "CRM") -> tuple[Webhook, str]:
        """Have a webhook that is on, and its secret."""
        webhook, secret = self.asked(address, *events, name=name)
        self.approve(MONDAY_9AM + timedelta(seconds=1))
        webhook.refresh_from_db()
        return webhook, secret


@pytest.fixture
def bank(db: None) -> House:
    """The bank."""
    return House("bank")


@pytest.fixture
def insurer(db: None) -> House:
    """The insurer beside it."""
    return House("insurer")


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    """A server of this machine, which webhooks may reach for once."""
    settings.EGRESS_NETWORKS = ["127.0.0.0/8"]
    with receiving() as server:
        yield server
