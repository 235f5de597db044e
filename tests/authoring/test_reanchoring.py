"""text_alignment.py and reanchoring.py: a text corrected after it was coded."""

import datetime as dt
import hashlib
import shutil
import tomllib

import pytest
from conftest import SEEDS
from hypothesis import given, settings
from hypothesis import strategies as st

import standoff
from standoff.authoring.checking import survey
from standoff.authoring.project import Entry, accept, add
from standoff.authoring.reanchoring import reanchor
from standoff.authoring.text_alignment import Alignment, changed_words
from standoff.cli.main import main
from standoff.corpus import safe_writing

WORDS = st.lists(
    st.sampled_from(["grey", "left", "the", "talks", "\n", "said", "."]), max_size=14
).map(" ".join)


# --- which stretches stand unchanged
# ---------------------------------------------------------------------------------
def carried(old, new, words, occurrence=1):
    """Words in brackets where `words` of the old text are in the new one, or None."""
    start = -1
    for _ in range(occurrence):
        start = old.index(words, start + 1)
    found = Alignment(old, new).place(start, start + len(words))
    return found and f"{new[: found[0]]}[{new[slice(*found)]}]{new[found[1] :]}"


def test_words_in_an_unchanged_context_are_carried():
    assert (
        carried("Mr Grey said so.\nHe left.", "Then Mr Grey said so.\nHe left.", "Grey")
        == "Then Mr [Grey] said so.\nHe left."
    )
    assert (
        carried("Grey spok of it at length.", "Grey spoke of it at length.", "at length")
        == "Grey spoke of it [at length]."
    )


def test_words_that_have_changed_are_not_carried():
    assert carried("Mr Grey said so today.", "Mr Gray said so today.", "Grey") is None
    assert carried("Mr Grey said so today.", "Mr Grey  said so today.", "Grey said") is None


def test_words_without_unchanged_words_beside_them_are_not_carried():
    assert carried("talks in Moscow failed", "visited Moscow yesterday", "Moscow") is None


def test_a_context_that_stands_twice_tells_nothing():
    assert (
        carried("Grey left today.\nx\ny", "Grey left today.\nz\nGrey left today.", "Grey") is None
    )
    assert (
        carried("a b Grey left. c d\na b Grey left. e f", "a b Grey left. e f", "Grey", 2)
        == "a b [Grey] left. e f"
    )
    assert (
        carried("a b Grey left. c d\na b Grey left. e f", "a b Grey left. e f", "Grey", 1) is None
    )


def test_a_line_that_was_moved_takes_its_words_along():
    old, new = (
        "One went home.\nTwo stayed.\nThree and four came back late.",
        "Three and four came back late.\nOne went home.\nTwo stayed.",
    )
    assert (
        carried(old, new, "four") == "Three and [four] came back late.\nOne went home.\nTwo stayed."
    )


def test_a_place_whose_words_have_changed_lies_between_its_edges():
    old, new = "He said that it was so.\nx", "He said that it is not so.\nx"
    found = Alignment(old, new)
    assert found.between(8, 22) == (8, 25) and found.place(8, 22) is None
    assert Alignment("a b c", "x\ny z").between(0, 5) is None


@settings(deadline=None)  # a busy machine is no failure
@given(WORDS, WORDS, st.data())
def test_what_is_carried_has_the_same_words_and_keeps_the_order(old, new, data):
    found, places = Alignment(old, new), []
    for start in range(len(old)):
        end = data.draw(st.integers(start + 1, len(old)))
        if (place := found.place(start, end)) is not None:
            assert new[slice(*place)] == old[start:end]
            places.append((start, place[0]))
    assert all(
        found.place(0, len(old)) == (0, len(new)) for _ in [1] if old and old == new and old.strip()
    )


# --- an article
# ------------------------------------------------------------------------------------------------------
@pytest.fixture
def seeds(tmp_path):
    return shutil.copytree(SEEDS, tmp_path / "seeds")


def corrected(seeds, *changes, doc="avim-2018-10-31"):
    """The text of an article with some words changed, in a file."""
    text = (seeds / doc / "text.txt").read_text(encoding="utf-8")
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    path = seeds.parent / "new.txt"
    path.write_bytes(text.encode())
    return seeds / doc, path


