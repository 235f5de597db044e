"""Put text that others wrote into HTML and Markdown so that it stays text.

It must not act as markup or as a formula, and its direction must not reach beyond it. JupyterLab
typesets what is between dollar signs or after a backslash, unless the class of an element forbids
it (https://docs.mathjax.org/en/latest/options/document.html#the-configuration-block). Controls of
direction affect the words around them, unless these are isolated
(https://www.w3.org/International/articles/inline-bidi-markup/).
"""

from __future__ import annotations

import re
from html import escape

__all__ = ["BIDI", "FORMULA", "LEFT_ALONE", "as_html", "as_markdown", "balanced", "unbalanced"]

LEFT_ALONE = "mathjax_ignore tex2jax_ignore"  # classes of elements without formulas
FORMULA = re.compile(r"[$\\]")
# https://www.unicode.org/reports/tr9/#Explicit_Directional_Embeddings
CONTROLS = "\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u202c\u2069"
CONTROL = re.compile(f"[{CONTROLS}]")
CLOSE = dict.fromkeys(CONTROLS[:4], "\u202c") | dict.fromkeys(CONTROLS[4:7], "\u2069")
# Hebrew, Arabic and other scripts from right to left, their presentation forms, and marks
RIGHT_TO_LEFT = (
    "\u0590-\u08ff\u200e\u200f\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff"
)
BIDI = re.compile(f"[{RIGHT_TO_LEFT}{CONTROLS}]")
MARKDOWN = re.compile(r"[\\`*_{}\[\]()<>#+!|~&$:^=\"'-]")


def as_html(words: str) -> str:
    """Return words as HTML: escaped, and isolated if they run from right to left.

    Words that look like a formula are marked as plain text, so that JupyterLab leaves them alone.

    >>> as_html("Mr Grey"), as_html("<b>"), as_html("$x$")
    ('Mr Grey', '&lt;b&gt;', '<span class="mathjax_ignore tex2jax_ignore">$x$</span>')
    """
    html = escape(balanced(words), quote=True)
    if FORMULA.search(words):
        html = f'<span class="{LEFT_ALONE}">{html}</span>'
    return f"<bdi>{html}</bdi>" if BIDI.search(words) else html


def as_markdown(words: str) -> str:
    """Return words as Markdown, emphasised.

    Words that Markdown could take for more than words become HTML with escaped characters.

    >>> as_markdown("One row per voice; 3% (2) are the author's."), as_markdown("a <b> *c*")
    ("*One row per voice; 3% (2) are the author's.*", '<em>a &#60;b&#62; &#42;c&#42;</em>')
    """
    if not HAZARDS.search(words):
        return f"*{words}*"
    plain = MARKDOWN.sub(lambda match: f"&#{ord(match[0])};", balanced(words))
    inner = f'<span class="{LEFT_ALONE}">{plain}</span>' if FORMULA.search(words) else plain
    return f"<em>{f'<bdi>{inner}</bdi>' if BIDI.search(words) else inner}</em>"


HAZARDS = re.compile(rf"[<>&$\\`*_\[\]{{}}~|]|https?:|www\.|{BIDI.pattern}")


def balanced(words: str) -> str:
    """Return words in which every control of direction that opens is closed.

    Closings without an opening are left out.

    >>> balanced("a\u202eb") == "a\u202eb\u202c", balanced("a\u2069b")
    (True, 'ab')
    """
    if not CONTROL.search(words):
        return words
    kept, open_ = [], []
    for character in words:
        if character in CLOSE:
            open_.append(CLOSE[character])
        elif character in "\u202c\u2069":
            if character not in open_:
                continue
            while open_[-1] != character:
                kept.append(open_.pop())
            open_.pop()
        kept.append(character)
    return "".join([*kept, *reversed(open_)])


def unbalanced(words: str) -> bool:
    """Return whether a control of direction reaches beyond the words."""
    return balanced(words) != words
