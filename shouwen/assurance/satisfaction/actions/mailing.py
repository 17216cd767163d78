"""Asking those who were drawn by e-mail, by what carries one-time codes too.

Those who are written to next are claimed, the message is handed over, and they are counted as
asked after. Its key and its link are the same whenever it is handed over again, so that a stop in
between asks nobody twice; claims that nobody followed up run out.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
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
from shouwen.people.customers import actions as customers
from shouwen.people.customers import ports
from shouwen.people.customers import rules as letters
from shouwen.people.customers.models import ContactPoint, PointKind

LEFT_OUT_AT_ONCE = 500
# The line broke or the time was over: nobody knows whether the letter was taken.
UNCLEAR = ("time", "cut")
SALT = "satisfaction.campaign-link"


def send_letters(at: datetime) -> int:
    """Send the next messages of each run that asks by e-mail; give how many were settled.

    Settled is who was asked, or whose address or letter the mail server refused for good: they
    are counted among those left out. A letter that is put off is tried again with growing pauses
    until the run's window is over.
    """
    if ports.letterbox(PointKind.EMAIL) is None:
        return 0
    runs = CampaignRun.objects.filter(
        ended_at__isnull=True,
        campaign__state=CampaignState.RUNNING,
        campaign__way=AskedWay.EMAIL,
        people__state=DrawnState.LISTED,
    )
    ids = list(runs.order_by("pk").values_list("pk", flat=True).distinct())
    settled = 0
    for pk in ids:
        try:
            settled += _send_some(pk, at)
        except ports.LetterboxAway:
            # The next run would hear the same.
            break
    return settled


def _send_some(pk: int, at: datetime) -> int:
    settled, claimed = 0, _claim(pk, at)
    for number, drawn in enumerate(claimed):
        point = _address(drawn)
        if point is None:
            continue
        token = _token(drawn)
        letter = customers.Letter(drawn.public_id, *_words(drawn, token, at))
        try:
            # The mail server may take its time: no transaction waits for it.
            customers.post_letter(point, letter, actor=_actor(drawn.run), at=at)
        except ports.LetterDelayed:
            _put_off(drawn, at)
        except ports.LetterRefused:
            settled += _refuse(drawn)
        except ports.LetterboxAway as away:
            if away.code in UNCLEAR:
                # It may have been taken: asked again at once, the customer would have it again
                # and again, and all others would wait behind.
                _put_off(drawn, at)
                number += 1
            _release(claimed[number:])
            raise
        else:
            settled += _note(drawn, token, at)
    return settled


@transaction.atomic
def _claim(pk: int, at: datetime) -> list[Drawn]:
    """Take the next to be written to; leave out who may not be any more, or waited too long."""
    run = hold_run(pk)
    listed = Drawn.objects.filter(run=run, state=DrawnState.LISTED).order_by("pk")
    days = run.campaign.window_days
    if policy.close_of_working_day(run.campaign.institution_id, run.began_at, days) <= at:
        late = list(listed.values_list("pk", flat=True)[:LEFT_OUT_AT_ONCE])
        leave_out(run, late, [rules.AWAY] * len(late))
        return []
    due = listed.filter(Q(try_at__isnull=True) | Q(try_at__lte=at))
    related = due.select_related("customer", "run__version", "run__campaign__institution")
    found = list(related[: customers.CLAIMED_AT_ONCE])
    out = drawing.left_out(run.campaign, [row.customer_id for row in found], at)
    leave_out(run, [row.pk for row in found if row.customer_id in out], list(out.values()))
    stay = [row for row in found if row.customer_id not in out]
    until = at + timedelta(seconds=customers.CLAIM_SECONDS)
    Drawn.objects.filter(pk__in=[row.pk for row in stay]).update(try_at=until)
    return stay


def _release(claimed: list[Drawn]) -> None:
    """Give back who was not written to."""
    Drawn.objects.filter(pk__in=[row.pk for row in claimed]).update(try_at=None)


def _put_off(drawn: Drawn, at: datetime) -> None:
    pause = timedelta(seconds=letters.pause_seconds(drawn.tries + 1))
    Drawn.objects.filter(pk=drawn.pk).update(tries=F("tries") + 1, try_at=at + pause)


@transaction.atomic
def _refuse(drawn: Drawn) -> int:
    """Leave out whose letter will never be taken."""
    run = hold_run(drawn.run_id)
    if is_listed(drawn, run):
        leave_out(run, [drawn.pk], [rules.REFUSED])
    return 1


def _actor(run: CampaignRun) -> Actor:
    return Actor.system("satisfaction", run.campaign.institution_id)


def _address(drawn: Drawn) -> ContactPoint | None:
    """Give the address to write to: one that was refused lately only where there is no other."""
    points = ContactPoint.objects.filter(customer=drawn.customer, kind=PointKind.EMAIL)
    ordered = points.order_by(F("refused_at").asc(nulls_first=True), "-is_primary", "pk")
    return ordered.select_related("customer").first()


def _token(drawn: Drawn) -> str:
    """Give the link's token: who knows neither the secret key nor the letter cannot guess it."""
    return salted_hmac(SALT, drawn.public_id, algorithm="sha256").hexdigest()


def _words(drawn: Drawn, token: str, at: datetime) -> tuple[str, str]:
    """Give subject and words in the customer's language."""
    campaign, version = drawn.run.campaign, drawn.run.version
    until = policy.close_of_working_day(campaign.institution_id, at, campaign.window_days)
    with translation.override(drawn.customer.language):
        subject = _("%(institution)s asks: %(survey)s") % {
            "institution": campaign.institution.name,
            "survey": version.name,
        }
        return subject, _(
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
    ask_drawn(drawn, run, token, way=AskedBy.MAIL, actor=_actor(run), at=at)
    return 1
