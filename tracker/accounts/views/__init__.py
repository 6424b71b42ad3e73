"""The pages of accounts, by subject."""

from tracker.accounts.views import (
    deputies,
    factors,
    gates,
    keys,
    leaving,
    link_orders,
    me,
    posts,
    proposals,
    roster,
    signing,
    single_sign_on,
    users,
)
from tracker.accounts.views.blueprint import bp

__all__ = [
    "bp",
    "deputies",
    "factors",
    "gates",
    "keys",
    "leaving",
    "link_orders",
    "me",
    "posts",
    "proposals",
    "roster",
    "signing",
    "single_sign_on",
    "users",
]
