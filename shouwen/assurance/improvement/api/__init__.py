"""What complaints teach, for programs: reports, returns, causes and issues."""

from shouwen.assurance.improvement.api.causes import causes_router
from shouwen.assurance.improvement.api.issues import issues_router
from shouwen.assurance.improvement.api.routes import report_router, returns_router

__all__ = ["causes_router", "issues_router", "report_router", "returns_router"]
