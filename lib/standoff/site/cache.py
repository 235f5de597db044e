"""What need not be done again: executed notebooks, and a site of which nothing has changed.

Both are known by a hash of all that they depend on, never by a time. Nothing here needs more than
Python itself, so that a build with nothing to do
is over before it would have imported pandas.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from ..corpus.files import checksum, write_text

__all__ = ["Cache", "fingerprint"]

READS_OUTPUTS = "claims_made("  # a notebook that calls it reads what the others' files show


def fingerprint(paths: Iterable[Path], *words: str) -> str:
    """SHA-256 of files and of all files in folders, each by its name under the one given, with this
    Python, what is installed, and the words.

    A path that is not there counts as such. Hidden files and compiled ones count nowhere.
    """
    told = [["python", *sys.version_info[:3]], ["installed", *_installed()], ["words", *words]]
    told += [[path.name, name, digest] for path in paths for name, digest in _digests(path)]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def _installed():
    """Names and versions of all distributions, as their folders are named."""
    return sorted({path.name for folder in sys.path for path in Path(folder).glob("*.dist-info")})


def _digests(path):
    """(name, SHA-256) of a file, or of every file below a folder, by name."""
    if path.is_file():
        return [("", checksum(path))]
    return sorted((file.relative_to(path).as_posix(), checksum(file)) for file in _files(path))


def _files(folder):
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.name.startswith(".") or path.name == "__pycache__":
            continue
        if path.is_dir():
            yield from _files(path)
        elif path.is_file():
            yield path


class Cache:
    """A folder of executed notebooks and of stamps of sites. It may be deleted at any time.

    `inputs` are the files and folders that every notebook depends on: library, articles, lock.
    """

    def __init__(self, folder: Path, inputs: Iterable[Path]):
        self.folder, self.inputs = Path(folder), [Path(path) for path in inputs]

    def key(self, path: Path) -> str:
        """What the outputs of a notebook depend on: its cells, the inputs, other files beside it,
        and the others' outputs if it shows them."""
        words = [json.dumps(_parts(path)[0], sort_keys=True)]
        if READS_OUTPUTS in words[0]:
            others = sorted(other for other in path.parent.glob("*.ipynb") if other != path)
            words += [
                json.dumps([other.stem, _parts(other)[1]], sort_keys=True) for other in others
            ]
        helpers = sorted(file for file in _files(path.parent) if file.suffix != ".ipynb")
        return fingerprint([*self.inputs, *helpers], *words)

    def get(self, key: str) -> str | None:
        """The executed notebook of a key, as text; None if there is none, or none that is whole."""
        return self._read(self._entry(key))

    def put(self, path: Path, key: str, text: str) -> None:
        """Keep an executed notebook under the key it had before its run, unless anything has
        changed since."""
        if self.key(path) == key:
            self._keep(self._entry(key), text)

    def keep(self, keys: Iterable[str]) -> None:
        """Remove every executed notebook but those of these keys."""
        wanted = {self._entry(key) for key in keys}
        _remove(entry for entry in (self.folder / "notebooks").glob("*") if entry not in wanted)

    def made(self, name: str, key: str, make: Callable[[], str]) -> str:
        """A text that takes long to make and depends on its key alone; of one name only the last is
        kept."""
        entry = self.folder / "made" / f"{name}-{key}"
        if (text := self._read(entry)) is None:
            text = make()
            _remove(entry.parent.glob(f"{name}-*"))
            self._keep(entry, text)
        return text

    def _read(self, entry):
        """What was kept there, if it is whole."""
        try:
            digest, _, text = entry.read_bytes().decode().partition("\n")
        except (OSError, UnicodeDecodeError):
            return None
        return text if hashlib.sha256(text.encode()).hexdigest() == digest else None

    def _keep(self, entry, text):
        self._write(entry, f"{hashlib.sha256(text.encode()).hexdigest()}\n{text}")

    def _write(self, path, text):
        """Keep a text; where that cannot be, it is made again next time."""
        with suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            write_text(path, text)

    def _entry(self, key):
        return self.folder / "notebooks" / key

    def stamp(self, site: Path, key: str) -> None:
        """Remember what a site was built from, by a `fingerprint`, and every file of it."""
        self._write(
            self._stamp(site),
            json.dumps({"key": key, "files": _contents(site)}, indent=0, sort_keys=True) + "\n",
        )

    def unchanged(self, site: Path, key: str) -> bool:
        """Whether a site stands as it was stamped, built from the same: no file more, none less,
        none other."""
        try:
            stamp = json.loads(self._stamp(site).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return False
        return stamp == {"key": key, "files": _contents(site)}

    def _stamp(self, site):
        return self.folder / "sites" / f"{site.name}.json"


def _remove(entries):
    for entry in entries:
        with suppress(OSError):
            entry.unlink()


def _contents(site):
    """Every file below a folder, hidden ones too: name -> size and SHA-256."""
    files = (path for path in site.rglob("*") if not path.is_dir())
    return {
        path.relative_to(site).as_posix(): [path.stat().st_size, checksum(path)] for path in files
    }


def _parts(path):
    """A notebook without its outputs, and these; a file that is none is all source."""
    text = path.read_text(encoding="utf-8", errors="replace")
    try:
        notebook = json.loads(text)
        outputs = [
            (cell.pop("outputs", []), cell.pop("execution_count", None))
            for cell in notebook["cells"]
        ]
    except (ValueError, LookupError, TypeError, AttributeError):
        return text, []
    return notebook, [shown for shown, _ in outputs]
