"""The pages of accounts, by subject."""

from tracker.accounts.views import deputies, keys, me, posts, signing, users
from tracker.accounts.views.blueprint import bp

__all__ = ["bp", "deputies", "keys", "me", "posts", "signing", "users"]
