"""Loading a folder: the tables it gives, and the problems it reports with file, line and code."""

import datetime as dt
import hashlib
import os
import re
import shutil

import pandas as pd
import pytest
from conftest import codes

import standoff
from standoff.annotation.did_you_mean import suggest
from standoff.annotation.problems import Report
from standoff.authoring.checking import survey
from standoff.corpus.articles import RULES, article_folders
from standoff.corpus.schema import COLUMNS


def test_load_returns_the_tables_of_a_small_article(folder):
    corpus = standoff.load(folder.path)
    assert list(corpus.documents["words"]) == [11]
    said = corpus.attributions.iloc[0]
    assert (said.actor, said.source, said.cue, said.content, said.kind) == (
        "grey",
        "Mr Grey",
        "said",
        'the "low" talks failed',
        "mixed",
    )
    assert (said.words, said.quoted_words, said.named) == (4, 1, True)
    assert (said.stance, said.channel) == ("neutral", "unstated")
    assert pd.isna(said.cites)
    assert list(corpus.quotations["attribution"]) == ["E1"]


def test_every_table_has_its_columns_coder_and_line(corpus):
    for name, columns in COLUMNS.items():
        table = getattr(corpus, name)
        assert list(table.columns) == columns
        assert set(table["coder"]) == {"gold"}
        assert "line" in columns or name in ("documents", "actors")


def test_empty_tables_have_the_same_column_types(folder, corpus):
    small = standoff.load(folder.path)
    for name in COLUMNS:
        assert list(getattr(small, name).dtypes) == list(getattr(corpus, name).dtypes), name


def test_rows_are_in_the_order_of_the_text(corpus):
    for name in ("zones", "sentences", "mentions", "quotations", "frames", "times", "events"):
        for _, rows in getattr(corpus, name).groupby("doc"):
            assert rows["start"].is_monotonic_increasing, name


def test_a_span_in_several_pieces_ends_where_its_last_piece_ends(folder):
    folder.lines += ["T11\tRivalry 15 17;38 50\tMr talks failed"]
    folder.lines += ["A7\tFunction T11 cause", "A8\tValence T11 neutral"]
    folder.lines += ["R1\tTarget Arg1:T11 Arg2:T6"]
    folder.write()
    frame = standoff.load(folder.path).frames.iloc[0]
    assert (frame.start, frame.end, frame.text) == (15, 50, "Mr talks failed")
    assert (frame.function, frame.valence, frame.voice) == ("cause", "neutral", "author")


def test_words_in_quotation_marks_are_quoted_only_if_the_coder_says_that_they_are_speech(folder):
    assert standoff.load(folder.path).attributions["quoted_words"].tolist() == [1]
    folder.replace("A3\tUse T9 speech", "A3\tUse T9 scare")
    folder.replace("A4\tKind E1 mixed", "A4\tKind E1 indirect")
    assert standoff.load(folder.path).attributions["quoted_words"].tolist() == [0]


def test_a_content_of_several_spans_is_their_words_joined_by_blanks(folder):
    folder.replace('T8\tContent 28 50\tthe "low" talks failed', "T8\tContent 28 31\tthe")
    folder.lines.append("T11\tContent 38 50\ttalks failed")
    folder.replace("A4\tKind E1 mixed", "A4\tKind E1 indirect")
    folder.replace(
        "E1\tAttribution:T7 Source:T6 Content:T8",
        "E1\tAttribution:T7 Source:T6 Content:T8 Content2:T11",
    )
    assert standoff.load(folder.path).attributions["content"].tolist() == ["the talks failed"]


@pytest.mark.parametrize(("channel", "voice"), [("citation", "author"), ("unstated", "unsourced")])
def test_words_with_a_footnote_mark_for_a_source_are_the_authors(folder, channel, voice):
    folder.text = "Headline here\n\nTalks failed.[1] Grey left.\n\n[1] A book.\n"
    folder.meta["sha256"] = hashlib.sha256(folder.text.encode()).hexdigest()
    folder.lines = [
        "T1\tHeadline 0 13\tHeadline here",
        "T2\tBody 15 42\tTalks failed.[1] Grey left.",
        "T3\tReference 44 55\t[1] A book.",
        "T4\tSentence 0 13\tHeadline here",
        "T5\tSentence 15 31\tTalks failed.[1]",
        "T6\tSentence 32 42\tGrey left.",
        "T7\tAttribution 28 31\t[1]",
        "T8\tContent 15 27\tTalks failed",
        "T9\tRivalry 15 20\tTalks",
        "T10\tActor 32 36\tGrey",
        "E1\tAttribution:T7 Content:T8",
        "A1\tKind E1 indirect",
        "A2\tStance E1 neutral",
        f"A3\tChannel E1 {channel}",
        "A4\tFunction T9 cause",
        "A5\tValence T9 negative",
        "A6\tForm T10 name",
        "R1\tCites Arg1:E1 Arg2:T3",
        "R2\tTarget Arg1:T9 Arg2:T10",
        "N1\tReference T10 actors:grey\tGrey",
    ]
    folder.write()
    corpus = standoff.load(folder.path)
    assert list(corpus.attributions["cites"]) == ["T3"]
    assert list(corpus.frames["voice"]) == [voice]


def test_column_line_gives_the_line_of_the_ann_file(corpus):
    row = corpus.mentions.iloc[5]
    source = (corpus.folder / row.doc / "gold.ann").read_text(encoding="utf-8").split("\n")
    assert source[row.line - 1].startswith(f"{row.id}\tActor {row.start} {row.end}\t{row.text}")


def test_articles_are_in_the_order_of_publication(corpus):
    assert list(corpus.documents["doc"]) == ["dw-2017-04-14", "avim-2018-10-31"]
    assert list(corpus.documents["published"]) == [
        pd.Timestamp("2017-04-14"),
        pd.Timestamp("2018-10-31"),
    ]


