"""The customer's addresses."""

from __future__ import annotations

from django.urls import URLPattern, path, re_path

from shouwen.front.portal.views import (
    asking,
    asking_more,
    chatting,
    complaint_result,
    contesting,
    entering,
    following,
    helping,
    rating,
    surveying,
)

app_name = "portal"
urlpatterns: list[URLPattern] = [
    path("", chatting.home, name="home"),
    path("chat/<slug:institution>/", chatting.chat, name="chat"),
    path("chat/<slug:institution>/rating", rating.rate_chat, name="rate-chat"),
    path("chat/<slug:institution>/survey", surveying.survey_chat, name="survey-chat"),
    path("s/<str:token>/", surveying.survey, name="survey"),
    path("widget.js", chatting.widget, name="widget"),
    path("demo/embed/", chatting.embed_demo, name="embed-demo"),
    re_path(r"^c/(?P<token>[A-Za-z0-9_-]{20,100})/?$", following.link, name="link"),
    path("progress/", following.progress, name="progress"),
    path("progress/confirm", following.confirm, name="confirm"),
    path("progress/object", following.object_to_result, name="object"),
    path("help/", helping.help_centre, name="help"),
    path("help/<slug:institution>/<str:ref>/", helping.article, name="article"),
    path("help/<slug:institution>/<str:ref>/files/<str:file>", helping.file, name="article-file"),
    path("help/<slug:institution>/<str:ref>/vote", helping.vote, name="vote"),
    path("ask/", asking.ask, name="ask"),
    path("progress/asked", asking.asked, name="asked"),
    path("me/cases/<str:ref>/asked", asking.asked, name="own-asked"),
    path("progress/urge", asking_more.urge, name="urge"),
    path("progress/add", asking_more.add, name="add"),
    path("progress/withdraw", asking_more.withdraw, name="withdraw"),
    path("progress/contest", contesting.contest, name="contest"),
    path("progress/files/<str:file>", asking_more.material, name="material"),
    path("progress/notices/<str:notice>/<str:form>", complaint_result.notice, name="notice"),
    path("progress/rate-handling", complaint_result.rate, name="rate-handling"),
    path("progress/leave", following.leave, name="leave"),
    path("rate/case/", rating.rate_case, name="rate-case"),
    path("me/", entering.own, name="own"),
    path("me/enter/", entering.enter, name="enter"),
    path("me/code/", entering.code, name="code"),
    path("me/leave", entering.leave, name="out"),
    path("me/cases/<str:ref>/", following.progress, name="own-case"),
    path("me/cases/<str:ref>/confirm", following.confirm, name="own-confirm"),
    path("me/cases/<str:ref>/object", following.object_to_result, name="own-object"),
    path("me/cases/<str:ref>/urge", asking_more.urge, name="own-urge"),
    path("me/cases/<str:ref>/add", asking_more.add, name="own-add"),
    path("me/cases/<str:ref>/withdraw", asking_more.withdraw, name="own-withdraw"),
    path("me/cases/<str:ref>/contest", contesting.contest, name="own-contest"),
    path("me/cases/<str:ref>/files/<str:file>", asking_more.material, name="own-material"),
    path("me/cases/<str:ref>/rate", rating.rate_case, name="own-rate"),
    path(
        "me/cases/<str:ref>/notices/<str:notice>/<str:form>",
        complaint_result.notice,
        name="own-notice",
    ),
    path("me/cases/<str:ref>/rate-handling", complaint_result.rate, name="own-rate-handling"),
    path("demo/inbox/", entering.inbox, name="inbox"),
]
