"""The areas under which articles are filed are the editors' own, from the first one on."""

from __future__ import annotations

import json

import pytest

from shouwen.ground.kernel.errors import Invalid, NotAllowed, NotThere
from shouwen.ground.vault.models import AuditRow
from shouwen.people.staff.tests import factories as staff
from shouwen.people.staff.tests.factories import signed_in
from shouwen.service.knowledge import actions, queries
from shouwen.service.knowledge.actions import Area
from shouwen.service.knowledge.models import Category
from shouwen.service.knowledge.tests.factories import MONDAY_9AM, House

PAGE = "/knowledge/areas/"
OVERSEAS = Area("overseas", "境外用卡", "Use abroad")


def codes(house: House) -> list[str]:
    """Give the codes of the house's areas."""
    return [area.code for area in queries.categories_of(house.writer)]


def test_an_editor_adds_and_renames_areas_and_the_trail_has_both_names(house: House) -> None:
    before = codes(house)
    actions.add_area(OVERSEAS, actor=house.writer, at=MONDAY_9AM)
    assert set(codes(house)) == {*before, "overseas"}
    actions.rename_area(Area("overseas", "境外", "Abroad"), actor=house.writer, at=MONDAY_9AM)
    actions.rename_area(Area("overseas", "境外", "Abroad"), actor=house.writer, at=MONDAY_9AM)
    row = AuditRow.objects.get(act="knowledge.area_renamed")
    assert json.loads(row.detail) == {
        "code": "overseas",
        "name_en.after": "Abroad",
        "name_en.before": "Use abroad",
        "name_zh.after": "境外",
        "name_zh.before": "境外用卡",
    }


@pytest.mark.parametrize(
    ("area", "field"),
    [
        (Area("", "境外", ""), "code"),
        (Area("Overseas Use", "境外", ""), "code"),
        (Area("x" * 61, "境外", ""), "code"),
        (Area("overseas", " ", ""), "name_zh"),
        (Area("overseas", "长" * 61, ""), "name_zh"),
        (Area("overseas", "境外", "x" * 81), "name_en"),
    ],
)
def test_a_wrong_entry_is_named_and_nothing_is_added(house: House, area: Area, field: str) -> None:
    before = codes(house)
    with pytest.raises(Invalid) as caught:
        actions.add_area(area, actor=house.writer, at=MONDAY_9AM)
    assert set(caught.value.fields) == {field}
    assert codes(house) == before


def test_a_code_names_one_area_and_only_at_home(house: House) -> None:
    actions.add_area(OVERSEAS, actor=house.writer, at=MONDAY_9AM)
    with pytest.raises(actions.AreaKnownAlready):
        actions.add_area(OVERSEAS, actor=house.writer, at=MONDAY_9AM)
    other = staff.a_person(staff.a_unit(staff.an_institution("other")), "editor")
    with pytest.raises(NotThere):
        actions.rename_area(OVERSEAS, actor=staff.acting(other), at=MONDAY_9AM)
    actions.add_area(OVERSEAS, actor=staff.acting(other), at=MONDAY_9AM)
    assert Category.objects.filter(code="overseas").count() == 2
    with pytest.raises(NotAllowed):
        actions.add_area(OVERSEAS, actor=house.boss, at=MONDAY_9AM)


def test_the_page_adds_renames_and_says_what_is_wrong(house: House) -> None:
    editor = signed_in(house.editor)
    said = {"code": "overseas", "name_zh": "境外用卡", "name_en": "Use abroad"}
    wrong = editor.post(f"{PAGE}add/", {**said, "code": "A B"})
    assert wrong.status_code == 422
    assert 'value="境外用卡"' in wrong.content.decode(), "what was typed stays"
    editor.post(f"{PAGE}add/", said)
    assert editor.post(f"{PAGE}add/", said).status_code == 409
    assert editor.post(f"{PAGE}rename/", {**said, "name_zh": ""}).status_code == 422
    editor.post(f"{PAGE}rename/", {**said, "name_zh": "境外"})
    assert 'value="境外"' in editor.get(PAGE).content.decode()
    assert "overseas" in editor.get("/knowledge/new/").content.decode()
    agent = signed_in(house.agent)
    assert agent.get(PAGE).status_code == 403
    assert PAGE not in agent.get("/knowledge/").content.decode()
