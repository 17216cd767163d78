"""A customer's question or complaint by the form: read, checked, and put into staff's words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shouwen.contact.conversations.actions.keeping import CheckedFile
from shouwen.ground.kernel.errors import Invalid, Words
from shouwen.ground.kernel.time import SHANGHAI
from shouwen.ground.kit import web
from shouwen.people.customers import rules
from shouwen.people.customers.models import Customer
from shouwen.people.staff.models import Institution
from shouwen.service.cases import queries as cases
from shouwen.service.cases.actions import Question
from shouwen.service.cases.models import TITLE_MAX_CHARACTERS, Channel, Kind, ReplyBy
from shouwen.service.complaints.actions import SpeaksFor, Statement
from shouwen.service.complaints.actions.by_complainant import RELATION_MAX_CHARACTERS
from shouwen.service.complaints.models import Capacity

TEXT_CHARACTERS = 2000
WISH_CHARACTERS = 200
CONCERNED_CHARACTERS = 120
FIELDS = ("area", "kind", "title", "text", "wish", "name", "phone", "reply_by")
# What only a complaint is asked; none of it need be known.
COMPLAINT_FIELDS = ("concerned", "happened_on", "capacity", "behalf_name", "relation")
FOR_ANOTHER = (Capacity.AGENT, Capacity.HEIR)
REPLIES = (ReplyBy.PHONE, ReplyBy.SMS, ReplyBy.EMAIL, ReplyBy.LETTER)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the form holds, trimmed; `wrong` names each field that needs correcting."""

    values: dict[str, str]
    area_name: str
    wrong: dict[str, Words]

    def question(self) -> Question:
        """Give the question of the case. Raises Invalid while something is wrong."""
        told = self.values
        return Question(
            title=told["title"],
            description=self._description(),
            kind=told["kind"],
            reply_by=told["reply_by"],
        )

    @property
    def is_complaint(self) -> bool:
        """Whether somebody complains, and the complaints room takes it in."""
        return self.values["kind"] == Kind.COMPLAINT

    def statement(self) -> Statement:
        """Give the complaint as it was told. Raises Invalid while something is wrong."""
        told = self.values
        return Statement(
            title=told["title"],
            description=self._description(),
            demand=told["wish"],
            channel=Channel.WEB,
            reply_by=told["reply_by"],
            complainant=told["name"],
            reachable_at=told["phone"],
        )

    @property
    def is_for_another(self) -> bool:
        """Whether somebody complains for another: by authority, or as heir."""
        return self.is_complaint and self.values["capacity"] in FOR_ANOTHER

    def speaks_for(self, proof: CheckedFile | None) -> SpeaksFor | None:
        """Give for whom somebody complains, with the file that shows it; None for themselves."""
        told = self.values
        if not self.is_for_another:
            return None
        return SpeaksFor(told["capacity"], told["behalf_name"], told["relation"], proof)

    def _description(self) -> str:
        if self.wrong:
            raise Invalid(fields=self.wrong)
        told = self.values
        # Staff read this, in the centre's language and not in the asker's.
        with translation.override(settings.LANGUAGE_CODE):
            lines = [
                _("Business: %(area)s") % {"area": self.area_name},
                told["text"],
                _("Complained of: %(whom)s") % {"whom": told["concerned"]}
                if told["concerned"]
                else "",
                _("It happened on %(day)s") % {"day": told["happened_on"]}
                if told["happened_on"]
                else "",
                _("Wishes: %(wish)s") % {"wish": told["wish"]} if told["wish"] else "",
                _("Asker, as entered: %(name)s, %(phone)s") % told if told["name"] else "",
            ]
        return "\n".join(line for line in lines if line)


def read(
    values: Mapping[str, str], institution: Institution, customer: Customer | None, at: datetime
) -> Asked:
    """Read the form; whoever is not signed in says who they are and how to reach them.

    A complaint says what is demanded (CG-3.1-10, SN-41-01).
    """
    told = {name: str(values.get(name) or "").strip() for name in (*FIELDS, *COMPLAINT_FIELDS)}
    if customer is not None:
        told["name"] = told["phone"] = ""
    areas = dict(cases.areas_of(institution.pk))
    wrong: dict[str, Words] = {}
    choose = gettext_lazy("Choose one of the values offered.")
    if told["area"] not in areas:
        wrong["area"] = choose
    if told["kind"] not in Kind.values:
        wrong["kind"] = choose
    if told["reply_by"] not in REPLIES:
        wrong["reply_by"] = choose
    if not 0 < len(told["title"]) <= TITLE_MAX_CHARACTERS:
        wrong["title"] = gettext_lazy("Say in a few words what it is about.")
    if not 0 < len(told["text"]) <= TEXT_CHARACTERS:
        wrong["text"] = gettext_lazy("Tell us what happened, in up to 2,000 characters.")
    if len(told["wish"]) > WISH_CHARACTERS:
        wrong["wish"] = gettext_lazy("Use at most 200 characters.")
    if told["kind"] == Kind.COMPLAINT:
        told["capacity"] = told["capacity"] or Capacity.SELF.value
        if told["capacity"] == Capacity.SELF:
            told["behalf_name"] = told["relation"] = ""
        wrong |= _wrong_of_complaint(told, at)
    else:
        told |= dict.fromkeys(COMPLAINT_FIELDS, "")
    if customer is None:
        if rules.normal_name(told["name"]) is None:
            wrong["name"] = gettext_lazy("Enter a name of up to 80 characters.")
        if rules.normal_phone(told["phone"]) is None:
            wrong["phone"] = gettext_lazy("Enter a phone number that can be dialled.")
    return Asked(told, areas.get(told["area"], ""), wrong)


def _wrong_of_complaint(told: Mapping[str, str], at: datetime) -> dict[str, Words]:
    wrong: dict[str, Words] = {}
    if not told["wish"]:
        wrong["wish"] = gettext_lazy("Write what you demand, so that we can decide on it.")
    if len(told["concerned"]) > CONCERNED_CHARACTERS:
        wrong["concerned"] = gettext_lazy("Use at most 120 characters.")
    try:
        day = web.day(told, "happened_on")
    except Invalid as problem:
        wrong |= problem.fields
    else:
        if day is not None and day > at.astimezone(SHANGHAI).date():
            wrong["happened_on"] = gettext_lazy("This day lies ahead. Enter when it happened.")
    return wrong | _wrong_of_speaker(told)


def _wrong_of_speaker(told: Mapping[str, str]) -> dict[str, Words]:
    wrong: dict[str, Words] = {}
    if told["capacity"] == Capacity.SELF:
        return wrong
    if told["capacity"] not in FOR_ANOTHER:
        wrong["capacity"] = gettext_lazy("Choose one of the values offered.")
    if rules.normal_name(told["behalf_name"]) is None:
        wrong["behalf_name"] = gettext_lazy("Enter a name of up to 80 characters.")
    if not 0 < len(told["relation"]) <= RELATION_MAX_CHARACTERS:
        wrong["relation"] = gettext_lazy("Say what you are to this person, in up to 40 characters.")
    return wrong
