"""From raw text to an annotated article of one's own.

add            a project folder, or more articles in one, from texts (an `Entry` each)
propose        zones and sentences proposed for a text
relabel        proposed zones, corrected by line or by quoting
accept         proposed zones and sentences made the base of every coder's file
annotate       an article annotated in JupyterLab
compile_notes  `.ann` files from notes written by hand
draft          drafts by rule, which do not count until a person accepts them
format_files   `.ann` files in canonical order
reanchor       a corrected text, with the annotations carried over
compare        two coders' codings beside each other, with every disagreement
adjudicate     the reference coding, from decisions between two coders
share          a copy of a project without the articles' words
restore        the words put back by whoever has the articles
upgrade        a project of an earlier version, brought up to date
survey         everything wrong with a folder

Commands have the same names, apart from `new` (add), `compile`, `format` and `check` (survey). The
first of them proposes zones too, and `annotate` is no command.
"""

from typing import TYPE_CHECKING

from ..lazy_imports import attach

if TYPE_CHECKING:
    from .adjudicating import adjudicate as adjudicate
    from .ann_formatting import format_files as format_files
    from .annotator import annotate as annotate
    from .checking import survey as survey
    from .comparing import compare as compare
    from .compiling import compile_notes as compile_notes
    from .drafting import draft as draft
    from .drafting import read_drafts as read_drafts
    from .project import Entry as Entry
    from .project import accept as accept
    from .project import add as add
    from .reanchoring import reanchor as reanchor
    from .relabelling import relabel as relabel
    from .sharing import restore as restore
    from .sharing import share as share
    from .upgrading import upgrade as upgrade
    from .zone_proposals import propose as propose

__getattr__, __dir__, names = attach(
    __name__,
    {
        "adjudicating": "adjudicate",
        "ann_formatting": "format_files",
        "annotator": "annotate",
        "checking": "survey",
        "comparing": "compare",
        "compiling": "compile_notes",
        "drafting": "draft read_drafts",
        "project": "Entry accept add",
        "reanchoring": "reanchor",
        "relabelling": "relabel",
        "sharing": "restore share",
        "upgrading": "upgrade",
        "zone_proposals": "propose",
    },
)
__all__ = [name for name in names if name != "Entry"]  # help() prints a class in full
