"""The pages of committees, by subject."""

from tracker.committees.views import bodies, days, reforms, units
from tracker.committees.views.blueprint import bp

__all__ = ["bodies", "bp", "days", "reforms", "units"]
