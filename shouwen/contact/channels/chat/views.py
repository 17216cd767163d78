"""The plain doors of the chat, for networks that let no socket through; same frames, same effects.

Every answer is `{"frames": […]}`, an error `{"code", "words"}` with its status. The visit's token
stands in the `X-Visit-Token` header, which no other site can send, so these doors need no
CSRF cookie; requests that a page of another site makes are refused besides.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import time as monotonic
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from channels.layers import get_channel_layer
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST
from redis.exceptions import RedisError

from shouwen.contact.channels.chat import access, actions, forms, queries
from shouwen.contact.channels.chat.actions import Caller
from shouwen.contact.conversations import actions as conversations
from shouwen.contact.conversations.rules import content
from shouwen.contact.conversations.views import as_download
from shouwen.ground.kernel import errors, time, topics
from shouwen.ground.kernel.aio import in_thread
from shouwen.people.customers import queries as customers
from shouwen.people.staff.signing_in import guesses
from shouwen.people.staff.signing_in.backends import client_address

logger = logging.getLogger(__name__)

HOLD_SECONDS = 20.0
HELD_AT_ONCE = 64
PAUSE_SECONDS = 2.0
QUEUE_MOVES_SECONDS = 5.0
FORM_ROOM_BYTES = 65_536
LONGEST_NUMBER = 10

# A view of a known visit; the parts of the address come as keywords.
View = Callable[..., HttpResponse]


class HeaderMissing(errors.NotSignedIn):
    """A door that needs the visit's token got none."""

    message = access.VisitUnknown.message


class TooManyLeft(errors.TooMany):
    """One network address leaves message after message."""

    message = _("Many messages came from this network. Try again in 30 minutes, or call us.")


def problem_answer(problem: errors.Problem) -> JsonResponse:
    """Answer with the error's name and words, in the reader's language."""
    frame = queries.problem_frame(problem, get_language() or "zh-hans")
    told = {name: frame[name] for name in ("code", "words", "fields") if name in frame}
    return JsonResponse(told, status=problem.status)


def caller_of(request: HttpRequest, institution: str) -> Caller:
    """Say who asks, by the token in the header. Raises HeaderMissing, VisitUnknown, NotThere."""
    found = queries.institution_of(institution)
    token = request.headers.get("X-Visit-Token", "")
    if not token:
        raise HeaderMissing
    digest = access.token_digest(token, found.code)
    return Caller(found.pk, digest, forms.language_of(get_language() or ""))


def visitors_door(view: View) -> Any:
    """Wrap a door: own pages only, errors as JSON, nothing kept in caches."""

    @wraps(view)
    def door(request: HttpRequest, **parts: str) -> HttpResponse:
        try:
            access.require_own_page(request.headers, request.get_host())
            return view(request, **parts)
        except errors.Problem as problem:
            return problem_answer(problem)

    return csrf_exempt(never_cache(door))


def _body(request: HttpRequest) -> dict[str, Any]:
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > forms.FRAME_BYTES:
        raise forms.FrameTooLarge
    return forms.read_object(request.body or b"{}")


def _answer(*frames: queries.Frame) -> JsonResponse:
    return JsonResponse({"frames": list(frames)})


@visitors_door
@require_POST
def hello(request: HttpRequest, institution: str) -> HttpResponse:
    """Begin or go on: the welcome, and all that the page lacks."""
    values = {**_body(request), "type": "hello"}
    frame = forms.read_frame(json.dumps(values))
    if not isinstance(frame, forms.Hello):
        raise forms.FrameUnreadable
    found = queries.institution_of(institution)
    token = frame.token or access.new_token(found.code)
    caller = Caller(found.pk, access.token_digest(token, found.code), frame.language)
    now = time.now()
    picture = _picture(caller, frame.contact, frame.after)
    welcome = queries.welcome_frame(picture.contact_ref, "" if frame.token else token, now)
    frames = [welcome, *_frames(picture)]
    return JsonResponse({"frames": frames, "mark": picture.mark})


