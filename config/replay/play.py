"""`shouwen replay`: so many customers at a time, until every text was asked and answered.

Ends with one JSON line. Lost or doubled messages, and contacts without an owner or an ending, make
the exit status 1.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from config.replay import complaints, texts
from config.replay.agents import Agent, Done
from config.replay.crew import hire, let_go
from config.replay.showing import spread
from config.replay.visitor import Told, Visitor
from shouwen.contact.conversations import queries as conversations
from shouwen.contact.conversations.models import Contact
from shouwen.ground.kernel import time
from shouwen.ground.policy import queries as policy
from shouwen.ground.policy.clocks import Subject
from shouwen.people.staff.models import Institution
from shouwen.service.cases.models import Case, Kind
from shouwen.service.cases.queries import asked_at_opening, categories_of

HTTP_EVERY = 5
CHUNK = 500


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
        "ack": spread([s for one in told for s in one.ack_seconds]),
        "first_reply": spread([one.reply_seconds for one in told if one.reply_seconds]),
        "desk_api": spread([s for one in done for s in one.api_seconds]),
    }


def run(
    files: Sequence[Path],
    *,
    url: str,
    institution: str,
    contacts: int,
    at_once: int,
    staff: int,
    speed: float,
    as_complaints: bool = False,
) -> int:
    """Replay files in turns and print the summary; give the exit status."""
    try:
        asked = texts.read_all(files, contacts)
    except (texts.TextsUnreadable, OSError, UnicodeDecodeError) as error:
        named = ", ".join(file.name for file in files)
        raise click.ClickException(f"{named} cannot be replayed: {error}") from error
    home = Institution.objects.filter(code=institution).first()
    if home is None:
        raise click.ClickException(f"There is no institution {institution}. Run `shouwen demo`.")
    if as_complaints:
        return complaints.run(asked, home, url=url.rstrip("/"), staff=staff, at_once=at_once)
    crew = hire(home, ["agent"] * staff, time.now())
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
