"""safe_writing.py: what is said when a file cannot be written (tests/cli/test_faults.py has the rest)."""

import errno
import os

import pytest

from standoff.corpus.safe_writing import describe_error, write_texts


def test_an_error_names_the_file_and_not_its_draft_and_no_file_is_changed(tmp_path):
    there, missing = tmp_path / "there.txt", tmp_path / "missing" / "file.txt"
    there.write_text("old")
    with pytest.raises(OSError) as caught:
        write_texts({there: "new", missing: "new"})
    assert describe_error(caught.value) == f"{missing}: no such file or folder"
    assert [path.name for path in tmp_path.iterdir()] == ["there.txt"]
    assert there.read_text() == "old"


def test_an_error_that_has_no_plain_words_of_ours_is_told_in_those_of_the_system(tmp_path):
    link = tmp_path / "link"
    link.symlink_to(link)  # a link to itself
    with pytest.raises(OSError) as caught:
        write_texts({link / "file.txt": "new"})
    assert caught.value.errno == errno.ELOOP
    assert describe_error(caught.value) == f"{link / 'file.txt'}: {os.strerror(errno.ELOOP)}"
