"""How processes beside each other share what needs a real centre."""

from __future__ import annotations

import pytest

NEEDS_CENTRE = ("journey", "faults")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep a file's tests together, for they share a centre; those that are slow go alone."""
    if not config.pluginmanager.hasplugin("xdist"):
        return
    for item in items:
        needs_centre = any(item.get_closest_marker(name) for name in NEEDS_CENTRE)
        if needs_centre and not item.get_closest_marker("slow"):
            item.add_marker(pytest.mark.xdist_group(item.nodeid.partition("::")[0]))
