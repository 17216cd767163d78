"""Fills a demo centre on PostgreSQL with many customers, presses the preview and counts."""

from __future__ import annotations

import sys

from bench.measuring import repeated, spread_ms
from bench.work.begin import begin, say
from bench.work.bulk import Table, copies, settle

DAYS = 80


def main() -> None:
    """Fill, count some times, and print."""
    count = int(sys.argv[1])
    begin()
    from shouwen.assurance.satisfaction.models import AskedWay, Campaign, Had  # noqa: PLC0415
    from shouwen.assurance.satisfaction.queries import drawing  # noqa: PLC0415
    from shouwen.assurance.satisfaction.rules import campaigns as rules  # noqa: PLC0415
    from shouwen.contact.conversations.models import Contact  # noqa: PLC0415
    from shouwen.ground.kernel import time  # noqa: PLC0415
    from shouwen.people.customers.models import ContactPoint, Customer, PointKind  # noqa: PLC0415

    campaign = Campaign.objects.filter(institution__code="bank").order_by("pk")[0]
    home = campaign.institution_id
    own = {"customer__institution": home, "kind": PointKind.PHONE, "is_primary": True}
    phone = ContactPoint.objects.filter(**own).order_by("pk")[0]
    talks = Contact.objects.filter(institution=home, owner__isnull=False, state="ENDED")
    talk = talks.order_by("pk")[0]
    copies(
        Table(Customer),
        phone.customer_id,
        count,
        public_id="'cust_9' || lpad(n::text, 25, '0')",
        number="'many-' || n",
        id_number="NULL",
        id_blind="''",
        dedicated_id="NULL",
    )
    before = Customer.objects.order_by("-pk")[0].pk - count
    copies(
        Table(ContactPoint),
        phone.pk,
        count,
        public_id="'point_9' || lpad(n::text, 25, '0')",
        customer_id=f"{before} + n",
    )
    at = f"now() - make_interval(secs => 86400.0 * {DAYS} * n / {count})"
    moments = ("arrived_at", "queued_at", "answered_at", "ended_at", "wrapped_up_at")
    copies(
        Table(Contact),
        talk.pk,
        count,
        public_id="'cont_9' || lpad(n::text, 25, '0')",
        customer_id=f"{before} + n",
        **dict.fromkeys(moments, at),
    )
    settle()
    campaign.had, campaign.had_days, campaign.unit = Had.CONTACTS, DAYS + 1, None
    campaign.value, campaign.risk, campaign.way = "", "", AskedWay.CALL
    now = time.now()
    for sample, size in ((rules.SHARE, 1), (rules.NUMBER, 1_000), (rules.EVERYBODY, 0)):
        campaign.sample, campaign.size = sample, size
        counted = drawing.forecast_of(campaign, time.day_of(now), now)
        took = repeated(
            lambda: drawing.forecast_of(campaign, time.day_of(now), now), repeats=5, warm_ups=0
        )
        say(what=f"counting, {sample} {size}", **counted, **spread_ms(took))
    took = repeated(
        lambda: drawing.is_many(campaign, time.day_of(now), now), repeats=20, warm_ups=2
    )
    say(what="preview pressed", **spread_ms(took))


if __name__ == "__main__":
    main()
