"""The standard scripts and the way they are found and filled."""

from __future__ import annotations

import pytest

from shouwen.front.desk import queries
from shouwen.front.desk.actions import scripting
from shouwen.front.desk.models import Script, ScriptKind
from shouwen.front.desk.tests.factories import MONDAY_9AM, a_centre, an_active_contact
from shouwen.ground.policy import queries as policy
from shouwen.ground.policy.rules.phrases import find_forbidden
from shouwen.people.staff.tests.factories import FOUNDER


def test_every_type_of_script_is_there() -> None:
    """OM-2.2-01 names opening, problem confirmation, guidance and emotion."""
    kinds = [script["kind"] for script in scripting.standard_scripts()]
    assert list(dict.fromkeys(kinds)) == list(ScriptKind.values)


def test_codes_and_shortcuts_are_unique() -> None:
    scripts = scripting.standard_scripts()
    assert len({script["code"] for script in scripts}) == len(scripts)
    assert len({script["shortcut"] for script in scripts}) == len(scripts)


@pytest.mark.django_db
def test_no_script_says_what_its_channel_forbids() -> None:
    """OM-2.2-03 allows on the telephone what OM-3.2.4-01 forbids on the web."""
    centre = a_centre()
    slips = [
        (script["code"], channel, hit.phrase)
        for script in scripting.standard_scripts()
        for channel in script.get("channels") or ("chat", "voice")
        for hit in find_forbidden(script["body_zh"], policy.phrases(centre.institution.pk, channel))
    ]
    assert slips == []
    on_the_web = policy.phrases(centre.institution.pk, "chat")
    only_voice = next(s for s in scripting.standard_scripts() if s["code"] == "emotion-voice")
    assert [hit.clause for hit in find_forbidden(only_voice["body_zh"], on_the_web)] == [
        "OM-3.2.4-01"
    ]


@pytest.mark.django_db
def test_loading_twice_adds_nothing_and_keeps_the_institutions_words() -> None:
    centre = a_centre()
    Script.objects.filter(code="opening-greeting").update(body_zh="您好")
    again = scripting.load_scripts(centre.institution, actor=FOUNDER, at=MONDAY_9AM)
    assert again == 0
    assert Script.objects.get(code="opening-greeting").body_zh == "您好"


@pytest.mark.django_db
@pytest.mark.parametrize("words", ["kcwh", "开场问候", "kc", "greeting"])
def test_a_script_is_found_by_shortcut_title_and_initials(words: str) -> None:
    centre = a_centre()
    contact = an_active_contact(centre)
    found = queries.scripts_for(centre.first, contact, words, at=MONDAY_9AM)
    assert "开场问候" in [script.title for script in found]


@pytest.mark.django_db
def test_what_is_known_is_filled_and_the_rest_waits_to_be_typed() -> None:
    centre = a_centre()
    contact = an_active_contact(centre)
    seen = queries.scripts_for(centre.first, contact, "kcyd", at=MONDAY_9AM)[0]
    assert seen.body == (
        f"您好，我是{centre.first.staff_no}号客服，已看到您咨询的{{业务名称}}，我来帮您核实。"
    )
    greeting = queries.scripts_for(centre.first, contact, "kc", at=MONDAY_9AM)[0]
    assert "客服中心" in greeting.body


@pytest.mark.django_db
def test_scripts_of_the_telephone_stay_off_the_web() -> None:
    centre = a_centre()
    contact = an_active_contact(centre)
    assert queries.scripts_for(centre.first, contact, "lj", at=MONDAY_9AM) == []
    contact.channel = "voice"
    assert [
        s.shortcut for s in queries.scripts_for(centre.first, contact, "lj", at=MONDAY_9AM)
    ] == ["lj"]


@pytest.mark.django_db
def test_another_institutions_scripts_are_not_offered() -> None:
    centre, other = a_centre(), a_centre("insurer")
    theirs = Script.objects.filter(institution=other.institution, code="opening-greeting")
    assert theirs.update(shortcut="zzz") == 1
    contact = an_active_contact(centre)
    assert queries.scripts_for(centre.first, contact, "zzz", at=MONDAY_9AM) == []
