"""`shouwen replay --complaints`: narratives filed through the portal and carried to their end.

Complainants use the portal's pages, officers the API, both of a running trial whose clock the
replay moves on from step to step. Ends with one JSON line; the exit status is 1 when a complaint
was lost, did not go the way it was meant to, or ledger and audit trail differ.
"""

from __future__ import annotations

import asyncio
import heapq
import json
import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click
import httpx
from django.conf import settings
from django.db import connection

from config.replay import officers, tally
from config.replay.clockwork import TrialClock
from config.replay.complainants import ComeLater, Complainant, Refused
from config.replay.crew import Crew, hire, let_go
from config.replay.lives import REPEAT_AFTER, STEPS, Life, Step, Who, life_of
from config.replay.officers import Officer
from config.replay.showing import shown, spread
from config.replay.texts import Text
from shouwen.ground.kernel import time
from shouwen.ground.kernel.actor import Actor
from shouwen.people.customers import actions as customers
from shouwen.people.staff.models import Institution
from shouwen.service.cases import queries as cases
from shouwen.service.complaints import queries as complaints
from shouwen.service.complaints.models import CgType, Complaint

POSTS = (Who.ACCEPTOR, Who.HANDLER, Who.SUPERVISOR)
# All file from one network, which waits half an hour after so many; faster, ever more would wait.
FILING_EVERY = timedelta(minutes=5)
# Steps that lie closer together are taken at once, by different people.
TOGETHER = timedelta(minutes=2)
# After this a network that was asked to wait may ask again.
LATER = timedelta(minutes=31)
# What a complaint may wait for without being late on the shorter limits.
LONG_LIVES = (Life.EXTENDED, Life.UNREACHED)
KNOWN_LIVES = (Life.FIRST, Life.REPEAT, Life.UNREACHED)


@dataclass
class Matter:
    """One complaint of the replay, and how far its life is."""

    number: int
    life: Life
    text: Text
    complainant: Complainant
    posts: dict[Who, Officer]
    category: str
    area: str
    done: int = 0
    case: str = ""
    ref: str = ""
    told_number: str = ""
    page: str = "/progress/"
    link: str = ""
    approval: str = ""
    trouble: str = ""

    @property
    def following(self) -> Step | None:
        """The step that is next; None at the end."""
        steps = STEPS[self.life]
        return steps[self.done] if self.done < len(steps) else None

    async def file(self) -> None:
        """File it, and look it up in the ledger as its acceptor."""
        async with self.complainant.hands:
            self.told_number = number = await self.complainant.file(self.text, self.area)
        found = await self.posts[Who.ACCEPTOR].find(number)
        self.ref, self.case = found["id"], found["case"]

    async def take(self, step: Step) -> None:
        """Take one step by whose it is. Raises Refused."""
        if step.who is Who.COMPLAINANT:
            async with self.complainant.hands:
                if step.act == "open" or self.complainant.is_known:
                    self.page = await self.complainant.open(self.link, self.case)
                if step.act != "open":
                    await self.complainant.act(self.page, step.act)
        elif step.who is Who.SENIOR:
            await self.posts[step.who].approve(self.approval)
        elif step.act == "identify":
            # Whoever has a file of their own is known by it.
            if not self.complainant.is_known:
                one = self.complainant
                await self.posts[step.who].identify(self.case, one.name, one.phone)
        else:
            answer = await self.posts[step.who].act(self.ref, step.act, self._body(step.act))
            self.link = answer.get("link") or self.link
            if step.act == "extend":
                self.approval = answer["extensions"][0]["approval"]
        self.done += 1

    def _body(self, act: str) -> dict[str, Any]:
        if act == "classify":
            is_long = self.life in LONG_LIVES
            return {
                "category": self.category,
                "cg_type": CgType.values[self.number % len(CgType.values)],
                "complexity": "SPECIAL" if self.life is Life.EXTENDED else "GENERAL",
                "urgency": "URGENT" if is_long else "ORDINARY",
            }
        if act == "grade":
            return {"grade": self.posts[Who.ACCEPTOR].grade}
        if act == "assign":
            named = {"handler": Who.HANDLER, "supervisor": Who.SUPERVISOR}
            return {field: self.posts[who].ref for field, who in named.items()}
        if act == "feedback":
            return officers.BY_PAGE if self.life is Life.UNREACHED else officers.BY_PHONE
        return officers.SAID[act]


