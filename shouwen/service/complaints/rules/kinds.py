"""Of which kind a text is, told by its words: complement naive Bayes, in plain Python.

A text is the set of its terms, as the search cuts them: pairs of Chinese characters, words of other
scripts; rare ones count more. A word speaks for a kind by being rare in all others (Rennie and
others, 2003), which bears few and uneven texts better than counting it in the kind itself. What a
model keeps of the texts are words that many people used, never a number.
"""

from __future__ import annotations

import hashlib
import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from sys import intern

from shouwen.ground.vault.masking import redact
from shouwen.service.cases.rules.terms import terms_of

FOLDS = 5
# Fewer texts teach nothing that could be examined; a kind with fewer is never suggested.
LEAST_TEXTS = 60
LEAST_OF_KIND = 10
# A word is kept only when it stands in the texts of so many different people.
LEAST_PEOPLE = 5
MOST_TERMS = 8000
SMOOTHING = 0.3
# Below this share a suggestion would be wrong more often than right, so none is made.
LEAST_SHARE = 0.5
# From this share on an opinion is among the surest.
SUREST = 0.9
# One complaint in so many is classified without seeing what was suggested.
ONE_IN = 5
WORDS_TOLD = 3
WORD_CHARACTERS = 8

_HEATS = tuple(0.002 * 1.12**step for step in range(80))
# Numbers say nothing of the kind and much of a person; runs of one letter are somebody's mask.
_LEFT_OUT = re.compile(r".*[0-9].*|(.)\1+|[a-z]")


@dataclass(frozen=True, slots=True)
class Example:
    """One text whose kind a person has said; `whose` tells people apart, by a reference."""

    terms: tuple[str, ...]
    kind: str
    whose: str


@dataclass(frozen=True, slots=True)
class Word:
    """How rare a word is among the texts, and for each kind how much it speaks for it."""

    rarity: float
    says: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Model:
    """What was learned. `heat` brings the shares to what examining showed: more is less sure.

    `most` is the largest share told: not even the surest were right more often.
    """

    kinds: tuple[str, ...]
    words: dict[str, Word]
    heat: float
    most: float


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a model holds of one text: the likeliest kind, how likely, and the words that say so."""

    kind: str
    share: float
    words: tuple[str, ...]

    @property
    def is_sure(self) -> bool:
        """Whether it is likelier right than wrong."""
        return self.share >= LEAST_SHARE


@dataclass(frozen=True, slots=True)
class KindExam:
    """Of one kind: how many texts are of it, how many were taken for it, how many rightly."""

    texts: int
    taken: int
    right: int

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        return 2 * self.right / (self.texts + self.taken) if self.texts + self.taken else 0.0


@dataclass(frozen=True, slots=True)
class Exam:
    """How a model did on texts that it had not learned from."""

    texts: int
    right: int
    # How many would be right by always naming the commonest kind.
    commonest: int
    sure: int
    sure_right: int
    # How far the shares told were from the shares that were right, on average (0 is honest).
    off_by: float
    by_kind: dict[str, KindExam]

    @property
    def macro_f1(self) -> float:
        """The mean of all kinds' F1, each counting alike."""
        return sum(kind.f1 for kind in self.by_kind.values()) / max(1, len(self.by_kind))

    @property
    def is_better_than_guessing(self) -> bool:
        """Whether it beats naming the commonest kind by more than chance: two standard errors."""
        return self.right > self.commonest + math.sqrt(self.texts)


@dataclass(frozen=True, slots=True)
class Learned:
    """A model of all the texts, and how models of four fifths did on the fifth left out."""

    model: Model
    exam: Exam


def words_in(text: str) -> tuple[str, ...]:
    """Give the terms of a text, each once, without anything that has a digit."""
    # Kept once however many texts hold it: a ledger's words would else fill the memory.
    return tuple(intern(term) for term in terms_of(redact(text)) if not _LEFT_OUT.fullmatch(term))


def enough(examples: Sequence[Example]) -> list[Example]:
    """Give the examples of the kinds that have enough of them; none where that leaves one kind."""
    counted = Counter(one.kind for one in examples)
    kept = [one for one in examples if counted[one.kind] >= LEAST_OF_KIND]
    many = len({one.kind for one in kept}) > 1
    return kept if many and len(kept) >= LEAST_TEXTS else []