def snapshot(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


CLAIMED = ("In July it was claimed", "In July it was alleged")


def test_a_correction_beside_all_marks_carries_everything(seeds):
    article, new = corrected(
        seeds, ("Entrechened instability", "Entrenched instability"), doc="dw-2017-04-14"
    )
    done = reanchor(article, new)
    assert done.changed and not done.open and done.proposed  # the Link is another one now
    assert (article / "text.txt").read_bytes() == new.read_bytes()
    assert (
        tomllib.loads((article / "meta.toml").read_text(encoding="utf-8"))["sha256"]
        == hashlib.sha256(new.read_bytes()).hexdigest()
    )
    assert survey(seeds).problems == []
    main(["accept", str(article)])
    for coder in ("gold", "a", "b"):
        were, are = (standoff.load(folder, coder) for folder in (SEEDS, seeds))
        for table in (
            "zones",
            "sentences",
            "mentions",
            "attributions",
            "quotations",
            "frames",
            "times",
            "events",
            "links",
        ):
            before, after = getattr(were, table), getattr(are, table)
            kept = [
                name
                for name in (
                    "label",
                    "text",
                    "actor",
                    "content",
                    "value",
                    "who",
                    "whom",
                    "relation",
                    "voice",
                    "target",
                )
                if name in before
            ]
            mine = [
                frame[frame["doc"] == article.name][kept].reset_index(drop=True)
                for frame in (before, after)
            ]
            if table == "zones":
                assert (mine[0] != mine[1]).sum().sum() == 1
            else:
                assert mine[0].equals(mine[1]), table


def test_where_no_zone_or_sentence_has_changed_none_is_a_proposal(seeds):
    article, new = corrected(
        seeds, ("1. Skip to content\n", "\n1. Skip to content\n"), doc="dw-2017-04-14"
    )
    done = reanchor(article, new)
    assert done.changed and not done.proposed and not (article / "proposed.ann").exists()
    assert survey(seeds).problems == []
    assert list(standoff.load(seeds).mentions["text"]) == list(
        standoff.load(SEEDS).mentions["text"]
    )
    assert (
        (standoff.load(seeds).mentions["start"] - standoff.load(SEEDS).mentions["start"])
        .isin([0, 1])
        .all()
    )


def test_while_something_is_open_nothing_is_changed_and_the_candidates_are_shown(seeds, capsys):
    article, new = corrected(
        seeds, CLAIMED, ("Tensions over Afghanistan", "Tensions on Afghanistan")
    )
    before = snapshot(article)
    assert main(["reanchor", str(article), str(new)]) == 1
    printed = capsys.readouterr()
    assert printed.out.replace(f"{article}/", "").split("\n")[:2] == [
        (
            "text.txt:8: 'was claimed' (a.ann T137 Attribution; b.ann T137 Attribution; c.ann T112 "
            "Attribution; gold.ann T137 Attribution)"
        ),
        (
            "    now perhaps line 8: …h press reporting. In July it [was alleged] that the Trump "
            "administration"
        ),
    ]
    assert printed.out.endswith(" passages carried over, 0 settled, 0 dropped, 3 open\n")
    assert (
        printed.err
        == "nothing was changed; add --settle FILE to decide, or --partial FILE to remove them\n"
    )
    assert snapshot(article) == before and sorted(path.name for path in seeds.iterdir()) == sorted(
        path.name for path in SEEDS.iterdir()
    )


def test_what_a_human_settles_in_the_file_is_done(seeds, tmp_path, capsys):
    article, new = corrected(
        seeds, CLAIMED, ("Tensions over Afghanistan", "Tensions on Afghanistan")
    )
    decisions = tmp_path / "decisions.toml"
    assert main(["reanchor", str(article), str(new), "--settle", str(decisions)]) == 1
    written = decisions.read_text(encoding="utf-8")
    assert written.count("[[place]]") == 3 and '\n# becomes = {quote = "was alleged"}\n' in written
    decisions.write_text(written.replace("# becomes", "becomes", 1), encoding="utf-8")
    assert main(["reanchor", str(article), str(new), "--settle", str(decisions)]) == 1
    written = decisions.read_text(encoding="utf-8")
    assert written.count("[[place]]") == 3 and '\nbecomes = {quote = "was alleged"}\n' in written
    decisions.write_text(written.replace("# drop = true", "drop = true"), encoding="utf-8")
    assert main(["reanchor", str(article), str(new), "--settle", str(decisions)]) == 0
    assert "passages carried over, 1 settled, 2 dropped, 0 open" in capsys.readouterr().out
    main(["accept", str(article)])
    assert survey(seeds).problems == []
    before, after = standoff.load(SEEDS), standoff.load(seeds)
    assert len(after.frames) == len(before.frames) - 1 and len(after.attributions) == len(
        before.attributions
    )
    assert "was alleged" in set(after.attributions["cue"]) and "was claimed" not in set(
        after.attributions["cue"]
    )


@pytest.mark.parametrize("head", ["[[place]] # mine", "[[ place ]]", '  [["place"]]'])
def test_a_decision_is_found_however_its_head_is_written(seeds, tmp_path, head):
    article, new = corrected(seeds, CLAIMED)
    (decisions := tmp_path / "decisions.toml").write_text(
        f'{head}\nat = "1225 1236"\nbecomes = "was alleged"\n'
    )
    done = reanchor(article, new, decisions)
    assert done.changed and done.settled == 1


def test_decisions_in_one_line_are_taken_too(seeds, tmp_path):
    article, new = corrected(seeds, CLAIMED)
    (decisions := tmp_path / "decisions.toml").write_text(
        'place = [{ at = "1225 1236", becomes = "was alleged" }]\n'
    )
    assert reanchor(article, new, decisions).settled == 1


def test_with_partial_the_rest_is_taken_out_into_a_file(seeds, tmp_path, capsys):
    article, new = corrected(seeds, CLAIMED)
    rest = tmp_path / "rest.toml"
    assert main(["reanchor", str(article), str(new), "--partial", str(rest)]) == 0
    kept = tomllib.loads(rest.read_text(encoding="utf-8"))
    assert kept["lines"]["gold.ann"]["T137"] == "T137\tAttribution 1225 1236\twas claimed"
    assert (
        kept["lines"]["gold.ann"]["E26"].startswith("E26\tAttribution:T137 ")
        and kept["place"][0]["was"] == "was claimed"
    )
    assert survey(seeds).problems == []
    assert len(standoff.load(seeds).attributions) == len(standoff.load(SEEDS).attributions) - 1
    capsys.readouterr()
    assert main(["reanchor", str(article), str(new), "--partial", str(rest)]) == 1
    assert f"{rest}:1: E-partial-exists: " in capsys.readouterr().err


def test_zones_and_sentences_that_have_changed_are_proposals_again(seeds):
    article, new = corrected(
        seeds,
        ("However, under circumstances of", "But, under circumstances of"),
        ("\n\n\nThis article", "\n\nA paragraph. It is new.\n\nThis article"),
    )
    done = reanchor(article, new)
    assert done.changed and done.proposed
    zones, sentences = standoff.load(seeds).zones, standoff.load(seeds).sentences
    assert (
        "But, under circumstances of a rehearsal of Cold War conditions, this failure will "
        "not discourage Russia."
    ) in set(sentences["text"])
    assert {"A paragraph.", "It is new."} <= set(sentences["text"])
    assert list(zones[zones["doc"] == article.name]["label"])[-8:] == [
        "Body",
        "Note",
        *["Reference"] * 6,
    ]


def test_of_two_like_sentences_the_words_of_the_deleted_one_are_not_carried_to_the_other(tmp_path):
    said = "Team {} reported that the ferry cut delays by twelve percent across all ports."
    old, new = tmp_path / "old.txt", tmp_path / "new.txt"
    old.write_text(f"Two teams report\n\n{said.format('Alpha')}\n\n{said.format('Beta')}\n")
    new.write_text(f"Two teams report\n\n{said.format('Beta')}\n")
    (added,) = add(tmp_path / "p", [Entry(old, "Two teams report", dt.date(2020, 1, 2), "one")])
    accept(added.folder)
    with (added.folder / "gold.ann").open("a") as file:
        file.write("T7\tActor 43 52\tthe ferry\nA1\tForm T7 description\n")
    before = snapshot(added.folder)
    done = reanchor(added.folder, new)
    assert not done.changed and snapshot(added.folder) == before
    (passage,) = done.open
    assert passage.words == "the ferry" and passage.candidates == [((42, 51),)]


def test_a_zone_that_is_gone_and_that_something_refers_to_is_open(seeds):
    text = (seeds / "avim-2018-10-31" / "text.txt").read_text(encoding="utf-8")
    entry = text[text.index("[6], ") :]
    article, new = corrected(seeds, (entry, ""))
    done = reanchor(article, new)
    assert not done.changed
    marks = {one.words: " ".join(one.marked) for one in done.open}
    assert (
        "Reference, to which something refers" in marks[entry.strip()]
        and "gold.ann" in marks["22 August 2018"]
    )
    assert (
        reanchor(article, new, partial=seeds.parent / "rest.toml").changed
        and survey(seeds).problems == []
    )


def test_a_text_changed_in_place_is_refused_with_the_way_out(seeds, capsys):
    article, new = corrected(seeds, CLAIMED)
    shutil.copyfile(new, article / "text.txt")
    assert main(["reanchor", str(article), str(new)]) == 1
    printed = capsys.readouterr().err
    assert f"{article / 'text.txt'}:1: E-text-changed: is not the text that was coded" in printed
    assert "put the coded one back first" in printed


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (None, "E-file-missing: "),
        (b"%PDF-1.4", "E-text-kind: "),
        (b"a\r\nb", "E-text-line-ends: "),
    ],
)
def test_a_new_text_that_is_none_is_refused(seeds, tmp_path, capsys, data, message):
    path = tmp_path / "bad.txt"
    if data is not None:
        path.write_bytes(data)
    assert main(["reanchor", str(seeds / "dw-2017-04-14"), str(path)]) == 1
    assert f"{path}:1: {message}" in capsys.readouterr().err


