"""The doors of the complaints: who comes in, about what, with which body."""

from __future__ import annotations

from tests.api.rows import EVERYONE, EXPORTS, KEY, NOBODY, RULES, STEPS_IN, TEXT, WORKS, Row

READS_COMPLAINTS = frozenset({"lead", "complaints", "inspector", "risk", "auditor"})
DECISION = {"outcome": "UPHELD", "opinion": TEXT, "channel": "PHONE"}
SAID = {"words": TEXT, "channel": "PHONE"}
FILED = {
    "title": "催收短信发至联系人",
    "description": TEXT,
    "demand": TEXT,
    "complainant": "许远",
    "reachable_at": "13800001234",
}

PIECES = {
    "opening": "您的投诉已处理完毕。",
    "review": "如有异议，您可以申请核查。",
    "mediation": "您可以申请调解。",
    "arbitration": "您可以申请仲裁。",
    "court": "您可以提起诉讼。",
    "closing": "感谢监督。",
}

TRIGGERS = {
    "is_angry_on": True,
    "is_repeat_on": False,
    "is_breach_on": False,
    "is_rating_on": False,
    "phrases": ["骗子"],
    "contacts": 3,
    "days": 7,
    "score": 2,
}

LEVELS = {"lead_most": "1500.00", "senior_most": "20000", "reason": TEXT}

COMPLAINT_PAGES: dict[str, Row] = {
    "GET complaints/": Row(READS_COMPLAINTS),
    "GET complaints/bulk/assign/": Row(STEPS_IN),
    "POST complaints/bulk/assign/": Row(STEPS_IN, body={"ref": "{case}", "handler": "{person}"}),
    "GET complaints/bulk/remind/": Row(STEPS_IN),
    "POST complaints/bulk/remind/": Row(STEPS_IN, body={"ref": "{case}", "text": TEXT}),
    "GET complaints/new/": Row(WORKS),
    "POST complaints/new/": Row(WORKS, body={**FILED, "origin": "CLERK", "channel": "LETTER"}),
    "GET complaints/of/{ref}/": Row(WORKS, "case"),
    "POST complaints/of/{ref}/": Row(WORKS, "case", {"demand": TEXT, "origin": "CUSTOMER"}),
    "GET complaints/notices/{ref}/pdf/": Row(NOBODY, "complaint"),
    "GET complaints/notices/{ref}/text/": Row(NOBODY, "complaint"),
    "GET complaints/notice-words/": Row(EVERYONE),
    "POST complaints/notice-words/": Row(RULES, body={**PIECES, "reason": TEXT}),
    "GET complaints/redress-levels/": Row(EVERYONE),
    "POST complaints/redress-levels/": Row(RULES, body=LEVELS),
    "GET complaints/exports/new/": Row(READS_COMPLAINTS & EXPORTS),
    "POST complaints/exports/new/": Row(
        READS_COMPLAINTS & EXPORTS, body={"view": "all", "reason": TEXT, "format": "csv"}
    ),
    "GET complaints/views/new/": Row(READS_COMPLAINTS),
    "POST complaints/views/new/": Row(READS_COMPLAINTS, body={"name": "急件", "urgency": "URGENT"}),
    "GET complaints/views/{ref}/": Row(NOBODY, "view"),
    "POST complaints/views/{ref}/": Row(NOBODY, "view", {"name": "急件"}),
    "POST complaints/views/{ref}/remove/": Row(NOBODY, "view"),
    "GET complaints/proposals/": Row(STEPS_IN),
    "POST complaints/proposals/{ref}/take/": Row(NOBODY, "case", {"complainant": "许远"}),
    "POST complaints/proposals/{ref}/decline/": Row(NOBODY, "case", {"reason": TEXT}),
    "GET complaints/types/": Row(EVERYONE),
    "GET complaints/triggers/": Row(EVERYONE),
    "POST complaints/triggers/": Row(
        RULES, body={"is_breach_on": "on", "contacts": "3", "days": "7", "score": "2"}
    ),
    "GET complaints/held/": Row(EVERYONE),
    "GET complaints/held/{ref}/": Row(NOBODY, "complaint"),
    "POST complaints/held/{ref}/state/": Row(
        NOBODY, "complaint", {"position": "AGREES", "words": TEXT}
    ),
    "POST complaints/held/{ref}/contest/": Row(NOBODY, "complaint", {"words": TEXT}),
    "GET complaints/imports/": Row(STEPS_IN),
    "POST complaints/imports/": Row(STEPS_IN),
    "GET complaints/imports/sample.csv": Row(STEPS_IN),
    "GET complaints/imports/{ref}/": Row(NOBODY, "complaint"),
    "POST complaints/imports/{ref}/start/": Row(NOBODY, "complaint"),
    "POST complaints/imports/{ref}/drop/": Row(NOBODY, "complaint"),
    "GET complaints/imports/{ref}/wrong.csv": Row(NOBODY, "complaint"),
    "GET complaints/{ref}/together/": Row(READS_COMPLAINTS, "complaint"),
    "POST complaints/{ref}/together/do/note/": Row(STEPS_IN, "complaint", {"words": TEXT}),
    "GET complaints/{ref}/": Row(READS_COMPLAINTS, "complaint"),
    "GET complaints/{ref}/parts/": Row(READS_COMPLAINTS, "complaint"),
    "POST complaints/{ref}/files/": Row(STEPS_IN, "complaint"),
    "GET complaints/{ref}/ask/note/": Row(NOBODY, "complaint"),
    "POST complaints/{ref}/ask/note/anew/": Row(NOBODY, "complaint", {"words": TEXT}),
    "POST complaints/{ref}/do/note/": Row(NOBODY, "complaint", {"words": TEXT}),
}