def test_coders_are_listed_gold_first(folder):
    (folder.article / "a.ann").write_text("")
    assert standoff.coders(folder.path) == ["gold", "a"]


def test_coders_of_a_part_are_left_out_if_whole_codings_are_wanted(folder):
    for coder, part in (("a", ""), ("b", 'partial = "frames only"\n')):
        (folder.article / f"{coder}.ann").write_text("")
        with (folder.article / "meta.toml").open("a") as meta:
            meta.write(f'[coders.{coder}]\nwho = "x"\n{part}')
    assert standoff.coders(folder.path) == ["gold", "a", "b"]
    assert standoff.coders(folder.path, whole=True) == ["gold", "a"]


def test_load_reports_a_part_that_is_not_put_in_words(folder):
    with (folder.article / "meta.toml").open("a") as meta:
        meta.write("partial = true\n")
    (problem,) = folder.problems()
    assert "partial" in problem and "words in quotation marks" in problem


def test_load_rejects_a_text_whose_checksum_changed(folder):
    before = folder.text
    folder.write(text=before.replace("left", "stay"))
    assert "one/text.txt:1: E-text-changed" in folder.codes()
    (folder.article / "text.txt").write_text("New. " + before, encoding="utf-8")
    (problem,) = folder.problems()  # in place of one for each span
    assert re.search(r"and (\d+) of \1 spans no longer match", problem)
    assert "python -m standoff reanchor" in problem


@pytest.mark.parametrize("offsets", ["24 28", "27 23", "900 904", "10 20", "23 25;20 22"])
def test_load_rejects_spans_that_do_not_fit_the_text(folder, offsets):
    folder.replace("T7\tAttribution 23 27\tsaid", f"T7\tAttribution {offsets}\tsaid")
    (problem,) = folder.codes()
    assert problem.startswith("one/gold.ann:7: E-span-")


def test_load_rejects_carriage_returns(folder):
    folder.write(text=folder.text.replace("\n", "\r\n"))
    assert "one/text.txt:1: E-file-line-ends" in folder.codes()


def test_load_rejects_a_byte_order_mark(folder):
    folder.write(text="\ufeff" + folder.text)
    assert "one/text.txt:1: E-file-bom" in folder.codes()


def test_load_rejects_bytes_that_are_not_utf8(folder):
    path = folder.article / "gold.ann"
    path.write_bytes(path.read_bytes().replace(b"Mr Grey", b"Mr Gr\xe9y", 1))
    assert folder.codes() == ["one/gold.ann:2: E-file-utf8"]


def test_load_rejects_bytes_of_gold_that_are_not_utf8_for_every_coder(folder):
    gold = folder.article / "gold.ann"
    (folder.article / "b.ann").write_bytes(gold.read_bytes())
    with (folder.article / "meta.toml").open("a") as meta:
        meta.write('[coders.b]\nwho = "b"\n')
    gold.write_bytes(gold.read_bytes().replace(b"Mr Grey", b"Mr Gr\xe9y", 1))
    problems = codes(standoff.load, folder.path, "b", under=folder.path)
    assert problems == ["one/gold.ann:2: E-file-utf8"]


@pytest.mark.parametrize("name", ["text.txt", "gold.ann", "meta.toml"])
def test_load_rejects_an_empty_file(folder, name):
    (folder.article / name).write_bytes(b"")
    assert f"one/{name}:1: E-file-empty" in folder.codes()


def test_load_rejects_duplicate_ids(folder):
    folder.lines.append("T7\tContent 0 8\tHeadline")
    folder.write()
    assert "one/gold.ann:20: E-id-duplicate" in folder.codes()


def test_load_rejects_references_to_missing_ids(folder):
    folder.replace(
        "E1\tAttribution:T7 Source:T6 Content:T8", "E1\tAttribution:T7 Source:T66 Content:T8"
    )
    folder.lines += ["R1\tCites Arg1:E1 Arg2:T99", "A9\tForm T98 name"]
    folder.write()
    assert folder.codes() == [f"one/gold.ann:{line}: E-id-missing" for line in (11, 20, 21)]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("T8\tContent 28 50\tthe", "T8\tContents 28 50\tthe", "8: E-label-unknown"),
        ("A4\tKind E1 mixed", "A4\tKin E1 mixed", "15: E-attribute-unknown"),
        ("A5\tStance E1 neutral", "A5\tStance E1 nuetral", "16: E-attribute-value"),
        ("A6\tChannel E1 unstated", "A6\tChannel T6 unstated", "17: E-attribute-label"),
        ("A6\tChannel E1 unstated", "A7\tKind E1 mixed", "17: E-attribute-twice"),
        ("E1\tAttribution:T7", "E1\tAttribution:T6", "11: E-event-trigger"),
        ("E1\tAttribution:T7 Source", "E1\tAttribution:T7 Saurce", "11: E-role-unknown"),
        ("E1\tAttribution:T7 Source:T6", "E1\tAttribution:T7 Source:T9", "11: E-role-label"),
        (" Content:T8", "", "11: E-role-missing"),
        ("A5\tStance E1 neutral", "#1\tAnnotatorNotes E1\tx", "11: E-attribute-missing"),
        ("N1\tReference T6 actors:grey\tMr Grey", "#1\tNote E1\tx", "6: E-attribute-missing"),
        ("N1\tReference T6 actors:grey", "N1\tReference T6 actors:gray", "18: E-reference-unknown"),
        (
            "N1\tReference T6 actors:grey",
            "N1\tReference T6 actor:grey",
            "18: E-reference-collection",
        ),
        ("N1\tReference T6 actors:grey", "N1\tReference T3 actors:grey", "18: E-reference-label"),
        ("A4\tKind E1 mixed", "A4\tKind E1 direct", "15: E-kind-quotation"),
    ],
)
def test_load_reports_what_breaks_a_rule_of_the_codebook(folder, old, new, problem):
    line = next(line for line in folder.lines if old in line)
    folder.replace(line, line.replace(old, new))
    assert f"one/gold.ann:{problem}" in folder.codes()


