"""The doors by which other systems learn of people, units and rules, and set them up."""

from __future__ import annotations

from tests.api.rows import EVERYONE, KEY, RULES, SETS_UP, TEXT, Row
from tests.api.system_doors import FAR_DAY, REVIEWS

INTEGRATION: dict[str, Row] = {
    "GET /people": Row(REVIEWS),
    "POST /people": Row(
        SETS_UP,
        body={"username": "newcomer", "staff_no": "N1", "name": "新同事", "unit": "{unit}"},
        headers=KEY,
    ),
    "GET /people/{ref}": Row(REVIEWS, "person"),
    "POST /people/{ref}/disable": Row(SETS_UP, "person"),
    "POST /people/{ref}/reinstate": Row(SETS_UP, "person"),
    "GET /policy/calendar": Row(EVERYONE),
    "POST /policy/calendar/days": Row(
        RULES,
        body={"days": [{"first": FAR_DAY, "what": "OFF", "name": "元旦"}], "reason": TEXT},
        headers=KEY,
    ),
    "GET /policy/phrases": Row(EVERYONE),
    "POST /policy/phrases": Row(
        RULES,
        body={"phrase": "绝对保本", "kind": "false_claim", "say_instead": TEXT, "source": TEXT},
        headers=KEY,
    ),
    "DELETE /policy/phrases/{ref}": Row(RULES, "phrase"),
    "GET /units": Row(REVIEWS),
}
