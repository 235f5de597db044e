"""Annotating an article in JupyterLab: `annotate("my_project/my-article", coder="anna")`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from .annotator_session import AnnotatorSession

if TYPE_CHECKING:
    from .annotator_widget import Annotator

__all__ = ["annotate"]


def annotate(article: str | Path, coder: str = "gold") -> Annotator:
    """Return a widget in which a coder annotates an article with mouse or keyboard.

    `article` is the article's folder. Every step is written at once to the coder's file in it,
    `anna.ann` for the coder "anna"; marks of other coders are not shown. docs/annotator.md says
    what can be done, and with which keys.
    Raises `SeedError` if the article, its project or the coder's file cannot be read, and
    `ImportError` without the package anywidget.

    >>> annotate("my_project/my-article", coder="anna")  # doctest: +SKIP
    """
    state = AnnotatorSession(article, coder)
    try:
        from .annotator_widget import Annotator
    except ModuleNotFoundError as error:
        raise ImportError(
            f"{error.name} is missing; install it with: pip install anywidget"
        ) from error
    return Annotator(state)
