"""Tables of the carriers, gathered from one folder for each."""

from __future__ import annotations

from shouwen.contact.channels.chat.models import Visit

__all__ = ["Visit"]
