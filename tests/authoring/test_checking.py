"""checking.py: what `check` says is missing or open, in a line for each kind."""

import shutil

import pytest

from standoff.cli.main import main


def remarks(path, capsys):
    """What `check` remarks on a folder in which nothing is wrong."""
    assert main(["check", str(path)]) == 0
    printed = capsys.readouterr()
    assert printed.out.endswith("no problems\n")
    return printed.err.replace(f"{path}/", "").splitlines()


@pytest.fixture
def two(folder):
    """A folder of two articles that are alike."""
    shutil.copytree(folder.article, folder.path / "two")
    return folder


def add(path, *lines):
    with (path / "gold.ann").open("a", encoding="utf-8") as file:
        file.write("".join(f"{line}\n" for line in lines))


def without(path, *starts):
    """Remove the lines of an annotation file that begin so."""
    file = path / "gold.ann"
    kept = [
        line
        for line in file.read_text(encoding="utf-8").splitlines(keepends=True)
        if not line.startswith(starts)
    ]
    file.write_text("".join(kept), encoding="utf-8")


def test_nothing_is_remarked_where_nothing_is_missing(folder, capsys):
    assert remarks(folder.path, capsys) == []


def test_a_quotation_of_speech_in_no_content_is_named(folder, capsys):
    folder.replace('T8\tContent 28 50\tthe "low" talks failed', "T8\tContent 38 50\ttalks failed")
    folder.replace("A4\tKind E1 mixed", "A4\tKind E1 indirect")
    assert remarks(folder.path, capsys) == [
        '1 quotation of speech is in no attribution\'s content: one/gold.ann:9 ("low")'
    ]
    folder.replace("A3\tUse T9 speech", "A3\tUse T9 scare")
    assert remarks(folder.path, capsys) == []


def test_attributions_without_content_are_counted_where_the_codebook_allows_them(two, capsys):
    book = two.path / "codebook.toml"
    source = book.read_text(encoding="utf-8")
    assert 'needs = ["Content"]\n' in source
    book.write_text(source.replace('needs = ["Content"]\n', ""), encoding="utf-8")
    for name in ("one", "two"):
        without(two.path / name, "E1\t", "T8\t", "T9\t", "A3\t", "A4\t")
        add(two.path / name, "E1\tAttribution:T7 Source:T6", "A4\tKind E1 indirect")
        add(two.path / name, 'T9\tQuoted 32 37\t"low"', "A3\tUse T9 scare")
    assert remarks(two.path, capsys) == [
        "2 attributions have no content: one/gold.ann:15 (said), two/gold.ann:15 (said)"
    ]


def test_a_role_whose_name_only_begins_like_content_is_no_content(folder, capsys):
    book = folder.path / "codebook.toml"
    source = book.read_text(encoding="utf-8").replace('needs = ["Content"]\n', "")
    roles = 'Content = ["Content"], Contention = ["Content"]'
    book.write_text(source.replace('Content = ["Content"]', roles), encoding="utf-8")
    without(folder.article, "E1\t", "A4\t", "A3\t")
    add(folder.article, "E1\tAttribution:T7 Source:T6 Contention:T8")
    add(folder.article, "A4\tKind E1 direct", "A3\tUse T9 scare")
    assert remarks(folder.path, capsys) == ["1 attribution has no content: one/gold.ann:17 (said)"]


def test_an_article_without_frames_is_named_where_another_has_some(two, capsys):
    assert remarks(two.path, capsys) == []
    add(
        two.path / "two",
        "T20\tFailure 38 50\ttalks failed",
        "A20\tFunction T20 problem",
        "A21\tValence T20 negative",
        "R1\tTarget Arg1:T20 Arg2:T6",
    )
    assert remarks(two.path, capsys) == ["1 article has no frames: one"]


def test_articles_to_accept_and_codings_to_begin_take_one_line_each(two, capsys):
    for name in ("one", "two"):
        article = two.path / name
        without(article, "T6", "T7", "T8", "T9", "T10", "E", "A", "N")
        (article / "gold.ann").rename(article / "proposed.ann")
        (article / "gold.ann").write_text("")
    assert remarks(two.path, capsys) == [
        f"2 articles have proposed zones and sentences, which 'python -m standoff accept {two.path}' "
        "accepts: one/proposed.ann, two/proposed.ann",
        "2 codings are empty so far: one/gold.ann, two/gold.ann",
    ]


def test_more_than_three_places_are_counted(folder, capsys):
    for number in range(4):
        shutil.copytree(folder.article, folder.path / f"more{number}")
        without(folder.path / f"more{number}", "E1", "A4", "A5", "A6", "T7", "T8")
    assert remarks(folder.path, capsys) == [
        '4 quotations of speech are in no attribution\'s content: more0/gold.ann:7 ("low"), '
        'more1/gold.ann:7 ("low"), more2/gold.ann:7 ("low") and 1 more'
    ]
