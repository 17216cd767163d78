"""How a version lives: written by one, approved by another, in force for its time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from shouwen.ground.kernel.actor import Actor, ActorKind
from shouwen.ground.kernel.errors import Invalid, NotAllowed, NotThere
from shouwen.ground.vault.models import AuditRow
from shouwen.service.knowledge import actions, queries
from shouwen.service.knowledge.models import (
    KIND_OF,
    TOPICS_OF,
    ArticleVersion,
    MissingRequest,
    VersionTerm,
    Vote,
)
from shouwen.service.knowledge.rules import states
from shouwen.service.knowledge.rules.states import Act, State
from shouwen.service.knowledge.tests.factories import (
    FEE,
    MONDAY_9AM,
    House,
    a_draft,
    a_house,
    later,
    published,
)


def state_of(version: ArticleVersion) -> str:
    return ArticleVersion.objects.get(pk=version.pk).state


def test_there_are_four_classes_of_two_kinds_each() -> None:
    # OM-6.4-01, OM-6.4-02
    assert [kind.value for kind in TOPICS_OF] == ["BASIC", "OPERATION", "SERVICE", "COMPLIANCE"]
    assert {len(topics) for topics in TOPICS_OF.values()} == {2}
    assert len(KIND_OF) == 8


def test_an_article_is_written_approved_and_withdrawn(house: House) -> None:
    version = a_draft(house)
    assert (version.kind, version.number, version.state) == ("BASIC", 1, "DRAFT")
    actions.submit(version, actor=house.writer, at=later(minutes=1))
    actions.send_back(version, "补充白金卡", actor=house.boss, at=later(minutes=2))
    version.refresh_from_db()
    assert (version.state, version.reason) == ("DRAFT", "补充白金卡")
    actions.edit_draft(
        version, replace(FEE, title="年费减免（修订）"), actor=house.writer, at=later(minutes=3)
    )
    actions.submit(version, actor=house.writer, at=later(minutes=4))
    actions.approve(version, actor=house.boss, at=later(minutes=5))
    version.refresh_from_db()
    assert (version.state, version.valid_from) == ("PUBLISHED", later(minutes=5))
    assert version.approver == house.lead
    actions.review(version, date(2027, 1, 1), actor=house.boss, at=later(minutes=6))
    actions.retire(version, "改用新规则", actor=house.boss, at=later(days=1))
    version.refresh_from_db()
    assert (version.state, version.valid_until) == ("RETIRED", later(days=1))
    acts = AuditRow.objects.filter(act__startswith="knowledge.").order_by("pk")
    assert [act.removeprefix("knowledge.") for act in acts.values_list("act", flat=True)] == [
        *("categories_planted", "drafted", "submit", "send_back", "edit", "submit"),
        *("approve", "review", "retire"),
    ]


def _do(act: Act, version: ArticleVersion, house: House, at: datetime) -> None:
    doers: dict[Act, Callable[[], None]] = {
        Act.EDIT: lambda: actions.edit_draft(version, FEE, actor=house.writer, at=at),
        Act.SUBMIT: lambda: actions.submit(version, actor=house.writer, at=at),
        Act.APPROVE: lambda: actions.approve(version, actor=house.boss, at=at),
        Act.SEND_BACK: lambda: actions.send_back(version, "再改", actor=house.boss, at=at),
        Act.DISCARD: lambda: actions.discard(version, actor=house.writer, at=at),
        Act.REVIEW: lambda: actions.review(version, date(2027, 1, 1), actor=house.boss, at=at),
        Act.RETIRE: lambda: actions.retire(version, "过时", actor=house.boss, at=at),
    }
    doers[act]()


def _in_state(state: State, house: House) -> ArticleVersion:
    version = a_draft(house)
    way = {
        State.DRAFT: (),
        State.SUBMITTED: (Act.SUBMIT,),
        State.PUBLISHED: (Act.SUBMIT, Act.APPROVE),
        State.RETIRED: (Act.DISCARD,),
    }
    for act in way[state]:
        _do(act, version, house, MONDAY_9AM)
    return version


@pytest.mark.parametrize("act", Act)
@pytest.mark.parametrize("state", State)
def test_every_act_in_every_state(house: House, state: State, act: Act) -> None:
    version = _in_state(state, house)
    ends = states.after(state, act)
    if ends is None:
        with pytest.raises(actions.NothingOpen):
            _do(act, version, house, later(hours=1))
        assert state_of(version) == state.value
    else:
        _do(act, version, house, later(hours=1))
        assert state_of(version) == ends.value


def test_nobody_approves_what_they_wrote(house: House) -> None:
    both = house.acting(house.both)
    version = actions.draft_article(FEE, actor=both, at=MONDAY_9AM)
    actions.submit(version, actor=both, at=MONDAY_9AM)
    with pytest.raises(actions.SamePerson):
        actions.approve(version, actor=both, at=later(minutes=1))
    with pytest.raises(actions.SamePerson):
        actions.send_back(version, "再改", actor=both, at=later(minutes=1))
    # Nor does any code: the database says so too.
    with pytest.raises(IntegrityError), transaction.atomic():
        ArticleVersion.objects.filter(pk=version.pk).update(approver=house.both)
    actions.approve(version, actor=house.boss, at=later(minutes=2))
    with pytest.raises(actions.SamePerson):
        actions.review(version, date(2027, 1, 1), actor=both, at=later(minutes=3))


def test_a_draft_is_its_authors(house: House) -> None:
    version = a_draft(house)
    colleague = house.acting(house.colleague)
    with pytest.raises(actions.NotYourDraft):
        actions.edit_draft(version, FEE, actor=colleague, at=later(minutes=1))
    with pytest.raises(actions.NotYourDraft):
        actions.submit(version, actor=colleague, at=later(minutes=1))
    actions.discard(version, actor=colleague, at=later(minutes=2))
    assert state_of(version) == "RETIRED"


def test_only_those_with_the_right_and_only_people(house: House) -> None:
    version = a_draft(house)
    with pytest.raises(NotAllowed):
        actions.draft_article(FEE, actor=house.me, at=MONDAY_9AM)
    actions.submit(version, actor=house.writer, at=MONDAY_9AM)
    for actor in (house.me, house.writer):
        with pytest.raises(NotAllowed):
            actions.approve(version, actor=actor, at=MONDAY_9AM)
    key = Actor(ActorKind.KEY, "key_x", "x", house.institution.pk, frozenset({"lead", "editor"}))
    for by_program in (
        lambda: actions.approve(version, actor=key, at=MONDAY_9AM),
        lambda: actions.draft_article(FEE, actor=key, at=MONDAY_9AM),
        lambda: actions.ask_for_article("年费", actor=key, at=MONDAY_9AM),
    ):
        with pytest.raises(NotAllowed):
            by_program()


def test_another_institution_cannot_touch_it(house: House) -> None:
    other = a_house("insurer")
    version = a_draft(house)
    actions.submit(version, actor=house.writer, at=MONDAY_9AM)
    with pytest.raises(NotThere):
        actions.approve(version, actor=other.boss, at=MONDAY_9AM)
    live = published(house)
    with pytest.raises(NotThere):
        actions.vote(live, is_useful=True, actor=other.me, at=MONDAY_9AM)
    with pytest.raises(NotThere):
        actions.revise(live.article, FEE, actor=other.writer, at=MONDAY_9AM)
    with pytest.raises(NotThere):
        queries.sheet(other.writer, live.article.public_id, at=MONDAY_9AM)


def test_the_text_approved_is_the_text_that_was_read(house: House) -> None:
    version = a_draft(house)
    actions.submit(version, actor=house.writer, at=MONDAY_9AM)
    seen = version.revision
    stale = ArticleVersion.objects.get(pk=version.pk)
    actions.send_back(version, "再改", actor=house.boss, at=later(minutes=1))
    actions.edit_draft(version, replace(FEE, body="全免"), actor=house.writer, at=later(minutes=2))
    actions.submit(version, actor=house.writer, at=later(minutes=3))
    for old in (version, stale):
        with pytest.raises(actions.ChangedMeanwhile):
            actions.approve(old, seen=seen, actor=house.boss, at=later(minutes=4))
    assert state_of(version) == "SUBMITTED"


def test_one_draft_at_a_time(house: House) -> None:
    version = published(house)
    actions.revise(version.article, FEE, actor=house.writer, at=later(days=1))
    with pytest.raises(actions.ArticleHasDraft):
        actions.revise(version.article, FEE, actor=house.acting(house.colleague), at=later(days=1))
    assert version.article.versions.count() == 2


def test_a_new_version_takes_over_at_its_moment(house: House) -> None:
    first = published(house)
    ref = first.article.public_id
    second = actions.revise(
        first.article,
        replace(FEE, title="新规则", valid_from=later(days=10)),
        actor=house.writer,
        at=later(days=1),
    )
    actions.submit(second, actor=house.writer, at=later(days=1))
    actions.approve(second, actor=house.boss, at=later(days=2))

    def number(at: datetime) -> int:
        return queries.version_in_force(house.me, ref, at=at).number

    assert [number(later(days=d)) for d in (0, 9, 10, 30)] == [1, 1, 2, 2]
    assert number(later(days=10, seconds=-1)) == 1
    with pytest.raises(NotThere):
        queries.version_in_force(house.me, ref, at=later(seconds=-1))
    # A third that begins before the second replaces both from then on.
    third = actions.revise(first.article, FEE, actor=house.writer, at=later(days=3))
    actions.submit(third, actor=house.writer, at=later(days=3))
    actions.approve(third, actor=house.boss, at=later(days=5))
    assert [number(later(days=d)) for d in (0, 4, 5, 30)] == [1, 1, 3, 3]
    for day in (0, 4, 5, 10, 30):
        in_force = queries.published_as_of(house.me, later(days=day)).filter(article=first.article)
        assert in_force.count() == 1


def test_what_ended_is_no_longer_in_force_and_stays_readable(house: House) -> None:
    version = published(house, valid_until=later(days=3))
    ref = version.article.public_id
    assert [r.version for r in queries.find(house.me, queries.Asked(), at=later(days=2)).results]
    assert not queries.find(house.me, queries.Asked(), at=later(days=3)).results
    sheet = queries.sheet(house.me, ref, at=later(days=4))
    assert (sheet.shown, sheet.counts) == (version, None)
    with pytest.raises(actions.NothingOpen):
        actions.retire(version, "过时", actor=house.boss, at=later(days=4))
    with pytest.raises(actions.NothingOpen):
        actions.review(version, date(2027, 1, 1), actor=house.boss, at=later(days=4))
    with pytest.raises(actions.NotInForce):
        actions.vote(version, is_useful=True, actor=house.me, at=later(days=4))


def test_a_last_day_that_passed_while_waiting_is_not_approved(house: House) -> None:
    version = a_draft(house, valid_until=later(days=1))
    actions.submit(version, actor=house.writer, at=MONDAY_9AM)
    with pytest.raises(Invalid) as problem:
        actions.approve(version, actor=house.boss, at=later(days=2))
    assert set(problem.value.fields) == {"valid_until"}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "长" * 121}, "title"),
        ({"title": "坏\x00字"}, "title"),
        ({"body": ""}, "body"),
        ({"body": "长" * 20_001}, "body"),
        ({"topic": "GOSSIP"}, "topic"),
        ({"category": "nowhere"}, "category"),
        ({"keywords": "长" * 201}, "keywords"),
        ({"review_on": None}, "review_on"),
        ({"review_on": date(2026, 6, 15)}, "review_on"),
        ({"valid_until": later(days=-1)}, "valid_until"),
        ({"valid_from": later(days=5), "valid_until": later(days=5)}, "valid_until"),
    ],
)
def test_a_wrong_wording_names_its_field(house: House, wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as problem:
        a_draft(house, **wrong)
    assert set(problem.value.fields) == {field}
    assert not ArticleVersion.objects.exists()


def test_a_voice_counts_once_and_may_change(house: House) -> None:
    version = published(house)
    for useful in (True, True, False):
        actions.vote(version, is_useful=useful, actor=house.me, at=later(hours=1))
    actions.vote(version, is_useful=True, actor=house.boss, at=later(hours=1))
    version.refresh_from_db()
    assert (version.useful_count, version.useless_count) == (1, 1)
    assert Vote.objects.count() == 2
    sheet = queries.sheet(house.me, version.article.public_id, at=later(hours=2))
    assert sheet.vote is False


def test_drafts_are_for_those_who_write_and_approve(house: House) -> None:
    draft = a_draft(house)
    ref = draft.article.public_id
    assert not VersionTerm.objects.exists()
    assert queries.sheet(house.writer, ref, at=MONDAY_9AM).draft == draft
    assert queries.sheet(house.boss, ref, at=MONDAY_9AM).draft == draft
    with pytest.raises(NotThere):
        queries.sheet(house.me, ref, at=MONDAY_9AM)
    with pytest.raises(NotAllowed):
        queries.to_do(house.me, at=MONDAY_9AM)
    work = queries.to_do(house.writer, at=MONDAY_9AM)
    assert (work.drafts, work.submitted, work.to_review) == ([draft], [], [])


def test_what_is_due_for_review_is_listed_on_its_day(house: House) -> None:
    version = published(house, review_on=date(2026, 6, 20))
    assert queries.to_do(house.boss, at=later(days=4)).to_review == []
    assert queries.to_do(house.boss, at=later(days=5)).to_review == [version]


def test_a_missing_article_is_asked_for_written_and_answered(house: House) -> None:
    request = actions.ask_for_article(
        "境外取现手续费", "客户13800001234来电询问", actor=house.me, at=MONDAY_9AM
    )
    assert "13800001234" not in request.note
    assert queries.badge_count(house.writer) == 1
    version = actions.draft_article(FEE, request=request, actor=house.writer, at=later(hours=1))
    assert queries.badge_count(house.writer) == 0
    with pytest.raises(actions.RequestSettled):
        actions.decline_request(request, "不写", actor=house.writer, at=later(hours=1))
    actions.submit(version, actor=house.writer, at=later(hours=2))
    assert queries.badge_count(house.boss) == 1
    actions.approve(version, actor=house.boss, at=later(hours=3))
    waiting, settled = queries.requests(house.me)
    assert (waiting, [r.state for r in settled]) == ([], ["ANSWERED"])
    assert settled[0].article == version.article


def test_a_dropped_draft_frees_its_request(house: House) -> None:
    request = actions.ask_for_article("境外取现", actor=house.me, at=MONDAY_9AM)
    version = actions.draft_article(FEE, request=request, actor=house.writer, at=MONDAY_9AM)
    actions.discard(version, actor=house.writer, at=later(hours=1))
    assert MissingRequest.objects.get().article is None
    actions.decline_request(request, "已有同类知识", actor=house.writer, at=later(hours=2))
    with pytest.raises(actions.RequestSettled):
        actions.decline_request(request, "再说一次", actor=house.writer, at=later(hours=3))
    assert queries.requests(house.acting(house.lead))[1][0].answer == "已有同类知识"


def test_requests_are_seen_by_the_asker_and_the_editors(house: House) -> None:
    actions.ask_for_article("境外取现", actor=house.boss, at=MONDAY_9AM)
    other = a_house("insurer")
    assert queries.requests(house.me) == ([], [])
    assert len(queries.requests(house.writer)[0]) == 1
    assert queries.requests(other.writer) == ([], [])
    with pytest.raises(Invalid):
        actions.ask_for_article("  ", actor=house.me, at=MONDAY_9AM)
    with pytest.raises(Invalid):
        actions.ask_for_article("长" * 121, actor=house.me, at=MONDAY_9AM)
