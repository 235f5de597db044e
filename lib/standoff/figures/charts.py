"""What a figure shows where there is nothing to draw."""

from __future__ import annotations

from typing import Any

from .board import Board, wrap
from .display import Figure
from .theme import QUIET, WIDE

__all__ = ["empty_figure"]


def empty_figure(title: str, why: str, width: int = WIDE) -> Figure:
    """Return a figure that says that there is nothing to show, and why."""
    words = f"Nothing to show: {why}."

    def draw(width: int) -> Any:
        board = Board(width, 40)
        board.say(0, 20, wrap(words, width // 7), QUIET)
        return board.chart()

    return Figure(draw, f"{title} (nothing to show)", "", words, words, width=width)