def _picture(caller: Caller, contact_ref: str, after: int) -> queries.Picture:
    return queries.picture(
        caller.institution_id,
        caller.token_digest,
        contact_ref=contact_ref,
        after=after,
        language=caller.language,
        now=time.now(),
    )


def _frames(picture: queries.Picture) -> list[queries.Frame]:
    frames = [*picture.messages, picture.marks, picture.state, picture.ended]
    return [frame for frame in frames if frame]


@visitors_door
@require_POST
def messages(request: HttpRequest, institution: str) -> HttpResponse:
    """Keep one message; the same key again gives the same `ack`."""
    caller = caller_of(request, institution)
    values = _body(request)
    key, text = forms.client_key(values.get("key")), forms.clean_text(values.get("text"))
    said = actions.say(caller, key=key, text=text, at=time.now())
    return _answer(queries.ack_frame(said.contact_ref, said.key, said.sequence, said.at))


@visitors_door
@require_POST
def files(request: HttpRequest, institution: str) -> HttpResponse:
    """Keep one file of at most 10 MB as a message."""
    length = request.META.get("CONTENT_LENGTH") or ""
    if not length.isdigit() or int(length) > content.FILE_MAX_BYTES + FORM_ROOM_BYTES:
        raise conversations.FileTooLarge
    caller = caller_of(request, institution)
    key = forms.client_key(request.POST.get("key"))
    file = request.FILES.get("file")
    if file is None:
        raise forms.FrameUnreadable
    if file.size is None or file.size > content.FILE_MAX_BYTES:
        raise conversations.FileTooLarge
    said = actions.send_file(caller, key=key, name=file.name or "", data=file.read(), at=time.now())
    return _answer(queries.ack_frame(said.contact_ref, said.key, said.sequence, said.at))


@visitors_door
@require_GET
def file(request: HttpRequest, institution: str, file_ref: str) -> HttpResponse:
    """Give a checked file of the visitor's own conversation, to be saved and never shown here."""
    caller = caller_of(request, institution)
    return as_download(actions.open_file(caller, file_ref, at=time.now()))


@visitors_door
@require_POST
def ask_person(request: HttpRequest, institution: str) -> HttpResponse:
    """Bring the visitor to a person."""
    caller = caller_of(request, institution)
    actions.ask_for_person(caller, at=time.now())
    return _answer()


@visitors_door
@require_POST
def leave_message(request: HttpRequest, institution: str) -> HttpResponse:
    """Keep a message left while nobody is there as a case; tell its number and where to follow."""
    caller, at = caller_of(request, institution), time.now()
    values = _body(request)
    key, left = forms.client_key(values.get("key")), forms.left_message(values)
    source = client_address(request)
    limit = customers.self_service(caller.institution_id).asks_per_source
    if not guesses.take(guesses.Lock("ask-source", source, institution, limit), at=at):
        raise TooManyLeft
    done = actions.leave_message(caller, left, key=key, at=at)
    kept = {"number": done.kept.number, "address": done.kept.address}
    return JsonResponse({"frames": [], "contact": done.contact_ref, **kept})


@visitors_door
@require_POST
def end(request: HttpRequest, institution: str) -> HttpResponse:
    """End the visitor's conversation."""
    actions.end(caller_of(request, institution), at=time.now())
    return _answer()


@visitors_door
@require_POST
def seen(request: HttpRequest, institution: str, how: str) -> HttpResponse:
    """Note what has reached the page, or was read."""
    caller = caller_of(request, institution)
    frame = forms.read_frame(json.dumps({**_body(request), "type": how}))
    if not isinstance(frame, forms.Seen):
        raise forms.FrameUnreadable
    actions.note_seen(caller, up_to=frame.up_to, was_read=frame.was_read, at=time.now())
    return _answer()


@visitors_door
@require_POST
def typing(request: HttpRequest, institution: str) -> HttpResponse:
    """Hint to the desk that the visitor types."""
    caller = caller_of(request, institution)
    visit = queries.visit_of(caller.institution_id, caller.token_digest)
    contact = queries.contact_of(visit.pk) if visit else None
    if contact is not None and contact.is_open:
        topics.send(f"contact-{contact.public_id}", typing="customer")
    return _answer()


