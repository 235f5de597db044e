"""One broken list of articles for each code that `new --list` reports."""

from functools import partial

import pytest

import standoff
from standoff.cli.article_commands import read_list


def _problems(text, folder):
    path = folder / "list.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(standoff.SeedError) as caught:
        read_list(path)
    return caught.value.problems


EXAMPLES = {
    "E-list-cells": partial(_problems, "text;title\na.txt;Title;more\n"),
    "E-list-column": partial(_problems, "text;titel\na.txt;Title\n"),
    "E-list-csv": partial(_problems, 'text,title\na.txt,"' + "x" * 140_000),
    "E-list-empty": partial(_problems, "text;title\n"),
}
