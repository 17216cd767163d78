"""Views of the ledger that people keep."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shouwen.ground.kernel.errors import Invalid, NotAllowed, NotThere
from shouwen.ground.vault.models import AuditRow
from shouwen.people.staff import actions as staff_actions
from shouwen.people.staff.models import Person
from shouwen.people.staff.tests import factories as staff
from shouwen.people.staff.tests.factories import signed_in
from shouwen.service.cases import actions, queries
from shouwen.service.cases.models import Case, Category, SavedView
from shouwen.service.cases.queries import Filters, View
from shouwen.service.cases.queries.scope import Sort
from shouwen.service.cases.tests.factories import (
    FOUNDER,
    MONDAY_9AM,
    Bank,
    a_bank,
    a_case,
    a_case_in,
    later,
)
from shouwen.service.cases.tests.test_api import Program
from shouwen.service.cases.tests.test_ledger import listed
from shouwen.service.cases.tests.test_racing import at_once

URGENT = Filters(view=View.OPEN, urgency="URGENT", sort=Sort.OLDEST)
AT = later(hours=1)


def seen(bank: Bank, person: Person) -> list[str]:
    return [row.saved.name for row in queries.views_of(bank.acting(person))]


def test_a_view_is_ones_own_until_it_is_shared(bank: Bank) -> None:
    mine = actions.save_view("急件", URGENT, actor=bank.me, at=AT)
    assert seen(bank, bank.agent) == ["急件"]
    assert seen(bank, bank.colleague) == []
    actions.change_view(mine, unit=bank.cards, shared=True, actor=bank.me, at=AT)
    assert seen(bank, bank.colleague) == ["急件"]
    assert seen(bank, bank.outsider) == []
    assert queries.views_of(bank.key) == []
    [row] = queries.views_of(bank.acting(bank.colleague))
    assert (row.is_own, row.may_change) == (False, False)
    assert row.filters == URGENT
    rows = AuditRow.objects.filter(act="view.changed")
    assert '"before"' in rows.get().detail


def test_units_below_see_what_the_unit_above_shares(bank: Bank) -> None:
    below = staff.a_unit(bank.institution, "争议一组", parent=bank.cards)
    person = staff.a_person(below, "agent", over=below)
    actions.save_view("全组急件", URGENT, unit=bank.cards, actor=bank.boss, at=AT)
    assert seen(bank, person) == ["全组急件"]
    actions.save_view("一组", URGENT, unit=below, actor=bank.boss, at=AT)
    assert seen(bank, bank.agent) == ["全组急件"]


def test_who_may_change_and_remove(bank: Bank) -> None:
    shared = actions.save_view("急件", URGENT, unit=bank.cards, actor=bank.me, at=AT)
    own = actions.save_view("自用", URGENT, actor=bank.me, at=AT)
    other = a_bank("insurer")
    for view in (shared, own):
        for stranger, refused in (
            (bank.acting(bank.colleague), NotAllowed),
            (bank.acting(bank.outsider), NotAllowed),
            (bank.key, NotAllowed),
            (other.boss, NotThere),
        ):
            with pytest.raises(refused):
                actions.change_view(view, name="x", actor=stranger, at=AT)
            with pytest.raises(refused):
                actions.remove_view(view, actor=stranger, at=AT)
    with pytest.raises(NotAllowed):
        actions.remove_view(own, actor=bank.boss, at=AT)
    with pytest.raises(Invalid):
        actions.change_view(shared, shared=False, actor=bank.boss, at=AT)
    actions.remove_view(shared, actor=bank.boss, at=AT)
    with pytest.raises(NotThere):
        actions.change_view(shared, name="x", actor=bank.boss, at=AT)
    assert AuditRow.objects.filter(act="view.removed").count() == 1


def test_what_is_refused(bank: Bank) -> None:
    actions.save_view("急件", URGENT, actor=bank.me, at=AT)
    with pytest.raises(actions.ViewNameTaken):
        actions.save_view(" 急件 ", URGENT, actor=bank.me, at=AT)
    for name in ("", "  ", "长" * 25, "a\x00b"):
        with pytest.raises(Invalid):
            actions.save_view(name, URGENT, actor=bank.me, at=AT)
    for unit in (bank.loans, a_bank("insurer").cards):
        with pytest.raises(Invalid):
            actions.save_view("他组", URGENT, unit=unit, actor=bank.me, at=AT)
    for nobody in (bank.key, bank.acting(bank.admin), bank.caller):
        with pytest.raises(NotAllowed):
            actions.save_view("急件二", URGENT, actor=nobody, at=AT)
    other = actions.save_view("另一", URGENT, actor=bank.me, at=AT)
    with pytest.raises(actions.ViewNameTaken):
        actions.change_view(other, name="急件", actor=bank.me, at=AT)


def test_a_search_that_is_kept_holds_no_number(bank: Bank) -> None:
    kept = actions.save_view("查", Filters(q="卡号13812345678"), actor=bank.me, at=AT)
    assert "13812345678" not in str(kept.filters)


@pytest.mark.django_db(transaction=True)
def test_many_presses_pass_no_limit() -> None:
    bank = a_bank()
    for number in range(27):
        actions.save_view(f"视图{number}", URGENT, actor=bank.me, at=AT)
    names = [f"同时{number}" for number in range(20)]

    def press() -> object:
        try:
            actions.save_view(names.pop(), URGENT, actor=bank.me, at=AT)
        except Invalid:
            return False
        return True

    assert sorted(map(bool, at_once(press))) == [False, True, True, True]
    assert SavedView.objects.count() == 30


def test_a_view_says_which_of_its_filters_no_longer_fit(bank: Bank) -> None:
    filters = Filters(category=bank.frozen.code, handler=bank.colleague.public_id)
    kept = actions.save_view("冻结", filters, actor=bank.me, at=AT)
    home = bank.institution.pk
    assert queries.what_no_longer_fits(home, kept.filters) == []
    Category.objects.filter(pk=bank.frozen.pk).update(is_active=False)
    staff_actions.disable_person(bank.colleague, actor=FOUNDER, at=AT)
    assert len(queries.what_no_longer_fits(home, kept.filters)) == 2
    SavedView.objects.filter(pk=kept.pk).update(filters={"view": "gone", "sort": "up"})
    kept.refresh_from_db()
    assert len(queries.what_no_longer_fits(home, kept.filters)) == 1
    client = signed_in(bank.agent)
    [row] = queries.views_of(bank.me)
    assert row.filters == Filters(view=View.OPEN)
    page = client.get("/cases/", {"saved": kept.public_id}).content.decode()
    assert "已不适用" in page


def test_the_ledger_goes_by_age_or_by_clock(bank: Bank) -> None:
    cases = [a_case(bank) for _ in range(3)]
    Case.objects.filter(pk=cases[1].pk).update(due_at=None)
    Case.objects.filter(pk=cases[0].pk).update(due_at=later(hours=9))
    Case.objects.filter(pk=cases[2].pk).update(due_at=later(hours=5))
    me = bank.me
    assert listed(me, sort="oldest") == cases
    assert listed(me, sort="newest") == cases[::-1]
    assert listed(me, sort="due") == [cases[2], cases[0]]
    for sort in ("oldest", "newest", "due"):
        whole = listed(me, sort=sort)
        first = queries.ledger(me, Filters(sort=sort, limit=1), at=MONDAY_9AM)
        second = queries.ledger(me, Filters(sort=sort, limit=1, after=first.next), at=MONDAY_9AM)
        assert [r.case for r in first.rows + second.rows] == whole[:2]
        back = Filters(sort=sort, limit=1, before=second.rows[0].case.public_id)
        assert [r.case for r in queries.ledger(me, back, at=MONDAY_9AM).rows] == whole[:1]
    assert listed(me, q=cases[0].title[:4], sort="oldest") == cases
    assert listed(me, q=cases[0].title[:4], sort="due") == cases[::-1]


def test_views_are_kept_changed_and_removed_on_the_page(bank: Bank) -> None:
    a_case_in("NEW", bank, urgency="URGENT")
    client = signed_in(bank.agent)
    asked = {"view": "open", "urgency": "URGENT", "sort": "oldest"}
    assert "/cases/views/new/?" in client.get("/cases/", asked).content.decode()
    assert "/cases/views/new/?" not in client.get("/cases/").content.decode()
    assert client.get("/cases/views/new/", asked).status_code == 200
    for wrong in ({"name": ""}, {"name": "急件", "unit": "unit_x"}, {"name": "长" * 25}):
        assert client.post("/cases/views/new/", {**asked, **wrong}).status_code == 422
    form = {**asked, "name": "急件", "unit": bank.cards.public_id, "idempotency_key": "v1"}
    for _ in range(2):
        kept = client.post("/cases/views/new/", form)
        assert kept.status_code == 200
    assert client.post("/cases/views/new/", {**form, "idempotency_key": "v2"}).status_code == 409
    view = SavedView.objects.get()
    assert view.filters == {"view": "open", "urgency": "URGENT", "sort": "oldest"}
    assert f"saved={view.public_id}" in kept["HX-Redirect"]
    path = f"/cases/views/{view.public_id}/"
    page = client.get(kept["HX-Redirect"]).content.decode()
    assert path in page
    assert client.get(path).status_code == 200
    colleague = signed_in(bank.colleague)
    assert path not in colleague.get(kept["HX-Redirect"]).content.decode()
    assert (colleague.get(path).status_code, colleague.post(path).status_code) == (403, 403)
    changed = {"view": "late", "name": "超时", "take": "yes"}
    assert client.post(path, changed).status_code == 200
    view.refresh_from_db()
    assert (view.name, view.unit, view.filters) == ("超时", None, {"view": "late"})
    assert client.post(f"{path}remove/").status_code == 200
    assert client.get(path).status_code == 404


def test_the_ledger_costs_the_same_for_any_number_of_views(bank: Bank) -> None:
    client, costs = signed_in(bank.agent), []
    for number in range(3):
        actions.save_view(f"视图{number}", URGENT, unit=bank.cards, actor=bank.me, at=AT)
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/cases/").status_code == 200
        costs.append(len([q for q in captured if "SAVEPOINT" not in q["sql"]]))
    # The first page also reads what is read once: policy, keys, session.
    assert costs[1] == costs[2]


def test_programs_keep_views_for_their_person(bank: Bank) -> None:
    agent = Program(bank, "agent", as_agent=True)
    headers = {"Authorization": f"Bearer {agent.key}"}

    def send(method: str, path: str = "", body: Any = None) -> Any:
        return agent.client.generic(
            method,
            f"/api/v1/case-views{path}",
            body if isinstance(body, str) else "",
            content_type="application/json",
            headers=headers,
        )

    body = '{"name": "急件", "filters": {"urgency": "URGENT", "sort": "due"}, "unit": ""}'
    made = send("POST", body=body)
    assert made.status_code == 201
    assert made.json()["filters"] == {"view": "open", "urgency": "URGENT", "sort": "due"}
    ref = made.json()["id"]
    assert send("POST", body=body).status_code == 409
    assert send("POST", body=body.replace("due", "up")).status_code == 422
    assert send("PUT", f"/{ref}", body.replace("急件", "加急")).json()["name"] == "加急"
    assert [view["name"] for view in send("GET").json()["items"]] == ["加急"]
    assert send("DELETE", f"/{ref}").status_code == 204
    assert send("DELETE", f"/{ref}").status_code == 404
    bare = Program(bank)
    bare_headers = {"Authorization": f"Bearer {bare.key}"}
    answer = bare.client.post(
        "/api/v1/case-views", body, content_type="application/json", headers=bare_headers
    )
    assert answer.status_code == 403
