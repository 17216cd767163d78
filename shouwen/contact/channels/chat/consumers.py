"""The socket of one visitor's page.

The database is asked in threads, never here. What the page has is known by contact and sequence;
each topic means "look again", and only what is new goes out, so a lost or doubled topic shows
nothing twice and loses nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import time as monotonic
from dataclasses import dataclass, field
from typing import Any

from shouwen.contact.channels.chat import access, actions, forms, queries
from shouwen.contact.channels.chat.actions import Caller
from shouwen.ground.kernel import errors, time
from shouwen.ground.kernel.aio import in_thread
from shouwen.ground.kernel.sockets import Socket
from shouwen.people.staff.models import Institution

logger = logging.getLogger(__name__)

FRAMES_IN_WINDOW = 60
WINDOW_SECONDS = 10.0
UNREADABLE_LIMIT = 10
WAITING_REFRESH_SECONDS = 5.0
QUIET_REFRESH_SECONDS = 60.0

CLOSE_UNREADABLE = 4400
CLOSE_REFUSED = 4403
CLOSE_NOT_THERE = 4404
CLOSE_TOO_MANY = 4429


@dataclass(slots=True)
class Page:
    """What the page on the other end is known to have."""

    contact_ref: str = ""
    after: int = 0
    marks: queries.Frame | None = None
    state: queries.Frame = field(default_factory=dict)
    ended: queries.Frame | None = None
    is_waiting: bool = False


class VisitorSocket(Socket):
    """One page's socket: reads frames, calls one action for each, sends what is new."""

    institution: Institution
    address: str = ""
    caller: Caller | None = None
    language: str = "zh-hans"

    async def connect(self) -> None:
        """Check origin, institution and number of sockets, then let the page say hello."""
        self.page = Page()
        self.followed = ""
        self.unreadable = 0
        self.window_since = monotonic.monotonic()
        self.window_frames = 0
        self.refresh_lock = asyncio.Lock()
        self.is_stale = False
        self.watch: asyncio.Task[None] | None = None
        self.last_look = 0.0
        origin = access.header_of(self.scope, b"origin")
        if not access.is_own_origin(origin, access.header_of(self.scope, b"host")):
            await self.close(CLOSE_REFUSED)
            return
        try:
            code = self.scope["url_route"]["kwargs"]["institution"]
            self.institution = await in_thread(queries.institution_of, code)
            address = access.address_of(self.scope)
            access.doorkeeper.let_in(address)
            self.address = address
        except errors.Problem as problem:
            # Accepted first: a browser tells its page nothing about a refused handshake.
            await self.accept()
            await self._put(queries.problem_frame(problem, self.language))
            full = isinstance(problem, errors.TooMany)
            await self.close(CLOSE_TOO_MANY if full else CLOSE_NOT_THERE)
            return
        await self.accept()

    async def disconnect(self, code: int) -> None:
        """Leave the topics and give the place back."""
        if self.watch:
            self.watch.cancel()
        if self.address:
            access.doorkeeper.let_out(self.address)
            self.address = ""
        if self.followed:
            await self.channel_layer.group_discard(self.followed, self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Read one frame and do what it says; whatever it is, the answer is a frame."""
        if self.is_over:
            return
        if not self._has_turn():
            await self._put(queries.problem_frame(errors.TooMany(), self.language))
            await self.close(CLOSE_TOO_MANY)
            return
        key = ""
        try:
            frame = forms.read_frame(text_data)
            if isinstance(frame, forms.Said):
                key = frame.key
            await self._do(frame)
        except (forms.FrameUnreadable, forms.FrameTooLarge, forms.VersionUnknown) as problem:
            self.unreadable += 1
            await self._put(queries.problem_frame(problem, self.language))
            if self.unreadable >= UNREADABLE_LIMIT:
                await self.close(CLOSE_UNREADABLE)
        except errors.Problem as problem:
            await self._put(
                queries.problem_frame(problem, self.language, key or _key_of(text_data))
            )
        except Exception:
            # The page sends an unacknowledged message again; nothing is lost by saying so.
            logger.exception("a visitor's frame failed")
            await self._put(queries.problem_frame(access.ServerTrouble(), self.language))

    def _has_turn(self) -> bool:
        now = monotonic.monotonic()
        if now - self.window_since > WINDOW_SECONDS:
            self.window_since, self.window_frames = now, 0
        self.window_frames += 1
        return self.window_frames <= FRAMES_IN_WINDOW

    async def _do(self, frame: forms.Frame) -> None:
        if isinstance(frame, forms.Hello):
            await self._hello(frame)
            return
        caller = self.caller
        if caller is None:
            raise forms.HelloFirst
        if isinstance(frame, forms.Said):
            said = await in_thread(
                actions.say, caller, key=frame.key, text=frame.text, at=time.now()
            )
            await self._put(queries.ack_frame(said.contact_ref, said.key, said.sequence, said.at))
            if self.followed != _topic_of(said.contact_ref):
                # Otherwise the message's own topic brings the look, and one is enough.
                await self._look()
            elif said.sequence == self.page.after + 1:
                # The page wrote these words and has drawn them: nothing is left to look for.
                self.page.after = said.sequence
        elif isinstance(frame, forms.Seen):
            await in_thread(
                actions.note_seen,
                caller,
                up_to=frame.up_to,
                was_read=frame.was_read,
                at=time.now(),
            )
        else:
            await self._wish(caller, frame.name)

    async def _wish(self, caller: Caller, name: str) -> None:
        if name == "ping":
            await self._put({"type": "pong", "at": queries.iso(time.now())})
            if monotonic.monotonic() - self.last_look > QUIET_REFRESH_SECONDS:
                await self._look()
        elif name == "typing":
            if self.followed:
                hint = {"type": "topic.changed", "topic": self.followed[6:], "typing": "customer"}
                await self.channel_layer.group_send(self.followed, hint)
        else:
            act = actions.ask_for_person if name == "ask_person" else actions.end
            await in_thread(act, caller, at=time.now())
            await self._look()

    async def _hello(self, hello: forms.Hello) -> None:
        self.language = hello.language
        code = self.institution.code
        token = hello.token or access.new_token(code)
        digest = access.token_digest(token, code)
        caller = self.caller = Caller(self.institution.pk, digest, hello.language)
        async with self.refresh_lock:
            self.page = Page(contact_ref=hello.contact, after=hello.after)
            picture = await self._picture(caller)
            new_token = "" if hello.token else token
            await self._put(queries.welcome_frame(picture.contact_ref, new_token, time.now()))
            await self._show(picture)
        if self.is_stale or picture.has_more:
            await self._look()

    async def _picture(self, caller: Caller) -> queries.Picture:
        self.last_look = monotonic.monotonic()
        return await in_thread(
            queries.picture,
            caller.institution_id,
            caller.token_digest,
            contact_ref=self.page.contact_ref,
            after=self.page.after,
            language=self.language,
            now=time.now(),
        )

    async def _look(self) -> None:
        """Fetch and send what is new. Calls that come meanwhile make one more look, not many."""
        self.is_stale = True
        caller = self.caller
        if self.refresh_lock.locked() or caller is None:
            return
        async with self.refresh_lock:
            while self.is_stale:
                self.is_stale = False
                picture = await self._picture(caller)
                await self._show(picture)
                self.is_stale = self.is_stale or picture.has_more

    async def _show(self, picture: queries.Picture) -> None:
        page = self.page
        if picture.contact_ref != page.contact_ref:
            page.after, page.marks, page.ended = 0, None, None
        page.contact_ref = picture.contact_ref
        await self._follow(picture.contact_ref)
        for message in picture.messages:
            if message["sequence"] > page.after:
                page.after = message["sequence"]
                await self._put(message)
        if picture.marks and picture.marks != page.marks:
            page.marks = picture.marks
            await self._put(picture.marks)
        if picture.state != page.state:
            page.state = picture.state
            await self._put(picture.state)
        if picture.ended and picture.ended != page.ended:
            await self._put(picture.ended)
        page.ended = picture.ended
        page.is_waiting = picture.is_waiting
        if page.is_waiting and self.watch is None:
            self.watch = asyncio.create_task(self._watch_the_queue())

    async def _watch_the_queue(self) -> None:
        """While the visitor waits, tell how the place in the queue moves."""
        with contextlib.suppress(asyncio.CancelledError):
            while self.page.is_waiting:
                await asyncio.sleep(WAITING_REFRESH_SECONDS)
                try:
                    await self._look()
                except Exception:
                    logger.exception("a look at the queue failed and is tried again")
            self.watch = None

    async def _follow(self, contact_ref: str) -> None:
        topic = _topic_of(contact_ref)
        if topic == self.followed:
            return
        if self.followed:
            await self.channel_layer.group_discard(self.followed, self.channel_name)
        self.followed = topic
        if topic:
            await self.channel_layer.group_add(topic, self.channel_name)
            # Between the reading and the joining something may have been said.
            self.is_stale = True

    async def topic_changed(self, event: dict[str, Any]) -> None:
        """Look again, unless the topic itself says all: typing, marks, a line the page has."""
        if f"topic.{event['topic']}" != self.followed:
            # Of the conversation before, told while the page went on to the next.
            return
        if "typing" in event:
            if event["typing"] != "customer":
                await self._put({"type": "typing"})
            return
        if event.get("seen_by") == "customer" or 0 < event.get("up_to", 0) <= self.page.after:
            return
        if event.get("seen_by") == "staff" and self.page.marks is not None:
            await self._raise_marks(event)
            return
        try:
            await self._look()
        except Exception:
            logger.exception("a look after a topic failed; the next one brings it")

    async def _raise_marks(self, event: dict[str, Any]) -> None:
        had = self.page.marks or {}
        marks = had | {name: max(had[name], event.get(name, 0)) for name in ("delivered", "read")}
        if marks != had:
            self.page.marks = marks
            await self._put(marks)

    async def _put(self, frame: queries.Frame) -> None:
        if self.is_over:
            return
        with contextlib.suppress(RuntimeError, OSError):
            # The other end may be gone already; `disconnect` follows.
            await self.send(json.dumps(frame, ensure_ascii=False))


def _topic_of(contact_ref: str) -> str:
    return f"topic.contact-{contact_ref}" if contact_ref else ""


def _key_of(text: str | None) -> str:
    """Find the key of a message that was refused by its form, so that the page can say which."""
    try:
        return forms.client_key(forms.read_object(text).get("key"))
    except errors.Problem:
        return ""
