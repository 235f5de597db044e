"""One broken input for each code that the package corpus reports."""

import os
import shutil

from conftest import Folder

import standoff


def problems(folder, **how):
    try:
        standoff.load(folder, **how)
    except standoff.SeedError as error:
        return error.problems
    return []


def folder_missing(tmp_path):
    return problems(tmp_path / "nowhere")


def folder_empty(tmp_path):
    folder = Folder(tmp_path / "seeds")
    shutil.rmtree(folder.article)
    return problems(folder.path)


def change_unfinished(tmp_path):
    folder = Folder(tmp_path / "seeds")
    (folder.path / ".two.changing").mkdir()
    return problems(folder.path)


def article_name(tmp_path):
    folder = Folder(tmp_path / "seeds")
    folder.article.rename(folder.path / "a<b")
    return problems(folder.path)


def coder_name(tmp_path):
    folder = Folder(tmp_path / "seeds")
    (folder.article / "a<b.ann").touch()
    return problems(folder.path)


def link_outside(tmp_path):
    folder = Folder(tmp_path / "seeds")
    (tmp_path / "elsewhere.txt").touch()
    os.symlink(tmp_path / "elsewhere.txt", folder.article / "link.txt")
    return problems(folder.path)


def time_value(tmp_path):
    folder = Folder(tmp_path / "seeds")
    folder.lines += [
        "T20\tTime 0 8\tHeadline",
        "A20\tTimeType T20 DATE",
        "N20\tReference T20 edtf:2018-13-40\tHeadline",
    ]
    folder.write()
    return problems(folder.path)


def proposed_label(tmp_path):
    folder = Folder(tmp_path / "seeds")
    lines = [*folder.lines[:5], "T6\tContent 15 22\tMr Grey"]
    (folder.article / "proposed.ann").write_text("\n".join(lines) + "\n", encoding="utf-8")
    folder.lines = []
    folder.write()
    return problems(folder.path)


def text_changed(tmp_path):
    folder = Folder(tmp_path / "seeds")
    folder.write(sha256="0" * 64)
    return problems(folder.path)


def coder_unlisted(tmp_path):
    folder = Folder(tmp_path / "seeds")
    shutil.copyfile(folder.article / "gold.ann", folder.article / "a.ann")
    return problems(folder.path, coder="a")


def coder_unknown(tmp_path):
    return problems(Folder(tmp_path / "seeds").path, coder="golt")


def file_missing(tmp_path):
    folder = Folder(tmp_path / "seeds")
    (folder.article / "gold.ann").unlink()
    return problems(folder.path)


def file_unreadable(tmp_path):
    from unittest.mock import patch

    folder = Folder(tmp_path / "seeds")
    refused = PermissionError(13, "Permission denied", str(folder.article / "text.txt"))
    with patch("standoff.annotation.brat.read_text", side_effect=refused):
        return problems(folder.path)


EXAMPLES = {
    "E-article-name": article_name,
    "E-change-unfinished": change_unfinished,
    "E-coder-name": coder_name,
    "E-coder-unknown": coder_unknown,
    "E-coder-unlisted": coder_unlisted,
    "E-file-missing": file_missing,
    "E-file-unreadable": file_unreadable,
    "E-folder-empty": folder_empty,
    "E-folder-missing": folder_missing,
    "E-link-outside": link_outside,
    "E-proposed-label": proposed_label,
    "E-text-changed": text_changed,
    "E-time-value": time_value,
}