def test_the_same_text_and_a_folder_that_is_no_article_are_refused(seeds, capsys):
    article = seeds / "dw-2017-04-14"
    assert main(["reanchor", str(article), str(article / "text.txt")]) == 1
    assert "E-text-same" in capsys.readouterr().err
    assert main(["reanchor", str(seeds), str(article / "text.txt")]) == 1
    assert "E-article-missing" in capsys.readouterr().err


def test_a_text_with_too_many_changed_words_is_refused(seeds, tmp_path):
    article, new = seeds / "dw-2017-04-14", tmp_path / "new.txt"
    text = (article / "text.txt").read_text(encoding="utf-8")
    new.write_text(text + "word " * 20_001, encoding="utf-8")
    with pytest.raises(standoff.SeedError, match=r"E-text-long: has 20,\d+ words"):
        reanchor(article, new)


def test_a_book_with_few_changed_lines_is_compared():
    book = "\n".join(f"Line {number} of many that stay." for number in range(20_000))
    assert changed_words(book, f"{book} One more word.") == 27  # the last two lines, in both texts


def test_moved_lines_count_as_changed():
    lines = [f"Line {number} is moved." for number in range(100)]
    assert changed_words("\n".join(lines), "\n".join(reversed(lines))) > 700


@pytest.mark.parametrize(
    ("decision", "line", "code"),
    [
        ('[[place]]\nat = "1 2"\ndrop = true\n', 1, "E-decision-place"),
        ("[[place]]\ndrop = true\n", 1, "E-decision-place"),
        ("[[place]]\nat = [1]\ndrop = true\n", 1, "E-decision-place"),
        ('[[place]]\nat = "1225 1236"\ndrop = true\nbecomes = "x"\n', 1, "E-decision-value"),
        ('[[place]]\nat = "1225 1236"\nbecomes = "was allegd"\n', 1, "E-quote-absent"),
        ('[[place]]\nat = "1225 1236"\nbecomes = { qote = "x" }\n', 1, "E-quote-key"),
        ('\n[place]\nat = "1225 1236"\ndrop = true\n', 2, "E-decision-shape"),
        ("# mine\nplace = 3\n", 2, "E-decision-shape"),
        ('place = ["1225 1236"]\n', 1, "E-decision-shape"),
        ('[[plcae]]\nat = "1225 1236"\n', 1, "E-decision-shape"),
        ('\n[[ place ]]\nat = "1225 1236"\ndrop = "yes"\n', 2, "E-decision-value"),
        ('x = 1\n[[ place ]]\nat = "1225 1236"\n', 1, "E-decision-shape"),
        ('[[place]]\nat = "1225 1236"\ndrop = false\n', 1, "E-decision-value"),
        ('[[place]]\nat = "1225 1236"\nbecoms = "x"\n', 1, "E-decision-key"),
        ('[[place]]\nat = "1225 1236"\nbecomes = []\n', 1, "E-quote-value"),
        (
            '[[place]] # a\nat = "1225 1236"\ndrop = true\n'
            '[["place"]]\nat = "1225 1236"\ndrop = true\n',
            4,
            "E-decision-place",
        ),
    ],
)
def test_a_decision_that_cannot_be_followed_is_named(seeds, tmp_path, decision, line, code):
    article, new = corrected(seeds, CLAIMED)
    (decisions := tmp_path / "decisions.toml").write_text(decision)
    with pytest.raises(standoff.SeedError) as caught:
        reanchor(article, new, decisions)
    problems = [(problem.path, problem.line, problem.code) for problem in caught.value.problems]
    assert problems == [(str(decisions), line, code)]


