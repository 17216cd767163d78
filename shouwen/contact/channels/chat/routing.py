"""The sockets of the chat."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, re_path

from shouwen.contact.channels.chat.consumers import VisitorSocket

_socket: Any = VisitorSocket.as_asgi()

websocket_urlpatterns: list[URLPattern] = [
    re_path(r"^ws/chat/(?P<institution>[a-z][a-z0-9]{0,39})/$", _socket),
]
