"""Addresses under `/improvement/`."""

from __future__ import annotations

from django.urls import path

from shouwen.assurance.improvement.files import KINDS
from shouwen.assurance.improvement.views import reporting

app_name = "improvement"
urlpatterns = [
    path("", reporting.report, name="report"),
    path("behind/", reporting.behind, name="behind"),
    path("freeze/", reporting.freeze, name="freeze"),
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