def test_notes_are_left_alone_and_said_to_quote_the_old_text(seeds, capsys):
    article, new = corrected(
        seeds, ("Entrechened instability", "Entrenched instability"), doc="dw-2017-04-14"
    )
    notes = article / "notes.toml"
    notes.write_text('[[Actor]]\nquote = "Taliban"\noccurrence = 1\n', encoding="utf-8")
    before = notes.read_bytes()
    main(["compile", "--replace", str(article)])
    assert (
        "compiled"
        in tomllib.loads((article / "meta.toml").read_text(encoding="utf-8"))["coders"]["gold"]
    )
    assert main(["reanchor", str(article), str(new)]) == 0
    assert (
        f"{article / 'notes.toml'}: still quotes the old text; compile will report what no longer matches"
        in capsys.readouterr().err
    )
    assert (article / "notes.toml").read_bytes() == before
    assert (
        "compiled"
        not in tomllib.loads((article / "meta.toml").read_text(encoding="utf-8"))["coders"]["gold"]
    )


# --- all or nothing
# --------------------------------------------------------------------------------------------------
def test_a_failure_while_writing_leaves_the_article_as_it_was(seeds, tmp_path, monkeypatch, capsys):
    article, new = corrected(seeds, CLAIMED)
    before = snapshot(article)

    def full(draft, target):
        raise OSError(28, "No space left on device", str(target))

    monkeypatch.setattr(safe_writing, "put_in_place", full)
    assert main(["reanchor", str(article), str(new), "--partial", str(tmp_path / "rest.toml")]) == 1
    assert capsys.readouterr().err == f"{article}: the disk is full\nnothing was changed\n"
    assert snapshot(article) == before and not (tmp_path / "rest.toml").exists()
    assert not [path for path in seeds.iterdir() if path.name.startswith(".")]


