"""Types suggested to whoever classifies a complaint: learned, shown, chosen from, counted."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from shouwen.ground.kernel import time
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, NotAllowed, NotThere
from shouwen.ground.vault.models import AuditRow
from shouwen.people.staff.tests.factories import acting, signed_in
from shouwen.service.cases.tests.factories import MONDAY_9AM, later
from shouwen.service.complaints import actions, queries
from shouwen.service.complaints.actions import Facets
from shouwen.service.complaints.models import Complaint, Seen, TypeModel, TypeSuggestion
from shouwen.service.complaints.queries import Agreement, suggesting
from shouwen.service.complaints.rules import kinds
from shouwen.service.complaints.rules.kinds import Example
from shouwen.service.complaints.tests.factories import (
    DEMAND,
    Office,
    a_statement,
    an_office,
    fresh,
)
from shouwen.service.complaints.tests.sayings import (
    SERVICE_TEXT,
    UNKNOWN_TEXT,
    examples,
    spoken,
)


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """No complaint is held back for comparison."""
    monkeypatch.setattr(kinds, "is_held_back", lambda _ref: False)


def _system(office: Office) -> Actor:
    return Actor.system("tests", office.bank.institution.pk)


def _learned(office: Office, given: list[Example] | None = None) -> TypeModel:
    return actions.learn_types(
        office.bank.institution,
        examples=examples() if given is None else given,
        actor=_system(office),
        at=MONDAY_9AM,
    )


def _accepted(office: Office, text: str = SERVICE_TEXT, name: str = "许远") -> Complaint:
    said = a_statement(
        title="来信", description=text, demand=DEMAND, complainant=name, reachable_at="某街12号"
    )
    one = actions.file_complaint(said, actor=office.bank.me, at=MONDAY_9AM)
    actions.accept(one, actor=office.acceptor, at=later(minutes=1))
    return one


def _classify(one: Complaint, office: Office, cg_type: str, **more: Any) -> None:
    actions.classify(
        one,
        office.bank.frozen,
        Facets(cg_type=cg_type),
        **{"actor": office.acceptor, "at": later(minutes=2), **more},
    )


def _ask(office: Office, one: Complaint) -> Any:
    client = signed_in(office.clerk)
    with time.frozen(later(hours=1)):
        return client.get(f"/complaints/{one.public_id}/ask/classify/")


def _send(office: Office, one: Complaint, **said: str) -> Any:
    client = signed_in(office.clerk)
    whole = {
        "category": office.bank.frozen.code,
        "urgency": "ORDINARY",
        "complexity": "GENERAL",
        **said,
    }
    with time.frozen(later(hours=1)):
        return client.post(f"/complaints/{one.public_id}/do/classify/", whole)


def test_without_a_model_nothing_is_suggested_and_nothing_chosen_before_the_person(
    office: Office,
) -> None:
    one = _accepted(office)
    page = _ask(office, one).content.decode()
    assert "建议：" not in page
    assert '<option value="" selected>请选择</option>' in page
    assert _send(office, one, cg_type="").status_code == 422
    assert _send(office, one, cg_type="OTHER").status_code == 200
    assert not TypeSuggestion.objects.exists()


@pytest.mark.usefixtures("shown")
def test_the_page_suggests_with_share_and_words_and_leaves_the_choice(office: Office) -> None:
    model = _learned(office)
    one = _accepted(office)
    page = _ask(office, one).content.decode()
    found = queries.suggestion_for(fresh(one))
    assert found is not None
    assert f"建议：服务类（{found.share_percent}%），依据：{'、'.join(found.words)}" in page
    assert '<option value="" selected>请选择</option>' in page
    assert 'data-code="SERVICE"' in page
    assert f'name="shown_by" value="{model.public_id}"' in page
    # What a person sends counts, whatever was suggested.
    assert _send(office, one, cg_type="PRODUCT", shown_by=model.public_id).status_code == 200
    assert fresh(one).cg_type == "PRODUCT"
    kept = TypeSuggestion.objects.get(complaint=one)
    assert (kept.suggested, kept.chosen, kept.seen) == ("SERVICE", "PRODUCT", Seen.SHOWN)
    assert (kept.chosen_by, kept.model) == (office.clerk, model)
    # Classifying anew suggests nothing and changes nothing of what is counted.
    again = _ask(office, one).content.decode()
    assert "建议：" not in again
    assert '<option value="PRODUCT" selected>' in again
    assert _send(office, one, cg_type="SERVICE").status_code == 200
    assert list(TypeSuggestion.objects.values_list("chosen", flat=True)) == ["PRODUCT"]


def test_what_is_held_back_or_unsure_is_not_shown_and_still_counted(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = _learned(office)
    monkeypatch.setattr(kinds, "is_held_back", lambda _ref: True)
    held = _accepted(office)
    assert "建议：" not in _ask(office, held).content.decode()
    _classify(held, office, "SERVICE")
    monkeypatch.setattr(kinds, "is_held_back", lambda _ref: False)
    by_program = _accepted(office)
    _classify(by_program, office, "TECHNICAL")
    on_page = _accepted(office)
    _classify(on_page, office, "SERVICE", shown_by=model.public_id)
    monkeypatch.setattr(kinds, "LEAST_SHARE", 1.1)
    unsure = _accepted(office)
    assert "建议：" not in _ask(office, unsure).content.decode()
    _classify(unsure, office, "SERVICE")
    assert queries.agreement_with(model) == Agreement(
        shown=1,
        shown_same=1,
        held_back=1,
        held_back_same=1,
        elsewhere=1,
        elsewhere_same=0,
        unsure=1,
        unsure_same=1,
    )


@pytest.mark.usefixtures("shown")
def test_only_people_are_counted_and_only_the_own_institutions_models(office: Office) -> None:
    model = _learned(office)
    other = _learned(an_office("insurer"))
    by_key = _accepted(office)
    _classify(by_key, office, "SERVICE", actor=office.bank.key)
    assert not TypeSuggestion.objects.exists()
    one = _accepted(office)
    _classify(one, office, "SERVICE", shown_by=other.public_id)
    kept = TypeSuggestion.objects.get()
    assert (kept.model, kept.seen) == (model, Seen.ELSEWHERE)


@pytest.mark.usefixtures("shown")
def test_a_model_replaced_while_the_page_was_open_is_the_one_that_counts(office: Office) -> None:
    former = _learned(office)
    one = _accepted(office)
    newer = _learned(office)
    _classify(one, office, "SERVICE", shown_by=former.public_id)
    kept = TypeSuggestion.objects.get()
    assert (kept.model, kept.seen) == (former, Seen.SHOWN)
    former.refresh_from_db()
    assert (former.is_in_force, former.ended_at) == (False, MONDAY_9AM)
    assert queries.type_model(office.bank.institution.pk) == newer
    with pytest.raises(IntegrityError), transaction.atomic():
        TypeModel.objects.filter(pk=former.pk).update(is_in_force=True, ended_at=None)


@pytest.mark.usefixtures("shown")
def test_a_model_that_was_changed_is_not_used_and_stops_nobody(office: Office) -> None:
    model = _learned(office)
    TypeModel.objects.filter(pk=model.pk).update(body=model.body.replace("0", "1"))
    suggesting._read.cache_clear()
    one = _accepted(office)
    assert queries.suggestion_for(fresh(one)) is None
    assert _send(office, one, cg_type="SERVICE", shown_by=model.public_id).status_code == 200
    assert not TypeSuggestion.objects.exists()


@pytest.mark.usefixtures("shown")
def test_a_text_without_a_known_word_has_no_suggestion(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    _learned(office)
    monkeypatch.setattr(suggesting, "text_of", lambda _one: UNKNOWN_TEXT)
    assert queries.suggestion_for(fresh(_accepted(office))) is None


def test_it_learns_from_what_people_classified_in_the_ledger(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kinds, "LEAST_TEXTS", 20)
    monkeypatch.setattr(kinds, "LEAST_OF_KIND", 5)
    colleague = office.worker.name
    for number, (text, kind) in enumerate(spoken()[::2]):
        one = _accepted(office, f"{text}{colleague}接待，我叫欧阳晨曦。", "欧阳晨曦")
        # What a program classified teaches nothing.
        actor = office.bank.key if number == 0 else office.acceptor
        _classify(one, office, kind, actor=actor)
    _accepted(office)
    taught = list(queries.confirmed_examples(office.bank.institution.pk))
    assert len(taught) == len(spoken()[::2]) - 1
    words = {word for one in taught for word in one.terms}
    assert {"欧阳", "阳晨", "晨曦", *kinds.words_in(colleague)} & words == set()
    model = actions.learn_types(office.bank.institution, actor=_system(office), at=later(hours=2))
    assert (model.source, model.report["texts"]) == ("LEDGER", len(taught))
    row = AuditRow.objects.get(act="complaint.types_learned")
    assert model.digest in row.detail
    assert not list(queries.confirmed_examples(an_office("insurer").bank.institution.pk))


def test_too_little_or_meaningless_texts_change_nothing(office: Office) -> None:
    model = _learned(office)
    with pytest.raises(actions.TooFewToLearn):
        _learned(office, examples()[:40])
    with pytest.raises(actions.TooFewToLearn):
        actions.learn_types(office.bank.institution, actor=_system(office), at=MONDAY_9AM)
    same = [
        Example(("投诉",), ("SERVICE", "PRODUCT")[number % 2], f"p{number}") for number in range(80)
    ]
    with pytest.raises(actions.NoBetterThanGuessing):
        _learned(office, same)
    strange = [Example(one.terms, "mortgage", one.whose) for one in examples()]
    with pytest.raises(Invalid) as wrong:
        _learned(office, strange)
    assert wrong.value.fields == {"kind": "mortgage"}
    assert queries.type_model(office.bank.institution.pk) == model


def test_suggesting_is_stopped_once_and_by_who_may(office: Office) -> None:
    model, home = _learned(office), office.bank.institution
    with pytest.raises(NotAllowed):
        actions.stop_suggesting(home, actor=office.acceptor, at=MONDAY_9AM)
    with pytest.raises(NotAllowed):
        actions.learn_types(home, examples=examples(), actor=office.acceptor, at=MONDAY_9AM)
    stranger = acting(an_office("insurer").bank.admin)
    with pytest.raises((NotAllowed, NotThere)):
        actions.stop_suggesting(home, actor=stranger, at=MONDAY_9AM)
    actions.stop_suggesting(home, actor=_system(office), at=later(hours=1))
    assert queries.type_model(home.pk) is None
    assert queries.suggestion_for(fresh(_accepted(office))) is None
    with pytest.raises(actions.NoTypeModel):
        actions.stop_suggesting(home, actor=_system(office), at=later(hours=1))
    assert AuditRow.objects.get(act="complaint.types_stopped").object_ref == model.public_id


@pytest.mark.usefixtures("shown")
def test_the_page_of_figures_tells_what_was_learned_and_chosen(office: Office) -> None:
    client = signed_in(office.head)
    assert "shouwen types learn" in client.get("/complaints/types/").content.decode()
    model = _learned(office)
    one = _accepted(office)
    _classify(one, office, "PRODUCT", shown_by=model.public_id)
    answer = client.get("/complaints/types/")
    shares = {line.words: (line.right, line.whole) for line in answer.context["agreement"]}
    assert shares == {
        "留作对照未显示": (0, 0),
        "未经页面分类": (0, 0),
        "已显示": (0, 1),
        "把握不足未显示": (0, 0),
    }
    assert [line.words for line in answer.context["by_type"]] == ["产品类", "服务类", "技术类"]
