"""Customers for programs: `/customers` and below."""

from shouwen.people.customers.api.files import files_router
from shouwen.people.customers.api.filing import router
from shouwen.people.customers.api.merges import merges_router
from shouwen.people.customers.api.tiers import tiers_router

__all__ = ["files_router", "merges_router", "router", "tiers_router"]
