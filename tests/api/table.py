"""Who may do what, as a table: every door of the centre has its row here, or the build fails.

`who` are the roles that get an answer about their own institution's things; every other role is
refused. `about` says what the address speaks of; `{…}` in a body is filled the same way.
"""

from __future__ import annotations

from tests.api.case_doors import CASE_PAGES, CASES
from tests.api.complaint_doors import COMPLAINT_PAGES, COMPLAINTS
from tests.api.customer_doors import FILES, FILES_API
from tests.api.desk_doors import DESK
from tests.api.improvement_doors import IMPROVEMENT, IMPROVEMENT_PAGES
from tests.api.integration_doors import INTEGRATION
from tests.api.knowledge_doors import KNOWLEDGE, SCRIPTS
from tests.api.rows import (
    AGENT,
    APPROVES,
    ASKS,
    AUDITOR,
    EDITS,
    EVERYONE,
    EXPLAINS,
    KEY,
    KNOWS,
    LEAD,
    MEASURES,
    NOBODY,
    READS,
    RULES,
    STEPS_IN,
    TAKES,
    TEXT,
    TRANSFER,
    WORKS,
    Row,
)
from tests.api.system_doors import REVIEWS, SEES_QUEUES, SWITCHES, SYSTEM, SYSTEM_API

FAR_DAY = "2199-01-01"
VERSION = {"version": "1", "revision": "3"}
ARTICLE = {
    "title": "境外取现",
    "topic": "PRODUCT",
    "category": "card",
    "body": TEXT,
    "review_on": FAR_DAY,
}

API: dict[str, Row] = {
    "GET /approvals": Row(ASKS),
    "GET /approvals/{ref}": Row(WORKS, "approval"),
    "POST /approvals/{ref}/approve": Row(STEPS_IN, "approval", {"opinion": TEXT}),
    "POST /approvals/{ref}/decline": Row(STEPS_IN, "approval", {"opinion": TEXT}),
    "POST /approvals/{ref}/withdraw": Row(AGENT, "approval"),
    "GET /contacts": Row(READS),
    "POST /contacts": Row(TAKES, body={"message": TEXT}, headers=KEY),
    "GET /contacts/{public_id}": Row(READS, "contact"),
    "GET /contacts/{public_id}/routing": Row(EXPLAINS, "contact"),
    "POST /contacts/{public_id}/messages": Row(
        frozenset({"agent", "lead"}), "active", {"body": TEXT, "client_key": "matrix-1"}
    ),
    "POST /contacts/{public_id}/end": Row(TAKES, "active", {"disposition": "RESOLVED"}, KEY),
    "GET /desk/presence": Row(TAKES),
    "POST /desk/presence": Row(TAKES, body={"state": "BREAK"}),
    "GET /desk/offers": Row(TAKES),
    "POST /desk/offers/{ref}/accept": Row(AGENT, "offer"),
    "POST /desk/offers/{ref}/decline": Row(AGENT, "offer"),
    "GET /desk/contacts": Row(TAKES),
    "POST /desk/contacts/{ref}/take": Row(TAKES, "contact"),
    "GET /desk/contacts/{ref}/messages": Row(TAKES, "active"),
    "POST /desk/contacts/{ref}/messages": Row(
        TAKES, "active", {"body": TEXT, "client_key": "matrix-2"}
    ),
    "GET /desk/contacts/{ref}/scripts": Row(TAKES, "active"),
    "GET /desk/contacts/{ref}/knowledge": Row(TAKES, "active"),
    "POST /desk/contacts/{ref}/knowledge": Row(TAKES, "active", {"article": "{article}"}),
    "GET /desk/contacts/{ref}/notes": Row(TAKES, "active"),
    "POST /desk/contacts/{ref}/notes": Row(
        TAKES, "active", {"body": TEXT, "mentions": ["{person}"], "client_key": "matrix-5"}
    ),
    "POST /desk/contacts/{ref}/whisper": Row(
        LEAD, "active", {"body": TEXT, "client_key": "matrix-9"}
    ),
    "POST /desk/contacts/{ref}/take-over": Row(
        LEAD, "active", {"reason": "ASKED", "handler": "{person}"}
    ),
    "POST /desk/contacts/{ref}/transfer": Row(
        TAKES, "active", {**TRANSFER, "queue": "online"}, KEY
    ),
    "POST /desk/contacts/{ref}/case": Row(
        TAKES, "active", {"category": "{category}", "description": TEXT}, KEY
    ),
    "POST /desk/contacts/{ref}/end": Row(TAKES, "active", {"disposition": "RESOLVED"}),
    "POST /desk/contacts/{ref}/wrap-up": Row(TAKES, "wrapping", {"disposition": "RESOLVED"}),
    "GET /knowledge": Row(KNOWS, query={"q": "年费"}),
    "GET /knowledge/uses/{contact}": Row(READS & KNOWS, "contact"),
    "GET /knowledge/{ref}": Row(KNOWS, "article"),
    "GET /metrics/history": Row(MEASURES, query={"period": "30d", "by": "person"}),
    "GET /metrics/live": Row(MEASURES),
    "POST /policy/preview": Row(
        EVERYONE, body={"event": "complaint.resolve", "start": "2026-06-16T10:46:00+08:00"}
    ),
    "GET /audit": Row(AUDITOR),
}
API |= {door: Row(*row) for door, row in SYSTEM_API.items()}
API |= INTEGRATION

