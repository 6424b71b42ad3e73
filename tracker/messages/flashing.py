"""What the page says after units were told something: how many heard of it, and by name who did not."""

from __future__ import annotations

from collections.abc import Collection

from flask import flash


def flash_told(done: str, told: int, deaf: Collection[str]) -> None:
    """Never more than is true: a unit in which nobody holds a post has heard nothing, and somebody must call it."""
    flash(f"{done}，{told}个单位已收到通知。" if told else f"{done}。", "success")
    if deaf:
        flash(f"{'、'.join(deaf)}没有联络员和分管领导，没有收到通知，请另行通知。", "warning")
