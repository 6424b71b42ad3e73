"""The pages of accounts, by subject."""

from tracker.accounts.views import signing
from tracker.accounts.views.blueprint import bp

__all__ = ["bp", "signing"]
