"""Staff by the public API, by subject."""

from shouwen.people.staff.api.people import people_router
from shouwen.people.staff.api.posts import posts_router
from shouwen.people.staff.api.rosters import rosters_router
from shouwen.people.staff.api.units import units_router

__all__ = ["people_router", "posts_router", "rosters_router", "units_router"]
