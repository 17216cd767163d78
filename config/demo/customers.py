"""What some of the demo's customers want heeded, refuse, and who speaks for the companies."""

from __future__ import annotations

from datetime import datetime

from config.demo.founding import Founded
from shouwen.people.customers import actions
from shouwen.people.customers.models import Authority, Evidence, Purpose, Way, Wish
from shouwen.people.staff import queries as staff

# By the customer's place in the list of names, the same in every institution.
WISHES: dict[int, tuple[tuple[Wish, ...], str]] = {
    0: ((Wish.SLOWLY, Wish.WRITING), "工作日18点后联系，先找其女儿。"),
    3: ((Wish.HEARING,), ""),
    6: ((Wish.SIGHT, Wish.PERSON), ""),
}
ENGLISH = frozenset({9})
SAID: dict[int, tuple[tuple[Purpose, Way, bool], ...]] = {
    0: ((Purpose.MARKETING, Way.ANY, False), (Purpose.SURVEY, Way.CHAT, True)),
    2: ((Purpose.CALLBACK, Way.PHONE, False),),
    5: ((Purpose.NOTICE, Way.LETTER, False), (Purpose.SHARING, Way.ANY, True)),
    7: ((Purpose.ANY, Way.ANY, False),),
}
NOTES: dict[int, str] = {
    0: "客户希望每次先说明办理结果，再说明原因。",
    2: "已告知不再就办结工单回访，客户认可。",
}
POSTS = (("财务负责人", Authority.FULL), ("出纳", Authority.ENQUIRE), ("前台", Authority.NONE))


def furnish(founded: Founded, at: datetime) -> None:
    """Let customers say what they want, and name the companies' people; the lead writes it down."""
    actor = staff.actor_of(founded.lead())
    people = [customer for customer in founded.customers if customer.is_person]
    companies = [customer for customer in founded.customers if not customer.is_person]
    for place, customer in enumerate(people):
        kinds, words = WISHES.get(place, ((), ""))
        language = "en" if place in ENGLISH else customer.language
        if kinds or words or place in ENGLISH:
            actions.set_wishes(customer, kinds, words, language=language, actor=actor, at=at)
        for number, (purpose, way, is_given) in enumerate(SAID.get(place, ())):
            actions.record_consent(
                customer,
                purpose=purpose,
                way=way,
                is_given=is_given,
                evidence=Evidence.FORM if is_given else Evidence.RECORDING,
                evidence_ref=f"KH-{customer.pk:04d}-{number + 1}",
                actor=actor,
                at=at,
            )
        if place in NOTES:
            actions.add_note(customer, NOTES[place], actor=actor, at=at)
    for place, company in enumerate(companies):
        for number, (post, authority) in enumerate(POSTS):
            person = people[(place * len(POSTS) + number + 1) % len(people)]
            actions.name_representative(
                company, person, post=post, authority=authority, actor=actor, at=at
            )
