"""The 工作台, and the pages of long work that a person ordered in any room."""

from flask import Blueprint

bp = Blueprint("home", __name__)

from tracker.home.views import desk, works  # noqa: E402 - they hang their routes on the blueprint

__all__ = ["bp", "desk", "works"]