def test_load_reports_unknown_relations_and_relations_between_the_wrong_labels(folder):
    folder.lines += ["R1\tCites Arg1:E1 Arg2:T1", "R2\tCitse Arg1:E1 Arg2:T1"]
    folder.write()
    assert folder.codes() == [
        "one/gold.ann:20: E-relation-label",
        "one/gold.ann:21: E-relation-unknown",
    ]


def test_load_reports_zones_that_overlap(folder):
    folder.lines.append("T20\tCaption 52 62\tGrey left.")
    folder.write()
    assert "one/gold.ann:20: E-zone-overlap" in folder.codes()


def test_load_reports_text_outside_all_zones(folder):
    folder.replace(
        'T2\tBody 15 62\tMr Grey said the "low" talks failed. Grey left.',
        'T2\tBody 15 51\tMr Grey said the "low" talks failed.',
    )
    assert "one/gold.ann:2: E-zone-gap" in folder.codes()


def test_words_outside_all_zones_are_reported_with_the_place_where_they_begin(folder):
    folder.replace(
        'T2\tBody 15 62\tMr Grey said the "low" talks failed. Grey left.',
        'T2\tBody 15 48\tMr Grey said the "low" talks fail',
    )
    assert (
        "one/gold.ann:2: no zone covers 'ed. Grey left.' at offset 48; "
        "expected every word in a zone"
    ) in folder.problems()


def test_load_reports_quotation_marks_without_a_quoted_span(folder):
    folder.lines = [line for line in folder.lines if not line.startswith(("T9", "A3"))]
    folder.replace("A4\tKind E1 mixed", "A4\tKind E1 indirect")
    assert folder.codes() == ["one/gold.ann:2: E-quotation-unmarked"]


@pytest.mark.parametrize(
    "lines",
    [
        ["N3\tReference T6 actors:grey\tMr Grey"],
        ["T11\tActor 52 56\tGrey", "A7\tForm T11 name", "N3\tReference T11 actors:grey\tGrey"],
        ['T11\tQuoted 32 37\t"low"', "A7\tUse T11 speech"],
    ],
)
def test_load_reports_what_is_annotated_twice(folder, lines):
    folder.lines += lines
    folder.write()
    assert folder.codes() == ["one/gold.ann:20: E-duplicate"]


def test_two_attributions_may_share_a_content(folder):
    folder.lines += [
        "T11\tAttribution 23 27\tsaid",
        'T12\tContent 28 50\tthe "low" talks failed',
        "E2\tAttribution:T11 Content:T12",
    ]
    folder.lines += ["A7\tKind E2 mixed", "A8\tStance E2 neutral", "A9\tChannel E2 unstated"]
    folder.write()
    assert len(standoff.load(folder.path).attributions) == 2


def test_load_reports_a_move_without_a_track(folder):
    folder.lines += [
        "T20\tRequest 42 48\tfailed",
        "E2\tRequest:T20 Who:T6",
        "A20\tFactuality E2 fact",
        "A21\tMove E2 invite",
    ]
    folder.replace("T20\tRequest 42 48\tfailed", "T20\tRequest 44 50\tfailed")
    assert folder.codes() == ["one/gold.ann:23: E-move-track"]


def test_load_rejects_a_value_that_is_not_a_date(folder):
    folder.lines += [
        "T20\tTime 0 8\tHeadline",
        "A20\tTimeType T20 DATE",
        "N20\tReference T20 edtf:2018-13-40\tHeadline",
    ]
    folder.write()
    assert folder.codes() == ["one/gold.ann:22: E-time-value"]


def test_load_reports_missing_and_malformed_keys_of_meta_with_their_lines(folder):
    folder.write_meta(title=None, sha256="123")
    assert folder.codes() == ["one/meta.toml:1: E-key-missing", "one/meta.toml:7: E-key-value"]
    path = folder.article / "meta.toml"
    path.write_text(path.read_text().replace("2020-01-02", '"soon"'))
    assert "one/meta.toml:9: E-key-value" in folder.codes()
    path.write_text("title = \n")
    assert folder.codes()[0] == "one/meta.toml:1: E-toml-syntax"


def test_load_reports_problems_of_the_registries(folder):
    (folder.path / "actors.toml").write_text(
        '[grey]\nname = "G"\nkind = "expart"\ncountry = "none"\nnamed = true\npart_of = "gone"\n\n'
        '[me]\nname = "M"\nkind = "expert"\ncountry = "none"\nnamed = "yes"\npart_of = "me"\n'
    )
    assert folder.codes() == [
        "actors.toml:3: E-key-value",
        "actors.toml:6: E-actor-parent",
        "actors.toml:12: E-key-value",
        "actors.toml:13: E-actor-circle",
    ]


def test_load_reports_a_coder_who_changes_the_base(folder):
    (folder.article / "a.ann").write_text(
        "\n".join(folder.lines).replace(
            "T3\tSentence 0 13\tHeadline here", "T3\tSentence 0 8\tHeadline"
        )
        + "\n"
    )
    path = folder.article / "meta.toml"
    path.write_text(path.read_text() + '[coders.a]\nwho = "x"\n')
    assert codes(standoff.load, folder.path, coder="a", under=folder.path) == [
        "one/a.ann:1: E-base-missing",
        "one/a.ann:3: E-base-own",
    ]


