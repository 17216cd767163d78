"""The doors of what is learned from complaints: who comes in, about what, with which body."""

from __future__ import annotations

from tests.api.complaint_doors import READS_COMPLAINTS
from tests.api.rows import EVERYONE, KEY, NOBODY, STEPS_IN, TEXT, Row

# Who answers for what the institution reports.
RETURNS = frozenset({"complaints", "risk"})
ISSUE = {"title": "模板未抽检", "description": TEXT, "scope": "INTERNAL"}
ADDRESS = {"way": "EMAIL", "address": "warnings@bank.example"}
# One who records an issue works on it; others judge what was put right.
ISSUE_ACTS: dict[str, dict[str, object]] = {
    "report": {"words": TEXT},
    "assign": {"unit": "{unit}", "owner": "{person}", "standard": TEXT, "acceptance": TEXT},
    "rectify": {"report": TEXT},
    "accept": {"words": TEXT, "effect_on": "2190-01-01"},
    "send-back": {"reason": TEXT},
    "evaluate": {"is_effective": True, "words": TEXT},
    "close": {},
    "reopen": {"reason": TEXT},
    "major": {"reason": TEXT},
    "meet": {"called_by": "BRANCH", "held_on": "2026-06-01", "people": TEXT, "plan": TEXT},
    "measure": {"what": TEXT, "owner": "{person}", "due_on": "2190-01-01"},
    "take-back": {"entry": 1, "reason": TEXT},
}
ACCOUNTABILITY_ACTS = (
    "state",
    "silent",
    "investigate",
    "determine",
    "clear",
    "contest",
    "keep",
    "lift",
    "handle",
)

IMPROVEMENT_PAGES: dict[str, Row] = {
    "GET improvement/": Row(READS_COMPLAINTS),
    "GET improvement/behind/": Row(READS_COMPLAINTS, query={"figure": "received"}),
    "GET improvement/file/csv/": Row(READS_COMPLAINTS),
    "GET improvement/file/pdf/": Row(READS_COMPLAINTS),
    "GET improvement/file/xlsx/": Row(READS_COMPLAINTS),
    "POST improvement/freeze/": Row(RETURNS, body={"title": "月度通报"}),
    "GET improvement/accountability/": Row(EVERYONE),
    "POST improvement/accountability/new/": Row(
        STEPS_IN, body={"complaint": "x", "person": "x", "conduct": "PERFUNCTORY", "grounds": TEXT}
    ),
    "GET improvement/accountability/{ref}/": Row(NOBODY, "complaint"),
    **{
        f"POST improvement/accountability/{{ref}}/{act}/": Row(
            NOBODY, "complaint", {"version": "1", "words": TEXT}
        )
        for act in ACCOUNTABILITY_ACTS
    },
    "GET improvement/causes/": Row(READS_COMPLAINTS),
    "POST improvement/causes/new/": Row(RETURNS, body={"name_zh": "流程"}),
    "POST improvement/causes/of/{ref}/": Row(STEPS_IN, "complaint", {"cause": "cause_none"}),
    "POST improvement/causes/{ref}/": Row(NOBODY, "complaint", {"name_zh": "流程"}),
    "GET improvement/issues/": Row(READS_COMPLAINTS),
    "POST improvement/issues/new/": Row(STEPS_IN, body=ISSUE),
    "GET improvement/issues/{ref}/": Row(NOBODY, "complaint"),
    **{
        f"POST improvement/issues/{{ref}}/{name}/": Row(NOBODY, "complaint", body)
        for name, body in ISSUE_ACTS.items()
    },
    "GET improvement/of/{ref}/": Row(READS_COMPLAINTS, "complaint"),
    "GET improvement/look-back/": Row(READS_COMPLAINTS),
    "POST improvement/look-back/draw/": Row(
        STEPS_IN, body={"from": "2026-01-01", "to": "2026-01-31", "percent": "10"}
    ),
    "GET improvement/look-back/from/{ref}/": Row(STEPS_IN, "complaint"),
    "POST improvement/look-back/from/{ref}/have-asked/": Row(
        STEPS_IN, "complaint", {"cases": "{case}"}
    ),
    "GET improvement/look-back/{ref}/": Row(NOBODY, "complaint"),
    "POST improvement/look-back/{ref}/miss/": Row(NOBODY, "complaint", {"tries": "0"}),
    "POST improvement/look-back/{ref}/record/": Row(
        NOBODY, "complaint", {"answer": "SOLVED", "words": TEXT}
    ),
    "GET improvement/notices/": Row(READS_COMPLAINTS),
    "POST improvement/notices/seen/": Row(READS_COMPLAINTS),
    "GET improvement/warnings/": Row(READS_COMPLAINTS),
    "POST improvement/warnings/addresses/new/": Row(RETURNS, body=ADDRESS),
    "POST improvement/warnings/addresses/{ref}/retire/": Row(NOBODY, "complaint"),
    "POST improvement/warnings/thresholds/new/": Row(
        RETURNS, body={"subject": "type|", "measure": "COUNT"}
    ),
    "POST improvement/warnings/thresholds/{ref}/retire/": Row(NOBODY, "complaint"),
    "POST improvement/warnings/{ref}/note/": Row(NOBODY, "complaint", {"plan": TEXT}),
    "GET improvement/returns/{ref}/": Row(NOBODY, "complaint"),
    "GET improvement/returns/{ref}/file/csv/": Row(NOBODY, "complaint"),
    "GET improvement/returns/{ref}/file/pdf/": Row(NOBODY, "complaint"),
    "GET improvement/returns/{ref}/file/xlsx/": Row(NOBODY, "complaint"),
}

