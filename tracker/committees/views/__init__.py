"""The pages of committees, by subject."""

from tracker.committees.views import bodies, days, units
from tracker.committees.views.blueprint import bp

__all__ = ["bodies", "bp", "days", "units"]
