"""Writes what the demo institutions know: by an editor, approved by the lead, as in life."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from config.demo.founding import Founded
from config.demo.texts import FOLDER
from shouwen.contact.conversations.models import AuthorKind, Contact
from shouwen.ground.kernel import time
from shouwen.ground.kernel.actor import Actor
from shouwen.people.staff import queries as staff
from shouwen.service.knowledge import actions, queries
from shouwen.service.knowledge.actions import Area, Wording
from shouwen.service.knowledge.models import ArticleVersion, Audience

LATEST = 40


def furnish(founded: Founded, code: str, at: datetime) -> None:
    """Publish the institution's articles, leave one draft, and ask for one that is missing."""
    text = tomllib.loads((FOLDER / "knowledge.toml").read_text())[code]
    areas = [Area(**row) for row in text["area"]]
    actions.plant_categories(founded.institution.pk, areas, actor=founded.actor, at=at)
    editor, lead, agent = (_first(founded, role) for role in ("editor", "lead", "agent"))
    rows = {row["title"]: row for row in text["article"]}
    published: dict[str, ArticleVersion] = {}
    for title, row in rows.items():
        published[title] = actions.draft_article(_wording(row), actor=editor, at=at)
        _publish(published[title], editor, lead, at)
    for pair in text["related"]:
        first, second = (published[title].article for title in pair["titles"])
        actions.link(first, second, actor=editor, at=at)
    changed = text["revision"]
    row = rows[changed["title"]]
    again = replace(
        _wording({**row, "body": row["body"] + changed["more"]}),
        change_note=changed["change_note"],
    )
    article = published[changed["title"]].article
    _publish(actions.revise(article, again, actor=editor, at=at), editor, lead, at)
    actions.draft_article(_wording(text["draft"]), actor=editor, at=at)
    actions.ask_for_article(**text["missing"], actor=agent, at=at)


def _publish(version: ArticleVersion, editor: Actor, lead: Actor, at: datetime) -> None:
    actions.submit(version, actor=editor, at=at)
    actions.approve(version, actor=lead, at=at)


def use_in_replies(founded: Founded) -> None:
    """Let people have taken what answers their latest customers into their replies."""
    answered = Contact.objects.filter(
        institution=founded.institution, owner__isnull=False, answered_at__isnull=False
    ).select_related("owner", "institution")
    for contact in answered.order_by("-pk")[:LATEST]:
        at = contact.answered_at
        if contact.owner is None or at is None:
            continue
        actor = staff.actor_of(contact.owner)
        asked = contact.messages.filter(author_kind=AuthorKind.CUSTOMER).order_by("sequence")
        first = asked.select_related("contact").first()
        if first is None:
            continue
        ids = queries.answers_to(actor, first.body.plain, at=at)
        for found in queries.suggestions(actor, ids[:1], at=at):
            if found.key:
                actions.use(found.version, contact, sequence=first.sequence, actor=actor, at=at)


def _first(founded: Founded, role: str) -> Actor:
    people = (staff.actor_of(person) for person in founded.people.values())
    return next(actor for actor in people if actor.has_role(role))


def _wording(row: dict[str, Any]) -> Wording:
    review_on = (time.now() + timedelta(days=row["review_days"])).date()
    return Wording(
        title=row["title"],
        topic=row["topic"],
        category=row["area"],
        body=row["body"],
        keywords=row["keywords"],
        spoken=row.get("spoken", ""),
        review_on=review_on,
        audience=row.get("audience", Audience.STAFF),
    )
