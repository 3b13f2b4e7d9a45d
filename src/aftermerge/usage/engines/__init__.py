"""Where usage tables stand, and where queries run: the embedded engine, and those of the team."""

from aftermerge.usage.engines.opened import Engines, opened
from aftermerge.usage.engines.places import Places

__all__ = ["Engines", "Places", "opened"]
