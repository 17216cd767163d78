"""`shouwen replay`: so many customers at a time, until every text was asked and answered.

Ends with one JSON line. Lost or doubled messages, and contacts without an owner or an ending, make
the exit status 1.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from config.replay import texts
from config.replay.agents import Agent, Done
from config.replay.visitor import Told, Visitor
from shouwen.contact.conversations import queries as conversations
from shouwen.contact.conversations.models import Contact
from shouwen.contact.routing import queries as routing
from shouwen.ground.kernel import time
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.policy import queries as policy
from shouwen.ground.policy.clocks import Subject
from shouwen.people.staff import actions as people
from shouwen.people.staff import ports as staff_ports
from shouwen.people.staff import queries as staff
from shouwen.people.staff.models import ApiKey, Institution, Person, Skill
from shouwen.service.cases.models import Case, Kind
from shouwen.service.cases.queries import asked_at_opening, categories_of

HTTP_EVERY = 5
CHUNK = 500


@dataclass
class Crew:
    """The scripted staff of one replay: hired for it, let go afterwards."""

    people: list[Person]
    keys: list[ApiKey]
    tokens: list[str]


def hire(institution: Institution, count: int, at: datetime) -> Crew:
    """Hire so many agents with every skill, each with a key of their own."""
    actor = Actor.system("replay", institution.pk)
    # Where the default queue's people sit, since a queue offers to its own unit.
    queue = next(q for q in routing.queues_of(institution.pk) if q.is_default)
    unit = queue.unit or staff.unit_tree(actor)[0]
    skills = list(Skill.objects.filter(institution=institution).order_by("pk"))
    crew, batch = Crew([], [], []), secrets.token_hex(3)
    for serial in range(1, count + 1):
        person = people.hire_person(
            username=f"replay-{batch}-{serial:02d}",
            staff_no=f"R{batch[:4]}{serial:02d}",
            name=f"回放{serial:02d}",
            unit=unit,
            actor=actor,
            at=at,
        )
        people.grant_role(person, "agent", actor=actor, at=at)
        for skill in skills:
            people.teach_skill(person, skill, 3, actor=actor, at=at)
        key, token = people.create_api_key(
            institution=institution,
            role="agent",
            name=f"replay {batch}",
            person=person,
            # A replay at many times life's speed is no misuse.
            per_minute=people.PER_MINUTE_MOST,
            actor=actor,
            at=at,
        )
        crew.people.append(person)
        crew.keys.append(key)
        crew.tokens.append(token)
    return crew


def let_go(crew: Crew, institution: Institution, at: datetime) -> None:
    """Revoke the keys and take the scripted staff out of service.

    What is open in their name goes to their unit, as it does when anybody leaves.
    """
    actor = Actor.system("replay", institution.pk)
    for key in crew.keys:
        people.revoke_api_key(key, actor=actor, at=at)
    for person in crew.people:
        to_the_unit = {kind.code: person.unit.public_id for kind in staff_ports.work_kinds()}
        shares = people.Shares(by_kind=to_the_unit)
        people.let_go(person, shares, reason="replay", actor=actor, at=at)


async def _customers(
    asked: list[texts.Text], url: str, institution: str, at_once: int, speed: float
) -> list[Told]:
    """Let the customers come, at most so many at a time; with `speed` as their moments say."""
    places = asyncio.Semaphore(at_once)
    told: list[Told] = []
    first = next((text.at for text in asked if text.at), None)
    began = asyncio.get_running_loop().time()

    async def one(number: int, text: texts.Text) -> None:
        if speed and first and text.at:
            due = (text.at - first).total_seconds() / speed
            await asyncio.sleep(max(0.0, due - (asyncio.get_running_loop().time() - began)))
        async with places:
            by_http = number % HTTP_EVERY == HTTP_EVERY - 1
            told.append(await Visitor(url, institution, text, by_http=by_http).run())
            if len(told) % 50 == 0:
                click.echo(f"{len(told)} of {len(asked)} contacts …", err=True)

    await asyncio.gather(*(one(number, text) for number, text in enumerate(asked)))
    return told


async def _play(
    asked: list[texts.Text],
    agents: list[Agent],
    url: str,
    institution: str,
    at_once: int,
    speed: float,
) -> tuple[list[Told], list[Done]]:
    work = [asyncio.create_task(agent.run()) for agent in agents]
    told = await _customers(asked, url, institution, at_once, speed)
    # The last wrap-ups take a turn or two more.
    await asyncio.sleep(3)
    for agent in agents:
        agent.stop()
    return told, list(await asyncio.gather(*work))


def _contacts(refs: list[str]) -> dict[str, Contact]:
    found: dict[str, Contact] = {}
    for start in range(0, len(refs), CHUNK):
        found |= conversations.contacts_by_ref(refs[start : start + CHUNK])
    return found


def _clocks(subjects: list[Subject]) -> Counter[str]:
    """Count the clocks of these subjects: met, late, or running."""
    now, counted = time.now(), Counter({"met": 0, "late": 0, "running": 0})
    for start in range(0, len(subjects), CHUNK):
        for views in policy.clocks_of_many(subjects[start : start + CHUNK], now).values():
            for view in views:
                state = "met" if view.met else "late"
                counted["running" if view.met is None else state] += 1
    return counted


def _spread(seconds: list[float]) -> dict[str, float | None]:
    if not seconds:
        return {"p50_ms": None, "p95_ms": None, "p99_ms": None}
    ordered = sorted(seconds)
    return {
        f"p{share}_ms": round(ordered[max(0, round(share * len(ordered) / 100) - 1)] * 1000, 1)
        for share in (50, 95, 99)
    }


def summary(told: list[Told], done: list[Done], seconds: float) -> dict[str, Any]:
    """Put together what customers saw and what the centre holds."""
    contacts = _contacts([one.contact for one in told if one.contact])
    case_refs = [ref for one in done for ref in one.cases.values()]
    subjects = [Subject("contact", ref) for ref in contacts]
    clocks = _clocks([*subjects, *(Subject("case", ref) for ref in case_refs)])
    unowned = sum(contact.owner_id is None for contact in contacts.values())
    unended = sum(not contact.disposition for contact in contacts.values())
    by_assistant = sum(contact.disposition == "ASSISTANT" for contact in contacts.values())
    return {
        "contacts": len(told),
        "distinct_contacts": len(contacts),
        "messages": sum(len(one.acked) for one in told),
        "answered_by_assistant": by_assistant,
        "handed_over": sum(bool(contact.handover_reason) for contact in contacts.values()),
        "cases": len(case_refs),
        "complaints": Case.objects.filter(public_id__in=case_refs, kind=Kind.COMPLAINT).count(),
        "clocks_met": clocks["met"],
        "clocks_late": clocks["late"],
        "clocks_running": clocks["running"],
        "lost": sum(one.lost for one in told) + (len(told) - len(contacts)),
        "doubled": sum(one.doubled for one in told),
        "without_owner": unowned,
        "without_ending": unended,
        "gave_up": sum(bool(one.gave_up) for one in told),
        "reconnects": sum(one.reconnects for one in told),
        "refused": dict(sum((Counter(one.refused) for one in done), Counter())),
        "seconds": round(seconds, 1),
        "ack": _spread([s for one in told for s in one.ack_seconds]),
        "first_reply": _spread([one.reply_seconds for one in told if one.reply_seconds]),
        "desk_api": _spread([s for one in done for s in one.api_seconds]),
    }


def run(
    file: Path,
    *,
    url: str,
    institution: str,
    contacts: int,
    at_once: int,
    staff: int,
    speed: float,
) -> int:
    """Replay a file and print the summary; give the exit status."""
    try:
        asked = texts.read(file, contacts)
    except (texts.TextsUnreadable, OSError, UnicodeDecodeError) as error:
        raise click.ClickException(f"{file.name} cannot be replayed: {error}") from error
    home = Institution.objects.filter(code=institution).first()
    if home is None:
        raise click.ClickException(f"There is no institution {institution}. Run `shouwen demo`.")
    crew = hire(home, staff, time.now())
    try:
        # The scripted staff fill in no form.
        categories = [
            choice.code
            for choice in categories_of(home.pk)
            if not asked_at_opening(home.pk, choice.code)
        ]
        agents = [
            Agent(url.rstrip("/"), token, person.staff_no, categories)
            for token, person in zip(crew.tokens, crew.people, strict=True)
        ]
        began = time.now()
        told, done = asyncio.run(_play(asked, agents, url.rstrip("/"), institution, at_once, speed))
        figures = summary(told, done, (time.now() - began).total_seconds())
    finally:
        let_go(crew, home, time.now())
    click.echo(json.dumps(figures, ensure_ascii=False))
    bad = ("lost", "doubled", "without_owner", "without_ending", "gave_up")
    return 1 if any(figures[name] for name in bad) else 0
