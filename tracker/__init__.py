"""纲目: a plan carried from paper to proof. `tracker.app` is the table of contents of the house."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tracker.app import create_app
else:

    def __getattr__(name: str) -> Any:
        """Built when somebody asks for it, so that the command line answers at once and the supervisor stays small."""
        if name == "create_app":
            return import_module("tracker.app").create_app
        raise AttributeError(name)


__all__ = ["create_app"]
