"""Addresses under `/knowledge/`."""

from __future__ import annotations

from django.urls import path

from shouwen.service.knowledge.views import article, beside, editing, files, filing, searching

app_name = "knowledge"
urlpatterns = [
    path("", searching.home, name="home"),
    path("work/", searching.work, name="work"),
    path("requests/", searching.requests, name="requests"),
    path("requests/ask/", searching.ask, name="ask"),
    path("requests/<str:ref>/decline/", searching.decline, name="decline"),
    path("areas/", filing.areas, name="areas"),
    path("areas/add/", filing.add, name="area-add"),
    path("areas/rename/", filing.rename, name="area-rename"),
    path("new/", editing.new, name="new"),
    path("files/<str:ref>/", files.download, name="file"),
    path("<str:ref>/", article.page, name="article"),
    path("<str:ref>/edit/", editing.edit, name="edit"),
    path("<str:ref>/submit/", article.submit, name="submit"),
    path("<str:ref>/discard/", article.discard, name="discard"),
    path("<str:ref>/approve/", article.approve, name="approve"),
    path("<str:ref>/send-back/", article.send_back, name="send-back"),
    path("<str:ref>/review/", article.review, name="review"),
    path("<str:ref>/retire/", article.retire, name="retire"),
    path("<str:ref>/vote/", article.vote, name="vote"),
    path("<str:ref>/files/", files.attach, name="attach"),
    path("<str:ref>/files/remove/", files.detach, name="detach"),
    path("<str:ref>/compare/", beside.compare, name="compare"),
    path("<str:ref>/related/find/", beside.find_related, name="find-related"),
    path("<str:ref>/related/", beside.link, name="link"),
    path("<str:ref>/related/remove/", beside.unlink, name="unlink"),
]
