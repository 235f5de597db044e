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


def folder_article(tmp_path):
    return problems(Folder(tmp_path / "seeds").article)


def folder_empty(tmp_path):
    folder = Folder(tmp_path / "seeds")
    shutil.rmtree(folder.article)
    return problems(folder.path)


def change_unfinished(tmp_path):
    folder = Folder(tmp_path / "seeds")
    (folder.path / ".two.changing").mkdir()
    return problems(folder.path)


def page_name(tmp_path):
    """An article named after a page of the site."""
    from standoff.site.render import Site

    folder = Folder(tmp_path / "seeds")
    folder.article.rename(folder.path / "Claims")
    (tmp_path / "site").mkdir()
    try:
        Site([], [], folder.path, True).write(tmp_path / "site")
    except standoff.SeedError as error:
        return error.problems
    return []


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
    with patch("standoff.corpus.articles.read_text", side_effect=refused):
        return problems(folder.path)


def dataset(tmp_path):
    """A dataset to break, and what `standoff.scan` finds wrong with it."""
    written = standoff.load(Folder(tmp_path / "seeds").path).write(tmp_path / "tables")

    def found():
        try:
            standoff.scan(written)
        except standoff.SeedError as error:
            return error.problems
        return []

    return written, found


def dataset_incomplete(tmp_path):
    written, found = dataset(tmp_path)
    (written / "manifest.json").unlink()
    return found()


def dataset_manifest(tmp_path):
    written, found = dataset(tmp_path)
    (written / "manifest.json").write_text("{", encoding="utf-8")
    return found()


def dataset_version(tmp_path):
    written, found = dataset(tmp_path)
    text = (written / "manifest.json").read_text(encoding="utf-8")
    (written / "manifest.json").write_text(
        text.replace('"schema": 1', '"schema": 0'), encoding="utf-8"
    )
    return found()


def dataset_part_missing(tmp_path):
    written, found = dataset(tmp_path)
    (written / "events" / "part-00000.parquet").unlink()
    return found()


def dataset_part_unlisted(tmp_path):
    written, found = dataset(tmp_path)
    (written / "events" / "part-00001.parquet").touch()
    return found()


def dataset_rows(tmp_path):
    written, found = dataset(tmp_path)
    shutil.copyfile(
        written / "mentions" / "part-00000.parquet", written / "events" / "part-00000.parquet"
    )
    return found()


EXAMPLES = {
    "E-article-name": article_name,
    "E-change-unfinished": change_unfinished,
    "E-coder-name": coder_name,
    "E-coder-unknown": coder_unknown,
    "E-coder-unlisted": coder_unlisted,
    "E-dataset-incomplete": dataset_incomplete,
    "E-dataset-manifest": dataset_manifest,
    "E-dataset-part-missing": dataset_part_missing,
    "E-dataset-part-unlisted": dataset_part_unlisted,
    "E-dataset-rows": dataset_rows,
    "E-dataset-version": dataset_version,
    "E-file-missing": file_missing,
    "E-file-unreadable": file_unreadable,
    "E-folder-article": folder_article,
    "E-folder-empty": folder_empty,
    "E-folder-missing": folder_missing,
    "E-link-outside": link_outside,
    "E-page-name": page_name,
    "E-proposed-label": proposed_label,
    "E-text-changed": text_changed,
    "E-time-value": time_value,
}