def test_load_rejects_a_coder_without_an_entry_in_meta(folder):
    (folder.article / "a.ann").write_text("\n".join(folder.lines) + "\n")
    with pytest.raises(standoff.SeedError, match="E-coder-unlisted"):
        standoff.load(folder.path, coder="a")


def test_load_raises_all_problems_together_as_a_value_error(folder):
    folder.replace("A4\tKind E1 mixed", "A4\tKin E1 mixed")
    folder.replace("T7\tAttribution 23 27\tsaid", "T7\tAttribution 24 28\tsaid")
    folder.write_meta(title=None)
    with pytest.raises(ValueError) as caught:
        standoff.load(folder.path)
    assert (
        len(caught.value.problems) == 4
    )  # the title, the words, the attribute, and the Kind that is now missing
    assert str(caught.value).count("\n") == 3


@pytest.mark.parametrize(
    ("file", "old", "new", "problem"),
    [
        ("codebook.toml", 'kind = "zone"\narticle', "kind = 5\narticle", "19: E-key-value"),
        (
            "codebook.toml",
            '[relations.Cites]\nlayer = "sourcing"\na = ["Attribution"]',
            "[relations.Cites]\nlayer = 1",
            "E-key-missing",
        ),
        ("codebook.toml", 'on = ["Actor"]', 'on = "Actor"', "E-key-value"),
        ("codebook.toml", "[layers]", "labels = 3\n[layers]", "E-toml-syntax"),
        ("codebook.toml", "version = ", "edition = ", "1: E-key-missing"),
        ("actors.toml", "[grey]", "grey = 1\n[other]", "1: E-toml-table"),
        ("actors.toml", "named = true", "named = true\npart_of = 5", "6: E-key-value"),
        ("tracks.toml", 'period = "2020"', 'period = "spring 2020"', "6: E-key-value"),
        ("tracks.toml", 'period = "2020"', 'period = "P3D"', "6: E-key-value"),
        (
            "actors.toml",
            "named = true",
            "named = true\npart_of = 'grej'\n[grez]",
            "6: E-actor-parent",
        ),
        ("tracks.toml", 'members = ["grey"]', 'members = ["grej"]', "5: E-track-actor"),
        ("tracks.toml", 'members = ["grey"]', 'members = ["none"]', "5: E-track-actor"),
        ("tracks.toml", 'host = "grey"', 'host = "gray"', "3: E-track-actor"),
        ("tracks.toml", 'members = ["grey"]', "members = [5]", "5: E-key-value"),
        ("one/meta.toml", 'who = "a test"', "", "11: E-key-missing"),
        (
            "one/meta.toml",
            "[coders.gold]",
            "[coders.gold]\nwho = ''\n  [coders . 'A. B']\n\"wh\\u006f\" = 1\n[x]",
            "14: E-key-value",
        ),
        ("one/meta.toml", "[coders.gold]\nwho", "coders", "E-meta-coders"),
    ],
)
def test_load_reports_toml_of_another_shape_with_its_line(folder, file, old, new, problem):
    path = folder.path / file
    source = path.read_text(encoding="utf-8")
    assert old in source
    path.write_text(source.replace(old, new, 1), encoding="utf-8")
    reported = folder.codes()
    assert any(one.startswith(file) and one.endswith(problem) for one in reported), reported[:5]


@pytest.mark.parametrize("period", ["unknown", "2020-05", "../2020-05-01", "2019/.."])
def test_a_period_of_a_table_may_be_open_or_unknown(folder, period):
    path = folder.path / "tracks.toml"
    path.write_text(path.read_text().replace('period = "2020"', f'period = "{period}"'))
    assert standoff.load(folder.path).registry["tracks"]["table"]["period"] == period


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('layer = "framing"\non = ["@frame"]', 'layer = "framng"\non = ["@frame"]', "layer"),
        ('on = ["Actor"]', 'on = ["Acter"]', "label"),
        ('a = ["@plover", ', 'a = ["@plovr", ', "label"),
        ('Source = ["Actor"]', 'Source = ["Acter"]', "label"),
        ('needs = ["Content"]', 'needs = ["Contents"]', "role"),
        ('kind = "span"\nregistry = "actors"', 'kind = "event"\nregistry = "actors"', "roles"),
        ('registry = "tracks"', 'registry = "trucks"', "values"),
    ],
)
def test_load_reports_a_wrong_rule_of_the_codebook_and_not_the_annotation(folder, old, new, code):
    book = folder.path / "codebook.toml"
    before, found, after = book.read_text(encoding="utf-8").partition(old)
    assert found
    book.write_text(before + new + after, encoding="utf-8")
    assert folder.codes() == [f"codebook.toml:{before.count(chr(10)) + 1}: E-codebook-{code}"]


def test_a_codebook_may_add_layers_and_events(folder):
    with (folder.path / "codebook.toml").open("a", encoding="utf-8") as book:
        book.write('[labels.Bang]\nlayer = "noise"\nkind = "event"\ngroup = "loud"\nroles = {}\n')
        book.write('[attributes.Volume]\nlayer = "noise"\non = ["@loud"]\nvalues = ["high"]\n')
        book.write('[relations.Echoes]\nlayer = "noise"\na = ["Bang"]\nb = ["@event"]\n')
    path = folder.path / "codebook.toml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("[layers]\n", '[layers]\nnoise = "Noise"\n'),
        encoding="utf-8",
    )
    assert "Bang" in standoff.load(folder.path).codebook.labels


OVERLAPS = (
    '\n[relations.{}]\nlayer = "chronology"\na = ["Attribution"]\nb = '
    '["Attribution"]\ndefinition = "d"\n'
)


