"""In-process nudges, so that a loop need not wait for its next turn. A lost nudge costs a turn."""

from __future__ import annotations

from threading import Event

deliver = Event()
sequence = Event()
route = Event()
webhooks = Event()