PAGES: dict[str, Row] = {
    "GET console/": Row(EVERYONE),
    "GET console/rules/": Row(EVERYONE),
    "GET console/rules/calculator/": Row(EVERYONE),
    "GET console/rules/changes/": Row(EVERYONE),
    "GET console/rules/compare/": Row(EVERYONE),
    "GET console/rules/calendar/": Row(EVERYONE),
    "POST console/rules/calendar/days/": Row(
        RULES, body={"first_1": FAR_DAY, "what_1": "OFF", "reason": TEXT}
    ),
    "POST console/rules/calendar/week/": Row(
        RULES, body={"of_0_0_from": "09:00", "of_0_0_to": "17:00", "reason": TEXT}
    ),
    "GET console/rules/phrases/": Row(EVERYONE),
    "POST console/rules/phrases/add/": Row(
        RULES,
        body={"phrase": "绝对保本", "kind": "false_claim", "say_instead": TEXT, "source": TEXT},
    ),
    "POST console/rules/phrases/{ref}/end/": Row(RULES, "phrase"),
    "GET console/rules/packs/": Row(RULES),
    "POST console/rules/packs/": Row(RULES, body={"pack-CG": "NONE", "reason": TEXT}),
    "GET console/rules/of/HB-1.2-04/": Row(EVERYONE),
    "GET console/rules/of/HB-1.2-04/effect/": Row(RULES, query={"mode": "OFF"}),
    "POST console/rules/of/HB-1.2-04/ask/": Row(RULES, body={"mode": "HARD", "reason": TEXT}),
    "GET console/audit/": Row(AUDITOR),
    "GET console/components/": Row(EVERYONE),
    "GET kit/find/": Row(EVERYONE),
    "POST kit/find/": Row(EVERYONE, body={"words": "年费"}),
    "POST live/here/": Row(EVERYONE),
    "GET live/beside/{ref}/": Row(READS, "active"),
    "POST live/beside/{ref}/typing/": Row(READS, "active"),
    "GET demo/inbox/": Row(NOBODY),
    "GET callbacks/": Row(READS),
    "GET callbacks/surveys/": Row(WORKS),
    "POST callbacks/surveys/{ref}/link/": Row(WORKS, "drawn"),
    "POST callbacks/surveys/{ref}/off/": Row(WORKS, "drawn", {"reason": "DECLINED"}),
    "GET callbacks/{ref}/record/": Row(WORKS, "callback"),
    # Whoever began the call goes on with it, or a lead.
    "POST callbacks/{ref}/record/": Row(APPROVES, "callback", {"score": "5"}),
    "POST callbacks/{ref}/start/": Row(WORKS, "callback"),
    "POST callbacks/{ref}/reach/": Row(APPROVES, "callback"),
    "POST callbacks/{ref}/miss/": Row(APPROVES, "callback"),
    "POST callbacks/{ref}/waive/": Row(WORKS, "callback"),
    "GET reports/": Row(MEASURES),
    "GET reports/behind/": Row(MEASURES & READS, query={"kpi": "contacts_routed"}),
    "GET reports/parts.csv": Row(MEASURES),
    "GET reports/parts.xlsx": Row(MEASURES),
    "GET reports/times.csv": Row(MEASURES),
    "GET reports/times.xlsx": Row(MEASURES),
    "GET wallboard/": Row(MEASURES),
    "GET wallboard/figures/": Row(MEASURES),
    "GET wallboard/queues.csv": Row(MEASURES),
    "GET wallboard/queues.xlsx": Row(MEASURES),
    "GET approvals/": Row(ASKS),
    "POST approvals/{ref}/approve/": Row(STEPS_IN, "approval", {"opinion": TEXT}),
    "POST approvals/{ref}/decline/": Row(STEPS_IN, "approval", {"opinion": TEXT}),
    "POST approvals/{ref}/withdraw/": Row(AGENT, "approval"),
    "GET routing/contacts/{ref}/": Row(EXPLAINS, "contact"),
    "GET routing/queues/": Row(SEES_QUEUES),
    "GET routing/spikes/begin/": Row(SWITCHES),
    "POST routing/spikes/begin/": Row(SWITCHES, body={"reason": TEXT}),
    "POST routing/spikes/{ref}/end/": Row(SWITCHES, "spike"),
    "GET knowledge/": Row(KNOWS),
    "GET knowledge/work/": Row(EDITS | APPROVES),
    "GET knowledge/requests/": Row(KNOWS),
    "GET knowledge/areas/": Row(EDITS),
    "POST knowledge/areas/add/": Row(EDITS, body={"code": "overseas", "name_zh": "境外"}),
    "POST knowledge/areas/rename/": Row(EDITS, body={"code": "card", "name_zh": "银行卡"}),
    "POST knowledge/requests/ask/": Row(KNOWS, body={"words": "境外取现"}),
    "POST knowledge/requests/{ref}/decline/": Row(EDITS, "missing", {"reason": TEXT}),
    "GET knowledge/new/": Row(EDITS),
    "POST knowledge/new/": Row(EDITS, body=ARTICLE),
    "GET knowledge/{ref}/": Row(KNOWS, "article"),
    "GET knowledge/{ref}/edit/": Row(EDITS, "article"),
    "POST knowledge/{ref}/edit/": Row(EDITS, "article", ARTICLE),
    "POST knowledge/{ref}/submit/": Row(EDITS, "article", VERSION),
    "POST knowledge/{ref}/discard/": Row(EDITS, "article", VERSION),
    "POST knowledge/{ref}/approve/": Row(APPROVES, "article", VERSION),
    "POST knowledge/{ref}/send-back/": Row(APPROVES, "article", {**VERSION, "reason": TEXT}),
    "POST knowledge/{ref}/review/": Row(APPROVES, "article", {**VERSION, "review_on": FAR_DAY}),
    "POST knowledge/{ref}/retire/": Row(APPROVES, "article", {**VERSION, "reason": TEXT}),
    "GET knowledge/files/{ref}/": Row(KNOWS, "article_file"),
    "POST knowledge/{ref}/files/": Row(EDITS, "article", VERSION),
    "POST knowledge/{ref}/files/remove/": Row(
        EDITS, "article", {**VERSION, "file": "{article_file}"}
    ),
    "GET knowledge/{ref}/compare/": Row(KNOWS, "article"),
    "GET knowledge/{ref}/related/find/": Row(EDITS, "article", query={"q": "年费"}),
    "POST knowledge/{ref}/related/": Row(EDITS, "article", {"other": "{article}"}),
    "POST knowledge/{ref}/related/remove/": Row(EDITS, "article", {"other": "{article}"}),
    "POST knowledge/{ref}/vote/": Row(KNOWS, "article", {**VERSION, "useful": "yes"}),
    "POST vault/reveal/": Row(
        WORKS,
        body={
            "kind": "customers.customer",
            "ref": "{customer}",
            "field": "name",
            "reason": "handle-business",
        },
    ),
    "GET vault/ask/customers.customer/{ref}/name/": Row(WORKS, "customer"),
    "GET vault/masked/customers.customer/{ref}/name/": Row(WORKS, "customer"),
    "GET files/{ref}/": Row(READS, "file"),
}

