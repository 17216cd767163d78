"""An idle line between the proxy and the centre is closed by the one who asks."""

from __future__ import annotations

import re
from pathlib import Path

from config.server import KEEP_ALIVE_SECONDS

NGINX = Path(__file__).parents[2] / "deploy" / "nginx" / "shouwen.conf"


def test_the_proxy_lets_go_of_an_idle_line_before_the_centre_does() -> None:
    found = re.search(r"^\s*keepalive_timeout (\d+)s;", NGINX.read_text(), re.MULTILINE)
    assert found is not None
    assert int(found[1]) + 10 <= KEEP_ALIVE_SECONDS
