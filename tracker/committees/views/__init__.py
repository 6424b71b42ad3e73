"""The pages of committees, by subject."""

from tracker.committees.views import bodies, days, lists, reforms, units
from tracker.committees.views.blueprint import bp

__all__ = ["bodies", "bp", "days", "lists", "reforms", "units"]
