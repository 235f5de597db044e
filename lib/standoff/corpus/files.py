"""Files and folders changed whole or not at all, and what went wrong with them in words."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

try:
    import fcntl
except (
    ImportError
):  # Windows: nobody can tell there whether a draft is in use, so none is removed but by its maker
    fcntl = None

__all__ = [
    "checksum",
    "draft_beside",
    "exchange",
    "in_words",
    "leads_out",
    "lost_articles",
    "remade",
    "unfinished",
    "whole",
    "write_text",
    "write_texts",
]

CHANGING = ".changing"  # ends the name of the folder in which `remade` works
DRAFT = ".draft"  # ends the name of a file or folder that is being filled before it takes its place
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
    "EPIPE": "nobody reads it any more",
    "ENAMETOOLONG": "the name is too long",
}
LEFT = "a command is at work here, or was cut short and left this; where none runs, remove it"
SHARING = 32  # the Windows error of a file that another program holds open


def in_words(error: OSError) -> str:
    """What an operating system's error means, with the file concerned where it is known."""
    if error.errno is None:
        return str(error)
    reason = (
        "in use by another program"
        if getattr(error, "winerror", None) == SHARING
        else REASONS.get(errno.errorcode.get(error.errno, ""), error.strerror)
    )
    return f"{error.filename}: {reason}" if error.filename else str(reason)


