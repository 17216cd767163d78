"""Who asks at the doors: browsers, programs and their keys."""

from __future__ import annotations

import base64

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from shouwen.ground.kernel import time
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.policy import actions as policy
from shouwen.people.staff import actions as staff
from shouwen.people.staff.models import Person
from shouwen.service.cases.tests import factories as cases

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)


def a_key(bank: cases.Bank, role: str, person: Person | None) -> str:
    """Make an API key and give its token."""
    _row, token = staff.create_api_key(
        bank.institution,
        role=role,
        name=f"{role} tests",
        person=person,
        actor=Actor.system("tests", bank.institution.pk),
        at=time.now(),
    )
    return token


def a_phrase(institution_id: int) -> str:
    """Have an institution forbid words of its own, and give their id."""
    made = policy.forbid_phrase(
        institution_id,
        phrase="稳赚不赔",
        kind="false_claim",
        channel="",
        say_instead="以产品说明书为准。",
        source="合规提示",
        actor=Actor.system("tests", institution_id),
        at=time.now(),
    )
    return made.public_id


def program_of(token: str) -> Client:
    """Give a program that carries a key."""
    client = browser()
    client.defaults["HTTP_AUTHORIZATION"] = bearer(token)["Authorization"]
    return client


def browser(person: Person | None = None) -> Client:
    """Give a browser, with somebody signed in or nobody."""
    client = Client(raise_request_exception=False)
    if person is not None:
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def bearer(token: str) -> dict[str, str]:
    """Give the header of a key."""
    return {"Authorization": f"Bearer {token}"}


def a_picture(name: str = "a.png") -> SimpleUploadedFile:
    """Give a small picture to send."""
    return SimpleUploadedFile(name, PNG, content_type="image/png")
