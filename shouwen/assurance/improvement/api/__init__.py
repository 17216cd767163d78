"""What complaints teach, for programs: `/complaint-report` and `/complaint-returns`."""

from shouwen.assurance.improvement.api.routes import report_router, returns_router

__all__ = ["report_router", "returns_router"]