@dataclass
class Play:
    """Carries all matters on in the order of the trial's time, so many at once."""

    clock: TrialClock
    at_once: int
    waiting: list[tuple[datetime, int, Matter]] = field(default_factory=list)
    put_off: int = 0

    def add(self, matter: Matter, at: datetime) -> None:
        """Let a matter go on at a moment."""
        heapq.heappush(self.waiting, (at, matter.number, matter))

    async def run(self) -> None:
        """Go on until nothing waits."""
        ended = 0
        while self.waiting:
            first = self.waiting[0][0]
            turn: list[Matter] = []
            while self.waiting and len(turn) < self.at_once:
                if self.waiting[0][0] > first + TOGETHER:
                    break
                turn.append(heapq.heappop(self.waiting)[2])
            self.clock.move_to(first)
            await asyncio.gather(*(self._go_on(matter) for matter in turn))
            before, ended = ended, ended + sum(m.following is None for m in turn)
            if ended // 50 > before // 50:
                click.echo(f"{ended} complaints ended …", err=True)

    async def _go_on(self, matter: Matter) -> None:
        step = matter.following if matter.ref else None
        try:
            if not matter.told_number:
                await matter.file()
            elif step is not None:
                await matter.take(step)
        except ComeLater:
            self.put_off += 1
            self.add(matter, time.now() + LATER)
            return
        except (Refused, httpx.HTTPError) as problem:
            matter.trouble = f"{step.act if step else 'file'}: {problem}"
            return
        following = matter.following
        if following is not None:
            self.add(matter, time.now() + following.after)


def _categories(home: Institution) -> list[str]:
    """Give the categories that ask for no form, since the scripted officers fill in none."""
    return [
        choice.code
        for choice in cases.categories_of(home.pk)
        if not cases.items_in_force(cases.category_for(home.pk, choice.code))
    ]


def _complainants(home: Institution, url: str, lives: Sequence[Life]) -> list[Complainant]:
    """Give whose complaint each is: of most a stranger's, of some a customer's with a file."""
    actor, at = Actor.system("replay", home.pk), time.now()
    letters = Path(settings.SPOOL_ROOT) if settings.SPOOL_ROOT else None
    turns, batch = asyncio.Lock(), secrets.randbelow(10_000)
    people: list[Complainant] = []
    for number, life in enumerate(lives):
        if life is Life.REPEAT:
            people.append(people[-1])
            continue
        one = Complainant(
            url=url,
            institution=home.code,
            name=f"回放投诉人{number + 1}",
            phone=f"139{batch:04d}{number:04d}",
            letters=letters,
            letters_in_turn=turns,
            is_known=life in KNOWN_LIVES,
        )
        if one.is_known:
            customers.register_customer(home, name=one.name, phone=one.phone, actor=actor, at=at)
        people.append(one)
    return people


