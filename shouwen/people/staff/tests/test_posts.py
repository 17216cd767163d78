"""The duty list: versions by their day, who holds a post, who sees and changes which."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from shouwen.ground.kernel import time
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, NotAllowed, NotThere
from shouwen.ground.vault.models import AuditRow
from shouwen.people.staff import actions, queries
from shouwen.people.staff.actions import Duties
from shouwen.people.staff.models import Person, Post, PostHolding, PostVersion, Unit
from shouwen.people.staff.rules.posts import in_force, to_come
from shouwen.people.staff.tests.factories import (
    FOUNDER,
    MONDAY_9AM,
    a_person,
    a_unit,
    acting,
    an_institution,
)

TODAY = date(2026, 6, 15)
DAY = timedelta(days=1)
DUTIES = Duties(
    name_zh="在线坐席",
    name_en="Online agent",
    authority="可办理查询",
    obligations="首问负责\n如实记录",
    connect_percent=Decimal("99.5"),
    resolution_percent=Decimal(90),
    effective_from=TODAY,
)


@dataclass
class House:
    """An institution with a unit, who sets it up, and who works there."""

    unit: Unit
    admin: Actor
    agent: Person

    def post(self, **other: Any) -> Post:
        """Put a post on the list."""
        return actions.add_post(
            self.unit.institution, replace(DUTIES, **other), actor=self.admin, at=MONDAY_9AM
        )


@pytest.fixture
def house(db: None) -> House:
    """One bank."""
    unit = a_unit(an_institution())
    return House(unit, acting(a_person(unit, "admin")), a_person(unit, "agent"))


days = st.dates(date(2026, 1, 1), date(2026, 12, 31))
lists = st.lists(days, max_size=6).map(lambda firsts: list(enumerate(firsts, start=1)))


@given(lists, days)
def test_the_version_in_force_has_begun_and_no_later_written_one_has(
    versions: list[tuple[int, date]], day: date
) -> None:
    found = in_force(versions, day)
    begun = {number for number, first in versions if first <= day}
    assert (found in begun) if begun else found is None
    assert all(number <= (found or 0) for number in begun)


@given(lists, days, days)
def test_a_later_day_never_brings_an_earlier_version_back(
    versions: list[tuple[int, date]], one: date, other: date
) -> None:
    early, late = sorted((one, other))
    assert (in_force(versions, early) or 0) <= (in_force(versions, late) or 0)


@given(lists, days)
def test_what_is_to_come_is_in_force_on_its_first_day(
    versions: list[tuple[int, date]], day: date
) -> None:
    coming = to_come(versions, day)
    if coming is None:
        ahead = [first for number, first in versions if first > day]
        assert all(in_force(versions, first) == in_force(versions, day) for first in ahead)
    else:
        first = dict(versions)[coming]
        assert first > day
        assert in_force(versions, first) == coming
        assert in_force(versions, first - DAY) == in_force(versions, day)


def test_a_version_counts_from_its_day_on_and_the_trail_says_what_changed(house: House) -> None:
    post = house.post()
    later = replace(
        DUTIES, obligations="首问负责", reply_percent=Decimal(85), effective_from=TODAY + 7 * DAY
    )
    actions.change_post(post, later, seen=1, actor=house.admin, at=MONDAY_9AM)
    seen = []
    for day in (0, 6, 7):
        view = queries.post_view(
            house.admin, queries.post_for(house.admin, post.public_id), MONDAY_9AM + day * DAY
        )
        assert view.line.version is not None
        seen.append((view.line.version.number, view.line.ahead and view.line.ahead.number))
    assert seen == [(1, 2), (1, 2), (2, None)]
    row = AuditRow.objects.get(act="post.changed")
    assert '"obligations.before":"首问负责 如实记录"' in row.detail
    assert '"obligations.after":"首问负责"' in row.detail
    assert '"reply_percent.after":"85","reply_percent.before":null' in row.detail
    assert "authority" not in row.detail


def test_the_same_again_is_no_version_and_an_outdated_screen_writes_none(house: House) -> None:
    post = house.post()
    actions.change_post(post, DUTIES, seen=1, actor=house.admin, at=MONDAY_9AM)
    other = replace(DUTIES, authority="可办理查询和挂失")
    actions.change_post(post, other, seen=1, actor=house.admin, at=MONDAY_9AM)
    with pytest.raises(actions.PostChanged):
        actions.change_post(post, DUTIES, seen=1, actor=house.admin, at=MONDAY_9AM)
    assert list(PostVersion.objects.order_by("number").values_list("number", flat=True)) == [1, 2]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name_zh", " "),
        ("name_zh", "岗" * 61),
        ("name_en", "a\x00b"),
        ("authority", "\n \n"),
        ("obligations", "一" * 2001),
        ("obligations", "a\x00b"),
        ("connect_percent", Decimal("100.1")),
        ("reply_percent", Decimal("-1")),
        ("resolution_percent", Decimal("90.55")),
        ("resolution_percent", Decimal("NaN")),
        ("connect_percent", Decimal("Infinity")),
    ],
)
def test_a_wrong_field_is_named(house: House, field: str, value: object) -> None:
    with pytest.raises(Invalid) as wrong:
        house.post(**{field: value})
    assert list(wrong.value.fields) == [field]
    assert not Post.objects.exists()


def test_a_change_does_not_reach_back(house: House) -> None:
    post = house.post()
    early = replace(DUTIES, authority="可办理挂失", effective_from=TODAY - DAY)
    with pytest.raises(Invalid) as wrong:
        actions.change_post(post, early, seen=1, actor=house.admin, at=MONDAY_9AM)
    assert list(wrong.value.fields) == ["effective_from"]


def test_a_person_holds_one_post_and_sees_its_duties(house: House) -> None:
    first, second = house.post(), house.post(name_zh="班组长")
    for post in (first, first, second):
        actions.give_post(house.agent, post, actor=house.admin, at=MONDAY_9AM)
    with time.frozen(MONDAY_9AM):
        own = queries.own_post(acting(house.agent), MONDAY_9AM)
    assert own is not None
    assert own.line.shown.name_zh == "班组长"
    assert PostHolding.objects.count() == 2
    assert AuditRow.objects.filter(act="person.post_set").count() == 2
    actions.give_post(house.agent, None, actor=house.admin, at=MONDAY_9AM)
    assert queries.own_post(acting(house.agent), MONDAY_9AM) is None
    with pytest.raises(IntegrityError), transaction.atomic():
        for post in (first, second):
            PostHolding.objects.create(person=house.agent, post=post, since=MONDAY_9AM)


def test_a_post_that_is_held_is_not_closed_and_a_closed_one_is_not_given(house: House) -> None:
    post = house.post()
    actions.give_post(house.agent, post, actor=house.admin, at=MONDAY_9AM)
    with pytest.raises(actions.PostStillHeld):
        actions.close_post(post, actor=house.admin, at=MONDAY_9AM)
    actions.give_post(house.agent, None, actor=house.admin, at=MONDAY_9AM)
    actions.close_post(post, actor=house.admin, at=MONDAY_9AM)
    for act in (
        lambda: actions.close_post(post, actor=house.admin, at=MONDAY_9AM),
        lambda: actions.give_post(house.agent, post, actor=house.admin, at=MONDAY_9AM),
        lambda: actions.change_post(post, DUTIES, seen=1, actor=house.admin, at=MONDAY_9AM),
    ):
        with pytest.raises(actions.PostIsClosed):
            act()
    for _time in range(2):
        actions.reopen_post(post, actor=house.admin, at=MONDAY_9AM)
    assert AuditRow.objects.filter(act="post.reopened").count() == 1


def test_nobody_sees_or_changes_the_posts_of_another_institution_or_unit(house: House) -> None:
    post = house.post()
    other = a_unit(an_institution("insurer"))
    stranger, theirs = acting(a_person(other, "admin")), a_person(other, "agent")
    branch = a_unit(house.unit.institution, "分行")
    narrow = acting(a_person(branch, "admin", over=branch))
    of_unit = actions.add_post(
        house.unit.institution, DUTIES, unit=house.unit, actor=FOUNDER, at=MONDAY_9AM
    )
    assert queries.posts_page(stranger, MONDAY_9AM).lines == []
    # What belongs to no unit belongs to all, to read.
    assert [line.post for line in queries.posts_page(narrow, MONDAY_9AM).lines] == [post]
    for actor, found in ((stranger, post), (narrow, of_unit)):
        with pytest.raises(NotThere):
            queries.post_for(actor, found.public_id)
        with pytest.raises(NotThere):
            actions.change_post(found, DUTIES, seen=1, actor=actor, at=MONDAY_9AM)
    with pytest.raises(NotAllowed):
        actions.change_post(post, DUTIES, seen=1, actor=narrow, at=MONDAY_9AM)
    with pytest.raises(NotThere):
        actions.give_post(theirs, post, actor=stranger, at=MONDAY_9AM)
    with pytest.raises(NotAllowed):
        actions.add_post(house.unit.institution, DUTIES, actor=acting(house.agent), at=MONDAY_9AM)
    with pytest.raises(NotAllowed):
        queries.posts_page(acting(house.agent), MONDAY_9AM)


def test_the_list_costs_the_same_for_any_length_and_goes_on_by_a_cursor(
    house: House, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(51):
        house.post(name_zh=f"岗位{number}")
    with django_assert_num_queries(2):
        page = queries.posts_page(house.admin, MONDAY_9AM)
    rest = queries.posts_page(house.admin, MONDAY_9AM, after=page.next)
    assert [len(page.lines), len(rest.lines), rest.next] == [50, 1, ""]
    with pytest.raises(Invalid):
        queries.posts_page(house.admin, MONDAY_9AM, after="post_\x00")


def test_programs_read_the_list_and_a_person_their_own_post(house: House, client: Client) -> None:
    post = house.post()
    actions.give_post(house.agent, post, actor=house.admin, at=MONDAY_9AM)
    headers = [
        {
            "Authorization": "Bearer "
            + actions.create_api_key(
                name="hr",
                role=role,
                person=person,
                institution=house.unit.institution,
                actor=FOUNDER,
                at=MONDAY_9AM,
            )[1]
        }
        for role, person in (("risk", None), ("agent", house.agent))
    ]
    with time.frozen(MONDAY_9AM):
        listed = client.get("/api/v1/posts", headers=headers[0]).json()
        full = client.get(f"/api/v1/posts/{post.public_id}", headers=headers[0]).json()
        own = client.get("/api/v1/posts/own", headers=headers[1]).json()
        nobody = client.get("/api/v1/posts/own", headers=headers[0]).json()
        refused = client.get("/api/v1/posts", headers=headers[1])
    assert (listed["items"], listed["next"]) == ([own["post"]], None)
    version = own["post"]["version"]
    assert version["obligations"] == ["首问负责", "如实记录"]
    assert (version["connect_percent"], version["reply_percent"]) == (99.5, None)
    assert [one["person"] for one in full["holders"]] == [house.agent.public_id]
    assert nobody == {"post": None, "since": None}
    assert refused.status_code == 403
