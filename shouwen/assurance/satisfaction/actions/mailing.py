"""Asking those who were drawn by e-mail, through the letterbox that carries one-time codes too.

The message is handed over first and counted as asked after; its key and its link are the same
whenever it is handed over again, so that a stop in between asks nobody twice.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from shouwen.assurance.satisfaction import queries
from shouwen.assurance.satisfaction.actions.asking import (
    ask_drawn,
    hold_run,
    is_listed,
    leave_out,
)
from shouwen.assurance.satisfaction.models import (
    AskedBy,
    AskedWay,
    CampaignRun,
    CampaignState,
    Drawn,
    DrawnState,
)
from shouwen.assurance.satisfaction.queries import drawing
from shouwen.assurance.satisfaction.rules import campaigns as rules
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.policy import queries as policy
from shouwen.people.customers import ports
from shouwen.people.customers.models import ContactPoint, PointKind

SENT_AT_ONCE = 20
SALT = "satisfaction.campaign-link"


def send_letters(at: datetime) -> int:
    """Send the next messages of each run that asks by e-mail; give how many went out."""
    letterbox = ports.letterbox()
    if letterbox is None:
        return 0
    runs = CampaignRun.objects.filter(
        ended_at__isnull=True,
        campaign__state=CampaignState.RUNNING,
        campaign__way=AskedWay.EMAIL,
        people__state=DrawnState.LISTED,
    )
    ids = list(runs.order_by("pk").values_list("pk", flat=True).distinct())
    return sum(_send_some(pk, letterbox, at) for pk in ids)


def _send_some(pk: int, letterbox: ports.Letterbox, at: datetime) -> int:
    sent = 0
    for drawn in _next(pk, at):
        point = _address(drawn)
        if point is None:
            continue
        token = _token(drawn)
        try:
            # The provider may take its time: no transaction waits for it.
            letterbox.post(
                PointKind.EMAIL, point.value.plain, _words(drawn, token, at), key=drawn.public_id
            )
        except ports.LetterboxAway:
            break
        sent += _note(drawn, token, at)
    return sent


@transaction.atomic
def _next(pk: int, at: datetime) -> list[Drawn]:
    """Give the next to be written to; leave out who may not be any more, or waited too long."""
    run = hold_run(pk)
    listed = Drawn.objects.filter(run=run, state=DrawnState.LISTED).order_by("pk")
    found = list(
        listed.select_related("customer", "run__version", "run__campaign__institution")[
            :SENT_AT_ONCE
        ]
    )
    days = run.campaign.window_days
    if policy.close_of_working_day(run.campaign.institution_id, run.began_at, days) <= at:
        leave_out(run, [row.pk for row in found], [rules.AWAY] * len(found))
        return []
    out = drawing.left_out(run.campaign, [row.customer_id for row in found], at)
    leave_out(run, [row.pk for row in found if row.customer_id in out], list(out.values()))
    return [row for row in found if row.customer_id not in out]


def _address(drawn: Drawn) -> ContactPoint | None:
    points = ContactPoint.objects.filter(customer=drawn.customer, kind=PointKind.EMAIL)
    return points.select_related("customer").order_by("-is_primary", "pk").first()


def _token(drawn: Drawn) -> str:
    """Give the link's token: who knows neither the secret key nor the letter cannot guess it."""
    return salted_hmac(SALT, drawn.public_id, algorithm="sha256").hexdigest()


def _words(drawn: Drawn, token: str, at: datetime) -> str:
    campaign, version = drawn.run.campaign, drawn.run.version
    until = policy.close_of_working_day(campaign.institution_id, at, campaign.window_days)
    with translation.override(drawn.customer.language):
        return _(
            "%(institution)s asks: %(survey)s\n%(intro)s\n%(address)s\n"
            "The link is yours alone and can be answered until %(until)s."
        ) % {
            "institution": campaign.institution.name,
            "survey": version.name,
            "intro": version.intro,
            "address": queries.survey_address(token),
            "until": until.strftime("%Y-%m-%d %H:%M"),
        }


@transaction.atomic
def _note(drawn: Drawn, token: str, at: datetime) -> int:
    run = hold_run(drawn.run_id)
    if not is_listed(drawn, run):
        return 0
    actor = Actor.system("satisfaction", run.campaign.institution_id)
    ask_drawn(drawn, run, token, way=AskedBy.MAIL, actor=actor, at=at)
    return 1
