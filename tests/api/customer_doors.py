"""The doors of customers' files: who comes in, about what, with which body."""

from __future__ import annotations

from typing import Any

LOOKS_UP = frozenset({"agent", "lead", "complaints", "risk"})
WORKS = frozenset({"agent", "lead", "complaints"})
MERGES = frozenset({"lead", "complaints"})
IMPORTS = frozenset({"lead"})
KEY = {"Idempotency-Key": "matrix"}
PURPOSE = {"Purpose": "checks the matrix"}
TEXT = "客户来电补充材料。"
CONSENT = {"purpose": "SURVEY", "is_given": False, "evidence": "FORM", "evidence_ref": "F-1"}

# Each row is what `table.Row` takes, in its order.
FILES_API: dict[str, tuple[Any, ...]] = {
    "GET /customers": (LOOKS_UP, "", None, PURPOSE),
    "POST /customers": (WORKS, "", {"name": "韩梅"}, KEY),
    "POST /customers/search": (LOOKS_UP, "", {"phone": "13800001234"}, PURPOSE),
    "GET /customers/{public_id}": (LOOKS_UP, "customer", None, PURPOSE),
    "GET /customers/{public_id}/history": (LOOKS_UP, "customer", None, PURPOSE),
    "GET /customers/{public_id}/consents": (LOOKS_UP, "customer", None, PURPOSE),
    "POST /customers/{public_id}/consents": (WORKS, "customer", CONSENT, KEY),
    "POST /customers/{public_id}/merge": (
        MERGES,
        "customer",
        {"other": "{double}", "reason": TEXT},
        KEY,
    ),
    "POST /customers/merges/{public_id}/undo": (MERGES, "merge", {"reason": TEXT}),
    "PUT /customers/{public_id}/dedicated": (WORKS, "customer", {"person": ""}),
    "PUT /customers/{public_id}/wishes": (WORKS, "customer", {"language": "en"}),
}
FILES: dict[str, tuple[Any, ...]] = {
    "GET customers/": (LOOKS_UP,),
    "POST customers/find/": (LOOKS_UP, "", {"q": "13800001234", "for": "serve"}),
    "GET customers/new/": (WORKS,),
    "POST customers/new/": (WORKS, "", {"name": "韩梅", "kind": "INDIVIDUAL"}),
    "GET customers/imports/": (IMPORTS,),
    "POST customers/imports/": (IMPORTS,),
    "GET customers/imports/sample.csv": (IMPORTS,),
    "GET customers/imports/{ref}/": (IMPORTS, "import"),
    "POST customers/imports/{ref}/start/": (IMPORTS, "import"),
    "POST customers/imports/{ref}/drop/": (IMPORTS, "import"),
    "GET customers/imports/{ref}/wrong.csv": (IMPORTS, "import"),
    "GET customers/{ref}/": (LOOKS_UP, "customer", None, {}, {"for": "serve"}),
    "GET customers/{ref}/holdings/": (LOOKS_UP, "customer", None, {}, {"for": "serve"}),
    "GET customers/{ref}/merge/": (MERGES, "customer"),
    "POST customers/{ref}/merge/": (MERGES, "customer", {"with": "{double}", "reason": TEXT}),
    "GET customers/{ref}/merge/ask/": (MERGES, "customer"),
    "POST customers/{ref}/merge/ask/": (MERGES, "customer", {"other": "C999999"}),
    "GET customers/merges/{ref}/undo/": (MERGES, "merge"),
    "POST customers/merges/{ref}/undo/": (MERGES, "merge", {"reason": TEXT}),
    "GET customers/{ref}/ask/note/": (WORKS, "customer"),
    "POST customers/{ref}/do/note/": (WORKS, "customer", {"text": TEXT}),
}
