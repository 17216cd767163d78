"""Fills a house with articles and times how they are found.

Some stand in two versions, an expired one and the one in force, as after a year's work.
"""

from __future__ import annotations

import itertools
import random
import sys
import time as monotonic
from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from bench.measuring import repeated, spread_ms
from bench.work.begin import begin, say
from bench.work.bulk import Table, changed, ids, settle

ARTICLES_AT_ONCE = 5_000
REPEATS = 40
SEED = 20260616
BUSINESS = [
    "信用卡",
    "借记卡",
    "贷款",
    "房贷",
    "车贷",
    "理财",
    "基金",
    "保险",
    "存款",
    "转账",
    "汇款",
    "积分",
    "账单",
    "分期",
    "外汇",
    "社保卡",
]
MATTER = [
    "年费",
    "手续费",
    "利率",
    "违约金",
    "限额",
    "挂失",
    "盗刷",
    "争议",
    "开户",
    "销户",
    "激活",
    "密码",
    "还款",
    "减免",
    "证明",
    "进度",
]
ACT = ["怎么查询", "收费标准", "办理时限", "常见问题"]
PLACE = ["上海", "深圳", "成都", "宁波"]
LINES = (
    "{a}{b}先核对身份和合同，再说明规则。",
    "先看{a}的种类和起止日，以{p}分行公布的标准为准。",
    "{p}{a}{b}按合同执行，有异议的登记工单。",
    "可以自助办理{a}{b}，柜台同样受理。",
)
# One article in so many has an expired version too.
REVISED = 5
SAID = (
    "你好，我的信用卡年费能不能减免一下",
    "请问个人住房贷款提前还款的违约金怎么收，合同签了两年了",
    "昨天晚上银行卡好像被盗刷了，怎么办，要不要先挂失",
    "理财到期了钱什么时候到账，分期的手续费能退吗，上海这边的",
)
ASKED = {
    "search, one common word": "信用卡",
    "search, two common words": "信用卡 年费",
    "search, common words that never meet": "信用卡 编号00042",
    "search, three words": "深圳 房贷 违约金",
    "search, pinyin": "xyknf",
    "search, rare word": "编号00042",
    "search, nothing": "量子纠缠",
}


def main() -> None:
    """Fill, then time each way to find."""
    count = int(sys.argv[1])
    begin()
    began = monotonic.monotonic()
    actor, version, at, terms = _fill(count)
    say(what="filled", articles=count, terms=terms, seconds=round(monotonic.monotonic() - began))
    for what, work in _ways(actor, version, at):
        say(what=what, articles=count, **spread_ms(repeated(work, REPEATS)))


def _ways(actor: Any, version: Any, at: Any) -> Iterator[tuple[str, Any]]:
    from shouwen.service.knowledge import queries  # noqa: PLC0415
    from shouwen.service.knowledge.queries import Asked  # noqa: PLC0415

    for what, words in ASKED.items():
        yield what, lambda words=words: queries.find(actor, Asked(q=words), at=at)
    lines = itertools.cycle(SAID)
    yield "nearest to a customer's line", lambda: queries.nearest(actor, next(lines), at=at)

    def suggest() -> None:
        queries.suggestions(actor, queries.answers_to(actor, next(lines), at=at), at=at)

    yield "suggestions for a customer's line", suggest
    yield "related articles", lambda: queries.related(actor, version, at=at)
    yield "newest, no words", lambda: queries.find(actor, Asked(), at=at)


def _fill(count: int) -> tuple[Any, Any, Any, int]:
    from shouwen.service.knowledge.models import (  # noqa: PLC0415
        Article,
        ArticleVersion,
        VersionTerm,
    )
    from shouwen.service.knowledge.rules import terms  # noqa: PLC0415
    from shouwen.service.knowledge.tests import factories  # noqa: PLC0415

    house = factories.a_house()
    first = factories.published(house)
    articles, versions, found = Table(Article), Table(ArticleVersion), Table(VersionTerm)
    if found.names != ["id", "institution_id", "term", "weight", "version_id"]:
        raise RuntimeError("The search terms have other columns now")
    pattern = versions.plain(first)
    draw = random.Random(SEED)
    article_ids, article_refs = itertools.count(articles.next_id()), ids("know", 1)
    version_ids, version_refs = itertools.count(versions.next_id()), ids("kver", 1)
    day = timedelta(days=1)
    kinds = [
        (f"{p}{a}{b}{c}", "".join(line.format(a=a, b=b, p=p) for line in draw.sample(LINES, 2)))
        for a in BUSINESS
        for b in MATTER
        for c in ACT
        for p in PLACE
    ]
    of_kind: list[list[int]] = [[] for _kind in kinds]
    of_number: list[list[int]] = []
    created = articles.moment(first.created_at)
    old = (first.valid_from - 2 * day, first.valid_from - day)
    for start in range(0, count, ARTICLES_AT_ONCE):
        made: dict[Table, list[Any]] = {articles: [], versions: []}
        for number in range(start, min(count, start + ARTICLES_AT_ONCE)):
            place = draw.randrange(len(kinds))
            title, body = kinds[place]
            article = next(article_ids)
            made[articles].append((article, next(article_refs), house.institution.pk, created))
            of_number.append([])
            spans = [(first.valid_from, None)]
            if number % REVISED == 0:
                spans.insert(0, old)
            for serial, (begins, ends) in enumerate(spans, 1):
                pk = next(version_ids)
                of_kind[place].append(pk)
                of_number[-1].append(pk)
                made[versions].append(
                    changed(
                        pattern,
                        versions,
                        id=pk,
                        public_id=next(version_refs),
                        article_id=article,
                        number=serial,
                        title=f"{title} 编号{number:05d}",
                        spoken="以合同约定为准，我帮您核对。",
                        body=body,
                        valid_from=versions.moment(begins),
                        valid_until=versions.moment(ends) if ends else None,
                    )
                )
        for table, rows in made.items():
            table.write(rows)
    # What a wording is found by is worked out once for each; a number makes every title its own.
    by_term: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for place, (title, body) in enumerate(kinds):
        for term, weight in (terms.weighed(title, [], body) | {"编号": terms.TITLE}).items():
            by_term[term] += [(pk, weight) for pk in of_kind[place]]
    for number, pks in enumerate(of_number):
        by_term[f"{number:05d}"] = [(pk, terms.TITLE) for pk in pks]
    serials = itertools.count(found.next_id())
    # In the order of the index, so that it grows at its end.
    written = found.write(
        (next(serials), house.institution.pk, term, weight, pk)
        for term in sorted(by_term)
        for pk, weight in sorted(by_term.pop(term))
    )
    settle()
    return house.me, first, first.valid_from + day, written


if __name__ == "__main__":
    main()