def _matters(home: Institution, url: str, asked: Sequence[Text], crew: Crew) -> list[Matter]:
    codes, grades = _categories(home), complaints.grades_of(home.pk)
    areas = [code for code, _name in cases.areas_of(home.pk)]
    if not codes or not grades:
        raise click.ClickException(
            f"{home.code} has no category without a form, or no grades. Set them first."
        )
    officers_hired = [
        Officer(url, token, person.public_id, grade=grades[-1].code)
        for token, person in zip(crew.tokens, crew.people, strict=True)
    ]
    *workers, senior, judge = officers_hired
    lives = [life_of(number) for number in range(len(asked))]
    whose = _complainants(home, url, lives)
    matters = []
    for number, (text, life) in enumerate(zip(asked, lives, strict=True)):
        # The repeat is of the same matter, whatever it says.
        alike = number - 1 if life is Life.REPEAT else number
        group = number % (len(workers) // len(POSTS)) * len(POSTS)
        posts = dict(
            zip((Who.ACCEPTOR, Who.HANDLER, Who.SUPERVISOR), workers[group:], strict=False)
        )
        matters.append(
            Matter(
                number=number,
                life=life,
                text=text,
                complainant=whose[number],
                posts={**posts, Who.SENIOR: senior, Who.JUDGE: judge},
                category=codes[alike % len(codes)],
                area=areas[alike % len(areas)],
            )
        )
    return matters


async def _play(play: Play, matters: list[Matter]) -> None:
    began = time.now()
    for matter in matters:
        pause = REPEAT_AFTER if matter.life is Life.REPEAT else timedelta(0)
        play.add(matter, began + FILING_EVERY * matter.number + pause)
    await play.run()
    browsers = {id(m.complainant): m.complainant.web for m in matters}
    keys = {id(one): one.web for m in matters for one in m.posts.values()}
    for web in (browsers | keys).values():
        await web.aclose()


def summary(
    home: Institution, matters: list[Matter], play: Play, seconds: float, days: float
) -> dict[str, Any]:
    """Put together what was played, what the centre holds of it, and where its books differ."""
    refs = [matter.ref for matter in matters if matter.ref]
    found = set(Complaint.objects.filter(public_id__in=refs).values_list("public_id", flat=True))
    played = Counter(matter.life.value for matter in matters)
    seen = shown({matter.ref: matter.life for matter in matters if matter.ref in found})
    spent = {id(one): one.seconds for m in matters for one in m.posts.values()}
    return {
        "complaints": len(matters),
        "filed": sum(bool(matter.told_number) for matter in matters),
        "lost": len(matters) - len(found),
        "unended": sum(matter.following is not None for matter in matters),
        "played": dict(played),
        **seen,
        "unlike": {
            life: [many, seen["shown"].get(life, 0)]
            for life, many in played.items()
            if many != seen["shown"].get(life, 0)
        },
        "ledger": tally.ledger_totals(home.pk),
        "ledger_and_trail_differ": tally.differences(home.pk),
        "put_off": play.put_off,
        "troubles": dict(Counter(m.trouble for m in matters if m.trouble)),
        "seconds": round(seconds, 1),
        "days_of_the_trial": round(days, 1),
        "database": connection.vendor,
        "api": spread([s for each in spent.values() for s in each]),
    }


def run(asked: list[Text], home: Institution, *, url: str, staff: int, at_once: int) -> int:
    """Play the complaints and print the summary; give the exit status."""
    if not settings.CLOCK_FILE:
        raise click.ClickException(
            "Complaints take weeks, so the replay moves time. Start a trial (SHOUWEN_DEMO=1) with "
            "SHOUWEN_CLOCK_FILE naming a file, and set the same here."
        )
    groups = max(1, staff // len(POSTS))
    workers = ["complaints"] * (len(POSTS) * groups)
    crew = hire(home, [*workers, "risk"], time.now(), above=["complaints"])
    play = Play(TrialClock(Path(settings.CLOCK_FILE)), at_once)
    began, moved = time.now(), time.ahead()
    try:
        matters = _matters(home, url, asked, crew)
        asyncio.run(_play(play, matters))
        days = (time.now() - began) / timedelta(days=1)
        seconds = (time.now() - began - (time.ahead() - moved)).total_seconds()
        figures = summary(home, matters, play, seconds, days)
    finally:
        let_go(crew, home, time.now())
    click.echo(json.dumps(figures, ensure_ascii=False))
    bad = ("lost", "unended", "unlike", "ledger_and_trail_differ", "troubles")
    return 1 if any(figures[name] for name in bad) else 0
