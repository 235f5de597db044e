"""The annotator as a widget of JupyterLab: shows an `AnnotatorSession`, carries out its steps."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anywidget
import traitlets

from ..annotation.problems import SeedError
from ..corpus.safe_writing import describe_error
from ..figures.theme import variables
from .annotator_session import AnnotatorSession
from .annotator_view import Offsets, page, view
from .article_files import OutsideChangeError

__all__ = ["Annotator"]

HERE = Path(__file__).parent


def _style() -> str:
    """The style sheet, with the colours of the reading pages for light and dark themes."""
    light, dark = variables()
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

    def __init__(self, state: AnnotatorSession):
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
            made = self._carry_out(asked)
            selected = made if asked["do"] in SELECTING else selected
        except OutsideChangeError as error:
            message = {"outside": str(error)}
        except OSError as error:
            message = {"error": f"Nothing was written: {describe_error(error)}."}
        except SeedError as error:
            message = {"error": f"Nothing was changed. {error}"}
        except ValueError as error:
            message = {"refused": str(error)}
        self.shown = self._view(asked["number"], selected, **message)

    def _carry_out(self, asked: dict[str, Any]) -> Any:
        if asked["do"] == "reload":
            return self._reload()
        step, *keys = STEPS[asked["do"]]
        if "fragments" in keys:
            asked = asked | {"fragments": self.offsets.from_browser(asked["fragments"])}
        return getattr(self.state, step)(*(asked[key] for key in keys))

    def _reload(self) -> None:
        self.state.reload()
        self._open()


# what the front end may ask for: the step of the state, and the keys of the message that it takes
STEPS: dict[str, tuple[str, ...]] = {
    "mark": ("mark", "label", "fragments"),
    "move": ("move", "id", "fragments"),
    "extend": ("extend", "id", "fragments"),
    "relabel": ("relabel", "id", "label"),
    "remove": ("remove", "id"),
    "attribute": ("set_attribute", "id", "name", "value"),
    "refer": ("refer", "id", "keys"),
    "remark": ("remark", "id", "words"),
    "tie": ("tie", "id", "name", "target"),
    "tie words": ("tie_words", "id", "name", "fragments"),
    "actor": ("add_actor", "id", "name", "kind", "country", "named"),
    "accept": ("accept", "draft"),
    "reject": ("reject", "draft"),
    "undo": ("undo",),
    "redo": ("redo",),
}
SELECTING = ("mark", "relabel", "accept")  # steps whose mark is selected afterwards
