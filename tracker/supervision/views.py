from flask import Blueprint

from tracker.core import calendar
from tracker.supervision import models

bp = Blueprint("supervision", __name__)
__all__ = ["bp", "calendar", "models"]
