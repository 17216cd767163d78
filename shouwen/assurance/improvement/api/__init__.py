"""What complaints teach, for programs: reports, returns, causes, issues, warnings."""

from shouwen.assurance.improvement.api.causes import causes_router
from shouwen.assurance.improvement.api.issues import issues_router
from shouwen.assurance.improvement.api.lookback import follow_ups_router
from shouwen.assurance.improvement.api.routes import report_router, returns_router
from shouwen.assurance.improvement.api.warnings import thresholds_router, warnings_router

__all__ = [
    "causes_router",
    "follow_ups_router",
    "issues_router",
    "report_router",
    "returns_router",
    "thresholds_router",
    "warnings_router",
]
