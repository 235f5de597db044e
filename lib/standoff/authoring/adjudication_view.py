"""What an adjudication looks like: buttons in a notebook cell, HTML on a page, plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..annotation.escaping import as_html
from ..annotation.problems import SeedError
from ..figures.names import capital
from .article_files import OutsideChangeError
from .disagreement_display import heading, passage_html, passage_text
from .merging import BOTH, NEITHER

if TYPE_CHECKING:
    from .adjudicating import Adjudication

__all__ = ["as_text", "mimebundle"]


def _summary(session: Adjudication) -> str:
    """How far the adjudication has come."""
    made, left = len(session.decisions), len(session.open)
    agreed = session.merge.agreed()
    return (
        f"{session.path.name}, {' and '.join(session.coders)}: {made} of {made + left} "
        f"disagreements decided; {agreed} annotations that both made are taken over."
    )


def _outcome(session: Adjudication) -> list[str]:
    """Whether `gold.ann` is written once nothing is open, and decisions that no longer apply."""
    lines = []
    if session.problems:
        lines.append("gold.ann is not written, because together the decisions break rules:")
        lines += [f"{problem.message} ({problem.code})" for problem in session.problems]
        lines.append("Take a decision back that led to it: undo(), or reopen(number).")
    elif session.current is None:
        lines.append("Nothing is open: gold.ann is written, the reasons are in adjudication.md.")
    if session.outdated:
        what = "; ".join(one.what for one in session.outdated)
        lines.append(f"No longer about any disagreement, but kept in adjudication.md: {what}.")
    return lines


def as_text(session: Adjudication) -> str:
    """Return what is to be decided now as plain text."""
    lines = [_summary(session), *_outcome(session)]
    one = session.current
    if one is not None:
        choices = ", ".join(f'"{choice}"' for choice in one.choices)
        lines += ["", capital(heading(session.merge, one)), passage_text(session.merge, one)]
        lines += ["", f'decide with .take(…, reason="…"): {choices}; or .later(), .undo()']
    return "\n".join(lines)


def _as_html(session: Adjudication) -> str:
    """Return it as HTML, the decisions so far folded below it."""
    parts = [f'<p style="margin: .2em 0">{as_html(_summary(session))}</p>']
    parts += [f'<p style="margin: .2em 0">{as_html(line)}</p>' for line in _outcome(session)]
    one = session.current
    if one is not None:
        title = as_html(capital(heading(session.merge, one)))
        parts.append(f'<p style="margin: .8em 0 .2em; font-weight: 600">{title}</p>')
        parts.append(passage_html(session.merge, one, whole=True))
    return "".join(parts)


def _decided(session: Adjudication) -> str:
    """The decisions so far as a list that can be opened."""
    if not session.decisions:
        return ""
    items = "".join(
        f"<li>{as_html(one.what)}: <b>{as_html(one.taken)}</b>, {as_html(one.why)}</li>"
        for one in session.decisions
    )
    return (
        f'<details style="max-width: 46em; line-height: 1.5"><summary>Decided so far</summary>'
        f'<ol style="margin: .2em 0">{items}</ol></details>'
    )


def mimebundle(session: Adjudication) -> dict[str, Any]:
    """Return what a notebook cell shows: buttons where ipywidgets is installed, and HTML."""
    bundle: dict[str, Any] = {
        "text/plain": as_text(session),
        "text/html": _as_html(session) + _decided(session),
    }
    try:
        view = _View(session)
    except ImportError:
        return bundle
    return {**view.box._repr_mimebundle_(), **bundle}


class _View:
    """Buttons for one adjudication, and what they do."""

    def __init__(self, session: Adjudication):
        import ipywidgets as widgets

        self.session = session
        self.page, self.decided, self.message = (widgets.HTML() for _ in range(3))
        self.reason = widgets.Text(
            description="Reason",
            placeholder="why, in a few words; it goes into adjudication.md",
            layout={"width": "46em", "max_width": "100%"},
        )
        self.choices = {}
        for choice in (*session.coders, BOTH, NEITHER):
            name = f"Take {choice}" if choice in session.coders else choice.capitalize()
            self.choices[choice] = self.button(name, self.taking(choice), "primary")
        self.later = self.button("Later", session.later)
        self.undo = self.button("Undo", session.undo)
        self.reload = self.button("Reload", session.reload)
        buttons = [*self.choices.values(), self.later, self.undo, self.reload]
        row = widgets.HBox(buttons, layout={"flex_flow": "row wrap"})
        self.box = widgets.VBox([self.page, self.reason, row, self.message, self.decided])
        self.refresh()

    def button(self, name: str, step: Any, style: str = "") -> Any:
        """Return a button that takes a step and shows what came of it."""
        import ipywidgets as widgets

        button = widgets.Button(
            description=name, button_style=style, layout={"width": "auto", "min_width": "6em"}
        )
        button.on_click(lambda _: self.run(step))
        return button

    def taking(self, choice: str) -> Any:
        """Return the step that takes a choice for the reason that is typed."""
        return lambda: self.session.take(choice, self.reason.value)

    def run(self, step: Any) -> None:
        """Take a step; what goes wrong is shown, and the reason stays."""
        try:
            step()
        except (ValueError, OutsideChangeError, SeedError, OSError) as error:
            words = as_html(str(error))
            is_outside = isinstance(error, OutsideChangeError | SeedError)
            self.reload.layout.display = "" if is_outside else "none"
            self.message.value = f'<p role="alert" style="font-weight: 600">{words}</p>'
            return
        self.reason.value = ""
        self.refresh()
        self.reason.focus()

    def refresh(self) -> None:
        """Show what is to be decided now, with the buttons that apply."""
        one = self.session.current
        self.message.value, self.reload.layout.display = "", "none"
        self.page.value, self.decided.value = _as_html(self.session), _decided(self.session)
        for choice, button in self.choices.items():
            is_possible = one is not None and choice in one.choices
            button.layout.display = "" if is_possible else "none"
        self.reason.layout.display = self.later.layout.display = "none" if one is None else ""
        self.undo.disabled = not self.session.decisions