_held = 0


@csrf_exempt
@never_cache
async def updates(request: HttpRequest, institution: str) -> HttpResponse:
    """Answer as soon as there is something new, at the latest after 20 seconds.

    `contact` and `after` say which messages the page has, `mark` which state. Each held request
    holds a thread of the server too, so only so many are held at once; the others are answered at
    once and told to pause.
    """
    if request.method != "GET":
        return JsonResponse({"code": "method-not-allowed", "words": ""}, status=405)
    try:
        access.require_own_page(request.headers, request.get_host())
        place = _place_of(request)
        caller = await in_thread(_caller_in_language, request, institution)
        return await _wait_for_news(caller, place)
    except errors.Problem as problem:
        return problem_answer(problem)


@dataclass(frozen=True, slots=True)
class Place:
    """What a page has."""

    contact_ref: str
    after: int
    mark: str


def _place_of(request: HttpRequest) -> Place:
    after = request.GET.get("after", "0")
    # The length first: int() refuses numbers of thousands of digits with an error of its own.
    is_number = after.isascii() and after.isdigit() and len(after) <= LONGEST_NUMBER
    if not is_number or int(after) > forms.LARGEST_SEQUENCE:
        raise forms.FrameUnreadable
    return Place(request.GET.get("contact", ""), int(after), request.GET.get("mark", ""))


def _caller_in_language(request: HttpRequest, institution: str) -> Caller:
    found = caller_of(request, institution)
    language = forms.language_of(request.GET.get("lang", "") or found.language)
    return Caller(found.institution_id, found.token_digest, language)


def _news(picture: queries.Picture, pause_seconds: float) -> JsonResponse:
    return JsonResponse(
        {
            "frames": _frames(picture),
            "mark": picture.mark,
            "pause_seconds": pause_seconds,
        }
    )


def _is_new(picture: queries.Picture, place: Place) -> bool:
    return bool(picture.messages) or picture.mark != place.mark


async def _wait_for_news(caller: Caller, place: Place) -> HttpResponse:
    global _held
    picture = await in_thread(_picture, caller, place.contact_ref, place.after)
    if _is_new(picture, place):
        return _news(picture, 0.0)
    if _held >= HELD_AT_ONCE or not picture.contact_ref:
        return _news(picture, PAUSE_SECONDS)
    topics.serve_from(asyncio.get_running_loop())
    layer = get_channel_layer()
    group = f"topic.contact-{picture.contact_ref}"
    channel = await layer.new_channel()
    _held += 1
    try:
        await layer.group_add(group, channel)
        return await _hold(caller, place, channel)
    except RedisError as error:
        logger.warning("a held request ends: the layer failed (%s)", type(error).__name__)
        return _news(picture, PAUSE_SECONDS)
    finally:
        _held -= 1
        with contextlib.suppress(RedisError):
            await layer.group_discard(group, channel)


async def _hold(caller: Caller, place: Place, channel: str) -> HttpResponse:
    """Wait until there is news, a typing hint comes, or the time is over."""
    layer = get_channel_layer()
    until = monotonic.monotonic() + HOLD_SECONDS
    while True:
        # Asked after the channel has joined its group, so nothing falls in between.
        picture = await in_thread(_picture, caller, place.contact_ref, place.after)
        left = until - monotonic.monotonic()
        if _is_new(picture, place) or left <= 0:
            return _news(picture, 0.0)
        patience = min(left, QUEUE_MOVES_SECONDS if picture.is_waiting else HOLD_SECONDS)
        try:
            event = await asyncio.wait_for(layer.receive(channel), patience)
        except TimeoutError:
            continue
        if event.get("typing", "customer") != "customer":
            frames = [{"type": "typing"}]
            return JsonResponse({"frames": frames, "mark": place.mark, "pause_seconds": 0.0})


def allowed_frames() -> list[str]:
    """Give the sites that may show our chat in a frame, for the content policy."""
    return ["'self'", *settings.WIDGET_ORIGINS]
