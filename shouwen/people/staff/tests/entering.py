"""How tests come in by the door."""

from __future__ import annotations

from typing import Any

from django.test import Client

from shouwen.ground.vault.models import AuditRow

LOGIN = "/accounts/login/"


def sign_in(client: Client, username: str, password: str, source: str = "10.0.0.1") -> Any:
    """Send the sign-in form from an address."""
    return client.post(LOGIN, {"login": username, "password": password}, REMOTE_ADDR=source)


def is_in(client: Client) -> bool:
    """Whether the browser is signed in."""
    return "_auth_user_id" in client.session


def acts() -> list[str]:
    """Give every act on the trail, oldest first."""
    return list(AuditRow.objects.order_by("pk").values_list("act", flat=True))
