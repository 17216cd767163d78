"""The desk for programs that act as a person: work with customers, and among colleagues."""

from shouwen.front.desk.api import advising, colleagues, working

# They put their operations on the one router, so that each address stands once in the schema.
__all__ = ["advising", "colleagues", "router"]
router = working.router
