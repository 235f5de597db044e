"""Limits of what is read: sizes, depths and names, with a clear message for what exceeds them."""

from __future__ import annotations

import re
import unicodedata

__all__ = [
    "CONTROL",
    "MAX_ARCHIVE_BYTES",
    "MAX_DATE_LENGTH",
    "MAX_DEPTH",
    "MAX_FILES",
    "MAX_FILE_BYTES",
    "MAX_ITEMS_TIMES_LINKS",
    "MAX_MISFITS",
    "MAX_NAME_LENGTH",
    "MAX_SPANS_OVER_CHARACTER",
    "too_large",
    "unfit",
]

MIB = 2**20
MAX_FILE_BYTES = 64 * MIB
MAX_BYTES_OF_SUFFIX = {".txt": 4 * MIB, ".toml": 4 * MIB}  # texts of one article, registries
MAX_ARCHIVE_BYTES = 512 * MIB  # of an archive or a Parquet file, unpacked
MAX_FILES = 20_000  # in one folder or archive
MAX_DEPTH = 200  # XML elements, TOML tables or lists inside one another
MAX_SPANS_OVER_CHARACTER = 200  # browsers do not draw more elements inside one another
MAX_MISFITS = 1_000  # spans of one file that do not fit the text: then it is the wrong text
MAX_ITEMS_TIMES_LINKS = 20_000_000  # items: events, attributions and times of an article
MAX_DATE_LENGTH = 200  # the time to read a set of dates grows faster than its length
MAX_NAME_LENGTH = 100  # code points of the name of an article or a coder
# what a text must not hold, because XML and HTML cannot
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]")
# names that Windows keeps for itself
DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)


def too_large(size: int, suffix: str) -> str | None:
    """Return what is wrong with a file of `size` bytes, or None.

    >>> too_large(5_000_000, ".txt")
    'holds 5,000,000 bytes; expected at most 4,194,304'
    """
    most = MAX_BYTES_OF_SUFFIX.get(suffix, MAX_FILE_BYTES)
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
    if len(name) > MAX_NAME_LENGTH:
        return f"is {len(name)} characters long; expected at most {MAX_NAME_LENGTH}"
    if DEVICES.fullmatch(name):
        return "is a name that Windows keeps for itself; expected another"
    if not name or name[0] in " .-" or name[-1] in " .":
        return (
            "begins or ends with a blank or a full stop, or begins with a hyphen; expected a "
            "letter or a digit there"
        )
    return None
