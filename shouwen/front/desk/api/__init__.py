"""The desk for programs: work with customers and among colleagues as a person, and its scripts."""

from shouwen.front.desk.api import advising, colleagues, working
from shouwen.front.desk.api.wording import scripts_router

# They put their operations on the one router, so that each address stands once in the schema.
__all__ = ["advising", "colleagues", "router", "scripts_router"]
router = working.router
