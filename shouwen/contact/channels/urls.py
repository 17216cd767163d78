"""The plain doors of the carriers."""

from __future__ import annotations

from django.urls import URLPattern, path, re_path

from shouwen.contact.channels.chat import views

app_name = "carriers"
urlpatterns: list[URLPattern] = [
    path("chat/<slug:institution>/hello", views.hello, name="hello"),
    path("chat/<slug:institution>/messages", views.messages, name="messages"),
    path("chat/<slug:institution>/updates", views.updates, name="updates"),
    path("chat/<slug:institution>/files", views.files, name="files"),
    re_path(
        r"^chat/(?P<institution>[a-z][a-z0-9]{0,39})/files/(?P<file_ref>file_[a-z0-9]{26})$",
        views.file,
        name="file",
    ),
    path("chat/<slug:institution>/ask-person", views.ask_person, name="ask-person"),
    path("chat/<slug:institution>/leave-message", views.leave_message, name="leave-message"),
    path("chat/<slug:institution>/end", views.end, name="end"),
    path("chat/<slug:institution>/received", views.seen, {"how": "received"}, name="received"),
    path("chat/<slug:institution>/read", views.seen, {"how": "read"}, name="read"),
    path("chat/<slug:institution>/typing", views.typing, name="typing"),
]