@pytest.mark.parametrize("name", ["OVERLAPS", "IS_INCLUDE"])
def test_load_reports_an_unknown_relation_of_the_layer_chronology(folder, name):
    book = folder.path / "codebook.toml"
    line = book.read_text(encoding="utf-8").count("\n") + 2
    with book.open("a", encoding="utf-8") as file:
        file.write(OVERLAPS.format(name))
    folder.lines += [
        "T20\tAttribution 44 50\tfailed",
        "E2\tAttribution:T20 Content:T8",
        "A20\tKind E2 mixed",
        f"R1\t{name} Arg1:E1 Arg2:E2",
    ]
    folder.lines += ["A21\tStance E2 neutral", "A22\tChannel E2 unstated"]
    folder.write()
    assert folder.codes() == [f"codebook.toml:{line}: E-codebook-relation"]
    assert [problem.code for problem in survey(folder.path).problems] == ["E-codebook-relation"]
    book.write_text(
        book.read_text(encoding="utf-8").replace(
            OVERLAPS.format(name), OVERLAPS.format(name).replace("chronology", "sourcing")
        ),
        encoding="utf-8",
    )
    assert len(standoff.load(folder.path).links) == 0


@pytest.mark.parametrize(
    ("removed", "message"),
    [
        (
            "A1\tForm T6 name",
            "T6 (Actor) has no Form; expected one of name, description, pronoun",
        ),
        (
            "N2\tReference T10 actors:grey\tGrey",
            "T10 (Actor) has no reference to actors; expected refers and an id of actors.toml: "
            "add an entry if it has none",
        ),
        (
            "N3\tReference T11 edtf:2020\tleft",
            "T11 (Time) has no reference to edtf; expected one",
        ),
        ("R1\tTarget Arg1:T12 Arg2:T10", "T12 (Failure) has no Target; expected one"),
    ],
    ids=["attribute", "actor", "day", "relation"],
)
def test_a_message_about_what_is_missing_says_what_is_expected(folder, removed, message):
    """Only attributes have values to choose from, and only actors a registry to add an entry to."""
    book = folder.path / "codebook.toml"
    source = book.read_text(encoding="utf-8")
    book.write_text(
        source.replace("[labels.Time]", "[labels.Time]\nreference = true"), encoding="utf-8"
    )
    folder.lines += ["T11\tTime 57 61\tleft", "A7\tTimeType T11 DATE"]
    folder.lines += ["N3\tReference T11 edtf:2020\tleft"]
    folder.lines += ["T12\tFailure 52 61\tGrey left", "A8\tFunction T12 problem"]
    folder.lines += ["A9\tValence T12 negative", "R1\tTarget Arg1:T12 Arg2:T10"]
    folder.lines.remove(removed)
    folder.write()
    assert [problem.split(": ", 1)[1] for problem in folder.problems()] == [message]


def test_load_reports_a_circle_of_actors_once(folder):
    actor = '[{}]\nname = "M"\nkind = "expert"\ncountry = "none"\nnamed = true\npart_of = "{}"\n'
    (folder.path / "actors.toml").write_text(
        "".join(
            actor.format(*pair)
            for pair in (("x", "grey"), ("grey", "b"), ("b", "c"), ("c", "grey"))
        )
    )
    assert [code for code in folder.codes() if "circle" in code] == [
        "actors.toml:12: E-actor-circle"
    ]
    assert [message for message in folder.problems() if "itself" in message] == [
        "actors.toml:12: 'grey' is part of itself through b -> c -> grey"
    ]


@pytest.mark.parametrize("named", ["5", '"b"', '["b"]', "true"])
def test_load_reports_coders_that_are_no_table(folder, named):
    meta = folder.article / "meta.toml"
    meta.write_text(
        meta.read_text(encoding="utf-8").replace(
            '[coders.gold]\nwho = "a test"', f"coders = {named}"
        ),
        encoding="utf-8",
    )
    for coder in ("gold", "a"):
        problems = codes(standoff.load, folder.path, coder, under=folder.path)
        assert "one/meta.toml:11: E-meta-coders" in problems


def test_load_reports_a_coder_whose_entry_is_no_table_under_its_full_name(folder):
    meta = folder.article / "meta.toml"
    words = meta.read_text(encoding="utf-8")
    meta.write_text(words.replace("[coders.gold]", '[coders]\nanna = "Anna"\n[coders.gold]'))
    assert folder.problems() == [
        "one/meta.toml:12: 'coders.anna' is 'Anna'; expected a table: [coders.anna]"
    ]


def test_load_reports_an_unknown_coder_and_folders_without_articles(folder, tmp_path):
    (tmp_path / "bare" / "notes").mkdir(parents=True)
    for name in RULES:
        shutil.copyfile(folder.path / name, tmp_path / "bare" / name)
    for path, coder, code in (
        ("seeds", "golt", "E-coder-unknown"),
        ("nowhere", "gold", "E-folder-missing"),
        ("bare", "gold", "E-folder-empty"),
    ):
        found = codes(standoff.load, tmp_path / path, coder=coder, under=tmp_path)
        assert found == [f"{path}:1: {code}"]


@pytest.mark.parametrize("part", ["text.txt", "meta.toml", "gold.ann"])
def test_a_folder_with_any_file_of_an_article_is_an_article(folder, part):
    (folder.path / "two").mkdir()
    shutil.copyfile(folder.article / part, folder.path / "two" / part)
    problems = Report()
    assert [path.name for path in article_folders(folder.path, problems)] == [
        "one",
        "two",
    ] and not problems
    problems = folder.codes()
    assert problems and all(problem.startswith("two/") for problem in problems)


