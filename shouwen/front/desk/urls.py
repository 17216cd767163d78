"""Addresses of the desk."""

from __future__ import annotations

from django.urls import path

from shouwen.front.desk.views import (
    advising,
    library,
    noting,
    pages,
    passing,
    registering,
    supervising,
    talking,
)

app_name = "desk"

urlpatterns = [
    path("", pages.home, name="home"),
    path("queue/", pages.queue, name="queue"),
    path("mine/", pages.mine, name="mine"),
    path("waiting/", pages.waiting, name="waiting"),
    path("figures/", pages.figures, name="figures"),
    path("presence/", pages.presence, name="presence"),
    path("mentions/", noting.mentions, name="mentions"),
    path("running/", supervising.running, name="running"),
    path("running/spam/", supervising.spam, name="spam"),
    path("asked/", registering.asked, name="asked"),
    path("due/", registering.due, name="due"),
    path("offers/", pages.offers, name="offers"),
    path("offers/<str:ref>/accept/", pages.accept, name="accept"),
    path("offers/<str:ref>/decline/", pages.decline, name="decline"),
    path("contacts/<str:ref>/", pages.contact, name="contact"),
    path("contacts/<str:ref>/take/", pages.take, name="take"),
    path("contacts/<str:ref>/lines/", talking.lines, name="lines"),
    path("contacts/<str:ref>/check/", talking.check, name="check"),
    path("contacts/<str:ref>/draft/", talking.draft, name="draft"),
    path("contacts/<str:ref>/send/", talking.send, name="send"),
    path("contacts/<str:ref>/files/", talking.file, name="file"),
    path("contacts/<str:ref>/read/", talking.read, name="read"),
    path("contacts/<str:ref>/typing/", talking.typing, name="typing"),
    path("contacts/<str:ref>/scripts/", talking.scripts, name="scripts"),
    path("contacts/<str:ref>/knowledge/", advising.advice, name="advice"),
    path("contacts/<str:ref>/knowledge/ask/", advising.ask_for_article, name="ask-article"),
    path("contacts/<str:ref>/knowledge/use/", advising.take_answer, name="take-answer"),
    path("contacts/<str:ref>/invite/", talking.invite, name="invite"),
    path("contacts/<str:ref>/end/", talking.end, name="end"),
    path("contacts/<str:ref>/wrap-up/", talking.wrap_up, name="wrap-up"),
    path("contacts/<str:ref>/return/", talking.give_back, name="return"),
    path("contacts/<str:ref>/transfer/", passing.transfer, name="transfer"),
    path("contacts/<str:ref>/whisper/", supervising.whisper, name="whisper"),
    path("contacts/<str:ref>/take-over/", supervising.take_over, name="take-over"),
    path("contacts/<str:ref>/notes/", noting.note, name="note"),
    path("contacts/<str:ref>/colleagues/", noting.colleagues, name="colleagues"),
    path("contacts/<str:ref>/customer/find/", registering.find_customer, name="find-customer"),
    path("contacts/<str:ref>/customer/", registering.attach_customer, name="attach-customer"),
    path(
        "contacts/<str:ref>/customer/new/", registering.register_customer, name="register-customer"
    ),
    path("contacts/<str:ref>/case/", registering.open_case, name="case"),
    path("contacts/<str:ref>/case/draft/", registering.case_draft, name="case-draft"),
]

# A section of the system pages, under their address (`config/urls.py`).
scripts = (
    [
        path("", library.scripts, name="list"),
        path("new/", library.new, name="new"),
        path("<str:ref>/", library.script, name="script"),
        path("<str:ref>/aside/", library.aside, name="aside"),
    ],
    "scripts",
)
