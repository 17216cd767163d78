"""Rules change by two persons, from a day on, and everybody can see what that means."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from shouwen.front.console import actions
from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import Invalid, NotAllowed, NotThere
from shouwen.ground.policy import defaults, queries
from shouwen.ground.policy.actions import LawCannotBeSet
from shouwen.ground.policy.clocks import Facts
from shouwen.people.approvals import actions as approvals
from shouwen.people.approvals.models import Approval
from shouwen.people.staff.models import Person, Unit
from shouwen.people.staff.tests import factories as staff

NOW = staff.MONDAY_9AM
CLAUSE = "HB-1.2-04"
EVENT = "consult.first_response"


@pytest.fixture
def centre(db: None) -> Unit:
    """The top unit of one institution that uses every pack."""
    made = staff.a_unit(staff.an_institution())
    founder, other = staff.FOUNDER, staff.acting(staff.a_person(made, "lead"))
    defaults.adopt_as_insurer(made.institution.pk, actor=founder, approver=other, at=NOW)
    return made


@pytest.fixture
def risk(centre: Unit) -> Person:
    """A risk officer, who asks."""
    return staff.a_person(centre, "risk")


@pytest.fixture
def second(centre: Unit) -> Person:
    """Another one, who decides."""
    return staff.a_person(centre, "risk")


def ask(person: Person, clause: str = CLAUSE, mode: str = "HARD", **options: object) -> Approval:
    """Ask for a change of a clause, now and at once unless told otherwise."""
    said = {"limit": "", "from_day": None, "reason": "试行一季度", "at": NOW, **options}
    return actions.ask_clause(clause, mode, actor=staff.acting(person), **said)  # type: ignore[arg-type]  # named as the action names them


def counts(centre: Unit, at: object = NOW) -> str:
    """Name the clause that counts for an enquiry that begins at a moment."""
    found = queries.preview(centre.institution.pk, EVENT, at, Facts("consult"))  # type: ignore[arg-type]  # a moment
    assert found.chosen is not None
    return found.chosen.clause


def test_a_clause_counts_when_a_second_person_has_approved(
    centre: Unit, risk: Person, second: Person
) -> None:
    before = counts(centre)
    approval = ask(risk)
    assert counts(centre) == before != CLAUSE
    with pytest.raises(approvals.OwnRequest):
        approvals.approve(approval, "同意", actor=staff.acting(risk), at=NOW)
    approvals.approve(approval, "同意", actor=staff.acting(second), at=NOW)
    assert counts(centre) == CLAUSE
    assert counts(centre, NOW - timedelta(seconds=1)) == before, "nothing counts backwards"


def test_a_change_counts_from_its_day_and_never_from_one_that_has_passed(
    centre: Unit, risk: Person, second: Person
) -> None:
    tomorrow = NOW + timedelta(days=1)
    approval = ask(risk, from_day=tomorrow.date())
    approvals.approve(approval, "同意", actor=staff.acting(second), at=NOW)
    assert counts(centre) != CLAUSE
    assert counts(centre, tomorrow) == CLAUSE
    late = ask(risk, mode="TARGET", from_day=tomorrow.date())
    decided = NOW + timedelta(days=2)
    approvals.approve(late, "同意", actor=staff.acting(second), at=decided)
    assert counts(centre, decided - timedelta(seconds=1)) == CLAUSE
    assert counts(centre, decided) != CLAUSE
    with pytest.raises(Invalid) as wrong:
        ask(risk, from_day=(NOW - timedelta(days=1)).date())
    assert "from" in wrong.value.fields


@pytest.mark.parametrize("outcome", ["decline", "withdraw", "expire"])
def test_what_is_not_approved_changes_nothing(
    centre: Unit, risk: Person, second: Person, outcome: str
) -> None:
    before, approval = counts(centre), ask(risk)
    later = NOW + timedelta(days=8)
    if outcome == "decline":
        approvals.decline(approval, "再议", actor=staff.acting(second), at=NOW)
    elif outcome == "withdraw":
        approvals.withdraw(approval, actor=staff.acting(risk), at=NOW)
    else:
        assert approvals.expire_due(later) == 1
    assert counts(centre, later) == before
    ask(risk, at=later)


def test_one_change_of_a_clause_waits_at_a_time(risk: Person, second: Person) -> None:
    ask(risk)
    with pytest.raises(actions.ChangeWaits):
        ask(second, mode="OFF")
    ask(second, "HB-1.2-05", "HARD")


def test_what_would_change_nothing_is_refused(risk: Person) -> None:
    with pytest.raises(Invalid, match=r".*") as wrong:
        ask(risk, "HB-1.3-01", "HARD")
    assert "mode" in wrong.value.fields


@pytest.mark.parametrize("role", ["agent", "lead", "auditor", "inspector"])
def test_only_who_keeps_the_rules_asks(centre: Unit, role: str) -> None:
    with pytest.raises(NotAllowed):
        ask(staff.a_person(centre, role))


def test_the_law_stays(centre: Unit, risk: Person) -> None:
    page = queries.clause_rows(centre.institution.pk, NOW, pack="CBIRC-2020-3")
    floor = next(row.clause for row in page if row.mode == "hard")
    with pytest.raises(LawCannotBeSet):
        ask(risk, floor, "OFF")
    with pytest.raises(LawCannotBeSet):
        actions.ask_packs(["CG"], [], from_day=None, reason="x", actor=staff.acting(risk), at=NOW)
    with pytest.raises(NotThere):
        ask(risk, "HB-99")


def test_packs_are_chosen_by_two_persons_and_the_days_differ_by_them(
    centre: Unit, risk: Person, second: Person
) -> None:
    home, actor = centre.institution.pk, staff.acting(risk)
    every = [one.code for one in queries.overview(home, NOW)]
    day = NOW + timedelta(days=3)
    approval = actions.ask_packs(
        [code for code in every if code not in ("HB", "SN")],
        ["SN"],
        from_day=day.date(),
        reason="手册停用",
        actor=actor,
        at=NOW,
    )
    with pytest.raises(actions.ChangeWaits):
        actions.ask_packs([*every[:-1]], [], from_day=None, reason="x", actor=actor, at=NOW)
    approvals.approve(approval, "同意", actor=staff.acting(second), at=NOW)
    extents = {one.code: one.extent for one in queries.overview(home, day)}
    assert (extents["HB"], extents["SN"], extents["CG"]) == ("NONE", "LISTED", "WHOLE")
    assert {one.extent for one in queries.overview(home, NOW)} == {"WHOLE"}
    gone = {row.pack for row in queries.differences(home, NOW, day)}
    assert gone == {"HB", "SN"}
    assert queries.differences(home, NOW, NOW) == []
    same = [code for code in every if code not in ("HB", "SN")]
    with pytest.raises(Invalid):
        actions.ask_packs(same, ["SN"], from_day=None, reason="x", actor=actor, at=day)


def test_the_effect_is_shown_before_anything_is_asked(centre: Unit) -> None:
    home = centre.institution.pk
    [effect] = queries.effects(home, CLAUSE, "HARD", "", NOW)
    assert effect.event == EVENT
    assert effect.is_changed
    assert effect.before is not None
    assert effect.after is not None
    assert (effect.after.clause, effect.after.due_at) == (CLAUSE, NOW + timedelta(seconds=30))
    assert effect.before.due_at > effect.after.due_at  # type: ignore[operator]  # both run
    assert counts(centre) == effect.before.clause, "nothing was stored"


def test_the_pages_carry_a_change_from_asking_to_its_record(
    centre: Unit, risk: Person, second: Person, client: Client
) -> None:
    client.force_login(risk)
    page = f"/console/rules/of/{CLAUSE}/"
    with time.frozen(NOW):
        assert 'hx-get="/console/rules/of/HB-1.2-04/effect/"' in client.get(page).content.decode()
        looked = client.get(f"{page}effect/?mode=HARD").content.decode()
        assert "30秒" in looked.replace(" ", "")
        wrong = client.post(f"{page}ask/", {"mode": "HARD", "from": "soon", "reason": "x"})
        assert wrong.status_code == 422
        assert "日期请写成" in wrong.content.decode()
        bare = client.post(f"{page}ask/", {"mode": "HARD", "reason": " "})
        assert bare.status_code == 422
        answer = client.post(f"{page}ask/", {"mode": "HARD", "reason": "试行"}, follow=True)
        assert "同事批准后生效" in answer.content.decode()
        again = client.post(f"{page}ask/", {"mode": "OFF", "reason": "试行"})
        assert again.status_code == 409
        approval = Approval.objects.get(kind=actions.CLAUSE)
        approvals.approve(approval, "同意", actor=staff.acting(second), at=NOW)
        changes = client.get("/console/rules/changes/").content.decode()
        days = client.get("/console/rules/compare/?from=2025-01-01").content.decode()
        nothing = client.get("/console/rules/of/HB-99/")
    assert CLAUSE in changes
    assert "试行" in changes
    assert risk.name in changes
    assert CLAUSE in days
    assert nothing.status_code == 404


def test_a_lead_reads_a_clause_and_cannot_ask(centre: Unit, client: Client) -> None:
    client.force_login(staff.a_person(centre, "lead"))
    shown = client.get(f"/console/rules/of/{CLAUSE}/")
    assert shown.status_code == 200
    assert "/ask/" not in shown.content.decode()
    assert client.get("/console/rules/packs/").status_code == 403


def test_the_page_of_packs_says_what_is_wrong(risk: Person, client: Client) -> None:
    client.force_login(risk)
    page = "/console/rules/packs/"
    assert client.get(page).status_code == 200
    dropped = client.post(page, {"pack-CG": "WHOLE", "reason": "x"})
    assert dropped.status_code == 422
    form = {"pack-CBIRC-2020-3": "WHOLE", "pack-CG": "WHOLE", "pack-XX": "WHOLE", "reason": "x"}
    assert client.post(page, form).status_code == 422
    right = client.post(page, {"pack-CBIRC-2020-3": "WHOLE", "pack-CG": "LISTED", "reason": "精简"})
    assert right.status_code == 302
    assert Approval.objects.get(kind=actions.PACKS).words
