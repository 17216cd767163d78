"""Surveys and campaigns for programs."""

from shouwen.assurance.satisfaction.api.campaigns import router as campaigns_router
from shouwen.assurance.satisfaction.api.surveys import router

__all__ = ["campaigns_router", "router"]