def test_load_reports_bad_names_and_links_out_of_the_folder_of_every_article(folder, tmp_path):
    outside = tmp_path / "outside.txt"
    outside.write_text("Elsewhere.")
    for name in ("a<b", "c<d"):
        shutil.copytree(folder.article, folder.path / name)
        (folder.path / name / "e<f.ann").touch()
        (folder.path / name / ".draft<.ann").touch()
        (folder.path / name / "remark<.txt").touch()
        os.symlink(outside, folder.path / name / "link")
    os.symlink("text.txt", folder.article / "within")
    (folder.path / "tracks.toml").rename(folder.path / "there.toml")
    os.symlink("there.toml", folder.path / "tracks.toml")
    (folder.path / "actors.toml").rename(tmp_path / "actors.toml")
    os.symlink(tmp_path / "actors.toml", folder.path / "actors.toml")
    expected = ["actors.toml:1: E-link-outside"]
    for name in ("a<b", "c<d"):
        expected += [
            f"{name}:1: E-article-name",
            f"{name}/e<f.ann:1: E-coder-name",
            f"{name}/link:1: E-link-outside",
        ]
    assert sorted(folder.codes()) == sorted(expected)


def test_a_corpus_has_its_folder_coder_metadata_and_registries(folder):
    with (folder.path / "actors.toml").open("a", encoding="utf-8") as file:
        file.write(
            '[house]\nname = "The house"\nkind = "media"\ncountry = "none"\nnamed = '
            'false\npart_of = "grey"\n'
        )
    found = standoff.load(folder.path)
    assert (
        found.folder,
        found.coder,
        list(found.meta),
        list(found.annotations),
        found.set_aside,
    ) == (folder.path, "gold", ["one"], ["one"], {})
    assert (
        found.meta["one"]["title"] == "Headline here"
        and found.annotations["one"].spans[5].text == "Mr Grey"
    )
    assert list(found.registry["actors"]) == ["grey", "house"] and list(
        found.registry["tracks"]
    ) == ["table"]
    assert found.actors.astype(object).where(found.actors.notna(), None).to_numpy().tolist() == [
        ["grey", "Mr Grey", "expert", "none", None, True, "gold", None],
        ["house", "The house", "media", "none", "grey", False, "gold", None],
    ]
    assert list(found.documents["published"].dt.date) == [dt.date(2020, 1, 2)]


def test_an_article_with_an_unknown_day_has_no_date(folder):
    meta = folder.article / "meta.toml"
    meta.write_text(meta.read_text().replace("2020-01-02", '"unknown"'))
    assert standoff.load(folder.path).documents["published"].isna().all()


def test_passage_returns_words_with_as_much_context_as_there_is(folder):
    corpus = standoff.load(folder.path)
    assert corpus.passage("one", 15, 22) == "Mr Grey"
    assert corpus.passage("one", 15, 22, 1) == "\nMr Grey "
    assert corpus.passage("one", 2, 8, 3) == "Headline he"
    assert corpus.passage("one", 57, 62, 9) == "ed. Grey left.\n"


def coded(folder, lines, said=True):
    """Give coder a these lines in the first article."""
    (folder.article / "a.ann").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    if said:
        with (folder.article / "meta.toml").open("a", encoding="utf-8") as file:
            file.write('[coders.a]\nwho = "a test"\n')


def codes_of_a(folder):
    """Return the problems of coder a's articles, as codes."""
    return codes(standoff.load, folder.path, coder="a", under=folder.path)


def test_load_reports_a_coder_who_is_not_in_meta(folder):
    coded(folder, folder.lines, said=False)
    assert codes_of_a(folder) == ["one/meta.toml:1: E-coder-unlisted"]


def test_load_reports_a_coder_of_meta_whose_file_is_missing(folder):
    coded(folder, folder.lines)
    (folder.article / "a.ann").unlink()
    assert codes_of_a(folder) == ["one/a.ann:1: E-file-missing"]


def test_coders_share_the_base_layer_of_gold_or_the_proposed_one(folder):
    own = [
        line.replace("T5\tSentence 52 62\tGrey left.", "T5\tSentence 52 61\tGrey left")
        for line in folder.lines
    ]
    coded(folder, own)
    assert codes_of_a(folder) == ["one/a.ann:1: E-base-missing", "one/a.ann:5: E-base-own"]
    (folder.article / "proposed.ann").write_text(
        "".join(f"{line}\n" for line in PROPOSED), encoding="utf-8"
    )
    assert codes_of_a(folder) == ["one/a.ann:5: E-base-own"]
    with pytest.raises(
        standoff.SeedError, match=r"is not in proposed\.ann; expected the common base"
    ):
        standoff.load(folder.path, coder="a")


@pytest.mark.parametrize("meta", ['title = "no coders"\n', "no TOML\n"])
def test_load_skips_articles_whose_meta_does_not_list_the_coder(folder, meta):
    shutil.copytree(folder.article, folder.path / "two")
    (folder.path / "two" / "meta.toml").write_text(meta, encoding="utf-8")
    coded(folder, folder.lines)
    assert list(standoff.load(folder.path, coder="a").texts) == ["one"]


def test_problems_of_gold_are_not_reported_for_another_coder(folder):
    lines = folder.lines
    folder.lines = [*lines, "what is this"]
    folder.write()
    coded(folder, lines)
    assert list(standoff.load(folder.path, coder="a").texts) == ["one"]


def test_write_puts_a_given_number_of_articles_in_each_part(corpus, tmp_path):
    written = corpus.write(tmp_path / "parts", size=1)
    assert (
        written == tmp_path / "parts"
        and len(list(written.rglob("part-*.parquet"))) == 2 * len(COLUMNS) - 1
    )
    assert len(standoff.scan(written, engine="polars").mentions.collect()) == len(corpus.mentions)


