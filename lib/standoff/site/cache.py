"""What need not be done again: executed notebooks, and a site for which nothing has changed.

Both are recognised by a hash of everything they depend on, never by a time. This module imports
nothing but the standard library, so a build with nothing to do ends before pandas is imported.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from ..corpus.safe_writing import checksum, checksum_of, write_text

__all__ = ["READS_OUTPUTS", "Cache", "fingerprint"]

# a notebook that calls one of these reads the stored outputs of the others
READS_OUTPUTS = re.compile(r"\brecall\(")


def fingerprint(paths: Iterable[Path], *words: str) -> str:
    """SHA-256 of files and of all files in folders, with this Python, what is installed, and words.

    A file counts by its name below the given path and by its content. A missing path counts as
    missing; hidden and compiled files do not count.
    """
    installed = {path.name for folder in sys.path for path in Path(folder).glob("*.dist-info")}
    facts = [[*sys.version_info[:3]], sorted(installed), words]
    for path in paths:
        for file in [path] if path.is_file() else sorted(_files(path)):
            facts.append([path.name, file.relative_to(path).as_posix(), checksum(file)])
    return checksum_of(json.dumps(facts))


def _files(folder: Path) -> Iterator[Path]:
    for path in folder.glob("[!.]*"):
        if path.is_file():
            yield path
        elif path.name != "__pycache__":
            yield from _files(path)


class Cache:
    """A folder of executed notebooks and of stamps of sites, which may be deleted at any time.

    `inputs` are the files and folders that every notebook depends on: library, articles, lock.
    """

    def __init__(self, folder: Path, inputs: Iterable[Path]):
        self.folder, self.inputs = Path(folder), [Path(path) for path in inputs]

    def key(self, path: Path) -> str:
        """What the outputs of a notebook depend on: its cells, the inputs, other files beside it,
        and the outputs of the other notebooks if it shows them."""
        words = [json.dumps(_source_and_outputs(path)[0], sort_keys=True)]
        if READS_OUTPUTS.search(words[0]):
            for other in sorted(path.parent.glob("*.ipynb")):
                if other != path:
                    outputs = [other.stem, _source_and_outputs(other)[1]]
                    words.append(json.dumps(outputs, sort_keys=True))
        helpers = sorted(file for file in _files(path.parent) if file.suffix != ".ipynb")
        return fingerprint([*self.inputs, *helpers], *words)

    def get(self, key: str) -> str | None:
        """The executed notebook of a key, as text, or None if it is not there."""
        return _read(self.folder / "notebooks" / key)

    def put(self, path: Path, key: str, text: str) -> None:
        """Keep an executed notebook under the key it had before its run, unless something has
        changed since."""
        if self.key(path) == key:
            _write(self.folder / "notebooks" / key, text)

    def keep(self, keys: Iterable[str]) -> None:
        """Remove every executed notebook except those of these keys."""
        wanted = set(keys)
        for path in (self.folder / "notebooks").glob("*"):
            if path.name not in wanted:
                with suppress(OSError):
                    path.unlink()

    def stamp(self, site: Path, key: str) -> None:
        """Remember every file of a site, and the fingerprint of what it was built from."""
        _write(*self._stamp(site, key))

    def unchanged(self, site: Path, key: str) -> bool:
        """Whether a site was built from the same and still has exactly the files that it had."""
        path, text = self._stamp(site, key)
        return _read(path) == text

    def _stamp(self, site: Path, key: str) -> tuple[Path, str]:
        """The file of a site's stamp, and what it holds if nothing has changed."""
        files = sorted(path for path in site.rglob("*") if not path.is_dir())  # hidden ones too
        contents = {path.relative_to(site).as_posix(): checksum(path) for path in files}
        text = json.dumps({"key": key, "files": contents}, indent=0)
        return self.folder / "sites" / f"{site.name}.json", text


def _read(path: Path) -> str | None:
    try:
        return path.read_bytes().decode()
    except (OSError, UnicodeDecodeError):
        return None


def _write(path: Path, text: str) -> None:
    with suppress(OSError):  # then it is made again next time
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, text)


def _source_and_outputs(path: Path) -> tuple[Any, list]:
    """A notebook without its outputs, and these; a file that is not a notebook is all source."""
    text = path.read_text(encoding="utf-8", errors="replace")
    try:
        notebook = json.loads(text)
        outputs = [cell.pop("outputs", []) for cell in notebook["cells"]]
        for cell in notebook["cells"]:
            cell.pop("execution_count", None)
    except (ValueError, LookupError, TypeError, AttributeError):
        return text, []
    return notebook, outputs
