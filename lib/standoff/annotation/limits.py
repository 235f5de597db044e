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
    "NESTED",
    "PROPOSED_FOR",
    "control",
    "surely_plain",
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
PROPOSED_FOR = (
    1_000  # spans of one file that do not fit, for which it is looked where their words stand
)
# events, attributions and times of one article, times the links between them in time: what is
# solved as one network
LINKED = 20_000_000
CELL = 131_072  # characters of a cell in a list of articles
DATE = 200  # characters of a date: a set of many takes time that grows faster than it
NAME = 100  # code points of the name of an article or a coder
CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]"
)  # what no text holds, and XML and pages cannot show
ASCII_CONTROL = bytes({*range(32)} - {*b"\t\n"}) + b"\x7f"
DEVICES = re.compile(
    r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE
)  # names that Windows keeps for itself


def too_large(size: int, suffix: str) -> str | None:
    """What is wrong with a file of `size` bytes, or None."""
    most = LARGEST.get(suffix, FILE)
    return f"holds {size:,} bytes; expected at most {most:,}" if size > most else None


def surely_plain(data: bytes) -> bool:
    """Whether UTF-8 bytes hold no control character, as far as can be said without looking at each:
    where this is False, `control` tells."""
    return (
        len(data.translate(None, ASCII_CONTROL)) == len(data)
        and b"\xc2" not in data
        and (b"\xef" not in data or b"\xef\xbf" not in data)
    )


def control(text: str) -> tuple[int, str] | None:
    """The line of the first control character of a text, and what to say of it; None where there is
    none."""
    if (found := CONTROL.search(text)) is None:
        return None
    return text.count(
        "\n", 0, found.start()
    ) + 1, f"holds the control character U+{ord(found[0]):04X}; expected none: delete it"


def unfit(name: str) -> str | None:
    """Why a name cannot be that of an article or a coder, which become files and addresses on every
    system; None where it can.

    >>> unfit("avim-2018-10-31"), unfit("Müller 2020"), unfit("سلام")
    (None, None, None)
    >>> unfit("a/b"), unfit("NUL.txt")
    ("holds '/'; expected letters, digits, blanks and . _ -", 'is a name that Windows keeps for
    itself; expected another')
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
