"""The pages of accounts, by subject."""

from tracker.accounts.views import keys, me, signing
from tracker.accounts.views.blueprint import bp

__all__ = ["bp", "keys", "me", "signing"]
