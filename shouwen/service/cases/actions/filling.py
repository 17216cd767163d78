"""What a case is asked by its category: bound to it, filled in, and waited for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, Words
from shouwen.ground.vault import audit, masking
from shouwen.service.cases import access
from shouwen.service.cases.actions import refusals
from shouwen.service.cases.actions.moving import Note, claim, enter, tell_screens
from shouwen.service.cases.models import Case, CaseAnswer, CaseForm
from shouwen.service.cases.models.asking import item_name, shown
from shouwen.service.cases.queries import asking as queries
from shouwen.service.cases.rules import asking as rules
from shouwen.service.cases.rules.asking import Item, Kind, Step
from shouwen.service.cases.rules.states import Act, State, states_before

FIELD = "form."


class FormIncomplete(Invalid):
    """The category asks for something that is not there yet."""

    message = gettext_lazy("Some things are to be filled in or ticked first.")


def bind(case: Case) -> None:
    """Have a case asked what its category and the levels above ask now; answers stay."""
    CaseForm.objects.filter(case=case).delete()
    bind_new(case)


def bind_new(case: Case) -> None:
    """Do the same for a case that was asked nothing yet."""
    forms = queries.forms_in_force(case.category) if case.category else []
    CaseForm.objects.bulk_create(CaseForm(case=case, form=form) for form in forms)


def answer_at_opening(
    case: Case, answers: Mapping[str, str], *, actor: Actor, at: datetime
) -> None:
    """Take what was filled in with the question. Raises Invalid, naming `form.<code>`."""
    if case.category is None:
        if answers:
            raise Invalid(fields={"category": refusals.CategoryNeeded.message})
        return
    if not answers and not CaseForm.objects.filter(case=case).exists():
        return
    lines = _take(case, answers, actor, at)
    _refuse(case, (Step.OPENING,))
    if lines:
        enter(case, "form", actor=actor, at=at, note=Note(text="\n".join(lines)))


@transaction.atomic
def fill_form(case: Case, answers: Mapping[str, str], *, actor: Actor, at: datetime) -> None:
    """Fill in what the case is asked, or tick its points; what is left out stays as it is.

    An empty answer takes the one that is there away. Raises Invalid naming each wrong field as
    `form.<code>`, CaseMovedOn, CaseMerged, NotYourCase, NotThere. Serves HB-2.2-03, HB-2.3-05.
    """
    is_closed = case.state == State.CLOSED
    access.require_work(actor, case, Act.CLASSIFY if is_closed else Act.OPINION)
    refusals.refuse_merged(case)
    if case.state == State.ARCHIVED:
        raise refusals.beaten(case, Act.ARCHIVE)
    lines = _take(case, answers, actor, at)
    if not lines:
        return
    claim(case, act=Act.OPINION)
    enter(case, "form", actor=actor, at=at, note=Note(text="\n".join(lines)))
    audit.record(actor, "case.form_filled", case, at=at, fields=sorted(answers))
    tell_screens(case)


def _take(case: Case, answers: Mapping[str, str], actor: Actor, at: datetime) -> list[str]:
    """Write the answers that changed; give them as lines for the timeline."""
    asked = {one.item.code: one for one in queries.asked_of(case) if one.is_asked}
    wrong: dict[str, Words] = {}
    values: dict[str, str] = {}
    for code, text in answers.items():
        one = asked.get(code)
        value = rules.value_of(one.item, text) if one else None
        if one is None:
            wrong[f"{FIELD}{code[:40]}"] = _("This is not asked here.")
        elif value is None:
            wrong[f"{FIELD}{code}"] = _wrong_words(one.item)
        elif one.item.is_personal and masking.HIDDEN in value:
            wrong[f"{FIELD}{code}"] = _("Send the answer itself, not its mask.")
        elif one.item.is_sealed:
            values[code] = value
        elif one.item.kind is Kind.NUMBER and masking.redact(value) != value:
            wrong[f"{FIELD}{code}"] = _(
                "This looks like a person's number. Have the field marked as personal data."
            )
        else:
            values[code] = masking.redact(value) if one.item.kind is Kind.TEXT else value
    if wrong:
        raise Invalid(fields=wrong)
    lines: list[str] = []
    with translation.override(settings.LANGUAGE_CODE):
        for code, value in values.items():
            if value != asked[code].said:
                _write(case, asked[code], value, actor, at)
                lines.append(_line(asked[code].item, value))
    return lines


def _write(case: Case, one: queries.AskedItem, value: str, actor: Actor, at: datetime) -> None:
    row = CaseAnswer.objects.filter(case=case, code=one.item.code).select_related("case").first()
    row = row or CaseAnswer(case=case, code=one.item.code)
    row.form_id, row.answered_at, row.answered_by_name = one.form_id, at, actor.name
    sealed = one.item.is_sealed
    row.value = "" if sealed else value
    row.words = value if sealed and value else None
    row.save()


def _line(item: Item, value: str) -> str:
    if item.is_point:
        words = _("Ticked: %(name)s") if value else _("No longer ticked: %(name)s")
        return words % {"name": item_name(item)}
    said = _said(item, value) or "—"
    return _("%(name)s: %(said)s") % {"name": item_name(item), "said": said}


def _said(item: Item, value: str) -> str:
    # The timeline is open to all who see the case.
    return masking.HIDDEN if item.is_personal and value else shown(item, value)


def _wrong_words(item: Item) -> str:
    match item.kind:
        case Kind.TEXT:
            return _("Use one line of at most 200 characters.")
        case Kind.LONG:
            return _("Use at most 5,000 characters.")
        case Kind.NUMBER:
            return _("Enter a number.")
        case Kind.AMOUNT:
            return _("Enter an amount such as 2386.00.")
        case Kind.DATE:
            return _("Enter a day.")
        case _:
            return _("Choose one of the values offered.")


def refuse_incomplete(case: Case, act: Act) -> None:
    """Let an act go on once everything it needs is there. Raises FormIncomplete, naming each."""
    if State(case.state) in states_before(act):
        _refuse(case, rules.NEEDED[act])


def _refuse(case: Case, steps: Sequence[Step]) -> None:
    asked = queries.asked_of(case)
    lacking = queries.lacking(asked, steps)
    if lacking:
        raise FormIncomplete(
            fields={f"{FIELD}{item.code}": _missing_words(item) for item in lacking}
        )


def _missing_words(item: Item) -> str:
    words = _("Tick “%(name)s” first.") if item.is_point else _("Fill in “%(name)s” first.")
    return words % {"name": item_name(item)}
