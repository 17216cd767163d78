"""The knowledge for programs: read, written, and the areas it is filed under."""

from shouwen.service.knowledge.api import deciding
from shouwen.service.knowledge.api.areas import areas_router
from shouwen.service.knowledge.api.reading import router
from shouwen.service.knowledge.api.versions import versions_router

__all__ = ["areas_router", "deciding", "router", "versions_router"]
