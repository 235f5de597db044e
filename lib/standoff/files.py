"""Files and folders changed whole or not at all, and what went wrong with them in words."""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

__all__ = ["exchange", "in_words", "leads_out", "remade", "unfinished", "whole", "write_text", "write_texts"]

CHANGING = ".changing"  # ends the name of the folder in which `remade` works
LINUX_SWAP, LINUX_HERE = 2, -100  # RENAME_EXCHANGE and AT_FDCWD of renameat2(2)
MAC_SWAP = 2  # RENAME_SWAP of renamex_np(2)
REASONS = {
    "ENOSPC": "the disk is full",
    "EDQUOT": "the quota of the disk is used up",
    "EACCES": "no permission",
    "EPERM": "no permission",
    "EROFS": "the disk is read-only",
    "ENOENT": "no such file or folder",
    "ENOTDIR": "a file stands where a folder was expected",
    "EISDIR": "a folder stands where a file was expected",
    "EEXIST": "exists already",
    "EBUSY": "in use by another program",
    "ENAMETOOLONG": "the name is too long",
}
SHARING = 32  # the Windows error of a file that another program holds open


def in_words(error: OSError) -> str:
    """What an operating system's error means, with the file concerned where it is known."""
    if error.errno is None:
        return str(error)
    reason = "in use by another program" if getattr(error, "winerror", None) == SHARING else REASONS.get(errno.errorcode.get(error.errno, ""), error.strerror)
    return f"{error.filename}: {reason}" if error.filename else str(reason)


def leads_out(path: Path, folder: Path) -> bool:
    """Whether `path` is a link that leads out of `folder`."""
    return path.is_symlink() and not path.resolve().is_relative_to(folder.resolve())


def write_text(path: Path, text: str) -> None:
    """Write one file whole or not at all, as UTF-8 with the line ends that `text` has."""
    write_texts({path: text})


def write_texts(texts: Mapping[Path, str]) -> None:
    """Write some files; none is touched before all are on the disk beside their places. Raises `OSError`, naming the file."""
    drafts: list[tuple[Path, Path]] = []
    try:
        for path, text in texts.items():
            drafts.append((_beside(Path(path), text), Path(path)))
        for draft, path in drafts:
            os.replace(draft, path)
    finally:
        for draft, _ in drafts:
            draft.unlink(missing_ok=True)


def _beside(path, text):
    """`text` in a file of its own beside `path`, or nothing at all."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with open(draft, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileNotFoundError):
            shutil.copymode(path, draft)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise OSError(error.errno, error.strerror, str(path)) from error
    return draft


@contextmanager
def whole(destination: str | Path) -> Iterator[Path]:
    """A folder beside `destination` to be filled, which takes its name when the block ends well and is gone otherwise.

    Raises `FileExistsError` where `destination` is there already: nothing is overwritten.
    """
    destination = Path(destination)
    if destination.exists() or destination.is_symlink():
        raise FileExistsError(f"{destination} exists already; expected a folder that is not there yet")
    above = next(parent for parent in destination.absolute().parents if parent.exists())
    with tempfile.TemporaryDirectory(prefix=f".{destination.name}-", dir=above) as name:
        draft = Path(name) / "draft"
        draft.mkdir()
        yield draft
        destination.parent.mkdir(parents=True, exist_ok=True)
        os.rename(draft, destination)


@contextmanager
def remade(folder: Path) -> Iterator[Path]:
    """A copy of `folder` to be changed, which takes its place in one step when the block ends well and is gone otherwise.

    Raises `FileExistsError` where another change of the same folder is under way or was cut short.
    """
    desk = folder.with_name(f".{folder.name}{CHANGING}")
    try:
        desk.mkdir()
    except FileExistsError:
        raise FileExistsError(f"{desk}: {_left_behind(desk)}") from None
    try:
        draft = desk / "new"
        shutil.copytree(folder, draft, symlinks=True)
        yield draft
        exchange(draft, folder)
    finally:
        if folder.exists():  # else its last state is in there
            shutil.rmtree(desk, ignore_errors=True)


def unfinished(folder: Path) -> dict[Path, str]:
    """What a change that was cut short has left in a folder of articles, each with what to do about it."""
    return {desk: _left_behind(desk) for desk in sorted(folder.glob(f".*{CHANGING}"))}


def _left_behind(desk):
    article = desk.with_name(desk.name[1 : -len(CHANGING)])
    if article.exists():
        return f"a change of {article.name} is under way, or was cut short and left it as it was; where none runs, remove this folder"
    return f"a change of {article.name} was cut short; rename {desk.name}/last to {article.name}, then remove this folder"


def exchange(draft: Path, target: Path) -> None:
    """Put `draft` in the place of `target` in one step; where the system has none, in two, undone when the second fails."""
    if not target.exists():
        os.rename(draft, target)
        return
    if _swapped(draft, target):
        return
    last = draft.with_name("last")
    os.rename(target, last)
    try:
        os.rename(draft, target)
    except OSError:
        os.rename(last, target)
        raise


def _swapped(one, other):
    """Whether the system could exchange two names in one step."""
    if sys.platform not in ("linux", "darwin"):
        return False
    system = ctypes.CDLL(None, use_errno=True)
    one, other = os.fsencode(one), os.fsencode(other)
    if sys.platform == "darwin":
        return hasattr(system, "renamex_np") and system.renamex_np(one, other, MAC_SWAP) == 0
    return hasattr(system, "renameat2") and system.renameat2(LINUX_HERE, one, LINUX_HERE, other, LINUX_SWAP) == 0
