"""The pages of plans and of their import."""

from tracker.plans.views import imports, names, plans
from tracker.plans.views.blueprint import bp

__all__ = ["bp", "imports", "names", "plans"]
