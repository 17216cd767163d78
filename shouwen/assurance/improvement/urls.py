"""Addresses under `/improvement/`."""

from __future__ import annotations

from django.urls import path

from shouwen.assurance.improvement.files import KINDS
from shouwen.assurance.improvement.views import (
    accountability,
    causes,
    issues,
    lessons,
    lookback,
    notices,
    reporting,
    warnings,
)

app_name = "improvement"
urlpatterns = [
    path("", reporting.report, name="report"),
    path("behind/", reporting.behind, name="behind"),
    path("freeze/", reporting.freeze, name="freeze"),
    path("accountability/", accountability.page, name="accountabilities"),
    path("accountability/new/", accountability.add, name="propose_accountability"),
    path("accountability/<str:ref>/", accountability.one, name="accountability"),
    *(
        path(
            f"accountability/<str:ref>/{act.value.lower()}/",
            accountability.step,
            {"act": act},
            name=f"accountability_{act.value.lower()}",
        )
        for act in accountability.STEPS
    ),
    path("causes/", causes.page, name="causes"),
    path("causes/new/", causes.add, name="add_cause"),
    path("causes/of/<str:ref>/", causes.give, name="give_cause"),
    path("causes/<str:ref>/", causes.change, name="change_cause"),
    path("issues/", issues.page, name="issues"),
    path("issues/new/", issues.add, name="add_issue"),
    path("issues/<str:ref>/", issues.issue, name="issue"),
    *(
        path(f"issues/<str:ref>/{name}/", issues.do, {"name": name}, name=f"issue_{name}")
        for name in issues.ACTS
    ),
    path("of/<str:ref>/", lessons.of_complaint, name="lessons"),
    path("look-back/", lookback.page, name="lookback"),
    path("look-back/draw/", lookback.draw, name="draw"),
    path("look-back/from/<str:ref>/", lookback.hit, name="hit"),
    path("look-back/from/<str:ref>/have-asked/", lookback.spread, name="spread"),
    path("look-back/<str:ref>/", lookback.follow_up, name="follow_up"),
    path("look-back/<str:ref>/miss/", lookback.miss, name="miss_follow_up"),
    path("look-back/<str:ref>/record/", lookback.record, name="record_follow_up"),
    path("notices/", notices.page, name="notices"),
    path("notices/seen/", notices.see, name="see_notices"),
    path("warnings/", warnings.page, name="warnings"),
    path("warnings/addresses/new/", warnings.add_address, name="add_address"),
    path("warnings/addresses/<str:ref>/retire/", warnings.retire_address, name="retire_address"),
    path("warnings/thresholds/new/", warnings.add, name="add_threshold"),
    path("warnings/thresholds/<str:ref>/retire/", warnings.retire, name="retire_threshold"),
    path("warnings/<str:ref>/note/", warnings.note, name="note_warning"),
    path("returns/<str:ref>/", reporting.returned, name="return"),
    *(path(f"file/{k}/", reporting.file, {"kind": k}, name=f"file_{k}") for k in KINDS),
    *(
        path(
            f"returns/<str:ref>/file/{k}/",
            reporting.return_file,
            {"kind": k},
            name=f"return_file_{k}",
        )
        for k in KINDS
    ),
]
