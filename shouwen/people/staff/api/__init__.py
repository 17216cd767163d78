"""Staff by the public API, by subject."""

from shouwen.people.staff.api.posts import posts_router
from shouwen.people.staff.api.rosters import rosters_router

__all__ = ["posts_router", "rosters_router"]