def test_only_returns_the_rows_of_some_articles_with_a_new_index(corpus):
    doc = "avim-2018-10-31"
    small = corpus.only([doc])
    assert list(small.texts) == list(small.meta) == list(small.annotations) == [doc]
    for name in COLUMNS:
        own, whole = getattr(small, name), getattr(corpus, name)
        expected = whole[whole["doc"] == doc].reset_index(drop=True) if "doc" in whole else whole
        pd.testing.assert_frame_equal(own, expected)


def test_a_corpus_is_shown_as_a_small_card(corpus):
    for card in (repr(corpus), corpus._repr_html_()):
        assert len(card) < 1_000
        assert "2 articles" in card and "coded by gold" in card and "attributions 50" in card
        assert "(DW, 14 April 2017)" in card and "sourcing.voices(corpus)" in card


def test_the_card_shows_few_of_many_articles_and_escapes_their_words(folder):
    folder.write_meta(title="<b>" + "long " * 40)
    for number in range(9):
        shutil.copytree(folder.article, folder.path / f"two{number}")
    corpus = standoff.load(folder.path)
    card = corpus._repr_html_()
    assert "&lt;b&gt;long" in card and len(card) < 2_000
    assert card.count("<li>") == 7 and card.count("<li>… and 4 more</li>") == 1
    # a heading, six articles, how many more there are, the rows and the next steps
    lines = repr(corpus).split("\n")
    assert len(lines) == 10 and lines[7] == "  … and 4 more"


def test_the_card_gives_articles_sizes_of_tables_and_next_steps(folder):
    folder.write_meta(title="Ferries <stay>")
    corpus = standoff.load(folder.path)
    assert repr(corpus) == (
        f"Corpus of 1 article in {folder.path}, coded by gold\n"
        "  one: Ferries <stay> (unknown, 2 January 2020)\n"
        "rows: documents 1, zones 2, sentences 3, actors 1, mentions 2, attributions 1, "
        "quotations 1, frames 0, times 0, events 0, links 0\n"
        "go on with: corpus.attributions, sourcing.voices(corpus), "
        "corpus.passage(doc, start, end)"
    )
    assert corpus._repr_html_() == (
        f"<div><p><strong>Corpus of 1 article in {folder.path}, coded by gold</strong></p>"
        "<ul><li>one: Ferries &lt;stay&gt; (unknown, 2 January 2020)</li></ul>"
        "<p>Rows: documents 1, zones 2, sentences 3, actors 1, mentions 2, attributions 1, "
        "quotations 1, frames 0, times 0, events 0, links 0</p>"
        "<p>Go on with: <code>corpus.attributions</code>, <code>sourcing.voices(corpus)</code>, "
        "<code>corpus.passage(doc, start, end)</code></p></div>"
    )


def test_the_card_shows_six_articles_and_says_how_many_were_set_aside(folder):
    for number in range(5):
        shutil.copytree(folder.article, folder.path / f"two{number}")
    lines = repr(standoff.load(folder.path)).split("\n")
    assert [line.split(":")[0] for line in lines[1:-2]] == [
        "  one",
        *(f"  two{number}" for number in range(5)),
    ]
    html = standoff.load(folder.path)._repr_html_()
    assert html.count("(unknown, 2 January 2020)</li><li>") == 5 and "more" not in html
    (folder.path / "two4" / "gold.ann").write_text("no annotation\n", encoding="utf-8")
    with pytest.warns(UserWarning, match="1 of 6 articles set aside"):
        corpus = standoff.load(folder.path, errors="collect")
    assert repr(corpus).startswith(
        f"Corpus of 5 articles in {folder.path}, coded by gold, 1 set aside\n"
    )


@pytest.mark.parametrize(
    ("title", "shown"), [("x" * 60, "x" * 60), ("x" * 61, f"{'x' * 59}…")], ids=["60", "61"]
)
def test_the_card_shortens_titles_and_outlets_of_more_than_60_characters(folder, title, shown):
    folder.write_meta(title=title, outlet=title)
    assert f"  one: {shown} ({shown}, 2 January 2020)\n" in repr(standoff.load(folder.path))


def test_the_card_says_that_an_article_is_undated(folder):
    meta = folder.article / "meta.toml"
    meta.write_text(meta.read_text().replace("2020-01-02", '"unknown"'))
    assert "  one: Headline here (unknown, undated)\n" in repr(standoff.load(folder.path))


PROPOSED = [
    "T1\tHeadline 0 13\tHeadline here",
    'T2\tBody 15 62\tMr Grey said the "low" talks failed. Grey left.',
    "T3\tSentence 0 13\tHeadline here",
    'T4\tSentence 15 51\tMr Grey said the "low" talks failed.',
    "T5\tSentence 52 62\tGrey left.",
]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            "T5\tSentence 52 62\tGrey left.",
            "T5\tSentence 51 61\tGrey left.",
            "5: E-span-words",
        ),
        (
            "T5\tSentence 52 62\tGrey left.",
            "T5\tActor 52 56\tGrey",
            "5: E-proposed-label",
        ),
        (
            "T5\tSentence 52 62\tGrey left.",
            "? 52 62",
            "5: E-line-unknown",
        ),
        (
            PROPOSED[0],
            "\ufeff" + PROPOSED[0],
            "1: E-file-bom",
        ),
        (
            "T1\tHeadline 0 13\tHeadline here",
            "T1\tHeadline 0 8\tHeadline",
            "2: E-zone-gap",
        ),
    ],
)
def test_load_reports_problems_of_a_proposed_base_in_its_own_file(folder, old, new, problem):
    (folder.article / "proposed.ann").write_text(
        "".join(f"{new if line == old else line}\n" for line in PROPOSED), encoding="utf-8"
    )
    folder.lines = []
    folder.write()
    assert f"one/proposed.ann:{problem}" in folder.codes()


