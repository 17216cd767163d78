"""The public API under `/api/v1`: who asks, which rooms answer, and how an error reads.

Every error is `application/problem+json` (RFC 9457) with the wrong fields named in `errors`.
"""

from __future__ import annotations

import logging
import re
import secrets
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.translation import gettext as _
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.docs import Swagger

from config import pacing
from config.reading import StrictParser
from config.schema import PROBLEM_JSON, DescribedAPI
from shouwen.assurance.improvement import api as improvement
from shouwen.assurance.monitoring import api as monitoring
from shouwen.assurance.satisfaction import api as satisfaction
from shouwen.contact.conversations import api as conversations
from shouwen.contact.routing import api as routing
from shouwen.front.console import api as console
from shouwen.front.desk import api as desk
from shouwen.front.integrations import api as integrations
from shouwen.ground.kernel import errors, time
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.connections import refused_turn
from shouwen.ground.policy import api as policy
from shouwen.ground.vault import api as vault
from shouwen.people.approvals import api as approvals
from shouwen.people.customers import api as customers
from shouwen.people.staff import actions as people
from shouwen.people.staff import api as people_api
from shouwen.people.staff import queries as staff
from shouwen.service.cases import api as cases
from shouwen.service.complaints import api as complaints
from shouwen.service.knowledge import api as knowledge

logger = logging.getLogger(__name__)


def asker(request: HttpRequest) -> Actor | None:
    """Find out who calls: an API key, else the person signed in by session.

    A session's writes also need the CSRF token, since a browser sends cookies by itself.
    """
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    if scheme:
        is_key = scheme.lower() == "bearer"
        holder = staff.holder_of_key(token.strip(), time.now()) if is_key else None
        pacing.count(request, holder)
        actor = holder.actor if holder else None
        if holder:
            people.note_key_use(holder, time.now())
    else:
        actor = getattr(request, "actor", None)
        if actor is None:
            pacing.count(request, None)
        elif not _csrf_passes(request):
            raise errors.NotAllowed(_("The page is out of date. Reload it and try again."))
    if actor:
        _check_query(request)
    request.actor = actor  # type: ignore[attr-defined]  # set for the room's own view
    return actor


def _check_query(request: HttpRequest) -> None:
    """Let only parameters pass that the operation knows. Raises Invalid, naming each other."""
    route = request.resolver_match.route if request.resolver_match else ""
    known = api.query_names().get((request.method or "", re.sub("<(.*?)>", r"{\1}", route)), set())
    unknown = sorted(set(request.GET) - known)
    if unknown:
        words = _("There is no such parameter.")
        raise errors.Invalid(fields={name[:80]: words for name in unknown[:20]})


def _csrf_passes(request: HttpRequest) -> bool:
    # Ninja exempts its views from the middleware's check, so it is asked for here.
    check = CsrfViewMiddleware(lambda _request: HttpResponse())
    check.process_request(request)
    return check.process_view(request, _checked, (), {}) is None


def _checked(_request: HttpRequest) -> HttpResponse:
    return HttpResponse()


api = DescribedAPI(
    title="Shouwen",
    version="1",
    description="One owner, one clock, one trail: the contact centre's doors for programs.",
    auth=asker,
    parser=StrictParser(),
    docs=Swagger(settings={"persistAuthorization": False}),
    urls_namespace="api",
    openapi_extra={"info": {"license": {"name": "Apache-2.0"}}},
)


def problem(
    status: int,
    code: str,
    title: str,
    *,
    fields: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
) -> JsonResponse:
    """Answer with problem+json: a stable `code`, words, and the wrong fields by name."""
    body: dict[str, Any] = {
        "type": f"urn:shouwen:problem:{code}",
        "code": code,
        "title": title,
        "status": status,
    }
    if fields:
        body["errors"] = [{"field": name, "message": words} for name, words in fields.items()]
    return JsonResponse(body, status=status, content_type=PROBLEM_JSON, headers=headers)


@api.exception_handler(errors.Problem)
def _named_problem(request: HttpRequest, error: errors.Problem) -> HttpResponse:
    fields = {name: str(words) for name, words in error.fields.items()}
    return problem(error.status, error.code, str(error), fields=fields)


@api.exception_handler(ValidationError)
def _wrong_form(request: HttpRequest, error: ValidationError) -> HttpResponse:
    fields: dict[str, str] = {}
    for item in error.errors:
        # First comes the part of the request, then Ninja's name for the parameter, which callers
        # do not know, then the field.
        where = [str(part) for part in item.get("loc", ())[1:]]
        fields[".".join(where[1:] if len(where) > 1 else where) or "body"] = str(
            item.get("msg", "")
        )
    return problem(422, "invalid", str(errors.Invalid.message), fields=fields)


