"""Addresses under `/cases/`."""

from __future__ import annotations

from django.urls import path

from shouwen.service.cases.views import asking, bulk, case, doing, exports, ledger, saved, tasks

app_name = "cases"
urlpatterns = [
    path("", ledger.ledger, name="ledger"),
    path("search/", ledger.search, name="search"),
    path("views/new/", saved.new, name="view_new"),
    path("views/<str:ref>/", saved.change, name="view_change"),
    path("views/<str:ref>/remove/", saved.remove, name="view_remove"),
    path("bulk/assign/", bulk.assign, name="bulk_assign"),
    path("bulk/remind/", bulk.remind, name="bulk_remind"),
    path("exports/", exports.exports, name="exports"),
    path("exports/new/", exports.new, name="export_new"),
    path("exports/<str:ref>/file/", exports.file, name="export_file"),
    path("tasks/", tasks.tasks, name="tasks"),
    path("tasks/<str:ref>/answer/", tasks.answer, name="task_answer"),
    path("tasks/<str:ref>/decline/", tasks.decline, name="task_decline"),
    path("tasks/<str:ref>/withdraw/", tasks.withdraw, name="task_withdraw"),
    path("files/<str:ref>/", case.material, name="material"),
    path("<str:ref>/", case.page, name="case"),
    path("<str:ref>/parts/", case.parts, name="parts"),
    path("<str:ref>/asked/", asking.asked, name="asked"),
    path("<str:ref>/plan/", case.plan, name="plan"),
    path("<str:ref>/talk/", case.talk, name="talk"),
    path("<str:ref>/ask/<str:act>/", doing.ask, name="ask"),
    path("<str:ref>/do/<str:act>/", doing.do, name="do"),
]