def test_a_proposed_base_is_used_until_it_is_accepted(folder):
    (folder.article / "proposed.ann").write_text(
        "".join(f"{line}\n" for line in PROPOSED), encoding="utf-8"
    )
    folder.lines = []
    folder.write()
    assert list(standoff.load(folder.path).sentences["text"]) == [
        "Headline here",
        'Mr Grey said the "low" talks failed.',
        "Grey left.",
    ]


def test_load_reports_an_article_without_a_reference_coding(folder):
    (folder.article / "gold.ann").unlink()
    meta = folder.article / "meta.toml"
    meta.write_text(meta.read_text().replace("[coders.gold]", "[coders.a]"))
    assert "one/gold.ann:1: E-file-missing" in folder.codes()


def test_load_reports_an_article_lost_by_an_interrupted_change(
    folder,
):
    from standoff.corpus.safe_writing import CHANGING

    (folder.path / f".one{CHANGING}").mkdir()
    assert list(standoff.load(folder.path).texts) == ["one"]
    lost = folder.path / f".two{CHANGING}"
    lost.mkdir()
    assert folder.codes() == [f"{lost.name}:1: E-change-unfinished"]
    folder.replace("A4\tKind E1 mixed", "A4\tKin E1 mixed")
    assert len(folder.codes()) > 1


def test_registries_without_entries_are_tables_without_rows(folder):
    for name in ("actors.toml", "tracks.toml"):
        (folder.path / name).write_text("# nobody yet\n", encoding="utf-8")
    folder.lines = folder.lines[:5]
    folder.write()
    found = standoff.load(folder.path)
    assert (
        list(found.actors.columns) == COLUMNS["actors"]
        and len(found.actors) == len(found.mentions) == 0
        and found.registry["tracks"] == {}
    )


def test_suggestions_do_not_depend_on_order_and_stop_after_many_problems(folder):
    words = [f"actor-{number}" for number in range(4_000)]
    assert suggest("actor-90x", set(words)) == suggest("actor-90x", frozenset(reversed(words)))
    entries = [
        (
            f'[{word}]\nname = "{word}"\nkind = "expert"\ncountry = "none"\nnamed = '
            f'true\npart_of = "nobody-{word}"\n'
        )
        for word in words[:100]
    ]
    (folder.path / "actors.toml").write_text("".join(entries), encoding="utf-8")
    told = [problem for problem in folder.problems() if "is part of" in problem]
    assert (
        len(told) == 100
        and sum("did you mean" in problem or "expected one of" in problem for problem in told) < 60
    )


def test_find_gives_each_match_with_its_context_and_whose_words_it_is():
    corpus = standoff.load("seeds")
    found = corpus.find("there CAN be no peace|afghan-led", context=10)
    assert found.columns.tolist() == "doc zone voice before text after start end".split()
    assert len(found) > 3
    for row in found.itertuples():
        text = corpus.texts[row.doc].replace("\u00a0", " ")
        assert text[row.start : row.end] == row.text
        assert text[: row.start].endswith(row.before) and text[row.end :].startswith(row.after)
        assert max(len(row.before), len(row.after)) <= 10
    contents = corpus.attributions
    for row in found[found["voice"] != "author"].itertuples():
        around = contents[(contents["start"] <= row.start) & (contents["end"] >= row.end)]
        assert row.voice in set(around["actor"])
    assert set(found["voice"]) - {"author"}


def test_find_gives_the_articles_in_the_order_of_publication_and_no_context_of_other_zones(folder):
    later = folder.path / "a-later-one"
    shutil.copytree(folder.article, later)
    meta = later / "meta.toml"
    meta.write_text(meta.read_text().replace("2020-01-02", "2021-01-02"))
    found = standoff.load(folder.path).find("HERE|low|grey ", context=6)
    places = [
        ("Headline", "author", "dline ", "here", "", 9, 13),
        ("Body", "author", "Mr ", "Grey ", "said t", 18, 23),
        ("Body", "grey", ' the "', "low", '" talk', 33, 36),
        ("Body", "author", "iled. ", "Grey ", "left.", 52, 57),
    ]
    assert list(found.itertuples(index=False, name=None)) == [
        (doc, *place) for doc in ("one", "a-later-one") for place in places
    ]


def test_find_without_a_match_is_an_empty_table_with_the_same_columns():
    corpus = standoff.load("seeds")
    assert list(corpus.find("no such words")) == list(corpus.find("peace"))


def test_a_notebook_finds_articles_by_a_path_that_is_right_in_a_folder_above(
    folder, tmp_path, monkeypatch
):
    notebooks = folder.path / "notebooks" / "mine"
    notebooks.mkdir(parents=True)
    monkeypatch.chdir(notebooks)
    monkeypatch.delenv("STANDOFF_FOLDER", raising=False)
    assert list(standoff.load(folder.path.name).texts) == ["one"]
    assert list(standoff.load().texts) == ["one"]  # "seeds" is the folder where none is named
    assert "gold" in standoff.coders(folder.path.name)
    assert standoff.folder().resolve() == folder.path.resolve()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(standoff.SeedError, match=f"nowhere:1: .* in {tmp_path}, nor in a folder"):
        standoff.load("nowhere")
    assert str(standoff.folder()) == "seeds"


def test_the_variable_names_the_folder_whatever_lies_above(folder, monkeypatch):
    monkeypatch.chdir(folder.path)
    monkeypatch.setenv("STANDOFF_FOLDER", "elsewhere")
    assert str(standoff.folder()) == "elsewhere"


def test_an_article_of_an_unknown_outlet_is_called_by_the_beginning_of_its_title(folder):
    assert standoff.load(folder.path).documents["short"].tolist() == ["Headline here"]
    folder.meta["title"] = "Island ferry stays in port over fares"
    folder.write()
    assert standoff.load(folder.path).documents["short"].tolist() == ["Island ferry stays in port…"]
