"""The tables of the room: lights and circulars."""

from tracker.supervision.models.circulars import Circular, CircularKind, CircularState, NumberSeries
from tracker.supervision.models.lights import Light, LightChange, Reason

__all__ = ["Circular", "CircularKind", "CircularState", "Light", "LightChange", "NumberSeries", "Reason"]