COMPLAINTS: dict[str, Row] = {
    "GET /complaints": Row(READS_COMPLAINTS),
    "POST /complaints": Row(WORKS, body=FILED, headers=KEY),
    "GET /complaints/{ref}": Row(READS_COMPLAINTS, "complaint"),
    "POST /complaints/{ref}/accept": Row(STEPS_IN, "complaint", {}),
    "POST /complaints/{ref}/classify": Row(
        STEPS_IN, "complaint", {"category": "{category}", "cg_type": "SERVICE"}
    ),
    "POST /complaints/{ref}/join-transfer": Row(
        STEPS_IN, "complaint", {"source_ref": "ZS2026061601", "regulator_on": "2026-06-10"}
    ),
    "POST /complaints/{ref}/take-back-transfer": Row(STEPS_IN, "complaint", {"reason": TEXT}),
    "POST /complaints/{ref}/no-repeat": Row(STEPS_IN, "complaint", {}),
    "GET /complaints/{ref}/group": Row(READS_COMPLAINTS, "complaint"),
    "POST /complaints/{ref}/group": Row(STEPS_IN, "complaint", {"lead": "complaint_none"}),
    "POST /complaints/{ref}/ungroup": Row(STEPS_IN, "complaint", {"reason": TEXT}),
    "POST /complaints/{ref}/representatives": Row(
        STEPS_IN, "complaint", {"representatives": ["complaint_none"]}
    ),
    "POST /complaints/{ref}/tell-group": Row(STEPS_IN, "complaint", SAID),
    "POST /complaints/{ref}/grade": Row(STEPS_IN, "complaint", {"grade": "G1"}),
    "GET /complaints/{ref}/task-force": Row(READS_COMPLAINTS, "complaint"),
    "POST /complaints/{ref}/task-force": Row(
        STEPS_IN, "complaint", {"person": "{person}", "function": "TECHNOLOGY"}
    ),
    "POST /complaints/{ref}/task-force/release": Row(
        STEPS_IN, "complaint", {"member": "cfm_none", "reason": TEXT}
    ),
    "GET /complaints/{ref}/notes": Row(READS_COMPLAINTS, "complaint"),
    "POST /complaints/{ref}/notes": Row(STEPS_IN, "complaint", {"words": TEXT}),
    "POST /complaints/{ref}/major": Row(STEPS_IN, "complaint", {"reason": "SAFETY"}),
    "POST /complaints/{ref}/assign": Row(
        STEPS_IN, "complaint", {"handler": "{person}", "supervisor": "{person}"}
    ),
    "POST /complaints/{ref}/respond": Row(STEPS_IN, "complaint", SAID),
    "GET /complaints/{ref}/progress": Row(READS_COMPLAINTS, "complaint"),
    "POST /complaints/{ref}/progress": Row(STEPS_IN, "complaint", SAID),
    "POST /complaints/{ref}/start": Row(STEPS_IN, "complaint", {}),
    "POST /complaints/{ref}/analyse": Row(STEPS_IN, "complaint", {"facts": TEXT}),
    "POST /complaints/{ref}/responsibility": Row(
        STEPS_IN, "complaint", {"responsible": "SYSTEM", "evidence": TEXT}
    ),
    "GET /complaints/{ref}/finding": Row(READS_COMPLAINTS, "complaint"),
    "POST /complaints/{ref}/finding-statement": Row(
        STEPS_IN, "complaint", {"part": "find_none", "position": "AGREES", "words": TEXT}
    ),
    "POST /complaints/{ref}/finding-decision": Row(
        STEPS_IN, "complaint", {"part": "find_none", "outcome": "UPHELD", "opinion": TEXT}
    ),
    "GET /complaint-findings": Row(EVERYONE),
    "GET /complaint-findings/{ref}": Row(NOBODY, "complaint"),
    "POST /complaint-findings/{ref}/statement": Row(
        NOBODY, "complaint", {"position": "AGREES", "words": TEXT}
    ),
    "POST /complaint-findings/{ref}/contest": Row(NOBODY, "complaint", {"words": TEXT}),
    "PUT /complaint-settings/finding-days": Row(RULES, body={"days": 7}),
    "POST /complaints/{ref}/plan": Row(
        STEPS_IN, "complaint", {"cause": TEXT, "plan": TEXT, "answer": "AGREED"}
    ),
    "POST /complaints/{ref}/resolve": Row(STEPS_IN, "complaint", {}),
    "POST /complaints/{ref}/notice": Row(STEPS_IN, "complaint", {"basis": TEXT}),
    "POST /complaints/{ref}/attempts": Row(
        STEPS_IN, "complaint", {"channel": "PHONE", "outcome": TEXT}
    ),
    "POST /complaints/{ref}/rating": Row(
        STEPS_IN,
        "complaint",
        {
            "timeliness": 4,
            "effect": 4,
            "communication": 4,
            "follow_up": 4,
            "channel": "PHONE",
        },
    ),
    "GET /complaints/{ref}/notices": Row(READS_COMPLAINTS, "complaint"),
    "GET /complaints/{ref}/notices/{notice}/pdf": Row(NOBODY, "complaint"),
    "GET /complaints/{ref}/notices/{notice}/text": Row(NOBODY, "complaint"),
    "POST /complaints/{ref}/feedback": Row(
        STEPS_IN, "complaint", {"text": TEXT, "channel": "PHONE", "said": TEXT}
    ),
    "POST /complaints/{ref}/callback": Row(STEPS_IN, "complaint", {**SAID, "is_satisfied": True}),
    "POST /complaints/{ref}/extend": Row(STEPS_IN, "complaint", {"reason": TEXT}),
    "POST /complaints/{ref}/extension-notice": Row(STEPS_IN, "complaint", SAID),
    "GET /complaints/{ref}/rightings": Row(READS_COMPLAINTS, "complaint"),
    "POST /complaints/{ref}/rightings": Row(
        STEPS_IN,
        "complaint",
        {
            "clock": "clock_none",
            "told_at": "2026-06-15T09:30:00+08:00",
            "medium": "PHONE",
            "evidence": TEXT,
        },
    ),
    "POST /complaints/{ref}/appeal": Row(STEPS_IN, "complaint", SAID),
    "POST /complaints/{ref}/review": Row(STEPS_IN, "complaint", SAID),
    "POST /complaints/{ref}/appeal-answer": Row(STEPS_IN, "complaint", DECISION),
    "POST /complaints/{ref}/review-decision": Row(STEPS_IN, "complaint", DECISION),
    "POST /complaints/{ref}/new-facts": Row(STEPS_IN, "complaint", SAID),
    "POST /complaints/{ref}/limit": Row(
        STEPS_IN, "complaint", {"due_at": "2190-01-01T00:00:00Z", "basis": TEXT}
    ),
    "POST /complaints/{ref}/refer": Row(
        STEPS_IN, "complaint", {**SAID, "kind": "MEDIATION", "body": TEXT}
    ),
    "POST /complaints/{ref}/return": Row(STEPS_IN, "complaint", SAID),
    "POST /complaints/{ref}/redress-outside": Row(
        STEPS_IN,
        "complaint",
        {
            "kind": "REFUND",
            "amount": "80000.00",
            "reason": TEXT,
            "basis": TEXT,
            "granted_by": "董事会",
            "granted_on": "2026-06-16",
            "document": "董事会决议〔2026〕12号",
        },
    ),
    "POST /complaints/{ref}/redress": Row(
        STEPS_IN,
        "complaint",
        {"kind": "REFUND", "amount": "120.50", "reason": TEXT, "basis": TEXT},
    ),
    "POST /complaints/{ref}/redress/{redress}/again": Row(
        NOBODY, "complaint", {"request": "redr_none-1"}
    ),
    "POST /complaints/{ref}/redress/{redress}/result": Row(
        NOBODY, "complaint", {"outcome": "PAID", "reference": "PAY-1"}
    ),
    "POST /complaints/{ref}/close": Row(STEPS_IN, "complaint", {}),
    "POST /complaints/{ref}/archive": Row(STEPS_IN, "complaint", {}),
    "POST /complaints/{ref}/withdraw": Row(STEPS_IN, "complaint", SAID),
    "GET /complaint-imports": Row(STEPS_IN),
    "POST /complaint-imports": Row(STEPS_IN, body={"table": "外部编号\n1\n"}, headers=KEY),
    "GET /complaint-imports/{ref}": Row(NOBODY, "complaint"),
    "POST /complaint-imports/{ref}/start": Row(NOBODY, "complaint", {}),
    "POST /complaint-imports/{ref}/drop": Row(NOBODY, "complaint", {}),
    "GET /complaint-ledger/totals": Row(READS_COMPLAINTS),
    "POST /complaint-ledger/exports": Row(
        READS_COMPLAINTS & EXPORTS,
        body={"view": "all", "reason": TEXT, "format": "csv"},
        headers=KEY,
    ),
    "GET /complaint-ledger/views": Row(READS_COMPLAINTS),
    "POST /complaint-ledger/views": Row(
        READS_COMPLAINTS, body={"name": "急件", "filters": {"urgency": "URGENT"}}
    ),
    "PUT /complaint-ledger/views/{ref}": Row(NOBODY, "view", {"name": "急件", "filters": {}}),
    "DELETE /complaint-ledger/views/{ref}": Row(NOBODY, "view"),
    "GET /complaint-proposals": Row(STEPS_IN),
    "POST /complaint-proposals/{ref}/take": Row(NOBODY, "complaint", {}),
    "POST /complaint-proposals/{ref}/decline": Row(NOBODY, "complaint", {"reason": TEXT}),
    "GET /complaint-settings/triggers": Row(EVERYONE),
    "PUT /complaint-settings/triggers": Row(RULES, body=TRIGGERS),
    "GET /complaint-settings": Row(EVERYONE),
    "GET /complaint-settings/notice-words": Row(EVERYONE),
    "POST /complaint-settings/notice-words": Row(RULES, body={**PIECES, "reason": TEXT}),
    "GET /complaint-settings/redress-levels": Row(EVERYONE),
    "POST /complaint-settings/redress-levels": Row(RULES, body=LEVELS),
    "POST /complaint-settings/silence": Row(RULES, body={"days": 30, "reason": TEXT}),
    "PUT /complaint-settings": Row(
        RULES,
        body={
            "repeat_days": 60,
            "grades": [{"code": "G1", "name_zh": "一级", "name_en": "First"}],
        },
    ),
}
