"""Complaints for programs: `/complaints`, `/complaint-ledger` and `/complaint-settings`."""

from shouwen.service.complaints.api.contesting import contesting_router
from shouwen.service.complaints.api.extending import extending_router
from shouwen.service.complaints.api.findings import findings_router, own_findings_router
from shouwen.service.complaints.api.grouping import group_router
from shouwen.service.complaints.api.importing import imports_router
from shouwen.service.complaints.api.outside import outside_router
from shouwen.service.complaints.api.progress import progress_router
from shouwen.service.complaints.api.proposals import proposals_router, triggers_router
from shouwen.service.complaints.api.redress import redress_levels_router, redress_router
from shouwen.service.complaints.api.righting import righting_router
from shouwen.service.complaints.api.routes import router
from shouwen.service.complaints.api.settings import settings_router
from shouwen.service.complaints.api.steps import steps_router
from shouwen.service.complaints.api.taking import taking_router
from shouwen.service.complaints.api.telling import telling_router
from shouwen.service.complaints.api.together import together_router

__all__ = [
    "contesting_router",
    "extending_router",
    "findings_router",
    "group_router",
    "imports_router",
    "outside_router",
    "own_findings_router",
    "progress_router",
    "proposals_router",
    "redress_levels_router",
    "redress_router",
    "righting_router",
    "router",
    "settings_router",
    "steps_router",
    "taking_router",
    "telling_router",
    "together_router",
    "triggers_router",
]
