"""Every address of the centre."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from config import health
from config.api import api
from shouwen.front.desk import urls as desk
from shouwen.ground.kit import views as kit
from shouwen.people.staff.web import staff_required

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("metrics", health.metrics),
    path("api/v1/", api.urls),
    path("accounts/", include("shouwen.people.staff.urls")),
    path("vault/", include("shouwen.ground.vault.urls")),
    path("", include("shouwen.contact.conversations.urls")),
    path("desk/", include("shouwen.front.desk.urls")),
    path("approvals/", include("shouwen.people.approvals.urls")),
    path("routing/", include("shouwen.contact.routing.urls")),
    path("customers/", include("shouwen.people.customers.urls")),
    path("cases/", include("shouwen.service.cases.urls")),
    path("complaints/", include("shouwen.service.complaints.urls")),
    path("knowledge/", include("shouwen.service.knowledge.urls")),
    path("callbacks/", include("shouwen.assurance.satisfaction.urls")),
    path("reports/", include("shouwen.front.reports.urls")),
    path("improvement/", include("shouwen.assurance.improvement.urls")),
    path("wallboard/", include("shouwen.assurance.monitoring.urls")),
    # The kit knows no staff, so the guards of its staff pages stand here, before its own addresses.
    path("console/components/", staff_required()(kit.components)),
    path("kit/find/", staff_required()(kit.find)),
    path("live/here/", staff_required()(kit.here)),
    path("live/beside/<str:ref>/", staff_required()(kit.neighbours)),
    path("live/beside/<str:ref>/typing/", staff_required()(kit.types)),
    path("console/system/scripts/", include(desk.scripts)),
    path("console/system/webhooks/", include("shouwen.front.integrations.urls")),
    path("console/", include("shouwen.front.console.urls")),
    path("", include("shouwen.ground.kit.urls")),
    path("", include("shouwen.contact.channels.urls")),
    path("", include("shouwen.front.portal.urls")),
]
