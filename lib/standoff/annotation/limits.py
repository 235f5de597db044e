"""Limits of what is read: sizes, depths and names, with a clear message for what exceeds them."""

from __future__ import annotations

import re
import unicodedata

__all__ = [
    "ARCHIVE",
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
LARGEST = {".txt": 4 * MIB, ".toml": 4 * MIB}  # bytes of files that hold one article or registry
ARCHIVE = 512 * MIB  # bytes of one archive or Parquet file, unpacked
FILES = 20_000  # files in one folder or archive
DEEP = 200  # XML elements, TOML tables or lists inside one another
NESTED = 200  # spans over one character of a text: browsers do not draw more inside one another
MISFITS = 1_000  # spans of one file that do not fit the text: then it is the wrong text
LINKED = 20_000_000  # events, attributions and times of an article, times its temporal links
DATE = 200  # characters of a date: the time to read a set of dates grows faster than its length
NAME = 100  # code points of the name of an article or a coder
# what a text must not hold, because XML and HTML cannot
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]")
# names that Windows keeps for itself
DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)


def too_large(size: int, suffix: str) -> str | None:
    """Return what is wrong with a file of `size` bytes, or None.

    >>> too_large(5_000_000, ".txt")
    'holds 5,000,000 bytes; expected at most 4,194,304'
    """
    most = LARGEST.get(suffix, FILE)
    return f"holds {size:,} bytes; expected at most {most:,}" if size > most else None


def unfit(name: str) -> str | None:
    """Return why a name cannot be that of an article or a coder, or None.

    Names become files and addresses on every system.

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
            "begins or ends with a blank or a full stop, or begins with a hyphen; expected a "
            "letter or a digit there"
        )
    return None
