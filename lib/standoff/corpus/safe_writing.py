"""Write files and folders completely or not at all, and say in plain words why it failed.

Whatever is written is first a draft beside its place. A killed command leaves its draft; the next
command that writes to the same place removes it, and `unfinished` lists it until then.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

fcntl: Any = None
with suppress(ImportError):  # Windows has no locks; drafts there are removed only by their makers
    import fcntl

__all__ = [
    "DRAFT",
    "checksum",
    "checksum_of",
    "describe_error",
    "draft_folder",
    "is_link_outside",
    "lost_articles",
    "new_folder",
    "put_in_place",
    "replace_directory",
    "unfinished",
    "write_text",
    "write_texts",
]

CHANGING = ".changing"  # ends the name of the folder in which `replace_directory` works
DRAFT = ".draft"  # ends the name of a draft
REASONS = {
    "ENOSPC": "the disk is full",
    "EDQUOT": "the quota of the disk is used up",
    "EACCES": "no permission",
    "EPERM": "no permission",
    "EROFS": "the disk is read-only",
    "ENOENT": "no such file or folder",
    "ENOTDIR": "there is a file where a folder was expected",
    "EISDIR": "there is a folder where a file was expected",
    "EEXIST": "exists already",
    "EBUSY": "in use by another program",
    "EPIPE": "the program that read it has ended",
    "ENAMETOOLONG": "the name is too long",
}
LEFT = "a command is at work here, or was cut short and left this; where none runs, remove it"
SHARING = 32  # the Windows error of a file that another program holds open


def describe_error(error: OSError) -> str:
    """Return what an operating system's error means, with the file if it is known.

    >>> describe_error(OSError(errno.ENOSPC, "No space left on device", "a.txt"))
    'a.txt: the disk is full'
    """
    if error.errno is None:
        return str(error)
    reason = REASONS.get(errno.errorcode.get(error.errno, ""), error.strerror)
    if getattr(error, "winerror", None) == SHARING:
        reason = REASONS["EBUSY"]
    return f"{error.filename}: {reason}" if error.filename else str(reason)


def checksum(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal digits."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def checksum_of(text: str) -> str:
    """Return the SHA-256 that a file with this text has, in UTF-8.

    >>> checksum_of("Grey left.")[:8]
    'a004137f'
    """
    return hashlib.sha256(text.encode()).hexdigest()


def is_link_outside(path: Path, folder: Path) -> bool:
    """Whether `path` is a link that leads out of `folder`."""
    return path.is_symlink() and not path.resolve().is_relative_to(folder.resolve())


def write_text(path: Path, text: str) -> None:
    """Write one file completely or not at all, as UTF-8 with the line ends that `text` has."""
    write_texts({path: text})


def write_texts(texts: Mapping[Path, str]) -> None:
    """Write some files; none is changed before all are on the disk as drafts.

    Raises `OSError`, naming the file.
    """
    with ExitStack() as drafts_to_drop:
        drafts = {path: _write_draft(path, text, drafts_to_drop) for path, text in texts.items()}
        for path, draft in drafts.items():
            os.replace(draft, path)


def _write_draft(path: Path, text: str, drafts_to_drop: ExitStack) -> Path:
    """Write a draft next to its place; it is deleted at the end unless it took that place."""
    draft = path.with_name(f".{path.name}.{os.getpid()}{DRAFT}")
    drafts_to_drop.callback(_drop, draft)
    try:
        _remove_abandoned(path)
        with open(draft, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, draft)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error
    return draft


def _drop(draft: Path) -> None:
    with suppress(OSError):
        draft.unlink()


@contextmanager
def draft_folder(place: Path) -> Iterator[Path]:
    """An empty folder beside `place`, to make something in; it is deleted when the block ends."""
    above = next(parent for parent in place.absolute().parents if parent.exists())
    _remove_abandoned(above / place.name)
    prefix = f".{place.name}."
    try:
        with (
            tempfile.TemporaryDirectory(DRAFT, prefix, above, ignore_cleanup_errors=True) as name,
            _locked(Path(name)),
        ):
            yield Path(name)
    except OSError as error:
        # a full disk is reported without a file or with the draft's name, which means nothing
        if error.errno and DRAFT in str(error.filename or DRAFT):
            error.filename = str(place)
        raise


@contextmanager
def new_folder(destination: str | Path) -> Iterator[Path]:
    """A folder to be filled, which becomes `destination` if the block ends well.

    Otherwise it is deleted. Raises `FileExistsError` if `destination` exists: nothing is
    overwritten.
    """
    destination = Path(destination)
    if destination.exists() or destination.is_symlink():
        raise FileExistsError(
            f"{destination} exists already; expected a folder that is not there yet"
        )
    with draft_folder(destination) as desk:
        draft = desk / "draft"
        draft.mkdir()
        yield draft
        destination.parent.mkdir(parents=True, exist_ok=True)
        os.rename(draft, destination)


def _remove_abandoned(place: Path) -> None:
    """Remove the drafts beside a place whose commands were killed."""
    for name in os.listdir(place.parent):
        if name.startswith(f".{place.name}.") and name.endswith(DRAFT):
            with suppress(OSError):  # another user's draft is theirs to remove
                _remove_if_abandoned(place.with_name(name))


def _remove_if_abandoned(draft: Path) -> None:
    if not draft.is_dir():
        if not _writer_lives(draft):
            draft.unlink(missing_ok=True)
        return
    with _locked(draft) as is_ours:
        if is_ours:
            shutil.rmtree(draft)


def _writer_lives(draft: Path) -> bool:
    """Whether the process whose number a draft file has in its name still exists.

    Files have a number rather than a lock, because many are written at once and each lock is an
    open file.
    """
    if fcntl is None:
        return True
    try:
        os.kill(int(draft.name.split(".")[-2]), 0)
    except ProcessLookupError:
        return False
    except (ValueError, OSError):
        return True
    return True


@contextmanager
def _locked(folder: Path) -> Iterator[bool]:
    """Try to lock a folder until the block or the process ends; yield whether that succeeded."""
    if fcntl is None:
        yield False
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        is_ours = os.path.samestat(os.fstat(handle), os.stat(folder))
    except OSError:  # another process has it, or the disk knows no locks
        is_ours = False
    try:
        yield is_ours
    finally:
        os.close(handle)


@contextmanager
def replace_directory(folder: Path) -> Iterator[Path]:
    """A copy of `folder` to be changed, which takes its place if the block ends well.

    Otherwise it is deleted. What a killed change has left is removed first. Raises
    `FileExistsError` while another change of the same folder is under way.
    """
    desk = folder.with_name(f".{folder.name}{CHANGING}")
    if desk.exists() and folder.exists():
        _remove_if_abandoned(desk)
    try:
        desk.mkdir()
    except FileExistsError:
        raise FileExistsError(f"{desk}: {_remedy(desk)}") from None
    try:
        with _locked(desk):
            draft = desk / "new"
            _copy(folder, draft)
            yield draft
            put_in_place(draft, folder)
    finally:
        if folder.exists():  # else its last state is in the desk
            shutil.rmtree(desk, ignore_errors=True)


def _copy(folder: Path, draft: Path) -> None:
    """Copy a folder without drafts; raise the first error, where copytree lists all of them."""
    ignore = shutil.ignore_patterns(f".*{DRAFT}")
    try:
        shutil.copytree(folder, draft, symlinks=True, ignore=ignore)
    except shutil.Error as error:
        source, target, _ = error.args[0][0]
        shutil.copy2(source, target)  # fails again, as the system says it
        raise


def put_in_place(draft: Path, target: Path) -> None:
    """Move `draft` to `target`; if that fails, put back what was there."""
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


def unfinished(folder: Path) -> dict[Path, str]:
    """Return what killed commands have left in a folder of articles: path -> the remedy."""
    changes = {desk: _remedy(desk) for desk in sorted(folder.glob(f".*{CHANGING}"))}
    drafts = sorted([*folder.glob(f".*{DRAFT}"), *folder.glob(f"*/.*{DRAFT}")])
    return changes | dict.fromkeys(drafts, LEFT)


def lost_articles(folder: Path) -> dict[Path, str]:
    """Return those of `unfinished` that took an article away."""
    changes = sorted(folder.glob(f".*{CHANGING}"))
    return {desk: _remedy(desk) for desk in changes if not _article_of(desk).exists()}


def _article_of(desk: Path) -> Path:
    return desk.with_name(desk.name[1 : -len(CHANGING)])


def _remedy(desk: Path) -> str:
    """What to do about the folder in which a change of an article was made."""
    article = _article_of(desk)
    if article.exists():
        return (
            f"a change of {article.name} is under way, or was cut short and left it as it was; "
            f"where none runs, remove this folder"
        )
    return (
        f"a change of {article.name} was cut short; rename {desk.name}/last to {article.name}, "
        f"then remove this folder"
    )
