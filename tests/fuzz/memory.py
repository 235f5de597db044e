"""Paths whose files are in memory: what readers read them by, without a disk in the loop."""

from __future__ import annotations

from fnmatch import fnmatchcase
from io import BytesIO
from pathlib import PurePosixPath
from types import SimpleNamespace
from typing import ClassVar

__all__ = ["Memory"]


class Memory(PurePosixPath):
    """A path below which `files` (path -> bytes) lie; the methods of `pathlib.Path` that readers
    call."""

    files: ClassVar[dict[str, bytes]] = {}

    @classmethod
    def holding(cls, files: dict[str, bytes]) -> Memory:
        """The folder `in` with these files, and no others."""
        cls.files = {f"in/{name}": data for name, data in files.items()}
        return cls("in")

    def is_file(self):
        return str(self) in self.files

    def is_dir(self):
        return any(name.startswith(f"{self}/") for name in self.files)

    def exists(self):
        return self.is_file() or self.is_dir()

    def is_symlink(self):
        return False

    def stat(self):
        return SimpleNamespace(st_size=len(self.files[str(self)]))

    def read_bytes(self):
        return self.files[str(self)]

    def open(self, _):
        return BytesIO(self.read_bytes())

    def read_text(self, encoding="utf-8"):
        return self.read_bytes().decode(encoding)

    def resolve(self):
        return self

    absolute = resolve

    def rglob(self, _):
        return [type(self)(name) for name in self.files if name.startswith(f"{self}/")]

    def glob(self, pattern):
        return [
            path for path in self.rglob("*") if fnmatchcase(str(path.relative_to(self)), pattern)
        ]
