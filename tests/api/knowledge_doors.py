"""Doors by which programs write knowledge and scripts: who comes in, about what, with what."""

from __future__ import annotations

from tests.api.rows import APPROVES, EDITS, KEY, KNOWS, NOBODY, TEXT, Row
from tests.api.system_doors import SCRIPT, WORDS

WORDING = {
    "title": "境外取现",
    "topic": "PRODUCT",
    "category": "card",
    "body": TEXT,
    "review_on": "2199-01-01",
}
STEP = {"revision": 3}

KNOWLEDGE: dict[str, Row] = {
    "GET /knowledge-areas": Row(KNOWS),
    "POST /knowledge-areas": Row(EDITS, body={"code": "overseas", "name_zh": "境外"}, headers=KEY),
    "PUT /knowledge-areas/{code}": Row(NOBODY, "complaint", {"name_zh": "境外"}),
    "GET /knowledge-versions": Row(KNOWS, query={"state": "PUBLISHED"}),
    "POST /knowledge-versions": Row(EDITS, body=WORDING, headers=KEY),
    "GET /knowledge-versions/{ref}": Row(KNOWS, "kver"),
    "PUT /knowledge-versions/{ref}": Row(EDITS, "kver", {**WORDING, **STEP}),
    "POST /knowledge-versions/{ref}/submit": Row(EDITS, "kver", STEP),
    "POST /knowledge-versions/{ref}/discard": Row(EDITS, "kver", STEP),
    "POST /knowledge-versions/{ref}/approve": Row(APPROVES, "kver", STEP),
    "POST /knowledge-versions/{ref}/send-back": Row(APPROVES, "kver", {**STEP, "reason": TEXT}),
    "POST /knowledge-versions/{ref}/review": Row(
        APPROVES, "kver", {**STEP, "review_on": "2199-01-01"}
    ),
    "POST /knowledge-versions/{ref}/retire": Row(APPROVES, "kver", {**STEP, "reason": TEXT}),
}
SCRIPTS: dict[str, Row] = {
    "GET /scripts": Row(WORDS),
    "POST /scripts": Row(WORDS, body=SCRIPT, headers=KEY),
    "GET /scripts/{ref}": Row(WORDS, "script"),
    "PUT /scripts/{ref}": Row(WORDS, "script", {**SCRIPT, "revision": 1}),
    "POST /scripts/{ref}/aside": Row(WORDS, "script", {"revision": 1}),
    "POST /scripts/{ref}/back": Row(WORDS, "script", {"revision": 1}),
}