def checksum(path: Path) -> str:
    """SHA-256 of a file."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def leads_out(path: Path, folder: Path) -> bool:
    """Whether `path` is a link that leads out of `folder`."""
    return path.is_symlink() and not path.resolve().is_relative_to(folder.resolve())


def write_text(path: Path, text: str) -> None:
    """Write one file whole or not at all, as UTF-8 with the line ends that `text` has."""
    write_texts({path: text})


def write_texts(texts: Mapping[Path, str]) -> None:
    """Write some files; none is touched before all are on the disk beside their places. Raises
    `OSError`, naming the file."""
    with ExitStack() as held:
        drafts = {Path(path): _beside(Path(path), text, held) for path, text in texts.items()}
        for path, draft in drafts.items():
            os.replace(draft, path)


def _beside(path, text, held):
    """`text` in a file of its own beside `path`, removed with what else is `held` unless it was put
    in its place."""
    draft = path.with_name(f".{path.name}.{os.getpid()}{DRAFT}")
    held.callback(_drop, draft)
    try:
        _clear(path)
        with open(draft, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileNotFoundError):
            shutil.copymode(path, draft)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error
    return draft


def _drop(draft):
    with suppress(OSError):  # it is not there, or never could be
        draft.unlink()


def _clear(place: Path) -> None:
    """Remove the drafts beside a place that commands which were killed have left."""
    for name in os.listdir(place.parent):
        if name.startswith(f".{place.name}.") and name.endswith(DRAFT):
            with suppress(OSError):  # those of another user are his
                _remove_if_left(place.with_name(name))


def _remove_if_left(draft):
    if not draft.is_dir() and not _writer_lives(draft):
        draft.unlink(missing_ok=True)
    elif draft.is_dir():
        with _held(draft) as mine:
            if mine:
                shutil.rmtree(draft)


def _writer_lives(draft):
    """Whether the process after which a draft file is named is still there. Files bear a number,
    for many are written at once and a lock is an open file."""
    if fcntl is None:
        return True
    try:
        os.kill(int(draft.name.split(".")[-2]), 0)
    except ProcessLookupError:
        return False
    except (ValueError, OSError):
        pass
    return True


@contextmanager
def _held(folder: Path) -> Iterator[bool]:
    """Whether a folder is now this process's own, until the block ends or the process does, however
    it ends."""
    if fcntl is None:
        yield False
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        mine = os.path.samestat(os.fstat(handle), os.stat(folder))
    except OSError:  # another process has it, or the disk knows no locks
        mine = False
    try:
        yield mine
    finally:
        os.close(handle)


@contextmanager
def draft_beside(place: Path) -> Iterator[Path]:
    """An empty folder in which something is made that is to stand at `place`; gone when the block
    ends."""
    above = next(parent for parent in place.absolute().parents if parent.exists())
    _clear(above / place.name)
    naming = {"prefix": f".{place.name}.", "suffix": DRAFT, "dir": above}
    try:
        with (
            tempfile.TemporaryDirectory(**naming, ignore_cleanup_errors=True) as name,
            _held(Path(name)),
        ):
            yield Path(name)
    except OSError as error:
        if error.errno and DRAFT in str(
            error.filename or DRAFT
        ):  # a disk that is full says nothing or the draft's name
            error.filename = str(place)
        raise


@contextmanager
def whole(destination: str | Path) -> Iterator[Path]:
    """A folder beside `destination` to be filled, which takes its name when the block ends well and
    is gone otherwise.

    Raises `FileExistsError` where `destination` is there already: nothing is overwritten.
    """
    destination = Path(destination)
    if destination.exists() or destination.is_symlink():
        raise FileExistsError(
            f"{destination} exists already; expected a folder that is not there yet"
        )
    with draft_beside(destination) as desk:
        draft = desk / "draft"
        draft.mkdir()
        yield draft
        destination.parent.mkdir(parents=True, exist_ok=True)
        os.rename(draft, destination)


@contextmanager
def remade(folder: Path) -> Iterator[Path]:
    """A copy of `folder` to be changed, which takes its place in one step when the block ends well
    and is gone otherwise.

    What a change that was killed has left is removed first. Raises `FileExistsError` where another
    change of the same folder is under way.
    """
    desk = folder.with_name(f".{folder.name}{CHANGING}")
    if desk.exists() and folder.exists():
        _remove_if_left(desk)
    try:
        desk.mkdir()
    except FileExistsError:
        raise FileExistsError(f"{desk}: {_left_behind(desk)}") from None
    try:
        with _held(desk):
            draft = desk / "new"
            _copy(folder, draft)
            yield draft
            exchange(draft, folder)
    finally:
        if folder.exists():  # else its last state is in there
            shutil.rmtree(desk, ignore_errors=True)


def _copy(folder, draft):
    """Like `shutil.copytree` without drafts, but what fails is told as the system told it first,
    not as a list of all that failed."""
    failed = []

    def copy(source, target):
        try:
            shutil.copy2(source, target)
        except OSError as error:
            failed.append(error)
            raise

    try:
        shutil.copytree(
            folder,
            draft,
            symlinks=True,
            ignore=shutil.ignore_patterns(f".*{DRAFT}"),
            copy_function=copy,
        )
    except shutil.Error:
        if failed:
            raise failed[0] from None
        raise


def unfinished(folder: Path) -> dict[Path, str]:
    """What commands that were cut short have left in a folder of articles, each with what to do
    about it."""
    drafts = sorted([*folder.glob(f".*{DRAFT}"), *folder.glob(f"*/.*{DRAFT}")])
    return {
        desk: _left_behind(desk) for desk in sorted(folder.glob(f".*{CHANGING}"))
    } | dict.fromkeys(drafts, LEFT)


def lost_articles(folder: Path) -> dict[Path, str]:
    """Those of the unfinished changes that took an article away, each with the remedy."""
    return {
        desk: _left_behind(desk)
        for desk in sorted(folder.glob(f".*{CHANGING}"))
        if not _changed_article(desk).exists()
    }


def _changed_article(desk):
    return desk.with_name(desk.name[1 : -len(CHANGING)])


def _left_behind(desk):
    article = _changed_article(desk)
    if article.exists():
        return (
            f"a change of {article.name} is under way, or was cut short and left it as it was; "
            f"where none runs, remove this folder"
        )
    return (
        f"a change of {article.name} was cut short; rename {desk.name}/last to {article.name}, "
        f"then remove this folder"
    )


def exchange(draft: Path, target: Path) -> None:
    """Put `draft` in the place of `target`; if the second rename fails, undo the first."""
    if not target.exists():
        os.rename(draft, target)
        return
    last = draft.with_name("last")
    os.rename(target, last)
    try:
        os.rename(draft, target)
    except OSError:
        os.rename(last, target)
        raise
