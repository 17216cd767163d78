"""The doors of the desk: who comes in, about what, with which body."""

from __future__ import annotations

from tests.api.rows import (
    AGENT,
    KNOWS,
    LEAD,
    LOOKS_UP,
    READS,
    TAKES,
    TEXT,
    TRANSFER,
    WORKS,
    Row,
)

DESK: dict[str, Row] = {
    "GET desk/": Row(TAKES),
    "GET desk/queue/": Row(TAKES),
    "GET desk/mine/": Row(TAKES),
    "GET desk/waiting/": Row(TAKES),
    "GET desk/figures/": Row(TAKES),
    "GET desk/offers/": Row(TAKES),
    "GET desk/presence/": Row(TAKES),
    "POST desk/presence/": Row(TAKES, body={"state": "BREAK"}),
    "GET desk/mentions/": Row(TAKES),
    "GET desk/running/": Row(LEAD),
    "GET desk/running/spam/": Row(LEAD),
    "POST desk/running/spam/": Row(LEAD, body={"ref": "{active}"}),
    "GET desk/asked/": Row(WORKS),
    "GET desk/due/": Row(WORKS),
    "POST desk/offers/{ref}/accept/": Row(AGENT, "offer"),
    "POST desk/offers/{ref}/decline/": Row(AGENT, "offer"),
    "GET desk/contacts/{ref}/": Row(READS, "contact"),
    "POST desk/contacts/{ref}/take/": Row(TAKES, "contact"),
    "GET desk/contacts/{ref}/lines/": Row(READS, "active"),
    "POST desk/contacts/{ref}/check/": Row(TAKES, "active", {"body": TEXT}),
    "POST desk/contacts/{ref}/draft/": Row(TAKES, "active", {"body": TEXT}),
    "POST desk/contacts/{ref}/send/": Row(TAKES, "active", {"body": TEXT, "client_key": "matrix3"}),
    "POST desk/contacts/{ref}/files/": Row(TAKES, "active", {"client_key": "matrix-4"}),
    "POST desk/contacts/{ref}/read/": Row(TAKES, "active", {"up_to": "1"}),
    "POST desk/contacts/{ref}/typing/": Row(TAKES, "active"),
    "GET desk/contacts/{ref}/scripts/": Row(TAKES, "active"),
    "GET desk/contacts/{ref}/knowledge/": Row(READS & KNOWS, "active"),
    "POST desk/contacts/{ref}/knowledge/use/": Row(
        TAKES, "active", {"article": "{article}", "sequence": "1"}
    ),
    "POST desk/contacts/{ref}/knowledge/ask/": Row(TAKES, "active", {"words": "境外取现"}),
    "POST desk/contacts/{ref}/invite/": Row(TAKES, "active"),
    "POST desk/contacts/{ref}/end/": Row(TAKES, "active", {"disposition": "RESOLVED"}),
    "POST desk/contacts/{ref}/wrap-up/": Row(TAKES, "wrapping", {"disposition": "RESOLVED"}),
    "POST desk/contacts/{ref}/return/": Row(TAKES, "active", {"reason": "skill"}),
    "GET desk/contacts/{ref}/transfer/": Row(TAKES, "active"),
    "POST desk/contacts/{ref}/transfer/": Row(
        TAKES, "active", {**TRANSFER, "to": "queue:online", "idempotency_key": "matrix-7"}
    ),
    "GET desk/contacts/{ref}/whisper/": Row(LEAD, "active"),
    "POST desk/contacts/{ref}/whisper/": Row(
        LEAD, "active", {"body": TEXT, "idempotency_key": "matrix-8"}
    ),
    "GET desk/contacts/{ref}/take-over/": Row(LEAD, "active"),
    "POST desk/contacts/{ref}/take-over/": Row(
        LEAD, "active", {"reason": "ASKED", "handler": "{person}"}
    ),
    "GET desk/contacts/{ref}/notes/": Row(TAKES, "active"),
    "POST desk/contacts/{ref}/notes/": Row(
        TAKES, "active", {"body": TEXT, "idempotency_key": "matrix-6"}
    ),
    "GET desk/contacts/{ref}/colleagues/": Row(TAKES, "active", query={"q": "林"}),
    "POST desk/contacts/{ref}/customer/find/": Row(LOOKS_UP, "active", {"phone": "13800001234"}),
    "POST desk/contacts/{ref}/customer/": Row(TAKES, "active", {"customer": "{customer}"}),
    "POST desk/contacts/{ref}/customer/new/": Row(
        TAKES, "active", {"name": "韩梅", "phone": "13911112222", "kind": "INDIVIDUAL"}
    ),
    "POST desk/contacts/{ref}/case/": Row(
        TAKES,
        "active",
        {"category": "{category}", "description": TEXT, "client_key": "matrix-5"},
    ),
    "POST desk/contacts/{ref}/case/draft/": Row(TAKES, "active", {"body": "{}"}),
}
