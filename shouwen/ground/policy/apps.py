"""Policy as a Django app."""

from django.apps import AppConfig


class PolicyConfig(AppConfig):
    """Rules and clocks."""

    name = "shouwen.ground.policy"
    label = "policy"

    def ready(self) -> None:
        """Give the ticker to the loops that `shouwen up` turns."""
        # Models are ready only now, so the ticker cannot be imported at the top.
        from shouwen.ground.kernel.loops import Loop, register_loop  # noqa: PLC0415
        from shouwen.ground.policy import ticker  # noqa: PLC0415

        register_loop(Loop(name="ticker", every_seconds=0.25, run=ticker.tick, elected=True))