API |= CASES | COMPLAINTS | IMPROVEMENT | KNOWLEDGE | SCRIPTS
API |= {door: Row(*row) for door, row in FILES_API.items()}
PAGES |= CASE_PAGES | COMPLAINT_PAGES | IMPROVEMENT_PAGES
PAGES |= DESK
PAGES |= {door: Row(*row) for door, row in (SYSTEM | FILES).items()}

# Doors of customers: the visit's token, the link or the session opens them, never a role.
CUSTOMERS = {
    "",
    "chat/<slug:institution>/",
    "chat/<slug:institution>/hello",
    "chat/<slug:institution>/messages",
    "chat/<slug:institution>/updates",
    "chat/<slug:institution>/files",
    "^chat/(?P<institution>[a-z][a-z0-9]{0,39})/files/(?P<file_ref>file_[a-z0-9]{26})$",
    "chat/<slug:institution>/ask-person",
    "chat/<slug:institution>/leave-message",
    "chat/<slug:institution>/end",
    "chat/<slug:institution>/received",
    "chat/<slug:institution>/read",
    "chat/<slug:institution>/typing",
    "chat/<slug:institution>/rating",
    "widget.js",
    "demo/embed/",
    "^c/(?P<token>[A-Za-z0-9_-]{20,100})/?$",
    "progress/",
    "progress/confirm",
    "progress/object",
    "progress/notices/<str:notice>/<str:form>",
    "progress/rate-handling",
    "me/cases/<str:ref>/notices/<str:notice>/<str:form>",
    "me/cases/<str:ref>/rate-handling",
    "progress/leave",
    "help/",
    "help/<slug:institution>/<str:ref>/",
    "help/<slug:institution>/<str:ref>/files/<str:file>",
    "help/<slug:institution>/<str:ref>/vote",
    "ask/",
    "progress/asked",
    "me/cases/<str:ref>/asked",
    "progress/urge",
    "progress/add",
    "progress/withdraw",
    "progress/contest",
    "progress/files/<str:file>",
    "rate/case/",
    "s/<str:token>/",
    "chat/<slug:institution>/survey",
    "me/",
    "me/enter/",
    "me/code/",
    "me/leave",
    "me/cases/<str:ref>/",
    "me/cases/<str:ref>/confirm",
    "me/cases/<str:ref>/object",
    "me/cases/<str:ref>/rate",
    "me/cases/<str:ref>/urge",
    "me/cases/<str:ref>/add",
    "me/cases/<str:ref>/withdraw",
    "me/cases/<str:ref>/contest",
    "me/cases/<str:ref>/files/<str:file>",
}
# Open to anyone, and hold nothing of anyone.
OPEN = {
    "healthz",
    "readyz",
    "metrics",
    "api/v1/openapi.json",
    "api/v1/docs",
    "api/v1/",
    "kit/prefer/",
}
# Signing in and one's own account; the library asks for the session itself.
ACCOUNTS = {
    "accounts/login/",
    "accounts/logout/",
    "accounts/inactive/",
    "accounts/reauthenticate/",
    "accounts/password/change/",
    "accounts/2fa/",
    "accounts/2fa/authenticate/",
    "accounts/2fa/reauthenticate/",
    "accounts/2fa/totp/activate/",
    "accounts/2fa/totp/deactivate/",
    "accounts/2fa/recovery-codes/",
    "accounts/2fa/recovery-codes/generate/",
    "accounts/2fa/recovery-codes/download/",
    "accounts/^invitation/(?P<token>[A-Za-z0-9_-]{20,100})/$",
    "accounts/signup/",
    "accounts/email/",
    "accounts/email/confirm/",
    "accounts/password/set/",
}
SOCKETS = {"ws/live", r"^ws/chat/(?P<institution>[a-z][a-z0-9]{0,39})/$"}
# Topics of the staff's line: who may follow those of their own institution.
TOPICS: dict[str, frozenset[str]] = {
    "contact-{active}": READS,
    "notes-{active}": READS,
    "case-{case}": READS,
    "beside-{active}": READS,
    "approvals-{institution}": ASKS,
    "tasks-{unit}": READS,
    "person-{person}": AGENT,
    "queues-{institution}": READS,
    "wallboard-{institution}": MEASURES,
    "webhooks-{institution}": REVIEWS,
}
