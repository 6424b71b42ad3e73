"""The tables of the room: lights, notices and circulars."""

from tracker.supervision.models.circulars import Circular, CircularKind, CircularState
from tracker.supervision.models.lights import Light, LightChange, Reason
from tracker.supervision.models.numbering import NumberSeries, Series

__all__ = [
    "Circular",
    "CircularKind",
    "CircularState",
    "Light",
    "LightChange",
    "NumberSeries",
    "Reason",
    "Series",
]