def learn(examples: Sequence[Example]) -> Learned:
    """Learn from examples, and examine it on the parts that each part of it had not seen."""
    seen: list[tuple[dict[str, float], str]] = []
    for fold in range(FOLDS):
        inside = [one for one in examples if _fold(one.whose) != fold]
        if len({one.kind for one in inside}) < 2:
            continue
        model = fit(inside)
        seen += [
            (_scores(model, one.terms), one.kind) for one in examples if _fold(one.whose) == fold
        ]
    heat = _honest_heat(seen)
    whole = fit(examples)
    told = [(_shares(scores, heat), kind) for scores, kind in seen]
    most = _surest([(max(shares.values()), _best(shares) == kind) for shares, kind in told])
    return Learned(Model(whole.kinds, whole.words, heat, most), examine(told))


def _surest(told: Sequence[tuple[float, bool]]) -> float:
    """Give how often the surest were right, as if one more had been right and one more wrong."""
    hits = [is_right for share, is_right in told if share >= SUREST]
    return round((sum(hits) + 1) / (len(hits) + 2), 4) if hits else SUREST


def _best(shares: dict[str, float]) -> str:
    return max(shares, key=lambda kind: (shares[kind], kind))


def _fold(whose: str) -> int:
    """All texts of one person fall into one fold, or an exam would ask what was learned."""
    return hashlib.sha256(whose.encode()).digest()[0] % FOLDS


def fit(examples: Sequence[Example]) -> Model:
    """Count the words of each kind and weigh them; the heat is still to be found."""
    kinds = tuple(sorted({one.kind for one in examples}))
    place = {kind: number for number, kind in enumerate(kinds)}
    texts = _common_words(examples)
    rarity = {
        term: round(math.log((1 + len(examples)) / (1 + many)) + 1, 4)
        for term, many in texts.items()
    }
    counts: dict[str, list[float]] = {term: [0.0] * len(kinds) for term in rarity}
    for one in examples:
        at = place[one.kind]
        known = [term for term in one.terms if term in rarity]
        length = _length(rarity[term] for term in known)
        for term in known:
            counts[term][at] += rarity[term] / length
    whole = {term: sum(row) for term, row in counts.items()}
    # How much is said in all kinds but one; what is common to all kinds says nothing.
    of_others = [
        sum(whole[term] - row[at] + SMOOTHING for term, row in counts.items())
        for at in range(len(kinds))
    ]
    words: dict[str, Word] = {}
    for term, row in counts.items():
        logs = [
            -math.log((whole[term] - here + SMOOTHING) / others)
            for here, others in zip(row, of_others, strict=True)
        ]
        mean = sum(logs) / len(logs)
        words[term] = Word(rarity[term], tuple(round(log - mean, 4) for log in logs))
    return Model(kinds, words, 1.0, 1.0)


def _length(rarities: Iterable[float]) -> float:
    """Give the length of a text as a vector: a long text is no surer for being long."""
    return math.sqrt(sum(rarity * rarity for rarity in rarities)) or 1.0


def _common_words(examples: Iterable[Example]) -> dict[str, int]:
    """Give the words of enough people with how many texts hold each, the commonest first."""
    people: defaultdict[str, set[str]] = defaultdict(set)
    texts: Counter[str] = Counter()
    for one in examples:
        texts.update(one.terms)
        for term in one.terms:
            if len(people[term]) < LEAST_PEOPLE:
                people[term].add(one.whose)
    kept = [term for term in texts if len(people[term]) >= LEAST_PEOPLE]
    first = sorted(kept, key=lambda term: (-texts[term], term))[:MOST_TERMS]
    return {term: texts[term] for term in first}


def _scores(model: Model, terms: Iterable[str]) -> dict[str, float]:
    known = [model.words[term] for term in terms if term in model.words]
    by = _length(word.rarity for word in known)
    sums = [0.0] * len(model.kinds)
    for word in known:
        for at, says in enumerate(word.says):
            sums[at] += word.rarity * says / by
    return dict(zip(model.kinds, sums, strict=True))


def _shares(scores: dict[str, float], heat: float) -> dict[str, float]:
    most = max(scores.values())
    raised = {kind: math.exp((score - most) / heat) for kind, score in scores.items()}
    whole = sum(raised.values())
    return {kind: value / whole for kind, value in raised.items()}


