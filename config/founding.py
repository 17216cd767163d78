"""Founding an institution and its first administrators from the command line.

Pages cannot do this: whoever gives a role there has one already, and a second person agrees.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

import click
from django.conf import settings
from django.db import transaction
from django.urls import reverse

from shouwen.front.desk.actions.scripting import load_scripts
from shouwen.ground.kernel import time
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Problem
from shouwen.people.staff import actions, queries
from shouwen.people.staff.models import Institution, RoleGrant, Unit

ADMIN = "admin"
PROGRAM = "command-line"
# Where a centre without a public address answers on its own machine, unless PORT says otherwise.
LOCAL = f"http://127.0.0.1:{os.environ.get('PORT', '8000')}"


@dataclass(frozen=True, slots=True)
class Invited:
    """A new administrator: the link they choose a password by, and for how many hours it opens."""

    link: str
    hours: int
    administrators: int


def found(*, code: str, kind: str, name_zh: str, name_en: str, unit_zh: str, unit_en: str) -> None:
    """Found an institution with its head unit and the standard scripts; every rule pack counts.

    Raises click.ClickException with what is the matter; then nothing has changed.
    """
    at = time.now()
    try:
        with transaction.atomic():
            home = actions.found_institution(
                code=code,
                kind=kind,
                name_zh=name_zh,
                name_en=name_en,
                actor=Actor.system(PROGRAM),
                at=at,
            )
            actor = Actor.system(PROGRAM, home.pk)
            actions.open_unit(
                institution=home, name_zh=unit_zh, name_en=unit_en, actor=actor, at=at
            )
            load_scripts(home, actor=actor, at=at)
    except Problem as error:
        raise click.ClickException(_said(error)) from error


def appoint(*, institution: str, username: str, staff_no: str, name: str) -> Invited:
    """Take an administrator into the head unit, with a link to choose a password by.

    Raises click.ClickException with what is the matter; then nothing has changed.
    """
    home = Institution.objects.filter(code=institution).first()
    if home is None:
        known = ", ".join(Institution.objects.order_by("code").values_list("code", flat=True))
        raise click.ClickException(f"No institution {institution}. Known: {known or 'none yet'}.")
    unit = Unit.objects.filter(institution=home, depth=0, closed_at__isnull=True).order_by("pk")
    head = unit.first()
    if head is None:
        raise click.ClickException(f"{institution} has no open unit at the top of its tree.")
    actor, at = Actor.system(PROGRAM, home.pk), time.now()
    try:
        with transaction.atomic():
            person = actions.hire_person(
                username=username, staff_no=staff_no, name=name, unit=head, actor=actor, at=at
            )
            actions.grant_role(person, ADMIN, actor=actor, at=at)
            token = actions.invite_person(person, actor=actor, at=at)
    except Problem as error:
        raise click.ClickException(_said(error)) from error
    origin = settings.PUBLIC_URL.rstrip("/") or LOCAL
    return Invited(
        link=f"{origin}{reverse('staff_invitation', args=[token])}",
        hours=queries.limits_of(home.pk)["invitation-hours"],
        administrators=RoleGrant.objects.filter(
            role=ADMIN, person__institution=home, person__is_active=True
        )
        .values("person")
        .distinct()
        .count(),
    )


def _said(error: Problem) -> str:
    words = "; ".join(f"{field}: {said}" for field, said in error.fields.items())
    return f"{error} {words}".strip()