@api.exception_handler(AuthenticationError)
def _not_signed_in(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return problem(
        401,
        "not-signed-in",
        str(errors.NotSignedIn.message),
        headers={"WWW-Authenticate": "Bearer"},
    )


@api.exception_handler(Http404)
def _not_there(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem(404, "not-there", str(errors.NotThere.message))


@api.exception_handler(RequestDataTooBig)
def _too_large(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    return _named_problem(request, errors.TooLarge())


@api.exception_handler(HttpError)
def _refused(request: HttpRequest, error: HttpError) -> HttpResponse:
    if isinstance(error.__cause__, errors.Problem):
        # The parser's own words; Ninja wraps whatever it raises.
        return _named_problem(request, error.__cause__)
    words = HTTPStatus(error.status_code).phrase
    return problem(error.status_code, words.lower().replace(" ", "-"), str(error))


@api.exception_handler(OperationalError)
def _refused_turn(request: HttpRequest, error: OperationalError) -> HttpResponse:
    busy = refused_turn(error)
    return _named_problem(request, busy) if busy else _unforeseen(request, error)


@api.exception_handler(Exception)
def _unforeseen(request: HttpRequest, error: Exception) -> HttpResponse:
    # The caller gets an id to quote; what happened stays in the log under it.
    incident = f"E-{secrets.token_hex(4).upper()}"
    logger.error("%s on %s %s", incident, request.method, request.path, exc_info=error)
    if settings.DEBUG:
        raise error
    words = _("Something failed on our side and nothing was saved. Quote %(incident)s to support.")
    return problem(500, "internal", words % {"incident": incident})


# Each room's own router; a room that is not here has no door for programs.
api.add_router("/approvals", approvals.router)
api.add_router("/cases", cases.router)
api.add_router("/cases", cases.approving_router)
api.add_router("/cases", cases.case_forms_router)
api.add_router("/cases", cases.case_tasks_router)
api.add_router("/cases", cases.effort_router)
api.add_router("/cases", cases.files_router)
api.add_router("/cases", cases.joining_router)
api.add_router("/cases", cases.links_router)
api.add_router("/cases", cases.rounds_router)
api.add_router("/case-views", cases.views_router)
api.add_router("/categories", cases.categories_router)
api.add_router("/categories", cases.forms_router)
api.add_router("/complaint-accountability", improvement.accountability_router)
api.add_router("/complaint-causes", improvement.causes_router)
api.add_router("/complaint-follow-ups", improvement.follow_ups_router)
api.add_router("/complaint-imports", complaints.imports_router)
api.add_router("/complaint-issues", improvement.issues_router)
api.add_router("/complaint-ledger", complaints.taking_router)
api.add_router("/complaint-notices", improvement.notices_router)
api.add_router("/complaint-report", improvement.report_router)
api.add_router("/complaint-returns", improvement.returns_router)
api.add_router("/complaint-thresholds", improvement.thresholds_router)
api.add_router("/complaint-warning-addresses", improvement.addresses_router)
api.add_router("/complaint-warnings", improvement.warnings_router)
api.add_router("/complaint-settings", complaints.settings_router)
api.add_router("/complaints", complaints.router)
api.add_router("/complaints", complaints.steps_router)
api.add_router("/complaints", complaints.extending_router)
api.add_router("/complaints", complaints.findings_router)
api.add_router("/complaint-findings", complaints.own_findings_router)
api.add_router("/complaints", complaints.contesting_router)
api.add_router("/complaints", complaints.outside_router)
api.add_router("/complaints", complaints.progress_router)
api.add_router("/complaints", complaints.redress_router)
api.add_router("/complaint-settings", complaints.redress_levels_router)
api.add_router("/complaints", complaints.group_router)
api.add_router("/complaint-proposals", complaints.proposals_router)
api.add_router("/complaint-settings", complaints.triggers_router)
api.add_router("/complaints", complaints.telling_router)
api.add_router("/complaints", complaints.together_router)
api.add_router("/complaints", complaints.righting_router)
api.add_router("/contacts", conversations.router)
api.add_router("/contacts", routing.contacts_router)
api.add_router("/customers", customers.router)
api.add_router("/customers", customers.files_router)
api.add_router("/customers", customers.merges_router)
api.add_router("/tiers", customers.tiers_router)
api.add_router("/desk", desk.router)
api.add_router("/exports", cases.exports_router)
api.add_router("/knowledge", knowledge.router)
api.add_router("/knowledge-areas", knowledge.areas_router)
api.add_router("/knowledge-versions", knowledge.versions_router)
api.add_router("/metrics", monitoring.router)
api.add_router("/policy", console.rules_router)
api.add_router("/queues", routing.queues_router)
api.add_router("/spikes", routing.spikes_router)
api.add_router("/people", people_api.people_router)
api.add_router("/posts", people_api.posts_router)
api.add_router("/rosters", people_api.rosters_router)
api.add_router("/scripts", desk.scripts_router)
api.add_router("/system", console.router)
api.add_router("/surveys", satisfaction.router)
api.add_router("/campaigns", satisfaction.campaigns_router)
api.add_router("/tasks", cases.tasks_router)
api.add_router("/units", people_api.units_router)
api.add_router("/webhooks", integrations.router)
api.add_router("", policy.router)
api.add_router("", vault.router)
