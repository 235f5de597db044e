"""A project without the articles' words, for others who have the articles or may get them.

`share` writes a copy without `text.txt` in which the lines of `.ann` files state offsets and no
words; `restore` takes the texts from whoever has them and makes the files as they were, byte by
byte. docs/sharing.md describes the form.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ..annotation.limits import too_large
from ..annotation.model import covered
from ..annotation.problems import Report
from ..annotation.text_files import read_text
from ..annotation.toml_files import Lines, read_source, read_toml, toml
from ..corpus.articles import RULES, SHARED, article_folders
from ..corpus.copied_words import Quotations
from ..corpus.safe_writing import checksum, checksum_of, new_folder, write_texts
from .checking import survey
from .drafting import DRAFTS

__all__ = ["Shared", "restore", "share"]

NO_WORDS = "…"  # stands in a shared `.ann` where the words of the article stood
FORM = 1  # version of the form, in shared.toml
BOUNDS = "[0-9]{1,18} [0-9]{1,18}"
SPAN = re.compile(rf"(T[0-9]+)\t\S+ ({BOUNDS}(?:;{BOUNDS})*)\t(.*)")
REFERENCE = re.compile(r"N[0-9]+\tReference (\S+) \S+\t(.*)")
ALWAYS = {*RULES, "meta.toml"}  # without these a project cannot be read
SHARED_HEAD = """\
# This copy of a project holds none of its articles. Whoever has their texts restores it:
#   python -m standoff restore FOLDER TEXTS
# Each text is recognised by the sha256 in its article's meta.toml; below are those of the `.ann`
# files as they were, which are restored byte by byte.
"""


@dataclass
class Shared:
    """What was shared or restored: how many articles and `.ann` files, and which files were left
    out because they quote the articles (or, by their form, cannot be looked through)."""

    articles: int
    codings: int
    left_out: list[str]


def share(folder: str | Path, destination: str | Path, keep: Iterable[str] = ()) -> Shared:
    """Write a copy of a project without its articles' words to a new folder.

    `text.txt` is left out and `.ann` files state offsets alone. Codebook, registries and
    `meta.toml` are copied as they are; so is each other file of text, unless it quotes eight words
    in a row of an article or is a file of drafts. Files named in `keep` (paths within the folder)
    are copied all the same.
    Raises `SeedError` listing every problem of the project, and `OSError`.
    """
    folder = Path(folder)
    survey(folder).problems.raise_if_any()
    articles, kept, left_out = article_folders(folder, Report()), set(keep), list[str]()
    texts = {path.name: read_text(path / "text.txt") or "" for path in articles}
    quotations = Quotations(texts.values())
    checksums: dict[str, str] = {}
    with new_folder(destination) as draft:
        for path in _files(folder):
            name = path.relative_to(folder).as_posix()
            is_coding = path.suffix == ".ann" and path.parent in articles
            if path.name == "text.txt" and path.parent in articles:
                continue
            if is_coding:
                source = path.read_bytes().decode()
                data = _without_words(source, texts[path.parent.name]).encode()
                checksums[name] = checksum(path)
            elif path.name in ALWAYS or name in kept or _may_go(path, quotations):
                data = path.read_bytes()
            else:
                left_out.append(name)
                continue
            (draft / name).parent.mkdir(parents=True, exist_ok=True)
            (draft / name).write_bytes(data)
        lines = [f"{toml(name)} = {toml(digest)}" for name, digest in checksums.items()]
        table = "\n".join([f"form = {FORM}", "", "[sha256]", *lines])
        (draft / SHARED).write_bytes(f"{SHARED_HEAD}{table}\n".encode())
    return Shared(len(articles), len(checksums), left_out)


def _files(folder: Path) -> Iterator[Path]:
    """The files of a project in order, without hidden ones, caches and sites."""
    for path in sorted(folder.glob("[!._]*")):
        if path.is_dir():
            yield from _files(path)
        else:
            yield path


def _may_go(path: Path, quotations: Quotations) -> bool:
    """Whether a file is text that quotes no article, and no notebook with outputs, which may.

    Drafts, which quote the article throughout, can be made again by whoever has it.
    """
    if path.name == DRAFTS:
        return False
    try:
        text = path.read_bytes().decode()
        return not quotations.first(text) and '"output_type"' not in text
    except UnicodeDecodeError:
        return False


def _without_words(source: str, text: str) -> str:
    """The text of an `.ann` file without the words that its spans cover."""
    return _with_words(source, lambda words, found: NO_WORDS if found == words else found, text)


def _filled_in(words: str, found: str) -> str:
    """The words that a span covers where a shared line has none, else what stands there."""
    return words if found == NO_WORDS else found


def _with_words(source: str, choose: Callable[[str, str], str], text: str) -> str:
    """The text of an `.ann` file; `choose` gets the words that a span covers, and those that stand
    in its line or in a reference to it, and says which are to stand there."""
    covers: dict[str, str] = {}
    lines = source.split("\n")
    for number, line in enumerate(lines):
        if span := SPAN.fullmatch(line):
            pairs = [pair.split(" ") for pair in span[2].split(";")]
            covers[span[1]] = covered(text, [(int(start), int(end)) for start, end in pairs])
            lines[number] = line[: span.start(3)] + choose(covers[span[1]], span[3])
    for number, line in enumerate(lines):
        reference = REFERENCE.fullmatch(line)
        if reference and reference[1] in covers:
            chosen = choose(covers[reference[1]], reference[2])
            lines[number] = line[: reference.start(2)] + chosen
    return "\n".join(lines)


# --- restore ---


def restore(folder: str | Path, texts: Iterable[str | Path]) -> Shared:
    """Put the articles' texts into a shared project, and their words into its `.ann` files.

    `texts` are files, or folders that are searched; each text is found by its checksum. Every file
    is then as it was in the project that was shared, or none is changed.
    Raises `SeedError` listing every article without its text and every file that does not become
    what it was, and `OSError`.
    """
    folder, report = Path(folder), Report()
    shared = _read_shared(folder, report)
    report.raise_if_any()
    articles = article_folders(folder, report)
    given = _given(texts)
    found = {path: _text_of(path, given, report) for path in articles}
    report.raise_if_any()
    files = {path / "text.txt": text for path, text in found.items()}
    codings = [file for path in articles for file in sorted(path.glob("[!.]*.ann"))]
    for file in codings:
        source = read_text(file, report, empty=True) or ""
        files[file] = _with_words(source, _filled_in, found[file.parent])
        actual = checksum_of(files[file])
        expected = shared.get(file.relative_to(folder).as_posix(), "no such file")
        if actual != expected:
            message = (
                f"does not become the file that was shared: its sha256 would be {actual}; "
                f"expected {expected}; get the file again, or undo what was changed in it"
            )
            report.at(file).error(1, "E-shared-changed", message)
    report.raise_if_any()
    write_texts(files)
    (folder / SHARED).unlink()
    return Shared(len(articles), len(codings), [])


def _read_shared(folder: Path, report: Report) -> dict[str, str]:
    """Path within the folder -> checksum of each `.ann` file, as shared.toml states them."""
    if not (folder / SHARED).is_file():
        message = f"is no shared copy of a project; expected a folder with {SHARED}"
        report.at(folder).error(1, "E-shared-missing", message)
        return {}
    data = read_toml(folder / SHARED, report) or {}
    checksums = data.get("sha256")
    if data and (data.get("form") != FORM or not isinstance(checksums, dict)):
        message = f"its form is {data.get('form')!r}; expected form = {FORM} and a table [sha256]"
        report.at(folder / SHARED).error(1, "E-shared-form", message)
        return {}
    return {name: str(digest) for name, digest in (checksums or {}).items()}


def _given(texts: Iterable[str | Path]) -> dict[Path, str]:
    """Each file among some files and folders, with its checksum; too large ones are passed over."""
    files: list[Path] = []
    for path in map(Path, texts):
        files += [path] if not path.is_dir() else sorted(path.rglob("*"))
    return {
        path: checksum(path)
        for path in files
        if not path.is_dir() and too_large(path.stat().st_size, path.suffix) is None
    }


def _text_of(article: Path, given: dict[Path, str], report: Report) -> str:
    """The text of an article: that of the file with its checksum, or "" and why there is none."""
    source = read_source(article / "meta.toml", report) or ""
    meta = read_toml(article / "meta.toml", Report()) or {}
    expected = meta.get("sha256", "")
    for path, digest in given.items():
        if digest == expected:
            return read_text(path, report) or ""
    near = [path for path in given if article.name in (path.stem, path.parent.name)]
    for path in near:
        message = f"its sha256 is {given[path]}; {article.name} expects {expected}"
        report.at(path).error(1, "E-text-unfit", message + _hint(path, expected))
    if not near:
        message = (
            f"none of the {len(given):,} files given has the sha256 {expected}; expected the text "
            f"of '{meta.get('title', article.name)}', byte by byte"
        )
        line = Lines(source).of("sha256")
        report.at(article / "meta.toml").error(line, "E-text-wanting", message)
    return ""


def _hint(path: Path, expected: str) -> str:
    """What has to be done to a text to make it the expected one, where that is known."""
    data = path.read_bytes()
    plain = data.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n")
    for one in (plain, plain.rstrip() + b"\n", plain.rstrip()):
        if hashlib.sha256(one).hexdigest() == expected:
            return "; it fits with LF line ends, no byte order mark and the blank lines at its end"
    return ""
