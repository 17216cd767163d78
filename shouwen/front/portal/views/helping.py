"""The help centre: what customers may read, found by words or area, and whether it was of use."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from shouwen.contact.conversations.views import as_download
from shouwen.front.portal import queries
from shouwen.ground.kernel import errors, time
from shouwen.ground.kernel.actor import Actor
from shouwen.people.customers import queries as customers
from shouwen.people.staff.signing_in import guesses
from shouwen.people.staff.signing_in.backends import client_address
from shouwen.service.knowledge import actions as knowledge
from shouwen.service.knowledge import queries as articles

VOTED = "portal_voted"
VOTES_KEPT = 50


class TooManyVotes(errors.TooMany):
    """One network address votes and votes."""

    message = _("Many answers came from this network. Try again in 30 minutes.")


@require_safe
def help_centre(request: HttpRequest) -> HttpResponse:
    """Show what customers may read, by words or area."""
    institution = queries.institution_chosen(request.GET.get("institution", ""))
    asked = articles.Asked(
        q=request.GET.get("q", "")[:200],
        category=request.GET.get("area", "")[:60],
        after=request.GET.get("after", "")[:60],
        limit=queries.HELP_ROWS,
    )
    context = queries.help_page(institution, asked, time.now())
    return render(request, "portal/help.html", context)


@require_safe
def article(request: HttpRequest, institution: str, ref: str) -> HttpResponse:
    """Show one text customers may read."""
    home = queries.institution_chosen(institution)
    version = articles.public_version(home.pk, ref, at=time.now())
    vote = request.session.get(VOTED, {}).get(version.public_id)
    return render(
        request,
        "portal/article.html",
        {
            "institution": home,
            "version": version,
            "vote": vote,
            "files": articles.files_of(version),
        },
    )


@require_safe
def file(request: HttpRequest, institution: str, ref: str, file: str) -> HttpResponse:
    """Hand out a file of a text customers may read."""
    home = queries.institution_chosen(institution)
    version = articles.public_version(home.pk, ref, at=time.now())
    return as_download(knowledge.open_attached(version, file))


@require_POST
def vote(request: HttpRequest, institution: str, ref: str) -> HttpResponse:
    """Keep whether the text was of use; one voice a browser."""
    at, home = time.now(), queries.institution_chosen(institution)
    version = articles.public_version(home.pk, ref, at=at)
    limit = customers.self_service(home.pk).asks_per_source
    lock = guesses.Lock("help-vote", client_address(request), home.code, limit)
    if not guesses.take(lock, at=at):
        raise TooManyVotes
    if request.session.session_key is None:
        request.session.create()
    key = f"{version.public_id}\x1f{request.session.session_key}"
    voter = salted_hmac("shouwen.portal.vote", key, algorithm="sha256").hexdigest()
    is_useful = request.POST.get("useful") == "yes"
    reader = Actor.customer(f"reader_{voter[:16]}", home.pk)
    knowledge.vote_as_public(version, is_useful=is_useful, voter=voter, actor=reader, at=at)
    votes = list(request.session.get(VOTED, {}).items())[-VOTES_KEPT:]
    request.session[VOTED] = {**dict(votes), version.public_id: is_useful}
    return redirect("portal:article", institution, ref)
