"""Vault as a Django app."""

from importlib import import_module

from django.apps import AppConfig


class VaultConfig(AppConfig):
    """Secrets and the trail."""

    name = "shouwen.ground.vault"
    label = "vault"

    def ready(self) -> None:
        """Check the cipher setting, add the sequencer's loop, drop keys of an emptied database."""
        # By name: models may be imported only once every app is known.
        import_module("shouwen.ground.vault.start").begin(self)