def _honest_heat(seen: Sequence[tuple[dict[str, float], str]]) -> float:
    """Find the heat at which the shares told fit best what was right (temperature scaling)."""

    def surprise(heat: float) -> float:
        return -sum(
            math.log(max(1e-9, _shares(scores, heat).get(kind, 0.0))) for scores, kind in seen
        )

    heat = min(_HEATS, key=surprise) if seen else 1.0
    return round(heat, 4)


def examine(told: Sequence[tuple[dict[str, float], str]]) -> Exam:
    """Count how often the likeliest kind was the right one, of shares told and kinds known."""
    texts: Counter[str] = Counter(kind for _shares_told, kind in told)
    taken: Counter[str] = Counter()
    right: Counter[str] = Counter()
    bins: defaultdict[int, list[tuple[float, bool]]] = defaultdict(list)
    sure = sure_right = 0
    for shares, kind in told:
        best = _best(shares)
        taken[best] += 1
        right[best] += best == kind
        bins[min(9, int(shares[best] * 10))].append((shares[best], best == kind))
        if shares[best] >= LEAST_SHARE:
            sure += 1
            sure_right += best == kind
    off = sum(
        abs(sum(s for s, _hit in rows) - sum(hit for _s, hit in rows)) for rows in bins.values()
    )
    return Exam(
        texts=len(told),
        right=sum(right.values()),
        commonest=max(texts.values(), default=0),
        sure=sure,
        sure_right=sure_right,
        off_by=round(off / max(1, len(told)), 4),
        by_kind={kind: KindExam(texts[kind], taken[kind], right[kind]) for kind in sorted(texts)},
    )


def shares_of(model: Model, text: str) -> dict[str, float]:
    """Give how likely each kind is for a text."""
    return _shares(_scores(model, words_in(text)), model.heat)


def opinion(model: Model, text: str) -> Opinion | None:
    """Say of which kind a text is, and by which of its words; nothing where it knows none."""
    terms = words_in(text)
    if not any(term in model.words for term in terms):
        return None
    shares = _shares(_scores(model, terms), model.heat)
    kind = _best(shares)
    at = model.kinds.index(kind)
    known = {term: model.words[term] for term in terms if term in model.words}
    says = {term: word.rarity * word.says[at] for term, word in known.items()}
    return Opinion(kind, min(shares[kind], model.most), _telling(text, says))


def _telling(text: str, says: dict[str, float]) -> tuple[str, ...]:
    """Give the words that say most for it, neighbouring pairs put together again."""
    strong = sorted((term for term in says if says[term] > 0), key=lambda term: (-says[term], term))
    chosen = set(strong[: WORDS_TOLD * 4])
    plain = unicodedata.normalize("NFKC", text).casefold()
    found: dict[str, float] = {}
    for pieces in re.findall(r"[a-z0-9]+|[^\sa-z0-9]+", plain):
        for word, weight in _runs(pieces, chosen, says):
            found[word] = max(found.get(word, 0.0), weight)
    ordered = sorted(found, key=lambda word: (-found[word], word))
    # A word inside a longer one that is told says the same twice.
    told = [w for w in ordered if not any(w != other and w in other for other in ordered)]
    return tuple(told[:WORDS_TOLD])


def _runs(piece: str, chosen: set[str], says: dict[str, float]) -> Iterable[tuple[str, float]]:
    if piece in chosen:
        yield piece, says[piece]
        return
    start = end = -1
    weight = 0.0
    for here in range(len(piece) - 1):
        pair = piece[here : here + 2]
        if pair not in chosen:
            continue
        if start >= 0 and here <= end and here + 2 - start <= WORD_CHARACTERS:
            weight += says[pair]
        else:
            if start >= 0:
                yield piece[start:end], weight
            start, weight = here, says[pair]
        end = here + 2
    if start >= 0:
        yield piece[start:end], weight


def is_held_back(ref: str) -> bool:
    """Whether a complaint is one of those classified without seeing the suggestion.

    Whoever sees one leans to it. How often people agree without having seen it is the honest
    figure, so one in ONE_IN, by its random public id, is kept for that.
    """
    return hashlib.sha256(f"held back {ref}".encode()).digest()[0] % ONE_IN == 0
