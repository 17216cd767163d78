"""Which type a complaint's words suggest, and how often people agree with it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils.translation import pgettext

from shouwen.ground.kernel.actor import ActorKind
from shouwen.ground.policy.words import is_chinese
from shouwen.ground.vault.keys import KeyDestroyed
from shouwen.ground.vault.sealing import SealBroken
from shouwen.people.staff.models import Person
from shouwen.service.cases.models import CaseEntry
from shouwen.service.complaints.models import CgType, Complaint, Seen, TypeModel, TypeSuggestion
from shouwen.service.complaints.rules import kept_kinds, kinds
from shouwen.service.complaints.rules.kept_kinds import ModelUnreadable
from shouwen.service.complaints.rules.kinds import Example, Model, Opinion
from shouwen.service.complaints.rules.states import Act

# The newest so many teach; more say the same, and keep one processor busy past a minute or two.
LEARNED_FROM_MOST = 20_000
READ_AT_ONCE = 500
CLASSIFIED = f"complaint_{Act.CLASSIFY.value}"

alerts = logging.getLogger("shouwen.alerts")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The type suggested to whoever classifies, its share of a hundred, and what says so."""

    model: str
    code: str
    share_percent: int
    words: tuple[str, ...]

    @property
    def line(self) -> str:
        """The suggestion in one quiet line, in the reader's language."""
        mark = "、" if is_chinese() else ", "
        said = {
            "type": CgType(self.code).label,
            "share": self.share_percent,
            "words": mark.join(self.words),
        }
        if not self.words:
            return pgettext("type suggestion", "Suggested: %(type)s (%(share)s%%)") % said
        words = pgettext("type suggestion", "Suggested: %(type)s (%(share)s%%), by: %(words)s")
        return words % said


@dataclass(frozen=True, slots=True)
class Agreement:
    """How often people chose what a model in force had held, by whether they saw it.

    `held_back` and `elsewhere` did not see it: theirs is the honest figure.
    """

    shown: int = 0
    shown_same: int = 0
    held_back: int = 0
    held_back_same: int = 0
    elsewhere: int = 0
    elsewhere_same: int = 0
    unsure: int = 0
    unsure_same: int = 0


def type_model(institution_id: int) -> TypeModel | None:
    """Give the model in force, without its body."""
    rows = TypeModel.objects.filter(institution_id=institution_id, is_in_force=True)
    return rows.defer("body").first()


@lru_cache(maxsize=16)
def _read(pk: int, digest: str) -> Model:
    """Read a model once for the process; rows never change. Raises ModelUnreadable, each time."""
    body = TypeModel.objects.filter(pk=pk).values_list("body", flat=True).first()
    found = kept_kinds.read(body or "", digest)
    if not set(found.kinds) <= set(CgType.values):
        raise ModelUnreadable("it names types that there are not")
    return found


def text_of(complaint: Complaint) -> str:
    """Give what the complainant said and demands, opened."""
    case = complaint.case
    return "\n".join((case.title, case.description.plain, complaint.demand.plain))


def opinion_of(complaint: Complaint, held: TypeModel) -> Opinion | None:
    """Give what a model holds of a complaint; nothing where it knows no word or does not open."""
    try:
        model = _read(held.pk, held.digest)
    except ModelUnreadable as error:
        alerts.error("type model not used: row=%s reason=%s", held.pk, error)
        return None
    return kinds.opinion(model, text_of(complaint))


def suggestion_for(complaint: Complaint) -> Suggestion | None:
    """Give what to show to whoever classifies a complaint for the first time, if anything.

    Nothing without a model in force, where it is too unsure, and for those held back.
    """
    if complaint.classified_at is not None or kinds.is_held_back(complaint.public_id):
        return None
    held = type_model(complaint.institution_id)
    found = opinion_of(complaint, held) if held else None
    if held is None or found is None or not found.is_sure:
        return None
    return Suggestion(held.public_id, found.kind, round(found.share * 100), found.words)


def model_seen(complaint: Complaint, ref: str) -> TypeModel | None:
    """Give the model whose suggestion was on the page: in force, or replaced meanwhile."""
    rows = TypeModel.objects.filter(institution_id=complaint.institution_id).defer("body")
    return rows.filter(public_id=ref[:48]).first() if ref else None


def confirmed_examples(institution_id: int) -> Iterator[Example]:
    """Give the newest complaints whose type a person has said, cut into words, to learn from.

    Names of colleagues and of the complainant are left out. What no longer opens is passed over.
    """
    by_person = CaseEntry.objects.filter(
        case=OuterRef("case"), act=CLASSIFIED, actor_kind=ActorKind.PERSON.value
    )
    rows = Complaint.objects.filter(Exists(by_person), case__institution_id=institution_id)
    rows = rows.exclude(cg_type="").select_related("case__customer").order_by("-pk")
    colleagues = _names(institution_id)
    for one in rows[:LEARNED_FROM_MOST].iterator(chunk_size=READ_AT_ONCE):
        try:
            text = text_of(one)
            hidden = colleagues | _own_names(one)
        except (KeyDestroyed, SealBroken):
            continue
        words = tuple(term for term in kinds.words_in(text) if term not in hidden)
        customer = one.case.customer
        yield Example(words, one.cg_type, customer.public_id if customer else one.public_id)


def _names(institution_id: int) -> frozenset[str]:
    rows = Person.objects.filter(institution_id=institution_id).values_list("name", flat=True)
    return frozenset(term for name in rows.iterator() for term in kinds.words_in(name))


def _own_names(complaint: Complaint) -> set[str]:
    customer = complaint.case.customer
    sealed: list[Any] = [complaint.complainant, complaint.behalf_name]
    sealed.append(customer.name if customer else None)
    return {term for name in sealed if name for term in kinds.words_in(name.plain)}


def agreement_with(model: TypeModel) -> Agreement:
    """Count the complaints classified by people while a model was in force."""
    rows = TypeSuggestion.objects.filter(model=model).values_list("seen").order_by("seen")
    same = Count("pk", filter=Q(chosen=F("suggested")))
    found: dict[str, int] = {}
    names = {seen: Seen(seen).name.lower() for seen in Seen.values}
    for seen, many, agreed in rows.annotate(many=Count("pk"), same=same):
        found |= {names[seen]: many, f"{names[seen]}_same": agreed}
    return Agreement(**found)
