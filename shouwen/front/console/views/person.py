"""One person: their facts, roles and rights, and what an administrator does about them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shouwen.contact.routing import queries as routing
from shouwen.contact.routing.actions import set_capacities
from shouwen.contact.routing.words import CHANNELS
from shouwen.front.console import actions as console_actions
from shouwen.front.console import roles_page
from shouwen.ground.kernel import idempotency, time
from shouwen.ground.kernel.errors import (
    Conflict,
    Invalid,
    NotAllowed,
    NotThere,
    Problem,
    Words,
)
from shouwen.ground.kit.web import idempotency_key, number_or_none
from shouwen.people.staff import access, actions, queries
from shouwen.people.staff.models import Person, Role, Unit
from shouwen.people.staff.web import StaffRequest, staff_required

INVITATION = "invitation"
CAPACITY_CHANNELS = ("chat", "voice", "email", "sms", "fax")
PASSWORD = "password"  # noqa: S105  # a choice of the form


def _done(code: str) -> str:
    """Word what has just been done; an unknown code says nothing."""
    return {
        "hired": _("The person can work here once a role is approved."),
        "changed": pgettext("person", "Saved."),
        "asked": _("Asked. The role counts once a second person approves it."),
        "revoked": _("The role is taken back."),
        "post": _("The post is noted."),
        "skill": _("The qualification counts from now on."),
        "dropped": _("The qualification is taken back."),
        "capacity": _("Saved. It counts from the next contact on."),
        "disabled": _("The account is disabled and signed out everywhere."),
        "reinstated": _("The account works again."),
        "handed": _("The open work is handed over."),
        "moved": _("Saved. Open work of the old unit is still in this person's name, see below."),
        "factor": _("The second factor is reset; the person enrols a new one."),
    }.get(code, "")


def _page(request: StaffRequest, person: Person, **more: Any) -> HttpResponse:
    actor = request.actor
    problem: Problem | None = more.pop("problem", None)
    context = {
        "person": person,
        "grants": person.grants.select_related("unit").order_by("role", "pk"),
        "requests": roles_page.requests_for(actor, person, time.now()),
        "rights": queries.rights_of(actor, person),
        "held": queries.post_of(actor, person, time.now()),
        "posts": queries.posts_to_give(actor, time.now()),
        "skills": queries.skills_of_person(actor, person, time.now()),
        "all_skills": queries.skills_defined(actor),
        "mentors": queries.mentors(actor, time.now()),
        "capacities": _capacities(request, person, problem),
        "needs_mentor": queries.needs_mentor(person, time.now()),
        "may_edit": access.has_right(actor, "staff.edit"),
        "open_work": sum(len(line.items) for line in queries.open_work(person)),
        "is_oneself": actor.ref == person.public_id,
        "units": queries.unit_tree(actor),
        "roles": Role.choices,
        "done": _done(request.GET.get("done", "")),
        "fields": problem.fields if problem else {},
        "problem": problem if problem and not problem.fields else None,
        "said": request.POST,
        **more,
    }
    status = problem.status if problem else 200
    return render(request, "console/people/person.html", context, status=status)


def _capacities(
    request: StaffRequest, person: Person, problem: Problem | None
) -> list[tuple[str, Words, object, Words]]:
    """Give each channel, what is set for this person or was just typed, and what is wrong."""
    held = routing.capacities_of(person)
    fields = problem.fields if problem else {}
    return [
        (
            channel,
            CHANNELS[channel],
            request.POST.get(name, held.get(channel, "")),
            fields.get(name, ""),
        )
        for channel in CAPACITY_CHANNELS
        for name in (f"capacity_{channel}",)
    ]


@require_POST
@staff_required("staff.edit")
def capacity(request: StaffRequest, ref: str) -> HttpResponse:
    """Say how many contacts of each channel a person takes at once."""
    return act_on(request, ref, "capacity", lambda person: _set_capacities(request, person))


def _set_capacities(request: StaffRequest, person: Person) -> None:
    wrong: dict[str, Words] = {}
    wanted = {
        channel: number_or_none(request.POST, f"capacity_{channel}", wrong)
        for channel in CAPACITY_CHANNELS
    }
    if wrong:
        raise Invalid(fields=wrong)
    try:
        set_capacities(person, wanted, actor=request.actor, at=time.now())
    except Invalid as error:
        fields = {f"capacity_{channel}": words for channel, words in error.fields.items()}
        raise Invalid(fields=fields) from error


@require_GET
@staff_required("staff.review")
def person(request: StaffRequest, ref: str) -> HttpResponse:
    """Show one person."""
    return _page(request, queries.person_for(request.actor, ref))


def _unit(request: StaffRequest, field: str = "unit") -> Unit:
    """Find the unit a form names. Raises Invalid."""
    try:
        return queries.unit_for(request.actor, request.POST.get(field, ""))
    except NotThere as error:
        raise Invalid(fields={field: _("Choose a unit.")}) from error


def act_on(
    request: StaffRequest, ref: str, done: str, act: Callable[[Person], object]
) -> HttpResponse:
    """Do one thing to a person; what cannot be done is said on their page."""
    person = queries.person_for(request.actor, ref)
    try:
        act(person)
    except (Invalid, Conflict, NotAllowed) as problem:
        person.refresh_from_db()
        return _page(request, person, problem=problem)
    return redirect(f"{reverse('console:person', args=[ref])}?done={done}")


@require_POST
@staff_required("staff.edit")
def edit(request: StaffRequest, ref: str) -> HttpResponse:
    """Change name, staff number or unit; of a new unit, tell what is still open from the old."""
    before = queries.person_for(request.actor, ref)
    moves = request.POST.get("unit", "") != before.unit.public_id
    return act_on(
        request,
        ref,
        "moved" if moves and queries.open_work(before) else "changed",
        lambda person: actions.edit_person(
            person,
            name=request.POST.get("name", ""),
            staff_no=request.POST.get("staff_no", ""),
            unit=_unit(request),
            actor=request.actor,
            at=time.now(),
        ),
    )


@require_POST
@staff_required("staff.edit")
def ask_role(request: StaffRequest, ref: str) -> HttpResponse:
    """Ask for a role, which a second person approves."""
    return act_on(
        request,
        ref,
        "asked",
        lambda person: console_actions.ask_role(
            person,
            request.POST.get("role", ""),
            unit=_unit(request, "over") if request.POST.get("over") else None,
            reason=request.POST.get("reason", ""),
            actor=request.actor,
            at=time.now(),
        ),
    )


@require_POST
@staff_required("staff.edit")
def revoke_role(request: StaffRequest, ref: str) -> HttpResponse:
    """Take a role back."""
    return act_on(
        request,
        ref,
        "revoked",
        lambda person: actions.revoke_role(
            person,
            request.POST.get("role", ""),
            unit=_unit(request, "over") if request.POST.get("over") else None,
            actor=request.actor,
            at=time.now(),
        ),
    )


@require_POST
@staff_required("staff.edit")
def disable(request: StaffRequest, ref: str) -> HttpResponse:
    """Let a person go; whoever has open work hands it over first."""
    leaver = queries.person_for(request.actor, ref)
    if leaver.is_active and queries.open_work(leaver):
        return redirect(f"{reverse('console:handover', args=[ref])}?for=disable")
    return act_on(
        request,
        ref,
        "disabled",
        lambda person: actions.disable_person(person, actor=request.actor, at=time.now()),
    )


@require_POST
@staff_required("staff.edit")
def reinstate(request: StaffRequest, ref: str) -> HttpResponse:
    """Let a person work here again."""
    return act_on(
        request,
        ref,
        "reinstated",
        lambda person: actions.reinstate_person(person, actor=request.actor, at=time.now()),
    )


@require_POST
@staff_required("staff.edit")
def reset_factor(request: StaffRequest, ref: str) -> HttpResponse:
    """Forget a lost second factor."""
    return act_on(
        request,
        ref,
        "factor",
        lambda person: actions.reset_factor(person, actor=request.actor, at=time.now()),
    )


def _invited(request: StaffRequest, person: Person, token: str) -> HttpResponse:
    link = request.build_absolute_uri(reverse("staff_invitation", args=[token]))
    hours = queries.limits_of(person.institution_id)["invitation-hours"]
    context = {"person": person, "link": link, "hours": hours}
    return render(request, "console/people/invited.html", context)


@require_POST
@staff_required("staff.edit")
def invite(request: StaffRequest, ref: str) -> HttpResponse:
    """Make a new link to choose a password by, and show it this once."""
    person = queries.person_for(request.actor, ref)
    try:
        token = actions.invite_person(person, actor=request.actor, at=time.now())
    except NotAllowed as problem:
        return _page(request, person, problem=problem)
    return _invited(request, person, token)


def _new_page(request: StaffRequest, problem: Problem | None = None) -> HttpResponse:
    context = {
        "units": queries.unit_tree(request.actor),
        "languages": settings.LANGUAGES,
        "said": request.POST,
        "fields": problem.fields if problem else {},
        "problem": problem if problem and not problem.fields else None,
        "ways": ((INVITATION, _("An invitation link")), (PASSWORD, _("A first password"))),
        "way": request.POST.get("way", INVITATION),
    }
    status = problem.status if problem else 200
    return render(request, "console/people/new.html", context, status=status)


@require_http_methods(["GET", "POST"])
@staff_required("staff.edit")
def new(request: StaffRequest) -> HttpResponse:
    """Take a person in, with an invitation link that is shown once, or with a first password."""
    if request.method == "GET":
        return _new_page(request)
    try:
        made, token = _hire_once(request)
    except (Invalid, Conflict) as problem:
        return _new_page(request, problem)
    if not token:
        return redirect(f"{reverse('console:person', args=[made.public_id])}?done=hired")
    return _invited(request, made, token)


def _hire_once(request: StaffRequest) -> tuple[Person, str]:
    """Hire once for each shown form; the token is empty for a repeat, and with a password."""
    actor, at, said = request.actor, time.now(), request.POST
    # The password stays out of what the key is kept with.
    body = {
        name: said.get(name, "")
        for name in ("username", "staff_no", "name", "unit", "language", "way")
    }
    key = idempotency_key(request)
    if not key:
        raise Invalid(fields={"username": _("Reload the page and try again.")})
    by_link = body["way"] != PASSWORD
    token = ""
    with idempotency.once(f"page:console.person.new:{actor.ref}", key, body, at=at) as slot:
        if not slot.reference:
            made = actions.hire_person(
                username=body["username"].strip(),
                staff_no=body["staff_no"],
                name=body["name"],
                unit=_unit(request),
                password=None if by_link else said.get("password", ""),
                language=body["language"],
                actor=actor,
                at=at,
            )
            token = actions.invite_person(made, actor=actor, at=at) if by_link else ""
            slot.finish(made.public_id)
        ref = slot.reference or slot.row.reference
    return queries.person_for(actor, ref), token
