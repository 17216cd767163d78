"""Addresses of signing in and of one's own account.

Only what this centre offers: people are hired, not signed up, and nothing goes by e-mail. The
library asks for the names of some other pages; those lead nowhere. A forgotten password is set anew
by an administrator, so that page has no name either, and no form links to it.
"""

from __future__ import annotations

from allauth.account import views
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path, re_path

from shouwen.people.staff.views import invitation


def closed(request: HttpRequest) -> HttpResponse:
    """Answer as if the page did not exist, which is so."""
    raise Http404


urlpatterns: list[URLPattern | URLResolver] = [
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("2fa/", include("allauth.mfa.urls")),
    re_path(r"^invitation/(?P<token>[A-Za-z0-9_-]{20,100})/$", invitation, name="staff_invitation"),
    path("signup/", closed, name="account_signup"),
    path("email/", closed, name="account_email"),
    path("email/confirm/", closed, name="account_email_verification_sent"),
    path("password/set/", closed, name="account_set_password"),
]
