"""Scripts of the institution and its units: who words them, what is refused, what is counted."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shouwen.front.desk import queries
from shouwen.front.desk.actions import speaking
from shouwen.front.desk.actions import wording_scripts as actions
from shouwen.front.desk.actions.wording_scripts import ShortcutTaken, Wording
from shouwen.front.desk.models import Script, ScriptUse
from shouwen.front.desk.queries.library import Asked, library
from shouwen.front.desk.tests.factories import (
    MONDAY_9AM,
    Centre,
    a_centre,
    a_waiting_contact,
    an_active_contact,
)
from shouwen.ground.kernel import time
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid, NotAllowed, NotThere
from shouwen.ground.vault.models import AuditRow
from shouwen.people.staff.models import Unit
from shouwen.people.staff.tests.factories import a_person, a_unit, acting, signed_in

pytestmark = pytest.mark.django_db
HOME = "/console/system/scripts/"
CARD = Wording(
    kind="GUIDANCE",
    shortcut="bk",
    title_zh="补卡指引",
    body_zh="补办{业务名称}请携带有效证件，{部门名称}为您办理。",
)


@pytest.fixture
def centre() -> Centre:
    return a_centre()


@pytest.fixture
def unit(centre: Centre) -> Unit:
    return centre.first.unit


@pytest.fixture
def lead(unit: Unit) -> Actor:
    return acting(a_person(unit, "lead"))


def _write(centre: Centre, actor: Actor, **more: Any) -> Script:
    wording = replace(CARD, **more)
    return actions.write_script(centre.institution, wording, actor=actor, at=MONDAY_9AM)


def _offered(centre: Centre, words: str = "bk", *, days: int = 0, person: Any = None) -> list[str]:
    contact = a_waiting_contact(centre)
    at = MONDAY_9AM + timedelta(days=days)
    found = queries.scripts_for(person or centre.first, contact, words, at=at)
    return [script.title for script in found if script.shortcut == words]


def test_a_script_is_offered_where_it_belongs(centre: Centre, unit: Unit, lead: Actor) -> None:
    team = a_unit(centre.institution, "信用卡组", parent=unit)
    other = a_unit(centre.institution, "贷款组")
    member, stranger = a_person(team, "agent"), a_person(other, "agent")
    _write(centre, lead, unit=unit.public_id)
    assert _offered(centre) == ["补卡指引"]
    assert _offered(centre, person=member) == ["补卡指引"]
    assert _offered(centre, person=stranger) == []
    assert _offered(a_centre("insurer")) == []


def test_a_units_own_words_come_before_the_institutions(
    centre: Centre, unit: Unit, lead: Actor
) -> None:
    _write(centre, lead, title_zh="全机构补卡")
    _write(centre, lead, unit=unit.public_id)
    assert _offered(centre) == ["补卡指引", "全机构补卡"]


def test_it_counts_from_its_first_day_to_its_last(centre: Centre, lead: Actor) -> None:
    _write(centre, lead, valid_from=date(2026, 6, 16), valid_until=date(2026, 6, 17))
    assert [len(_offered(centre, days=days)) for days in range(4)] == [0, 1, 1, 0]


def test_without_english_words_it_is_not_for_those_who_write_english(
    centre: Centre, lead: Actor
) -> None:
    _write(centre, lead)
    contact = a_waiting_contact(centre)
    contact.language = "en"
    assert queries.scripts_for(centre.first, contact, "bk", at=MONDAY_9AM) == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"body_zh": "请输入{卡密码}"}, "body_zh"),
        ({"body_en": "Tell me {password}"}, "body_en"),
        ({"body_zh": "我明白您的意思。"}, "body_zh"),
        ({"body_zh": " \n"}, "body_zh"),
        ({"body_zh": "长" * 601}, "body_zh"),
        ({"body_en": "x" * 901}, "body_en"),
        ({"title_zh": ""}, "title_zh"),
        ({"title_en": "x" * 61}, "title_en"),
        ({"shortcut": "补卡"}, "shortcut"),
        ({"shortcut": ""}, "shortcut"),
        ({"kind": "JOKE"}, "kind"),
        ({"channels": ("pigeon",)}, "channels"),
        ({"unit": "unit_\x00"}, "unit"),
        ({"valid_from": date(2026, 7, 1), "valid_until": date(2026, 6, 1)}, "valid_until"),
    ],
)
def test_what_cannot_be_is_refused_field_by_field(
    centre: Centre, lead: Actor, change: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        _write(centre, lead, **change)
    assert set(refused.value.fields) == {field}
    assert not Script.objects.filter(shortcut="bk").exists()


def test_what_the_telephone_may_say_is_refused_only_where_it_may_not(
    centre: Centre, lead: Actor
) -> None:
    """OM-2.2-03 allows on the telephone what OM-3.2.4-01 forbids on the web."""
    words = "我理解您可能有疑问。"
    assert _write(centre, lead, body_zh=words, channels=("voice",)).pk
    with pytest.raises(Invalid):
        _write(centre, lead, body_zh=words, shortcut="bk2", channels=("voice", "chat"))


def test_a_shortcut_is_one_scripts_at_a_time(centre: Centre, unit: Unit, lead: Actor) -> None:
    first = _write(centre, lead)
    with pytest.raises(ShortcutTaken):
        _write(centre, lead)
    actions.set_aside(first, active=False, seen=1, actor=lead, at=MONDAY_9AM)
    second = _write(centre, lead)
    with pytest.raises(ShortcutTaken):
        actions.set_aside(first, active=True, seen=2, actor=lead, at=MONDAY_9AM)
    assert list(Script.objects.filter(shortcut="bk", is_active=True)) == [second]


def test_each_version_is_on_the_trail_with_what_it_was(centre: Centre, lead: Actor) -> None:
    script = _write(centre, lead)
    wanted = replace(CARD, body_zh="补卡请到网点。", channels=("chat",))
    actions.change_script(script, wanted, seen=1, actor=lead, at=MONDAY_9AM)
    rows = AuditRow.objects.filter(object_ref=script.public_id).order_by("pk")
    written, changed = (json.loads(row.detail) for row in rows)
    assert [row.act for row in rows] == ["script.written", "script.changed"]
    assert written["body_zh.after"] == CARD.body_zh
    assert changed == {
        "revision": 2,
        "body_zh.before": CARD.body_zh,
        "body_zh.after": "补卡请到网点。",
        "channels.before": "",
        "channels.after": "chat",
    }


def test_two_who_change_one_version_get_one_change(centre: Centre, lead: Actor) -> None:
    script = _write(centre, lead)
    actions.change_script(script, replace(CARD, title_zh="一"), seen=1, actor=lead, at=MONDAY_9AM)
    with pytest.raises(Conflict):
        actions.change_script(
            script, replace(CARD, title_zh="二"), seen=1, actor=lead, at=MONDAY_9AM
        )
    assert Script.objects.get(pk=script.pk).title_zh == "一"


def test_a_units_lead_words_that_units_scripts_alone(centre: Centre, unit: Unit) -> None:
    other = a_unit(centre.institution, "贷款组")
    small = acting(a_person(unit, "lead", over=unit))
    mine = _write(centre, small, unit=unit.public_id)
    with pytest.raises(NotAllowed):
        _write(centre, small, shortcut="bk2")
    with pytest.raises(Invalid):
        _write(centre, small, shortcut="bk2", unit=other.public_id)
    # Nor may it be pushed to another unit, or to everyone.
    for unit_ref in ("", other.public_id):
        with pytest.raises((NotAllowed, Invalid)):
            actions.change_script(
                mine, replace(CARD, unit=unit_ref), seen=1, actor=small, at=MONDAY_9AM
            )
    everyones = Script.objects.get(institution=centre.institution, code="opening-greeting")
    with pytest.raises(NotAllowed):
        actions.set_aside(everyones, active=False, seen=1, actor=small, at=MONDAY_9AM)


def test_agents_word_nothing_and_another_institution_finds_nothing(
    centre: Centre, lead: Actor
) -> None:
    script = _write(centre, lead)
    with pytest.raises(NotAllowed):
        _write(centre, centre.actor(centre.first), shortcut="bk2")
    theirs = a_centre("insurer")
    boss = acting(a_person(theirs.first.unit, "lead"))
    with pytest.raises(NotThere):
        actions.change_script(script, CARD, seen=1, actor=boss, at=MONDAY_9AM)
    page = signed_in(a_person(theirs.first.unit, "admin")).get(f"{HOME}{script.public_id}/")
    assert page.status_code == 404
    assert signed_in(centre.first).get(HOME).status_code == 403


def _send(centre: Centre, key: str, scripts: list[str]) -> None:
    contact = an_active_contact(centre)
    for _twice in range(2):
        speaking.send_line(
            contact,
            centre.first,
            body="请携带有效证件。",
            client_key=key,
            scripts=scripts,
            actor=centre.actor(centre.first),
            at=MONDAY_9AM + timedelta(minutes=1),
        )


def test_a_use_counts_once_however_often_the_line_is_sent(centre: Centre, lead: Actor) -> None:
    script = _write(centre, lead)
    _send(centre, "one", [script.public_id, script.public_id])
    script.refresh_from_db()
    assert (script.uses, script.last_used_at) == (1, MONDAY_9AM + timedelta(minutes=1))
    assert ScriptUse.objects.count() == 1


def test_strange_names_count_nothing_and_stop_no_line(centre: Centre) -> None:
    theirs = Script.objects.filter(institution=a_centre("insurer").institution).first()
    assert theirs is not None
    _send(
        centre, "one", ["", "script_no", "a\x00b", theirs.public_id, *(str(n) for n in range(99))]
    )
    assert not Script.objects.filter(uses__gt=0).exists()


def test_the_desk_shows_the_most_used_first(centre: Centre, lead: Actor) -> None:
    script = _write(centre, lead)
    _send(centre, "one", [script.public_id])
    _send(centre, "two", [script.public_id])
    contact = a_waiting_contact(centre)
    found = queries.scripts_for(centre.first, contact, at=MONDAY_9AM)
    assert (found[0].title, found[0].uses) == ("补卡指引", 2)
    page = signed_in(centre.first)
    with time.frozen(MONDAY_9AM):
        shown = page.get(f"/desk/contacts/{contact.public_id}/scripts/").text
    assert "用过2次" in shown


def test_the_page_lists_writes_changes_and_sets_aside(
    centre: Centre, unit: Unit, lead: Actor
) -> None:
    client = signed_in(a_person(unit, "admin"))
    form = {
        "kind": "GUIDANCE",
        "shortcut": "BK",
        "title_zh": "补卡指引",
        "body_zh": CARD.body_zh,
        "unit": unit.public_id,
        "channels": ["chat", "voice"],
        "valid_until": "2026-12-31",
    }
    answer = client.post(f"{HOME}new/", form)
    assert answer["Location"] == f"{HOME}?done=saved"
    script = Script.objects.get(shortcut="bk")
    assert (script.unit, script.channels) == (unit, " chat voice ")
    with time.frozen(MONDAY_9AM):
        page = client.get(HOME, {"q": "补卡"}).text
        assert "补卡指引" in page
        assert "补卡指引" not in client.get(HOME, {"standing": "over"}).text
        assert "补卡指引" not in client.get(HOME, {"unit": "all"}).text
    form |= {"revision": "1", "body_zh": "请输入{密码}"}
    refused = client.post(f"{HOME}{script.public_id}/", form)
    assert refused.status_code == 422
    assert "没有占位{密码}" in refused.text
    form |= {"body_zh": "请到网点。", "valid_until": "明天"}
    assert client.post(f"{HOME}{script.public_id}/", form).status_code == 422
    form |= {"valid_until": ""}
    assert client.post(f"{HOME}{script.public_id}/", form).status_code == 302
    stale = client.post(f"{HOME}{script.public_id}/", form)
    assert stale.status_code == 409
    aside = client.post(f"{HOME}{script.public_id}/aside/", {"revision": "2"})
    assert aside.status_code == 302
    script.refresh_from_db()
    assert (script.is_active, script.revision, script.body_zh) == (False, 3, "请到网点。")


@pytest.mark.parametrize("asked", [{"after": "script_none"}, {"after": "\x01"}])
def test_a_strange_cursor_is_not_there(unit: Unit, asked: dict[str, str]) -> None:
    assert signed_in(a_person(unit, "admin")).get(HOME, asked).status_code == 404


def test_strange_filters_ask_nothing(unit: Unit) -> None:
    client = signed_in(a_person(unit, "admin"))
    for name in ("q", "unit", "kind", "standing"):
        assert client.get(HOME, {name: "\x01%'" * 50}).status_code == 200


def test_the_list_costs_the_same_and_turns_its_pages(centre: Centre, lead: Actor) -> None:
    costs, titles = [], []
    for more in (1, 30):
        for number in range(more):
            _write(centre, lead, shortcut=f"n{more}x{number}", title_zh=f"条{more}-{number}")
        with CaptureQueriesContext(connection) as cost:
            page = library(lead, Asked(), at=MONDAY_9AM)
        costs.append(len(cost))
    assert costs[0] == costs[1]
    while True:
        titles += [row.title for row in page.rows]
        if not page.next:
            break
        page = library(lead, Asked(after=page.next), at=MONDAY_9AM)
    assert len(titles) == len(set(titles)) == Script.objects.count()
