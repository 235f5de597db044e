"""The annotator as a widget of JupyterLab: shows an `AnnotatorState`, and carries out its steps."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from ..annotation.problems import SeedError
from ..corpus.files import describe_error
from ..figures.theme import PALETTE
from .annotator_state import AnnotatorState, OutsideChangeError
from .annotator_view import Offsets, page, view

__all__ = ["Annotator"]

HERE = Path(__file__).parent


def _style() -> str:
    """The style sheet, with the colours of the reading pages for light and dark themes."""
    light, dark = (
        "; ".join(f"--{role}: {pair[side]}" for role, pair in PALETTE.items()) for side in (0, 1)
    )
    return "\n".join(
        [
            f".standoff-annotator {{ {light} }}",
            f"[data-jp-theme-light=false] .standoff-annotator {{ {dark} }}",
            (HERE / "annotator.css").read_text(encoding="utf-8"),
        ]
    )


class Annotator(anywidget.AnyWidget):
    """Shows an article to be annotated. `page` and `shown` are what the front end draws.

    The front end asks for a step with a message such as `{"do": "mark", "label": "Actor",
    "fragments": [[15, 22]], "number": 3}`; the answer is a new `shown` with that number.
    """

    _esm = HERE / "annotator.js"
    _css = _style()
    page = traitlets.Dict().tag(sync=True)
    shown = traitlets.Dict().tag(sync=True)

    def __init__(self, state: AnnotatorState):
        super().__init__()
        self.state = state
        self._open()
        self.shown = self._view()
        self.on_msg(self._take)

    def __repr__(self) -> str:
        """Return what is shown where widgets are not: on pages, and in a saved notebook."""
        state = self.state
        return f"<annotator of {state.path.name} for {state.coder}; run this cell in JupyterLab>"

    def _open(self) -> None:
        self.offsets = Offsets(self.state.text)
        self.page = page(self.state, self.offsets)

    def _view(self, number: int = 0, selected: str | None = None, **message: str) -> dict[str, Any]:
        more = {"number": number, "selected": selected, "message": message}
        return view(self.state, self.offsets) | more

    def _take(self, widget: Any, asked: dict[str, Any], buffers: Any = None) -> None:
        """Carry out a step that the front end asks for, and show the result or what prevents it."""
        selected, message = asked.get("id"), dict[str, str]()
        try:
            selected = STEPS[asked["do"]](self, asked) or selected
        except OutsideChangeError as error:
            message = {"outside": str(error)}
        except OSError as error:
            message = {"error": f"Nothing was written: {describe_error(error)}."}
        except SeedError as error:
            message = {"error": f"Nothing was changed. {error}"}
        except ValueError as error:
            message = {"refused": str(error)}
        self.shown = self._view(asked["number"], selected, **message)

    def _fragments(self, asked: dict[str, Any]) -> tuple[tuple[int, int], ...]:
        return self.offsets.from_browser(asked["fragments"])

    def _reload(self) -> None:
        self.state.reload()
        self._open()


# what the front end may ask for; each returns the mark to be selected, or None
STEPS: dict[str, Callable[[Annotator, dict[str, Any]], str | None]] = {
    "mark": lambda self, one: self.state.mark(one["label"], self._fragments(one)),
    "move": lambda self, one: self.state.move(one["id"], self._fragments(one)),
    "extend": lambda self, one: self.state.extend(one["id"], self._fragments(one)),
    "relabel": lambda self, one: self.state.relabel(one["id"], one["label"]),
    "remove": lambda self, one: self.state.remove(one["id"]),
    "attribute": lambda self, one: self.state.set_attribute(one["id"], one["name"], one["value"]),
    "refer": lambda self, one: self.state.refer(one["id"], one["keys"]),
    "remark": lambda self, one: self.state.remark(one["id"], one["words"]),
    "tie": lambda self, one: self.state.tie(one["id"], one["name"], one["target"]),
    "tie words": lambda self, one: _no_selection(
        self.state.tie_words(one["id"], one["name"], self._fragments(one))
    ),
    "actor": lambda self, one: _no_selection(
        self.state.add_actor(one["id"], one["name"], one["kind"], one["country"], one["named"])
    ),
    "accept": lambda self, one: self.state.accept(one["draft"]),
    "reject": lambda self, one: self.state.reject(one["draft"]),
    "undo": lambda self, one: self.state.undo(),
    "redo": lambda self, one: self.state.redo(),
    "reload": lambda self, one: self._reload(),
}


def _no_selection(result: str) -> None:
    """Leave the mark selected that was."""


def __dir__() -> list[str]:
    return __all__
