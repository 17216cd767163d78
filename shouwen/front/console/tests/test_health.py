"""How the machine is: what is behind is marked with what to do, and the API says the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils.encoding import force_str
from pytest_django import DjangoAssertNumQueries

from shouwen.front.console import health_page
from shouwen.front.console.health_words import LOOPS
from shouwen.ground.kernel import loops, time
from shouwen.ground.kernel.health import Reading, State
from shouwen.ground.kernel.leases import hold_lease
from shouwen.ground.kernel.models import Delivery, DeliveryState, OutboxEvent
from shouwen.ground.vault.models import AuditRow
from shouwen.ground.vault.tests import seal_files
from shouwen.people.customers import ports
from shouwen.people.customers.models import LetterStanding
from shouwen.people.customers.tests.letterbox import Letters
from shouwen.people.staff import actions
from shouwen.people.staff.models import Unit
from shouwen.people.staff.tests import factories as staff

HEALTH = "/console/system/health/"
HEARER = "shouwen.assurance.monitoring.handlers.count_reply"
HOUR = timedelta(hours=1)


@pytest.fixture
def read(centre: Unit) -> Callable[[datetime], dict[str, Reading]]:
    """Every reading by its code, as an administrator finds it."""
    actor = staff.acting(staff.a_person(centre, "admin"))

    def reading(at: datetime) -> dict[str, Reading]:
        page = health_page.page(actor, at)
        return {one.code: one for group in page.groups for one in group.readings}

    return reading


def a_delivery(institution_id: int | None, at: datetime, state: str = "PENDING") -> Delivery:
    """One hearer's claim on one fact."""
    event = OutboxEvent.objects.create(
        name="x", institution_id=institution_id, values="{}", occurred_at=at
    )
    return Delivery.objects.create(
        event=event, hearer=HEARER, state=state, tries=12, next_try_at=at
    )


def test_an_event_that_waits_too_long_is_behind(
    centre: Unit, read: Callable[[datetime], dict[str, Reading]]
) -> None:
    now = time.now()
    a_delivery(centre.institution_id, now)
    outbox = read(now + timedelta(seconds=30))["outbox"]
    assert (outbox.state, outbox.amount, outbox.limit) == (State.OK, 30, 30)
    assert read(now + timedelta(seconds=31))["outbox"].state == State.LATE


def test_each_task_has_its_holder_and_its_last_beat(
    read: Callable[[datetime], dict[str, Reading]],
) -> None:
    now = time.now()
    hold_lease("loop:ticker", "alpha-12-ab", loops.LEASE_SECONDS, now)
    beat = read(now + timedelta(seconds=2))["loop:ticker"]
    assert (beat.state, beat.note, beat.at, beat.amount) == (State.OK, "alpha-12-ab", now, 2)
    assert read(now + HOUR)["loop:ticker"].state == State.LATE
    # Nobody has ever turned this one.
    silent = read(now)["loop:sequencer"]
    assert (silent.state, silent.amount, silent.at) == (State.LATE, None, None)


def test_a_mail_server_that_takes_nothing_is_behind_and_says_why(
    read: Callable[[datetime], dict[str, Reading]], letters: Letters
) -> None:
    now = time.now()
    assert read(now)["letters-email"].state == State.OK
    standing = LetterStanding.objects.create(
        kind="EMAIL", is_away=True, code="certificate", refused_at=now
    )
    mail = read(now)["letters-email"]
    assert (mail.state, str(mail.note), mail.at) == (State.LATE, "证书不受信任", now)
    standing.is_away, standing.code = False, "550 5.1.1"
    standing.save()
    mail = read(now)["letters-email"]
    assert (mail.state, mail.note) == (State.OK, "550 5.1.1")
    ports.plug_letterbox(None)
    assert read(now)["letters-email"].state == State.OFF


def test_every_task_is_called_by_words() -> None:
    tasks = {loop.name for loop in loops.registered_loops() if loop.elected}
    assert tasks
    assert tasks <= set(LOOPS)


def test_what_was_given_up_is_shown_and_delivered_again(
    admin: Client, centre: Unit, read: Callable[[datetime], dict[str, Reading]]
) -> None:
    now, other = time.now(), staff.an_institution("insurer")
    own = a_delivery(centre.institution_id, now, "DEAD")
    foreign = a_delivery(other.pk, now, "DEAD")
    dead = read(now)[f"dead:{HEARER}"]
    assert (dead.amount, dead.note) == (1, "assurance.monitoring.handlers.count_reply")
    assert admin.post(f"{HEALTH}again/")["Location"] == f"{HEALTH}?again=1"
    own.refresh_from_db()
    foreign.refresh_from_db()
    assert (own.state, own.tries) == (DeliveryState.PENDING, 0)
    assert foreign.state == DeliveryState.DEAD
    assert admin.post(f"{HEALTH}again/")["Location"] == f"{HEALTH}?again=0"
    assert AuditRow.objects.filter(act="outbox.tried_again").count() == 1


@pytest.mark.parametrize("asked", ["?again=x", "?again=9999999", "?again=-1", ""])
def test_the_page_bears_any_address(admin: Client, asked: str) -> None:
    assert admin.get(HEALTH + asked).status_code == 200


@pytest.mark.parametrize("rows", [1, 20])
def test_the_page_costs_the_same_for_any_length(
    admin: Client, centre: Unit, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    now = time.now()
    for number in range(rows):
        a_delivery(centre.institution_id, now, "DEAD")
        hold_lease(f"loop:more{number}", "x", 5.0, now)
    admin.get(HEALTH)
    with django_assert_num_queries(16):
        admin.get(HEALTH)


def test_programs_read_the_same(centre: Unit, client: Client) -> None:
    keys = {
        role: actions.create_api_key(
            centre.institution, role=role, name=role, actor=staff.FOUNDER, at=time.now()
        )[1]
        for role in ("admin", "lead")
    }

    def ask(role: str) -> tuple[int, dict[str, object]]:
        bearer = {"Authorization": f"Bearer {keys[role]}"}
        answer = client.get("/api/v1/system/health", headers=bearer)
        return answer.status_code, answer.json()

    status, body = ask("admin")
    groups = {group["code"]: group for group in body["groups"]}  # type: ignore[attr-defined]  # JSON
    assert status == 200
    assert list(groups) == [
        "machine", "events", "clocks", "trail", "loops", "letters", "seal", "webhooks", "packs",
    ]  # fmt: skip
    assert groups["events"]["readings"][0]["unit"] == "seconds"
    assert ask("lead")[0] == 403


def test_a_seal_that_issues_nothing_is_behind(
    centre: Unit, read: Callable[[datetime], dict[str, Reading]], tmp_path: Path, settings: Any
) -> None:
    settings.SEALS_ROOT = tmp_path / "seals"
    now, code = time.now(), centre.institution.code
    assert read(now)["seal"].state == State.OFF
    seal_files.a_seal(settings.SEALS_ROOT, code, now, lasts=timedelta(days=31))
    held = read(now)["seal"]
    assert (held.state, str(held.note)[: len(seal_files.OWNER)]) == (State.OK, seal_files.OWNER)
    soon = read(now + timedelta(days=2))["seal"]
    assert (soon.state, soon.at) == (State.LATE, held.at)
    assert "即将到期" in force_str(soon.advice)
    assert "已过期" in force_str(read(now + timedelta(days=40))["seal"].advice)
    (settings.SEALS_ROOT / f"{code}.pass").write_text("other")
    broken = read(now)["seal"]
    assert broken.state == State.LATE
    assert "the pass phrase does not open it" in force_str(broken.advice)