IMPROVEMENT: dict[str, Row] = {
    "GET /complaint-accountability": Row(EVERYONE),
    "POST /complaint-accountability": Row(
        STEPS_IN,
        body={
            "complaint": "{complaint}",
            "person": "{person}",
            "conduct": "PERFUNCTORY",
            "grounds": TEXT,
        },
        headers=KEY,
    ),
    "GET /complaint-accountability/{ref}": Row(NOBODY, "complaint"),
    **{
        f"POST /complaint-accountability/{{ref}}/{act}": Row(
            NOBODY, "complaint", {"words": TEXT, "version": 1}
        )
        for act in ACCOUNTABILITY_ACTS
    },
    "GET /complaint-causes": Row(READS_COMPLAINTS),
    "POST /complaint-causes": Row(RETURNS, body={"name_zh": "流程"}, headers=KEY),
    "PUT /complaint-causes/{ref}": Row(NOBODY, "complaint", {"name_zh": "流程"}),
    "PUT /complaint-causes/of/{ref}": Row(STEPS_IN, "complaint", {"cause": "cause_none"}),
    "GET /complaint-follow-ups": Row(READS_COMPLAINTS),
    "POST /complaint-follow-ups": Row(
        STEPS_IN, body={"first": "2026-01-01", "last": "2026-01-31"}, headers=KEY
    ),
    "GET /complaint-follow-ups/hit-by/{ref}": Row(READS_COMPLAINTS, "complaint"),
    "POST /complaint-follow-ups/hit-by/{ref}": Row(STEPS_IN, "complaint", {"cases": ["{case}"]}),
    "POST /complaint-follow-ups/{ref}/miss": Row(NOBODY, "complaint", {"tries": 0}),
    "POST /complaint-follow-ups/{ref}/record": Row(
        NOBODY, "complaint", {"answer": "SOLVED", "words": TEXT}
    ),
    "GET /complaint-issues": Row(READS_COMPLAINTS),
    "POST /complaint-issues": Row(STEPS_IN, body=ISSUE, headers=KEY),
    "GET /complaint-issues/{ref}": Row(NOBODY, "complaint"),
    **{
        f"POST /complaint-issues/{{ref}}/{name}": Row(NOBODY, "complaint", body or None)
        for name, body in ISSUE_ACTS.items()
    },
    "GET /complaint-notices": Row(READS_COMPLAINTS),
    "POST /complaint-notices/seen": Row(READS_COMPLAINTS),
    "GET /complaint-warning-addresses": Row(READS_COMPLAINTS),
    "POST /complaint-warning-addresses": Row(RETURNS, body=ADDRESS, headers=KEY),
    "POST /complaint-warning-addresses/{ref}/retire": Row(NOBODY, "complaint"),
    "GET /complaint-thresholds": Row(READS_COMPLAINTS),
    "POST /complaint-thresholds": Row(RETURNS, body={"figure": "type"}, headers=KEY),
    "POST /complaint-thresholds/{ref}/retire": Row(NOBODY, "complaint"),
    "GET /complaint-warnings": Row(READS_COMPLAINTS),
    "POST /complaint-warnings/{ref}/note": Row(NOBODY, "complaint", {"plan": TEXT}),
    "GET /complaint-report": Row(READS_COMPLAINTS),
    "GET /complaint-returns": Row(READS_COMPLAINTS),
    "POST /complaint-returns": Row(
        RETURNS,
        body={"first": "2026-06-01", "last": "2026-06-02", "title": "月度通报"},
        headers=KEY,
    ),
    "GET /complaint-returns/{ref}": Row(NOBODY, "complaint"),
    "GET /complaint-returns/{ref}/pdf": Row(NOBODY, "complaint"),
    "GET /complaint-returns/{ref}/xlsx": Row(NOBODY, "complaint"),
}
