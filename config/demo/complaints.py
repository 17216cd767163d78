"""A dozen complaints in different states: some late, a repeat, a major one of the regulator."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from config.demo import forms
from config.demo.founding import Founded
from shouwen.ground.kernel.actor import Actor
from shouwen.people.staff import queries as staff
from shouwen.people.staff.models import Person
from shouwen.service.cases import queries as case_queries
from shouwen.service.cases.models import Category
from shouwen.service.complaints import actions, queries
from shouwen.service.complaints.actions import (
    Facets,
    Findings,
    GradeWords,
    Proof,
    Share,
    Statement,
)
from shouwen.service.complaints.models import Complaint

GRADES = (
    GradeWords("G1", "一级", "Grade 1"),
    GradeWords("G2", "二级", "Grade 2"),
    GradeWords("G3", "三级", "Grade 3"),
)
WORKERS = 3
# Who is held responsible, and for how much of it.
HELD = (
    Share(kind="PRODUCT", percent=60, ground="产品说明不够清楚"),
    Share(kind="SYSTEM", percent=40, ground="页面未作提示"),
)


@dataclass(frozen=True, slots=True)
class Told:
    """One complaint of the demo: what it is, how long ago it came, and how far it has come."""

    title: str
    said: str
    demand: str
    cg_type: str
    hours_ago: float
    steps: int
    origin: str = "CUSTOMER"
    channel: str = "PHONE"
    customer: int = 0
    complexity: str = "GENERAL"
    urgency: str = "ORDINARY"
    source_ref: str = ""
    is_major: bool = False


TOLD = (
    Told(
        "理财到期收益与宣传不符",
        "购买时称年化4.2%，到期只有2.9%。",
        "说明原因并补足差额。",
        "PRODUCT",
        70,
        7,
        customer=1,
        complexity="COMPLEX",
    ),
    Told(
        "信用卡年费重复扣收",
        "同一张卡一年扣了两次年费。",
        "退还重复的年费。",
        "BUSINESS",
        46,
        8,
        customer=2,
    ),
    Told(
        "催收短信发至联系人",
        "催收短信发给了我的两位联系人。",
        "停止联系第三人，书面致歉。",
        "SERVICE",
        60,
        10,
        customer=3,
    ),
    Told(
        "催收短信仍在发送",
        "上次答复后仍有短信发给我的联系人。",
        "立即停止，书面致歉并说明整改。",
        "SERVICE",
        20,
        6,
        origin="REGULATOR",
        channel="LETTER",
        customer=3,
        complexity="COMPLEX",
        source_ref="苏消转〔2026〕187号",
        is_major=True,
    ),
    Told(
        "账户误冻结，工资无法支取",
        "工资卡突然不能取款。",
        "立即解冻。",
        "BUSINESS",
        3,
        4,
        customer=4,
        urgency="URGENT",
    ),
    Told(
        "提前还款违约金告知不清",
        "签约时没有说明违约金。",
        "减免违约金。",
        "PRODUCT",
        18,
        5,
        customer=5,
    ),
    Told(
        "柜面等候超1小时，态度生硬",
        "网点只开一个窗口。",
        "道歉并改进。",
        "SERVICE",
        30,
        12,
        customer=6,
        channel="BRANCH",
        origin="CLERK",
    ),
    Told(
        "App升级后无法查看历史账单",
        "升级后只能看到三个月。",
        "恢复历史账单。",
        "TECHNICAL",
        8,
        3,
        customer=7,
        channel="WEB",
    ),
    Told(
        "老年客户被推荐高风险理财",
        "母亲72岁，被推荐了R4产品。",
        "全额退回本金。",
        "PRODUCT",
        12,
        4,
        customer=8,
        complexity="COMPLEX",
        channel="BRANCH",
        origin="CLERK",
    ),
    Told(
        "转账到账延迟",
        "跨行转账两天才到。",
        "说明原因。",
        "TECHNICAL",
        2,
        1,
        customer=9,
        channel="CHAT",
    ),
    Told(
        "征信逾期记录异议",
        "已按时还款仍显示逾期。",
        "更正征信记录。",
        "BUSINESS",
        5,
        2,
        customer=10,
        channel="EMAIL",
    ),
    Told(
        "提前还款违约金与口头承诺不符",
        "客户经理说过不收。",
        "退还违约金。",
        "PRODUCT",
        0.5,
        0,
        customer=5,
        channel="WEB",
    ),
)


def furnish(founded: Founded, now: datetime) -> None:
    """Set grades, and where three people work complaints let the dozen happen."""
    home = founded.institution
    began = now - timedelta(hours=72)
    actions.set_grades(home, GRADES, actor=founded.actor, at=began)
    workers = [p for p in founded.people.values() if staff.actor_of(p).has_role("complaints")]
    if len(workers) < WORKERS:
        return
    handler, clerk, other = workers[:WORKERS]
    offered = case_queries.categories_of(home.pk)
    leaves = [case_queries.category_for(home.pk, choice.code) for choice in offered]
    for serial, told in enumerate(TOLD):
        posts = (clerk, handler, other) if serial % 2 else (other, handler, clerk)
        _live(founded, told, leaves[serial % len(leaves)], posts, now)


def _live(
    founded: Founded,
    told: Told,
    category: Category,
    posts: tuple[Person, Person, Person],
    now: datetime,
) -> None:
    came = now - timedelta(hours=told.hours_ago)
    gap = timedelta(hours=told.hours_ago) / 14
    acceptor, handler, supervisor = (staff.actor_of(person) for person in posts)
    statement = Statement(
        title=told.title,
        description=told.said,
        demand=told.demand,
        origin=told.origin,
        channel=told.channel,
        urgency=told.urgency,
        source_ref=told.source_ref,
        regulator_on=(came - timedelta(days=6)).date() if told.source_ref else None,
    )
    customer = founded.customers[told.customer % len(founded.customers)]
    # Stories of one customer are matters of their own.
    one = actions.file_complaint(
        statement, customer=customer, is_apart=True, actor=acceptor, at=came
    )
    at = came
    for step in _steps(founded, one, told, category, posts, acceptor, handler, supervisor)[
        : told.steps
    ]:
        at += gap
        step(at)


def _steps(
    founded: Founded,
    one: Complaint,
    told: Told,
    category: Category,
    posts: tuple[Person, Person, Person],
    acceptor: Actor,
    handler: Actor,
    supervisor: Actor,
) -> list[Callable[[datetime], object]]:
    home = founded.institution.pk
    facets = Facets(cg_type=told.cg_type, complexity=told.complexity, urgency=told.urgency)
    grades = {row.code: row for row in queries.grades_of(home)}
    grade = grades["G1" if told.is_major else "G2" if told.complexity == "COMPLEX" else "G3"]

    def judge(at: datetime) -> None:
        actions.classify(one, category, facets, actor=acceptor, at=at)
        if told.is_major:
            lead = founded.lead()
            actions.mark_major(one, reason="JUDGED", executive=lead, actor=acceptor, at=at)

    def respond(at: datetime) -> None:
        words = "您的投诉已受理，由专人办理，进展会及时告知您。"
        actions.respond(one, words=words, channel="PHONE", actor=acceptor, at=at)

    def begin(at: datetime) -> None:
        actions.assign(one, handler=posts[1], supervisor=posts[2], actor=acceptor, at=at)
        forms.fill_in(one.case, actor=handler, at=at)
        actions.start(one, actor=handler, at=at)

    def tell(at: datetime) -> None:
        findings = Findings(
            facts="经核查录音与系统记录，您反映的情况属实。",
            basis="《银行业保险业消费投诉处理管理办法》及您与本机构签订的服务协议。",
            reasons="有关流程执行不到位，您的诉求合理。",
            outcome=f"按您的诉求办理：{told.demand}",
            measures="对相关岗位重新培训，并按月抽查。",
        )
        actions.issue_notice(one, findings, actor=handler, at=at)
        words = f"您反映的“{told.title}”已办理完毕，办理结果已电话说明。"
        proof = Proof("PHONE", said="已说明处理结果与救济途径。")
        actions.send_feedback(one, text=words, proof=proof, actor=handler, at=at)

    return [
        lambda at: actions.accept(one, actor=acceptor, at=at),
        judge,
        lambda at: actions.grade(one, grade, tier=2, actor=acceptor, at=at),
        respond,
        begin,
        lambda at: actions.analyse(
            one, facts="经核查录音与系统记录，情况属实。", actor=handler, at=at
        ),
        lambda at: actions.assign_responsibility(
            one,
            responsible="SHARED",
            evidence="见核查记录与岗位操作规程。",
            shares=HELD,
            actor=handler,
            at=at,
        ),
        lambda at: actions.agree_plan(
            one,
            cause="流程执行不到位",
            plan=f"按诉求办理：{told.demand}",
            answer="AGREED",
            actor=handler,
            at=at,
        ),
        lambda at: actions.resolve(one, actor=handler, at=at),
        tell,
        lambda at: actions.call_back(
            one, is_satisfied=True, words="认可处理结果。", channel="PHONE", actor=acceptor, at=at
        ),
        lambda at: actions.close(one, actor=supervisor, at=at),
    ]
