"""Drafts: what `standoff draft` writes, what becomes of a draft, and that none counts."""

from __future__ import annotations

import datetime as dt
import hashlib
import re

import pytest

import standoff
from standoff.annotation.problems import SeedError
from standoff.authoring import compile_notes, draft
from standoff.authoring.checking import survey
from standoff.authoring.drafting import read_drafts, set_rejected
from standoff.authoring.project import Entry, accept, add
from standoff.authoring.sharing import share
from standoff.cli.main import main

TEXT = "Ferry stays\n\n“The ferry stays,” Grey said. He left.\n\nIt was a “small” crowd.\n"


@pytest.fixture
def project(tmp_path):
    """A project with one invented article whose zones are accepted."""
    source = tmp_path / "ferry.txt"
    source.write_text(TEXT, encoding="utf-8")
    known = {"language": "en", "coder_name": "Ann"}
    add(tmp_path / "mine", [Entry(source, "Ferry stays", dt.date(2020, 3, 4), "ferry", known)])
    accept(tmp_path / "mine")
    return tmp_path / "mine"


def quoted(folder):
    return [one for one in read_drafts(folder) if one.label == "Quoted"]


def test_draft_writes_a_file_that_reads_back(project):
    drafted = draft(project)
    assert drafted[0].counts["Quoted"] == 2
    found = [TEXT[slice(*one.fragments[0])] for one in quoted(project / "ferry")]
    assert found == ["“The ferry stays,”", "“small”"]


def test_nothing_counts_a_draft(project):
    before = standoff.load(project)
    draft(project)
    after = standoff.load(project)
    assert after.quotations.empty and before.annotations == after.annotations


def test_draft_keeps_ids_and_rejections(project):
    draft(project)
    first = quoted(project / "ferry")
    for coder in ("anna", "ben", "anna"):
        set_rejected(project / "ferry", first[1].id, coder, True)
    draft(project, "ferry")
    again = quoted(project / "ferry")
    assert [one.id for one in again] == [one.id for one in first]
    assert again[1].rejected == ("anna", "ben") and again[0].rejected == ()
    for coder in ("anna", "ben"):
        set_rejected(project / "ferry", first[1].id, coder, False)
    assert quoted(project / "ferry") == first


def test_reject_refuses_an_unknown_draft(project):
    draft(project)
    with pytest.raises(KeyError):
        set_rejected(project / "ferry", "d999", "anna", True)


def test_draft_skips_an_article_in_another_language(project):
    meta = project / "ferry" / "meta.toml"
    meta.write_text(meta.read_text(encoding="utf-8").replace('"en"', '"de"'), encoding="utf-8")
    assert "its language is de" in draft(project)[0].skipped
    assert not (project / "ferry" / "drafts.toml").exists()


def without_language(project, text):
    meta = project / "ferry" / "meta.toml"
    digest = hashlib.sha256(text.encode()).hexdigest()
    known = re.sub('sha256 = "[^"]+"', f'sha256 = "{digest}"', meta.read_text(encoding="utf-8"))
    meta.write_text(known.replace('language = "en"', 'language = "unknown"'), encoding="utf-8")
    (project / "ferry" / "text.txt").write_text(text, encoding="utf-8")


def test_draft_without_a_language_takes_a_text_as_english_and_says_so(project, capsys):
    without_language(project, TEXT)
    assert main(["draft", str(project)]) == 0
    printed = capsys.readouterr()
    assert "Quoted 2" in printed.out
    assert printed.err == f"{project / 'ferry'}: no language is given; taken as English\n"


def test_draft_without_a_language_drafts_nothing_where_english_words_are_few(project, capsys):
    german = "Die Fähre blieb im Hafen, sagte Frau Grau in Kiel. " * 6
    without_language(project, TEXT + german.strip() + "\n")
    assert main(["draft", str(project)]) == 0
    assert "no drafts, no language is given, and few of the commonest" in capsys.readouterr().out
    assert not (project / "ferry" / "drafts.toml").exists()


