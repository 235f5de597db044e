"""Words that others wrote, put into HTML and Markdown as words alone: no markup, no formula, and in
their own direction.

JupyterLab typesets what stands between dollar signs or after a backslash in every output, unless an
element says that it is to be left alone
(https://docs.mathjax.org/en/latest/options/document.html#the-configuration-block); controls of
direction reach over the words around them unless
these are isolated (https://www.w3.org/International/articles/inline-bidi-markup/).
"""

from __future__ import annotations

import re
from html import escape

__all__ = ["BIDI", "FORMULA", "LEFT_ALONE", "as_html", "as_markdown", "balanced", "unbalanced"]

LEFT_ALONE = (
    "mathjax_ignore tex2jax_ignore"  # classes of elements in which no formula is looked for
)
FORMULA = re.compile(r"[$\\]")
# https://www.unicode.org/reports/tr9/#Explicit_Directional_Embeddings
CONTROLS = "\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u202c\u2069"
CLOSE = dict.fromkeys(CONTROLS[:4], "\u202c") | dict.fromkeys(CONTROLS[4:7], "\u2069")
BIDI = re.compile(
    rf"[\u0590-\u08ff\u200e\u200f{CONTROLS}\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
MARKDOWN = re.compile(r"[\\`*_{}\[\]()<>#+!|~&$:^=\"'-]")


def as_html(words: str) -> str:
    """Words as HTML: escaped, isolated where they run from right to left, left alone where they
    look like a formula.

    >>> as_html("Mr Grey"), as_html("<b>"), as_html("$x$")
    ('Mr Grey', '&lt;b&gt;', '<span class="mathjax_ignore tex2jax_ignore">$x$</span>')
    """
    html = escape(balanced(words), quote=True)
    if FORMULA.search(words):
        html = f'<span class="{LEFT_ALONE}">{html}</span>'
    return f"<bdi>{html}</bdi>" if BIDI.search(words) else html


def as_markdown(words: str) -> str:
    """Words as Markdown, emphasised. What reads as more than words is written as HTML, character by
    character.

    >>> as_markdown("One row a voice; 3% (2) are the author's."), as_markdown("a <b> *c*")
    ("*One row a voice; 3% (2) are the author's.*", '<em>a &#60;b&#62; &#42;c&#42;</em>')
    """
    if not HAZARDS.search(words):
        return f"*{words}*"
    plain = MARKDOWN.sub(lambda match: f"&#{ord(match[0])};", balanced(words))
    inner = f'<span class="{LEFT_ALONE}">{plain}</span>' if FORMULA.search(words) else plain
    return f"<em>{f'<bdi>{inner}</bdi>' if BIDI.search(words) else inner}</em>"


HAZARDS = re.compile(rf"[<>&$\\`*_\[\]{{}}~|]|https?:|www\.|{BIDI.pattern}")


def balanced(words: str) -> str:
    """Words whose controls of direction end where they end: openings that stay open are closed,
    closings of nothing are left out.

    >>> balanced("a\u202eb") == "a\u202eb\u202c", balanced("a\u2069b")
    (True, 'ab')
    """
    if not any(control in words for control in CONTROLS):
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
    """Whether a control of direction reaches beyond the words."""
    return balanced(words) != words
