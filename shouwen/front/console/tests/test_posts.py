"""The duty list on the system pages: written, followed by a version, given, and read by oneself."""

from __future__ import annotations

import pytest
from django.test import Client

from shouwen.people.staff.models import Person, Post, PostVersion, Unit
from shouwen.people.staff.tests import factories as staff

FORM = {
    "name_zh": "在线坐席",
    "authority": "可办理查询",
    "obligations": "首问负责\r\n如实记录",
    "connect_percent": "99.5",
    "effective_from": "2199-01-01",
}


@pytest.fixture
def agent(centre: Unit) -> Person:
    """Who holds the post."""
    return staff.a_person(centre, "agent")


def test_a_post_is_written_given_and_read_by_its_holder(admin: Client, agent: Person) -> None:
    own = staff.signed_in(agent)
    assert "尚未登记您的岗位" in own.get("/console/duties/").content.decode()
    made = admin.post("/console/system/posts/new/", FORM)
    post = Post.objects.get()
    assert made["Location"] == f"/console/system/posts/{post.public_id}/?done=added"
    person = f"/console/system/people/{agent.public_id}/"
    assert admin.post(f"{person}post/", {"post": post.public_id}).status_code == 302
    assert "在线坐席" in admin.get(person).content.decode()
    page = own.get("/console/duties/").content.decode()
    assert "如实记录" in page
    assert "99.5" in page
    for path in ("posts/", "posts/?view=closed", f"posts/{post.public_id}/", "posts/new/"):
        assert admin.get(f"/console/system/{path}").status_code == 200
        assert own.get(f"/console/system/{path}").status_code == 403


def test_another_version_is_written_from_the_one_on_the_screen(admin: Client) -> None:
    admin.post("/console/system/posts/new/", FORM)
    path = f"/console/system/posts/{Post.objects.get().public_id}/"
    form = {**FORM, "authority": "可办理挂失", "seen": "1"}
    assert admin.post(path, form).status_code == 302
    late = admin.post(path, {**form, "authority": "可办理解限"})
    assert late.status_code == 409
    # What was typed is still there.
    assert "可办理解限" in late.content.decode()
    assert PostVersion.objects.count() == 2


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name_zh", ""),
        ("connect_percent", "viel"),
        ("connect_percent", "1e9999999"),
        ("reply_percent", "nan"),
        ("resolution_percent", "101"),
        ("effective_from", "31.12."),
        ("effective_from", ""),
        ("unit", "unit_x"),
        ("authority", "a\x00b"),
    ],
)
def test_a_wrong_entry_is_named_and_nothing_is_written(
    admin: Client, field: str, value: str
) -> None:
    page = admin.post("/console/system/posts/new/", {**FORM, field: value})
    assert page.status_code == 422
    assert "sw-errmsg" in page.content.decode()
    assert not Post.objects.exists()


def test_what_is_read_by_others_is_not_theirs_to_change(centre: Unit, admin: Client) -> None:
    admin.post("/console/system/posts/new/", FORM)
    path = f"/console/system/posts/{Post.objects.get().public_id}/"
    auditor = staff.signed_in(staff.a_person(centre, "auditor"))
    assert "如实记录" in auditor.get(path).content.decode()
    assert auditor.post(path, {**FORM, "seen": "1"}).status_code == 403
    assert auditor.post(f"{path}close/").status_code == 403
    assert admin.post(f"{path}close/").status_code == 302
    assert admin.post(f"{path}close/").status_code == 409
    assert admin.post(f"{path}reopen/").status_code == 302
    assert admin.get("/console/system/posts/?after=post_x").status_code == 302
