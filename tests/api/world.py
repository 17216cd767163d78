"""Two institutions side by side: whoever asks in one of them must not feel the other."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from datetime import time as clock
from functools import cached_property
from itertools import count

from shouwen.assurance.satisfaction.tests import factories as surveys
from shouwen.contact.channels.chat import access as chat_access
from shouwen.contact.channels.chat import actions as chat
from shouwen.contact.channels.chat.actions import Caller
from shouwen.contact.conversations import actions as conversations
from shouwen.contact.conversations.models import AuthorKind, Contact
from shouwen.contact.routing import actions as routing
from shouwen.contact.routing.models import Offer, OfferState, QueueEntry
from shouwen.front.console.actions import ask_role
from shouwen.front.desk.actions.wording_scripts import Wording, write_script
from shouwen.front.integrations import actions as webhooks
from shouwen.front.integrations.models import WebhookDelivery
from shouwen.ground.kernel import ids, time
from shouwen.ground.kernel.actor import Actor
from shouwen.people.approvals.actions import approve
from shouwen.people.approvals.models import Approval
from shouwen.people.approvals.tests import factories as approvals
from shouwen.people.customers import actions as customers
from shouwen.people.customers.models import Customer
from shouwen.people.staff import actions as staff
from shouwen.people.staff.models import Person, Planned, Unit
from shouwen.people.staff.tests import factories
from shouwen.service.cases import actions
from shouwen.service.cases.actions import links, plant_categories
from shouwen.service.cases.models import Case
from shouwen.service.cases.queries import Filters
from shouwen.service.cases.rules.asking import Item, Kind
from shouwen.service.cases.tests import factories as cases
from shouwen.service.complaints.tests.factories import a_complaint_of
from shouwen.service.knowledge import actions as knowledge
from shouwen.service.knowledge.models import Article
from shouwen.service.knowledge.tests.factories import AREAS, FEE
from tests.api.askers import PNG, a_key, a_phrase

ROLES = (
    "agent",
    "lead",
    "complaints",
    "inspector",
    "trainer",
    "editor",
    "risk",
    "auditor",
    "admin",
)
FAR_DAY = "2199-01-01"
_words = count(1)


@dataclass
class Side:
    """One institution with a thing of every kind, and a person of every role."""

    code: str
    bank: cases.Bank = field(init=False)

    def __post_init__(self) -> None:
        """Found it."""
        self.bank = cases.a_bank(self.code)
        now = time.now()
        self.people: dict[str, Person] = {
            role: factories.a_person(self.bank.cards, role) for role in ROLES
        }
        self.keys = {role: self._key(role, self.people[role]) for role in ROLES}
        self.bare_keys = {role: self._key(role, None) for role in ROLES}
        system = Actor.system("tests", self.bank.institution.pk)
        self.queue = routing.open_queue(
            institution=self.bank.institution,
            code="online",
            name_zh="在线客服",
            name_en="Online",
            is_default=True,
            actor=system,
            at=now,
        )
        self.callback = surveys.a_callback(self.bank)
        self.survey = surveys.a_draft(self.bank.institution, now)
        self.drawn, self.study = surveys.a_drawn(self.bank, now), surveys.a_study(self.bank, now)
        self.spike = routing.begin_spike(
            self.bank.institution, queue=self.queue, reason="忙", actor=system, at=now
        )
        own_queue = routing.open_queue(
            institution=self.bank.institution,
            code=f"{self.code}-own",
            name_zh="专席",
            actor=system,
            at=now,
        )
        day = date.fromisoformat(FAR_DAY)
        routing.set_day(own_queue, day, [], reason="盘点", actor=system, at=now)
        self.line = routing.add_queue_rule(own_queue, intent="own", actor=system, at=now)
        agent, self.post = self.people["agent"], factories.a_post(self.bank.institution)
        self.shift = staff.define_shift(
            self.bank.institution,
            name_zh=f"{self.code}班",
            begins=clock(9),
            ends=clock(18),
            actor=system,
            at=now,
        )
        staff.plan_shifts(agent.unit, [agent], [day], self.shift, actor=system, at=now)
        later = day + timedelta(days=30)
        self.absence = staff.note_absence(agent, "LEAVE", later, later, actor=system, at=now)
        # Before the days that the doors are asked about.
        earlier = (day - timedelta(days=9), day - timedelta(days=8))
        self.deputy = staff.name_deputy(
            agent, self.people["trainer"], *earlier, actor=factories.acting(agent), at=now
        )
        staff.set_presence(agent, "READY", actor=factories.acting(agent), at=now)
        self.phrase = a_phrase(self.bank.institution.pk)
        self.token = chat_access.new_token(self.code)
        self.visitor = Caller(
            self.bank.institution.pk, chat_access.token_digest(self.token, self.code), "zh-hans"
        )
        said = chat.say(self.visitor, key="opening-words", text="我的卡被冻结了", at=now)
        self.chat = Contact.objects.get(public_id=said.contact_ref)
        file = chat.send_file(self.visitor, key="one-picture", name="a.png", data=PNG, at=now)
        self.file = (
            self.chat.messages.select_related("attachment")
            .get(sequence=file.sequence)
            .attachment.public_id
        )
        self.waiting = self._contact()
        self.active = self._contact()
        routing.take(self._entry(self.active), actor=factories.acting(agent), at=now)
        self.wrapping = self._contact()
        routing.take(self._entry(self.wrapping), actor=factories.acting(agent), at=now)
        conversations.end_contact(
            self.wrapping, disposition="RESOLVED", actor=factories.acting(agent), at=now
        )
        offered = self._entry(self._contact())
        QueueEntry.objects.filter(pk=offered.pk).update(state="OFFERED")
        self.offer = Offer.objects.create(
            entry=offered,
            person=agent,
            state=OfferState.OPEN,
            offered_at=now,
            expires_at=now + timedelta(minutes=30),
        )
        own = f"{self.code}.own"
        leaf = cases.Branch(f"{own}.leaf", "仅此一家", "Only here")
        middle = cases.Branch(f"{own}.middle", "二级", "Second level", (leaf,))
        top = cases.Branch(own, "一级", "First level", (middle,))
        [planted] = plant_categories(self.bank.institution.pk, [top], actor=system, at=now)
        asked = [Item("serial", Kind.TEXT, "流水号")]
        actions.set_form(planted, asked, seen=0, actor=system, at=now)
        self.case = self._case()
        self.answered = self._case("FEEDBACK_SENT")
        self.worked = self._case("IN_PROGRESS")
        self.complaint = a_complaint_of(self.bank)
        self.task = cases.a_task(self.bank, self.worked)
        self.export = actions.ask_export(
            Filters(),
            kind="csv",
            reason="matrix",
            language="en",
            actor=factories.acting(self.people["lead"]),
            at=now,
        )
        self.view = actions.save_view(
            "本组急件",
            Filters(urgency="URGENT"),
            unit=self.bank.cards,
            actor=factories.acting(self.people["lead"]),
            at=now,
        )
        approvals.plug_in()
        # Of a kind that leads and complaints officers decide.
        self.approval = approvals.an_approval(agent, at=now)
        [self.material] = actions.add_material(
            self.case,
            files=[actions.Upload("b.png", PNG)],
            actor=Actor.customer(self.case.public_id, self.bank.institution.pk),
            at=now,
        )
        self.link = links.issue(self.answered, now)
        self.article = self._article()
        self.role_request = ask_role(
            self.people["lead"],
            "editor",
            reason="试写口径",
            actor=factories.acting(self.people["admin"]),
            at=now,
        )
        self.script = write_script(
            self.bank.institution,
            Wording(kind="GUIDANCE", shortcut="qx", title_zh="取现", body_zh="请携带有效证件。"),
            actor=factories.acting(self.people["lead"]),
            at=now,
        )
        self.delivery = self._delivery(now)
        self.key, _token = staff.create_api_key(
            self.bank.institution,
            role="trainer",
            name="BI",
            actor=factories.acting(self.people["admin"]),
            at=now,
        )
        self.double, merged = (self._customer(name) for name in ("陈屿", "陈小屿"))
        self.merge = customers.merge_customers(
            self.bank.customer, merged, reason="同一手机号", actor=system, at=now
        )
        self.table = customers.check_import(
            self.bank.institution,
            "姓名,手机\n韩梅,13911112223\n".encode(),
            actor=factories.acting(self.people["lead"]),
            at=now,
        )
        self.missing = knowledge.ask_for_article("境外取现", actor=factories.acting(agent), at=now)

    def _key(self, role: str, person: Person | None) -> str:
        return a_key(self.bank, role, person)

    def _delivery(self, at: datetime) -> WebhookDelivery:
        admin, risk = (factories.acting(self.people[role]) for role in ("admin", "risk"))
        webhook, _secret = webhooks.ask_webhook(
            self.bank.institution,
            name="CRM",
            address="https://crm.example.com/hooks",
            events=["case.opened"],
            reason="同步",
            actor=admin,
            at=at,
        )
        asked = Approval.objects.get(subject_ref=webhook.public_id)
        approve(asked, "同意", actor=risk, at=at)
        webhook.refresh_from_db()
        return webhooks.send_test(webhook, actor=admin, at=at)

    def _contact(self) -> Contact:
        number = next(_words)
        visitor = Actor.customer(f"visit_{number}", self.bank.institution.pk)
        contact = conversations.open_contact(
            institution=self.bank.institution,
            channel="chat",
            visitor_ref=visitor.ref,
            subject="转账没到",
            actor=visitor,
            at=time.now(),
        )
        conversations.add_message(
            contact,
            author=AuthorKind.CUSTOMER,
            body="昨天转的还没到",
            client_key=f"w{number}",
            actor=visitor,
            at=time.now(),
        )
        system = Actor.system("tests", self.bank.institution.pk)
        routing.enqueue(contact, actor=system, at=time.now())
        contact.refresh_from_db()
        return contact

    def _entry(self, contact: Contact) -> QueueEntry:
        return QueueEntry.objects.select_related("queue", "contact__institution").get(
            contact=contact
        )

    def _customer(self, name: str) -> Customer:
        system = Actor.system("tests", self.bank.institution.pk)
        return customers.register_customer(
            self.bank.institution, name=name, actor=system, at=time.now()
        )

    def _case(self, state: str = "NEW") -> Case:
        return cases.a_case_in(state, self.bank)

    def _article(self) -> Article:
        now = time.now()
        editor, lead = (factories.acting(self.people[role]) for role in ("editor", "lead"))
        knowledge.plant_categories(
            self.bank.institution.pk, AREAS, actor=Actor.system("tests"), at=now
        )
        wording = replace(FEE, review_on=now.date() + timedelta(days=90))
        version = knowledge.draft_article(wording, actor=editor, at=now)
        self.article_file = knowledge.attach(version, name="a.png", data=PNG, actor=editor, at=now)
        knowledge.submit(version, actor=editor, at=now)
        knowledge.approve(version, actor=lead, at=now)
        return version.article

    @property
    def customer(self) -> Customer:
        """The one customer."""
        return self.bank.customer

    @property
    def unit(self) -> Unit:
        """A unit."""
        return self.bank.cards

    @cached_property
    def refs(self) -> dict[str, str]:
        """Give the public id of one thing of each kind."""
        return {
            "case": self.case.public_id,
            "answered": self.answered.public_id,
            "worked": self.worked.public_id,
            "complaint": self.complaint.public_id,
            "task": self.task.public_id,
            "approval": self.approval.public_id,
            "export": self.export.public_id,
            "view": self.view.public_id,
            "material": self.material.public_id,
            "other": self.bank.loans.public_id,
            "outsider": self.bank.outsider.public_id,
            "contact": self.waiting.public_id,
            "active": self.active.public_id,
            "wrapping": self.wrapping.public_id,
            "offer": self.offer.public_id,
            "customer": self.customer.public_id,
            "double": self.double.public_id,
            "merge": self.merge.public_id,
            "import": self.table.public_id,
            "post": self.post.public_id,
            "unit": self.unit.public_id,
            "person": self.people["agent"].public_id,
            "category": f"{self.code}.own.leaf",
            "branch": f"{self.code}.own.middle",
            "file": str(self.file),
            "article": self.article.public_id,
            "kver": self.article.versions.get().public_id,
            "article_file": self.article_file.public_id,
            "missing": self.missing.public_id,
            "script": self.script.public_id,
            "callback": self.callback.public_id,
            "survey": self.survey.public_id,
            "campaign": self.drawn.run.campaign.public_id,
            "run": self.drawn.run.public_id,
            "drawn": self.drawn.public_id,
            "study": self.study.public_id,
            "institution": self.code,
            "role_request": self.role_request.public_id,
            "queue": f"{self.code}-own",
            "day": FAR_DAY,
            "line": str(self.line.pk),
            "spike": self.spike.public_id,
            "webhook": self.delivery.webhook.public_id,
            "key": self.key.public_id,
            "delivery": self.delivery.public_id,
            "shift": self.shift.public_id,
            "planned": Planned.objects.get(institution=self.bank.institution).public_id,
            "absence": self.absence.public_id,
            "deputy": self.deputy.public_id,
            "standin": self.people["trainer"].public_id,
            "phrase": self.phrase,
        }


def random_refs() -> dict[str, str]:
    """Give ids of the right form that nothing bears."""
    same = ("task", "key", "view", "offer", "unit", "file", "script", "post", "run", "study")
    made = {name: name for name in same} | {
        **dict.fromkeys(("case", "answered", "worked"), "case"),
        "complaint": "complaint",
        "kver": "kver",
        **dict.fromkeys(("approval", "role_request"), "appr"),
        "webhook": "hook",
        "delivery": "dlv",
        "export": "exp",
        "material": "mat",
        "other": "unit",
        **dict.fromkeys(("outsider", "person", "standin"), "pers"),
        **dict.fromkeys(("contact", "active", "wrapping"), "cont"),
        **dict.fromkeys(("customer", "double"), "cust"),
        "merge": "merge",
        "import": "imp",
        "article": "know",
        "article_file": "kfile",
        "missing": "kreq",
        "callback": "call",
        "spike": "spik",
        "survey": "srv",
        "campaign": "camp",
        "drawn": "drwn",
        "shift": "shft",
        "planned": "plan",
        "absence": "absn",
        "deputy": "dep",
        "phrase": "phrs",
    }
    refs = {name: ids.public_id(prefix) for name, prefix in made.items()}
    return {
        **refs,
        "category": "no.such.category",
        "branch": "no.such.branch",
        "institution": "nobody",
        "queue": "none",
        "day": FAR_DAY,
        "line": "0",
    }