def test_a_second_rename_that_fails_puts_the_article_back(seeds, monkeypatch, capsys):
    article, new = corrected(
        seeds, ("Entrechened instability", "Entrenched instability"), doc="dw-2017-04-14"
    )
    before, rename = snapshot(article), safe_writing.os.rename

    def held(old, new_name):
        if old.name == "new":
            raise PermissionError(13, "Permission denied", str(old))
        rename(old, new_name)

    monkeypatch.setattr(safe_writing.os, "rename", held)
    assert main(["reanchor", str(article), str(new)]) == 1
    assert "no permission" in capsys.readouterr().err
    assert snapshot(article) == before


def test_a_change_that_was_killed_is_found_by_check_and_load(seeds, capsys):
    article = seeds / "dw-2017-04-14"
    desk = seeds / ".dw-2017-04-14.changing"
    desk.mkdir()
    assert main(["check", str(seeds)]) == 0  # before the exchange: the article is whole
    assert (
        f"{desk}:1: a change of dw-2017-04-14 is under way, or was cut short and left it as it was"
        in capsys.readouterr().err
    )
    article.rename(desk / "last")
    with pytest.raises(
        standoff.SeedError,
        match=(
            r"a change of dw-2017-04-14 was cut short; rename .dw-2017-04-14.changing/last to "
            r"dw-2017-04-14"
        ),
    ):
        standoff.load(seeds)
    assert main(["check", str(seeds)]) == 1


def test_two_changes_of_one_article_at_once_are_refused(seeds, capsys):
    article, new = corrected(
        seeds, ("Entrechened instability", "Entrenched instability"), doc="dw-2017-04-14"
    )
    before = snapshot(article)
    with safe_writing.replace_directory(article):
        assert main(["reanchor", str(article), str(new)]) == 1
    assert (
        "a change of dw-2017-04-14 is under way, or was cut short and left it as it was; "
        "where none runs, remove this folder"
    ) in capsys.readouterr().err
    assert snapshot(article) == before
