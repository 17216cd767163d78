"""A finding of responsibility by page and by program: set, heard, contested, decided."""

from __future__ import annotations

from shouwen.ground.kernel import time
from shouwen.people.staff.models import Person, Unit
from shouwen.people.staff.tests.factories import signed_in
from shouwen.service.cases.tests.factories import later
from shouwen.service.complaints import queries
from shouwen.service.complaints.models import Complaint
from shouwen.service.complaints.tests.factories import Office, a_complaint_in
from shouwen.service.complaints.tests.held import (
    EVIDENCE,
    SAID,
    contest,
    part,
)
from shouwen.service.complaints.tests.test_api import Line


def test_their_own_page_shows_no_more_than_they_need(
    office: Office, shared: Complaint, chief: Person
) -> None:
    Person.objects.filter(pk=office.worker.pk).update(name="方絮")
    client = signed_in(chief)
    ref = part(shared, "UNIT").public_id
    with time.frozen(later(hours=5)):
        listed = client.get("/complaints/held/").content.decode()
        page = client.get(f"/complaints/held/{ref}/")
    text = page.content.decode()
    assert ("1</b>" in listed, "1</b></button>" in text) == (True, False)
    assert shared.case.number in listed
    assert "70%" in text
    for hidden in (
        office.bank.customer.name.plain,
        shared.demand.plain,
        "方絮",
        "衡信外包服务",
    ):
        assert hidden not in text
    with time.frozen(later(hours=5)):
        wrong = client.post(f"/complaints/held/{ref}/state/", {"position": "", "words": ""})
        assert wrong.status_code == 422
        done = client.post(
            f"/complaints/held/{ref}/state/", {"position": "DISAGREES", "words": SAID}
        )
        assert done.headers["Location"] == f"/complaints/held/{ref}/"
        client.post(f"/complaints/held/{ref}/contest/", {"words": SAID})
        again = client.post(f"/complaints/held/{ref}/contest/", {"words": SAID})
    assert again.status_code == 409
    assert part(shared, "UNIT").is_contested
    with time.frozen(later(hours=5)):
        assert signed_in(office.worker).get(f"/complaints/held/{ref}/").status_code == 404


def test_the_complaints_page_leads_through_it(office: Office, credit: Unit, chief: Person) -> None:
    one = a_complaint_in("ANALYSED", office)
    worker, head = signed_in(office.worker), signed_in(office.head)
    at = f"/complaints/{one.public_id}"
    said = {
        "responsible": "SHARED",
        "held_1": f"unit:{credit.public_id}",
        "percent_1": "70",
        "held_2": "PARTNER",
        "percent_2": "20",
        "partner": "衡信外包服务",
        "evidence": EVIDENCE,
    }
    with time.frozen(later(hours=3)):
        asked = worker.post(f"{at}/ask/responsibility/anew/", {"responsible": "SHARED"})
        assert 'name="percent_4"' in asked.content.decode()
        wrong = worker.post(f"{at}/do/responsibility/", said)
        assert wrong.status_code == 422
        worker.post(f"{at}/do/responsibility/", {**said, "percent_2": "30"})
        page = worker.get(f"{at}/").content.decode()
        assert "衡信外包服务" in page
        heard = {"part": part(one, "PARTNER").public_id, "position": "AGREES", "words": "认可"}
        assert 'name="part"' in worker.get(f"{at}/ask/hear/").content.decode()
        assert worker.post(f"{at}/do/hear/", heard).status_code == 200
        contest(one, chief)
        assert f"{at}/ask/judge/" not in worker.get(f"{at}/").content.decode()
        assert f"{at}/ask/judge/" in head.get(f"{at}/").content.decode()
        judged = {"part": part(one, "UNIT").public_id, "outcome": "CHANGED", "opinion": "改判"}
        more = head.post(f"{at}/ask/judge/anew/", judged)
        assert 'name="held_1"' in more.content.decode()
        changed = {**said, **judged, "percent_1": "40", "percent_2": "60"}
        assert head.post(f"{at}/do/judge/", changed).status_code == 200
    assert [row.percent for row in queries.finding_of(one) if row.is_current] == [40, 60]


def test_programs_set_hear_contest_and_decide(office: Office, credit: Unit, chief: Person) -> None:
    one = a_complaint_in("ANALYSED", office)
    worker = Line(office, "complaints", office.worker)
    head, own = Line(office, "lead", office.head), Line(office, "lead", chief)
    body = {
        "responsible": "SHARED",
        "evidence": EVIDENCE,
        "shares": [
            {"kind": "UNIT", "percent": 70, "unit": credit.public_id},
            {"kind": "PARTNER", "percent": 30, "partner": "衡信外包服务"},
        ],
    }
    with time.frozen(later(hours=3)):
        assert worker.send(f"/{one.public_id}/responsibility", body).status_code == 200
        first, second = head.read(f"/{one.public_id}/finding").json()
        assert (first["percent"], second["partner"]) == (70, "衡信外包服务")
        heard = {"part": second["id"], "position": "DISAGREES", "words": "不认可"}
        assert worker.send(f"/{one.public_id}/finding-statement", heard).status_code == 200
        headers = {"Authorization": f"Bearer {own.key}"}
        mine = own.client.get("/api/v1/complaint-findings", headers=headers).json()["items"]
        assert [row["id"] for row in mine] == [first["id"]]
        asked = own.client.post(
            f"/api/v1/complaint-findings/{first['id']}/contest",
            {"words": SAID},
            content_type="application/json",
            headers=headers,
        )
        assert (asked.status_code, asked.json()["state"]) == (200, "ASKED")
        judged = {"part": first["id"], "outcome": "CHANGED", "opinion": "改判"}
        door = f"/{one.public_id}/finding-decision"
        assert head.send(door, judged).status_code == 422
        refused = worker.send(door, {**judged, "outcome": "UPHELD"})
        assert refused.json()["code"] == "finding-decided-oneself"
        finding = {"responsible": "PARTNER", "evidence": "外包机构擅自发送。"}
        assert head.send(door, {**judged, "finding": finding}).json()["responsible"] == "PARTNER"
