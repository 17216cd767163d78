"""One-time links."""

from __future__ import annotations

import pytest

from shouwen.service.cases import actions
from shouwen.service.cases.actions import links
from shouwen.service.cases.models import CaseLink
from shouwen.service.cases.tests.factories import Bank, a_case, a_case_in, later


def test_a_link_works_once(bank: Bank) -> None:
    case = a_case(bank)
    token = links.issue(case, later(hours=1))
    assert links.redeem(token, later(hours=2)) == case
    with pytest.raises(links.LinkIsSpent):
        links.redeem(token, later(hours=2))


def test_only_a_digest_is_kept(bank: Bank) -> None:
    token = links.issue(a_case(bank), later(hours=1))
    assert len(token) >= 43  # 256 bits
    assert not CaseLink.objects.filter(digest=token).exists()


def test_a_new_link_stops_the_old_one(bank: Bank) -> None:
    case = a_case(bank)
    old, new = links.issue(case, later(hours=1)), links.issue(case, later(hours=2))
    with pytest.raises(links.LinkIsSpent):
        links.redeem(old, later(hours=3))
    assert links.redeem(new, later(hours=3)) == case


@pytest.mark.parametrize("token", ["", "x", "长" * 10, "a" * 5000])
def test_a_made_up_link_opens_nothing(bank: Bank, token: str) -> None:
    with pytest.raises(links.LinkIsSpent):
        links.redeem(token, later(hours=1))


def test_a_link_expires_and_the_archive_ends_it(bank: Bank) -> None:
    token = links.issue(a_case(bank), later(hours=1))
    with pytest.raises(links.LinkIsSpent):
        links.redeem(token, later(hours=1, days=links.LINK_DAYS))
    closed = a_case_in("CLOSED", bank)
    late = links.issue(closed, later(hours=4))
    actions.archive(closed, actor=bank.boss, at=later(hours=5))
    with pytest.raises(links.LinkIsSpent):
        links.redeem(late, later(hours=6))
