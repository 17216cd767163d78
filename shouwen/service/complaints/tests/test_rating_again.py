"""Each result that was told is rated once, and the newest rating counts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from shouwen.people.staff.tests.factories import a_person, signed_in
from shouwen.service.cases import actions as cases
from shouwen.service.cases.tests.factories import later
from shouwen.service.complaints import actions, queries
from shouwen.service.complaints.models import Complaint, ComplaintRating
from shouwen.service.complaints.tests.factories import (
    Office,
    a_complaint_in,
    fresh,
    told_again,
)

BAD = {"timeliness": 2, "effect": 1, "communication": 2, "follow_up": 2}
GOOD = {"timeliness": 4, "effect": 5, "communication": 4, "follow_up": 4}


def rate(office: Office, one: Complaint, scores: dict[str, int], hours: float) -> ComplaintRating:
    """Rate as the complainant does on their page."""
    at = later(hours=hours)
    return actions.rate_by_complainant(fresh(one), scores, actor=office.bank.caller, at=at)


def test_a_second_result_is_rated_and_the_first_rating_stays(office: Office) -> None:
    one = fresh(a_complaint_in("FEEDBACK_SENT", office))
    first = rate(office, one, BAD, 5)
    with pytest.raises(actions.RatedAlready):
        rate(office, one, GOOD, 6)
    assert queries.rating_of(fresh(one)) == first
    told_again(office, one)
    assert queries.rating_of(fresh(one)) is None
    second = rate(office, one, GOOD, 28)
    with pytest.raises(actions.RatedAlready):
        rate(office, one, BAD, 29)
    assert queries.rating_of(fresh(one)) == second
    assert queries.ratings_of(fresh(one)) == [second, first]
    assert fresh(one).rating == second
    first.refresh_from_db()
    assert (first.about_at, first.newest_of, first.effect) == (one.feedback_at, None, 1)


def test_while_the_second_result_is_not_told_nothing_is_rated(office: Office) -> None:
    one = fresh(a_complaint_in("FEEDBACK_SENT", office))
    rate(office, one, BAD, 5)
    cases.object_by_customer(
        one.case, reason="没有收到", actor=office.bank.caller, at=later(hours=24)
    )
    with pytest.raises(actions.NothingToRate):
        rate(office, one, GOOD, 25)
    # What was said of the first result still counts.
    assert fresh(one).rating.effect == 1


def test_the_page_shows_what_was_said_of_each_result(office: Office) -> None:
    one = fresh(a_complaint_in("FEEDBACK_SENT", office))
    clerk = signed_in(a_person(office.bank.cards, "complaints"))
    button, path = "录入投诉人评价", f"/complaints/{one.public_id}/"
    assert button in clerk.get(path).content.decode()
    rate(office, one, BAD, 5)
    page = clerk.get(path).content.decode()
    assert (button in page, "1 / 5" in page, "针对" in page) == (False, True, False)
    told_again(office, one)
    assert button in clerk.get(path).content.decode()
    said: dict[str, Any] = {**GOOD, "channel": "PHONE"}
    assert clerk.post(f"{path}do/rate/", said).status_code == 200
    page = clerk.get(path).content.decode()
    assert (button in page, "1 / 5" in page, "5 / 5" in page) == (False, True, True)
    assert page.count("告知的结果") == 2


def test_the_database_keeps_one_rating_of_a_result_and_one_newest(office: Office) -> None:
    one = fresh(a_complaint_in("FEEDBACK_SENT", office))
    row = rate(office, one, BAD, 5)
    other = fresh(a_complaint_in("FEEDBACK_SENT", office))
    with pytest.raises(IntegrityError), transaction.atomic():
        ComplaintRating.objects.filter(pk=row.pk).update(newest_of=other)
    copy = ComplaintRating(complaint=one, about_at=row.about_at, given_at=row.given_at, **BAD)
    with pytest.raises(IntegrityError), transaction.atomic():
        copy.save(force_insert=True)
    copy.about_at, copy.newest_of = row.about_at + timedelta(days=1), one
    with pytest.raises(IntegrityError), transaction.atomic():
        copy.save(force_insert=True)
