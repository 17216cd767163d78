"""The door for HTTP and WebSocket traffic."""

from __future__ import annotations

import os
from typing import Any

import django
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.urls import path

from config.limits import RequestLimits

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup(set_prefix=False)

# Django is ready only now, and these modules need its settings and tables.
from config import statics  # noqa: E402
from config.pages import PagesHandler  # noqa: E402
from shouwen.contact.channels.chat.routing import websocket_urlpatterns  # noqa: E402
from shouwen.ground.kit.consumers import LiveConsumer  # noqa: E402
from shouwen.people.staff.web import ActorSocketMiddleware  # noqa: E402

# Staff pages are same-origin only. The visitors' socket checks origins itself, since the sites
# that may embed the widget are listed there.
staff_socket = AllowedHostsOriginValidator(ActorSocketMiddleware(LiveConsumer.as_asgi()))
pages = PagesHandler()


async def web(scope: Any, receive: Any, send: Any) -> None:
    """Serve static files beside Django, everything else by it."""
    app = statics.files if scope["path"].startswith(f"{statics.PREFIX}/") else pages
    await app(scope, receive, send)


application = ProtocolTypeRouter(
    {
        "http": RequestLimits(web),
        "websocket": URLRouter([path("ws/live", staff_socket), *websocket_urlpatterns]),
    }
)
