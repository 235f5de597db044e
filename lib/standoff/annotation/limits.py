"""How large, how deep and how named files may be: every limit of the readers, in one place. What is
beyond is refused in words."""

from __future__ import annotations

import re
import unicodedata

__all__ = [
    "ARCHIVE",
    "CELL",
    "CONTROL",
    "DATE",
    "DEEP",
    "FILE",
    "FILES",
    "LARGEST",
    "LINKED",
    "MISFITS",
    "NESTED",
    "too_large",
    "unfit",
]

MIB = 2**20
FILE = 64 * MIB  # bytes of one file
LARGEST = {
    ".txt": 4 * MIB,
    ".toml": 4 * MIB,
}  # bytes of files that hold one article, or are written by hand; others may have FILE
ARCHIVE = 512 * MIB  # bytes of one archive or Parquet file, unpacked
FILES = 20_000  # in one folder or archive
DEEP = 200  # elements of XML inside one another, tables and lists of TOML too
NESTED = 200  # spans over one character of a text: a browser draws no more inside one another
MISFITS = 1_000  # spans of one file that do not fit its text: then it is another text
# events, attributions and times of one article, times the links between them in time: what is
# solved as one network
LINKED = 20_000_000
CELL = 131_072  # characters of a cell in a list of articles
DATE = 200  # characters of a date: a set of many takes time that grows faster than it
NAME = 100  # code points of the name of an article or a coder
CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]"
)  # what no text holds, and XML and pages cannot show
DEVICES = re.compile(
    r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE
)  # names that Windows keeps for itself


def too_large(size: int, suffix: str) -> str | None:
    """What is wrong with a file of `size` bytes, or None."""
    most = LARGEST.get(suffix, FILE)
    return f"holds {size:,} bytes; expected at most {most:,}" if size > most else None


def unfit(name: str) -> str | None:
    """Why a name cannot be that of an article or a coder, which become files and addresses on every
    system; None where it can.

    >>> unfit("avim-2018-10-31"), unfit("Müller 2020"), unfit("سلام")
    (None, None, None)
    >>> unfit("a/b")
    "holds '/'; expected letters, digits, blanks and . _ -"
    >>> unfit("NUL.txt")
    'is a name that Windows keeps for itself; expected another'
    """
    odd = next((c for c in name if not (unicodedata.category(c)[0] in "LMN" or c in " ._-")), None)
    if odd is not None:
        return f"holds {odd!r}; expected letters, digits, blanks and . _ -"
    if len(name) > NAME:
        return f"is {len(name)} characters long; expected at most {NAME}"
    if DEVICES.fullmatch(name):
        return "is a name that Windows keeps for itself; expected another"
    if not name or name[0] in " .-" or name[-1] in " .":
        return (
            "begins or ends with a blank or a stop, or begins with a hyphen; expected a letter "
            "or a digit there"
        )
    return None
