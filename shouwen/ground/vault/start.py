"""What the vault does once when the process starts."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate

from shouwen.ground.kernel.loops import register_loop
from shouwen.ground.vault import ciphers, keys, sequencer


def begin(app: AppConfig) -> None:
    """Check the cipher setting, add the sequencer's loop, drop keys of an emptied database."""
    ciphers.chosen()
    register_loop(sequencer.LOOP)
    # Also sent when a test database is emptied, whose ids then begin anew.
    post_migrate.connect(keys.forget_cached, sender=app, dispatch_uid="vault-forget-keys")