def test_draft_of_an_edited_text_says_so_and_what_to_do(project, capsys):
    (project / "ferry" / "text.txt").write_text("New.\n\n" + TEXT, encoding="utf-8")
    assert main(["draft", str(project)]) == 1
    (problem, _) = capsys.readouterr().err.splitlines()
    assert "E-text-changed" in problem and "python -m standoff reanchor" in problem


def test_draft_takes_the_folder_of_an_article_as_other_commands_do(project, capsys):
    assert main(["draft", str(project / "ferry")]) == 0
    assert f"{project / 'ferry'}: Quoted 2" in capsys.readouterr().out


def move(project, change=lambda entry: entry, more=""):
    """Move the first draft of a quotation to the notes."""
    draft(project)
    source = (project / "ferry" / "drafts.toml").read_text(encoding="utf-8")
    entries = [part for part in source.split("\n[[") if part.startswith("Quoted")]
    entry = change("[[" + entries[1].strip()) + '\nUse = "scare"\n'
    (project / "ferry" / "notes.toml").write_text(entry + more, encoding="utf-8")
    compile_notes(project)
    return standoff.load(project)


def other_quote():
    return '\n[[Quoted]]\nquote = "“The ferry stays,”"\nUse = "speech"\n'


def test_compile_says_what_was_confirmed_and_what_was_added(project):
    corpus = move(project, more=other_quote())
    table = corpus.quotations.set_index("text")
    assert table.loc["“small”", "origin"] == "confirmed"
    assert table.loc["“The ferry stays,”", "origin"] == "added"
    assert corpus.without_drafts().quotations["text"].tolist() == ["“The ferry stays,”"]


def test_compile_says_what_was_mended(project):
    with pytest.raises(SeedError, match="E-quotation-unmarked"):
        move(project, lambda entry: entry.replace("“small”", "a “small” crowd"))
    lines = (project / "ferry" / "gold.ann").read_text(encoding="utf-8").splitlines()
    assert [line.split()[-1] for line in lines if "Origin" in line] == ["mended"]


def test_compile_compares_the_value_of_a_draft_with_that_of_the_note(project):
    corpus = move(project, more=other_quote())
    assert corpus.quotations["origin"].tolist() == ["added", "confirmed"]
    assert corpus.quotations["use"].tolist() == ["speech", "scare"]  # what a draft left open


def test_compile_refuses_an_unknown_draft(project):
    with pytest.raises(SeedError, match="E-draft-unknown"):
        move(project, lambda entry: entry.replace('draft = "d', 'draft = "d99'))


def test_draft_refuses_an_unknown_article(project):
    with pytest.raises(SeedError, match="E-draft-article"):
        draft(project, "ferri")


def test_read_drafts_refuses_drafts_of_another_text(project):
    draft(project)
    file = project / "ferry" / "drafts.toml"
    file.write_text(file.read_text("utf-8").replace("“small”", "“tiny”"), encoding="utf-8")
    with pytest.raises(SeedError, match="E-draft-stale"):
        read_drafts(project / "ferry")


def test_draft_finds_who_says_what_in_direct_speech(project):
    draft(project)
    (one,) = [one for one in read_drafts(project / "ferry") if one.label == "Attribution"]
    source, content = (one.roles[role] for role in ("Source", "Content"))
    words = [TEXT[slice(*place)] for place in (source[0], one.fragments[0], content[0])]
    assert words == ["Grey", "said", "“The ferry stays,”"]
    assert one.attributes == {"Kind": "direct"}


def test_check_ignores_drafts_and_a_shared_copy_has_none(project, tmp_path):
    before = survey(project)
    draft(project)
    assert survey(project) == before
    share(project, tmp_path / "shared")
    assert not list((tmp_path / "shared").rglob("drafts.toml"))
