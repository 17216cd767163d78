"""Articles as programs decide about them: another person than the author, once, with a reason."""

from __future__ import annotations

from shouwen.ground.vault.models import AuditRow
from shouwen.service.knowledge import actions
from shouwen.service.knowledge.models import ArticleVersion, State
from shouwen.service.knowledge.tests.factories import House, a_draft, a_house, later, published
from shouwen.service.knowledge.tests.programs import ONCE, VERSIONS, Asks, program_of

REASON = "请写明收费依据"


def handed_in(house: House) -> ArticleVersion:
    """Give a version that waits for approval."""
    version = a_draft(house)
    actions.submit(version, actor=house.writer, at=later(minutes=1))
    return version


def where(version: ArticleVersion) -> str:
    """Give the address of a version."""
    return f"{VERSIONS}/{version.public_id}"


def test_another_person_approves_by_program_what_waits(house: House, reader: Asks) -> None:
    lead = program_of(house, "lead", house.lead)
    version = handed_in(house)
    waiting = lead("GET", f"{VERSIONS}?state=SUBMITTED").json()["items"]
    assert [one["id"] for one in waiting] == [version.public_id]
    step = {"revision": waiting[0]["revision"]}
    answers = [lead("POST", f"{where(version)}/approve", step, **ONCE) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    shown = answers[0].json()
    assert (shown["state"], shown["is_in_force"]) == ("PUBLISHED", True)
    assert (shown["approver"], shown["author"]) == (house.lead.name, house.editor.name)
    assert reader("GET", where(version)).status_code == 200, "readers see it at once"
    [row] = AuditRow.objects.filter(act="knowledge.approve")
    assert row.actor_ref == house.lead.public_id
    again = lead("POST", f"{where(version)}/approve", step)
    assert (again.status_code, again.json()["code"]) == (409, "nothing-open")


def test_what_is_sent_back_comes_again_reworded(house: House, lead: Asks, editor: Asks) -> None:
    version = handed_in(house)
    said = {"revision": version.revision, "reason": " "}
    assert lead("POST", f"{where(version)}/send-back", said).status_code == 422
    back = lead("POST", f"{where(version)}/send-back", {**said, "reason": REASON}).json()
    assert (back["state"], back["reason"], back["submitted_at"]) == ("DRAFT", REASON, None)
    step = {"revision": back["revision"]}
    again = editor("POST", f"{where(version)}/submit", step).json()
    assert again["state"] == "SUBMITTED"


def test_who_wrote_it_does_not_decide_by_a_program_either(house: House) -> None:
    both = house.acting(house.both)
    version = actions.draft_article(a_wording(house), actor=both, at=later(minutes=1))
    actions.submit(version, actor=both, at=later(minutes=2))
    own = program_of(house, "lead", house.both)
    step = {"revision": version.revision}
    for act, more in (("approve", {}), ("send-back", {"reason": REASON})):
        answer = own("POST", f"{where(version)}/{act}", {**step, **more})
        assert (answer.status_code, answer.json()["code"]) == (403, "same-person")
    version.refresh_from_db()
    assert version.state == State.SUBMITTED


def a_wording(house: House) -> actions.Wording:
    """Give the wording of another article."""
    draft = a_draft(house, title="境外取现")
    return actions.Wording(
        title="境外退税",
        topic=draft.topic,
        category="card",
        body="境外退税以当地规定为准。",
        review_on=draft.review_on,
    )


def test_who_may_not_decide_on_the_page_does_not_here_and_a_key_of_nobody_neither(
    house: House, editor: Asks, reader: Asks
) -> None:
    version = handed_in(house)
    nobody = program_of(house, "lead", None)
    step = {"revision": version.revision}
    for ask in (editor, nobody):
        assert ask("POST", f"{where(version)}/approve", step).status_code == 403
    assert reader("POST", f"{where(version)}/approve", step).status_code in (403, 404)
    theirs = handed_in(a_house("insurer"))
    lead = program_of(house, "lead", house.lead)
    assert lead("POST", f"{where(theirs)}/approve", step).status_code == 404
    stale = lead("POST", f"{where(version)}/approve", {"revision": 0})
    assert (stale.status_code, stale.json()["code"]) == (409, "changed-meanwhile")
    version.refresh_from_db()
    assert version.state == State.SUBMITTED


def test_an_approved_version_is_looked_at_again(house: House, lead: Asks) -> None:
    version = published(house)
    said = {"revision": version.revision, "review_on": "2026-06-15"}
    wrong = lead("POST", f"{where(version)}/review", said)
    assert [one["field"] for one in wrong.json()["errors"]] == ["review_on"]
    held = lead("POST", f"{where(version)}/review", {**said, "review_on": "2027-06-15"}).json()
    assert (held["state"], held["review_on"]) == ("PUBLISHED", "2027-06-15")
