"""From raw text to an annotated article of one's own: one function for each command.

new       add              a project folder, or more articles in one, from texts (an `Entry` each)
          propose          zones and sentences proposed for a text
relabel   relabel          proposed zones, corrected by line or by quoting
accept    accept           proposed zones and sentences made the base of every coder's file
annotate  annotate         an article annotated in JupyterLab (not a command)
compile   compile_notes    `.ann` files from notes written by hand
draft     draft            drafts by rule, which nothing counts until a person accepts them
format    format_files     `.ann` files in canonical order
reanchor  reanchor         a corrected text, with the annotations carried over
compare   compare          two coders' codings beside each other, with every disagreement
adjudicate adjudicate      the reference coding, from decisions between two coders
share     share            a copy of a project without the articles' words
restore   restore          the words put back by whoever has the articles
upgrade   upgrade          a project of an earlier version, brought up
check     survey           everything wrong with a folder
"""

from typing import TYPE_CHECKING

from ..lazy import attach

if TYPE_CHECKING:
    from .adjudicating import adjudicate
    from .ann_formatting import format_files
    from .annotator import annotate
    from .checking import survey
    from .comparing import compare
    from .compiling import compile_notes
    from .drafting import draft, read_drafts
    from .project import Entry as Entry
    from .project import accept, add
    from .reanchoring import reanchor
    from .relabelling import relabel
    from .sharing import restore, share
    from .upgrading import upgrade
    from .zone_proposals import propose

__all__ = [
    "accept",
    "add",
    "adjudicate",
    "annotate",
    "compare",
    "compile_notes",
    "draft",
    "format_files",
    "propose",
    "read_drafts",
    "reanchor",
    "relabel",
    "restore",
    "share",
    "survey",
    "upgrade",
]

NAMES = {
    "Entry": "project",
    "accept": "project",
    "add": "project",
    "adjudicate": "adjudicating",
    "annotate": "annotator",
    "compare": "comparing",
    "compile_notes": "compiling",
    "draft": "drafting",
    "format_files": "ann_formatting",
    "propose": "zone_proposals",
    "read_drafts": "drafting",
    "reanchor": "reanchoring",
    "relabel": "relabelling",
    "restore": "sharing",
    "share": "sharing",
    "survey": "checking",
    "upgrade": "upgrading",
}
__getattr__, __dir__ = attach(__name__, NAMES, globals())
