"""Cases for programs: `/cases` and below, with strict schemas, cursors and idempotency keys."""

from shouwen.service.cases.api.approving import approving_router
from shouwen.service.cases.api.categories import categories_router
from shouwen.service.cases.api.effort import effort_router
from shouwen.service.cases.api.exports import exports_router
from shouwen.service.cases.api.files import files_router
from shouwen.service.cases.api.forms import case_forms_router, forms_router
from shouwen.service.cases.api.joining import joining_router
from shouwen.service.cases.api.relations import links_router
from shouwen.service.cases.api.rounds import rounds_router
from shouwen.service.cases.api.routes import router
from shouwen.service.cases.api.tasks import case_tasks_router, tasks_router
from shouwen.service.cases.api.views import views_router

__all__ = [
    "approving_router",
    "case_forms_router",
    "case_tasks_router",
    "categories_router",
    "effort_router",
    "exports_router",
    "files_router",
    "forms_router",
    "joining_router",
    "links_router",
    "rounds_router",
    "router",
    "tasks_router",
    "views_router",
]
