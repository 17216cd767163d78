"""What complaints teach, for programs: reports, returns, causes, issues, warnings."""

from shouwen.assurance.improvement.api.accountability import accountability_router
from shouwen.assurance.improvement.api.causes import causes_router
from shouwen.assurance.improvement.api.lookback import follow_ups_router
from shouwen.assurance.improvement.api.planning import issues_router
from shouwen.assurance.improvement.api.routes import report_router, returns_router
from shouwen.assurance.improvement.api.warnings import (
    addresses_router,
    notices_router,
    thresholds_router,
    warnings_router,
)

__all__ = [
    "accountability_router",
    "addresses_router",
    "causes_router",
    "follow_ups_router",
    "issues_router",
    "notices_router",
    "report_router",
    "returns_router",
    "thresholds_router",
    "warnings_router",
]
