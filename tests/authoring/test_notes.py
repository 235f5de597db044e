"""notes.py and compiling.py: annotation written by hand, and compiled."""

import shutil
import tomllib
from dataclasses import replace

import pytest
from conftest import ROOT, SEEDS

import standoff
from standoff.annotation import brat
from standoff.annotation.annotation_builder import AnnotationBuilder
from standoff.annotation.problems import Report
from standoff.annotation.registries import read_actors
from standoff.authoring.compiling import compile_notes
from standoff.authoring.derivations import derive
from standoff.cli.main import main
from standoff.corpus import safe_writing

EXAMPLE = ROOT / "docs" / "example"


# --- notes
# -----------------------------------------------------------------------------------------------------------
class Noted:
    """The small article of `folder` with its base alone, and notes on it."""

    def __init__(self, folder):
        self.folder, self.article = folder, folder.article
        folder.lines = folder.lines[:5]
        folder.write()

    def write(self, notes, name="notes.toml"):
        (self.article / name).write_text(notes, encoding="utf-8")
        return self

    def problems(self, **how):
        with pytest.raises(standoff.SeedError) as caught:
            compile_notes(self.folder.path, **how)
        return [str(problem).replace(f"{self.article}/", "") for problem in caught.value.problems]

    def compiled(self, **how):
        compile_notes(self.folder.path, **how)
        return (self.article / "gold.ann").read_text(encoding="utf-8").split("\n")[5:-1]


@pytest.fixture
def noted(folder):
    return Noted(folder)


GREY = '[[Actor]]\nname = "grey"\nquote = "Mr Grey"\nForm = "name"\nrefers = "grey"\n\n'
SAID = """[[Quoted]]
quote = '"low"'
Use = "speech"

[[Attribution]]
quote = "said"
Source = "grey"
Content = { quote = 'the "low" talks failed' }
Kind = "mixed"
Stance = "neutral"
Channel = "unstated"
"""


def test_notes_become_canonical_annotation(noted):
    assert noted.write(SAID + GREY).compiled() == [
        "T6\tActor 15 22\tMr Grey",
        "T7\tAttribution 23 27\tsaid",
        'T8\tContent 28 50\tthe "low" talks failed',
        'T9\tQuoted 32 37\t"low"',
        "E1\tAttribution:T7 Source:T6 Content:T8",
        "A1\tForm T6 name",
        "A2\tUse T9 speech",
        "A3\tKind E1 mixed",
        "A4\tStance E1 neutral",
        "A5\tChannel E1 unstated",
        "N1\tReference T6 actors:grey\tMr Grey",
    ]
    assert list(standoff.load(noted.folder.path).attributions["actor"]) == ["grey"]


def test_a_quotation_in_a_role_may_describe_a_mark_and_another_refer_to_it(noted):
    notes = SAID.replace('"grey"', '{ quote = "Mr Grey", Form = "name", refers = "grey" }')
    notes += '[[Consult]]\nquote = "talks"\nWho = { quote = "Mr Grey" }\nFactuality = "denied"\n'
    lines = noted.write(notes).compiled()
    assert (
        "E2\tConsult:T10 Who:T6" in lines and sum(line.endswith("\tMr Grey") for line in lines) == 2
    )


def test_lists_give_several_roles_references_and_pieces(noted):
    notes = GREY + (
        '[[Actor]]\nname = "g2"\nquote = "Grey"\nprefix = "failed."\nForm = "name"\nrefers = '
        '["grey", "low"]\nnote = ["one", "two"]\n'
    )
    with open(noted.article.parent / "actors.toml", "a", encoding="utf-8") as registry:
        registry.write('[low]\nname = "Ms Low"\nkind = "expert"\ncountry = "none"\nnamed = true\n')
    notes += '[[Consult]]\nquote = ["talks", "left"]\nWho = ["grey", "g2"]\nFactuality = "fact"\n'
    lines = noted.write(notes).compiled()
    assert (
        "T7\tConsult 38 43;57 61\ttalks left" in lines and "E1\tConsult:T7 Who:T6 Who2:T8" in lines
    )
    assert [line for line in lines if line[0] in "N#"][1:] == [
        "N2\tReference T8 actors:grey\tGrey", "N3\tReference T8 actors:low\tGrey", "#1\tAnnotatorNotes T8\tone", "#2\tAnnotatorNotes T8\ttwo"
    ]  # fmt: skip


def test_values_may_be_toml_dates_and_true(noted):
    notes = (
        '[[Time]]\nquote = "left"\nTimeType = "DATE"\nrefers = 2020-01-02\n[[Headline]]\nquote = '
        '"Headline here"\nDuplicate = true\n'
    )
    assert noted.write(notes).compiled() == [
        "T6\tTime 57 61\tleft",
        "A1\tDuplicate T1 true",
        "A2\tTimeType T6 DATE",
        "N1\tReference T6 edtf:2020-01-02\tleft",
    ]


def test_a_note_on_a_zone_must_quote_a_zone_of_the_article(noted):
    [problem] = noted.write('[[Headline]]\nquote = "Mr Grey"\n').problems()
    assert problem.startswith("notes.toml:1: E-note-zone")


def test_a_relation_may_point_to_a_zone(noted):
    (noted.article / "gold.ann").write_text(
        (noted.article / "gold.ann")
        .read_text(encoding="utf-8")
        .replace("T2\tBody 15 62", "T2\tReference 15 62"),
        encoding="utf-8",
    )
    notes = GREY + SAID.replace("[[Attribution]]", '[[Attribution]]\nname = "said"')
    notes += '[[Cites]]\na = "said"\nb = { quote = "Mr Grey", until = "left." }\nnote = "why"\n'
    lines = noted.write(notes).compiled()
    assert "R1\tCites Arg1:E1 Arg2:T2" in lines and "#1\tAnnotatorNotes R1\twhy" in lines


def test_compiled_file_holds_only_the_notes_while_zones_are_proposals(noted):
    gold = noted.article / "gold.ann"
    shutil.move(gold, noted.article / "proposed.ann")
    gold.write_text("")
    noted.write(GREY)
    compile_notes(noted.folder.path)
    assert gold.read_text(encoding="utf-8").startswith("T1\tActor 15 22\tMr Grey\n")
    assert list(standoff.load(noted.folder.path).mentions["zone"]) == ["Body"]


@pytest.mark.parametrize(
    ("notes", "problem"),
    [
        ('[[Acter]]\nquote = "Grey"', "1: E-label-unknown"),
        ('[[BEFOR]]\na = "x"\nb = "y"', "1: E-label-unknown"),
        ('[Actor]\nquote = "Grey"', "1: E-note-shape"),
        (GREY.replace("Form", "Fomr"), "4: E-note-key"),
        (GREY + SAID.replace('Source = "grey"', 'Source = "gray"'), "13: E-note-name-unknown"),
        (GREY + SAID.replace("Source", "Sourse"), "13: E-note-key"),
        (GREY + GREY.replace('"grey"\nq', '"two"\nq'), "7: E-note-twice"),
        (GREY + GREY.replace("Mr Grey", "Grey left"), "8: E-note-name-taken"),
        (GREY + '[[BEFORE]]\na = "grey"', "7: E-note-end"),
        (GREY + '[[BEFORE]]\na = "grey"\nb = "grey"\nc = 1', "10: E-note-key"),
        ('[[Actor]]\nForm = "name"', "1: E-quote-none"),
        ("[[Actor]]\nquote = 5", "2: E-quote-value"),
        ("[[Actor]]\nquote = []", "2: E-quote-value"),
        ('[[Actor]]\nquote = "Grey"\noccurrence = "2"', "2: E-quote-value"),
        ('[[Actor]]\nquote = [{ quote = "Mr Grey", occurence = 2 }]', "2: E-quote-key"),
        ('[[Actor]]\nquote = ["Grey left", "Mr Grey"]', "2: E-quote-order"),
        (GREY.replace('Form = "name"', "Form = 1.5"), "4: E-note-value"),
        (GREY.replace('refers = "grey"', "refers = 7"), "5: E-note-value"),
        (GREY.replace('refers = "grey"', 'refers = { collection = 3, key = "x" }'), "5: E-note-value"),
        (GREY.replace('refers = "grey"', 'refers = { collection = "", key = "x" }'), "5: E-note-value"),
        (GREY.replace('"grey"\n\n', '{ collection = "actors", key = 3 }'), "5: E-note-value"),
        (GREY.replace('"grey"\n\n', '{ collection = "x", key = "a b" }'), "5: E-note-value"),
        (GREY.replace('"grey"\n\n', '{ collection = "x:y", key = "a" }'), "5: E-note-value"),
        (GREY + SAID.replace("{ quote", '{ label = ["Content"], quote'), "14: E-note-value"),
        (GREY + SAID.replace("{ quote", '{ label = "Contents", quote'), "14: E-label-unknown"),
        ('[[Content]]\nquote = "talks"\nrefers = "grey"', "3: E-note-refers"),
        (GREY + "note = 3\n", "7: E-note-value"),
        (GREY + "[[Failure]]\nquote = 'failed'\nattributes = 3\n", "9: E-note-value"),
        (GREY.replace('"name"', '"nmae"'), "4: "),
        (GREY + SAID.replace('Stance = "neutral"\n', ""), "11: E-attribute-missing"),
        (GREY.replace('refers = "grey"', 'refers = "gray"'), "5: "),
        (GREY.replace("Form", "Stance"), "4: "),
        (GREY + SAID.replace("mixed", "direct"), "15: "),
        (GREY + "name = \n", "7: "),
        ('[[Actor]]\nquote = "Grey\n', "2: "),
        ('[[Time]]\nquote = "left"\nTimeType = "DATE"\nrefers = "2020-13"', "4: "),
    ],
)  # fmt: skip
def test_a_mistake_is_reported_in_its_line(noted, notes, problem):
    assert any(
        found.startswith(f"notes.toml:{problem}") for found in noted.write(notes).problems()
    ), noted.problems()


def test_problems_speak_of_the_words_of_a_note_and_not_of_ids(noted):
    [problem] = noted.write(GREY.replace('"name"', '"nmae"')).problems()
    assert "'Mr Grey'" in problem and "did you mean 'name'" in problem


def test_an_unknown_name_that_is_in_the_text_says_how_to_quote_it(noted):
    found = noted.write(SAID.replace('"grey"', '"Mr Grey"')).problems()
    assert "to quote these words, write { quote = 'Mr Grey' }" in found[0]


def test_quotation_marks_without_a_label_are_named_where_they_would_make_the_kind_right(noted):
    said = SAID.split("\n\n", 1)[1]
    assert (
        """; expected indirect, or a Quoted span with Use speech for '"low"'"""
        in noted.write(GREY + said).problems()[0]
    )


def test_a_reference_before_anybody_is_registered_says_that_there_is_none_yet(noted):
    (noted.article.parent / "actors.toml").write_text("# nobody yet\n")
    (noted.article.parent / "tracks.toml").write_text("# none yet\n")
    assert (
        "5: E-reference-unknown: 'Mr Grey' names 'grey', which is not in actors.toml; there is none yet"
        in noted.write(GREY).problems()[0]
    )


def test_all_mistakes_are_reported_together_and_nothing_is_written(noted):
    before = (noted.article / "gold.ann").read_bytes()
    shutil.copyfile(EXAMPLE / "notes-with-mistakes.toml", noted.article / "notes.toml")
    assert len(noted.problems()) >= 8
    assert (noted.article / "gold.ann").read_bytes() == before


def test_quotation_marks_not_covered_yet_are_listed_as_to_do(noted, capsys):
    noted.write(GREY + '[[Content]]\nquote = "talks failed"\n')
    assert main(["compile", str(noted.article)]) == 0
    assert (
        "still to do: no Quoted span covers '\"low\"' at offsets 32 37; expected one"
        in capsys.readouterr().err
    )


# --- the short form, and what may be left out
# ---------------------------------------------------------------------
SHORT = """[[Attribution]]
quote = "said"
by = "Mr Grey"
says = 'the "low" talks failed'
Stance = "neutral"
"""


def test_the_short_form_gives_the_annotation_of_the_long_one(noted):
    long = noted.write(SAID + GREY).compiled()
    (noted.article / "gold.ann").write_text("\n".join(noted.folder.lines) + "\n", encoding="utf-8")
    assert sorted(noted.write(SHORT).compiled(replace=True)) == sorted(long)


def test_words_of_a_short_form_are_sought_in_the_sentence_of_its_other_words(noted):
    short = SHORT.replace('"Mr Grey"', '"Grey"').replace("said", "left")
    lines = noted.write(short.replace("'the \"low\" talks failed'", '"Grey left."')).compiled()
    assert "T7\tActor 52 56\tGrey" in lines and "N1\tReference T7 actors:grey\tGrey" in lines
    lines = noted.write(SHORT.replace("Mr Grey", "Grey")).compiled()
    assert "T6\tActor 18 22\tGrey" in lines


def test_what_a_note_states_is_not_derived(noted):
    scare = '[[Quoted]]\nquote = \'"low"\'\nUse = "scare"\n'
    lines = noted.write(SHORT + 'Channel = "letter"\n' + scare).compiled()
    found = {line.split("\t")[1] for line in lines if line.startswith("A")}
    assert found == {
        "Form T6 name",
        "Use T9 scare",
        "Kind E1 indirect",
        "Stance E1 neutral",
        "Channel E1 letter",
    }


def test_a_content_in_pieces_is_a_list_and_an_event_may_have_a_source_in_full(noted):
    pieces = SHORT.replace("'the \"low\" talks failed'", "['the', '\"low\"', { quote = 'talks' }]")
    source = 'Source = { quote = "Mr Grey", Form = "description" }'
    lines = noted.write(pieces.replace('by = "Mr Grey"', source)).compiled()
    assert 'T8\tContent 28 31;32 37;38 43\tthe "low" talks' in lines
    assert "A1\tForm T6 description" in lines


def test_an_actor_that_nobody_has_that_name_of_must_be_referred_to(noted):
    found = noted.write(SHORT.replace("Mr Grey", "talks")).problems()
    assert found == [
        "notes.toml:3: E-attribute-missing: 'talks' (Actor) has no reference to actors; expected refers "
        "and an id of actors.toml: add an entry if it has none"
    ]


@pytest.mark.parametrize(
    ("keys", "problem"),
    [
        (SHORT.replace("by =", "bye ="), "3: E-note-key"),
        (SHORT.replace("Mr Grey", "Mr Gray"), "3: E-quote-absent"),
        (SHORT.replace("'the", "'teh"), "4: E-quote-absent"),
        (SHORT.replace('"Mr Grey"', "5"), "3: E-quote-value"),
        (SHORT + 'Source = { quote = "Mr Grey" }\n', "3: E-note-key"),
        (SHORT.replace('quote = "said"\n', ""), "1: E-quote-none"),
        (GREY + 'by = "Mr Grey"\n', "7: E-note-key"),
        (SHORT.replace('"said"\nby', '"said", by'), "2: E-toml-comma"),
    ],
)
def test_a_mistake_in_the_short_form_is_reported_in_its_line(noted, keys, problem):
    found = noted.write(keys).problems()
    assert any(one.startswith(f"notes.toml:{problem}") for one in found), found


def test_what_is_derived_is_mostly_what_the_reference_coding_says(tmp_path):
    """Kind, Form and Channel are taken out of the annotation, and derived again."""
    seeds = shutil.copytree(SEEDS, tmp_path / "seeds")
    before = standoff.load(seeds)
    for doc, annotations in before.annotations.items():
        kept = [a for a in annotations.attributes if a.name not in ("Kind", "Form", "Channel")]
        assert len(kept) < len(annotations.attributes) - 100
        builder = AnnotationBuilder(before.texts[doc], replace(annotations, attributes=kept))
        derive(builder, before.codebook, read_actors(seeds / "actors.toml", Report()))
        (seeds / doc / "gold.ann").write_text(brat.write(builder.annotations), encoding="utf-8")
    after = standoff.load(seeds)
    same = {
        name: (
            int((getattr(before, table)[name] == getattr(after, table)[name]).sum()),
            len(getattr(after, table)),
        )
        for table, name in (
            ("attributions", "kind"),
            ("attributions", "channel"),
            ("mentions", "form"),
        )
    }
    assert same["kind"] == (50, 50)
    assert same["channel"] == (31, 50)
    assert same["form"][0] / same["form"][1] > 0.95, same


# --- what must not be lost
# -------------------------------------------------------------------------------------------
def test_annotation_that_is_not_utf8_is_not_overwritten(noted):
    path = noted.article / "b.ann"
    path.write_bytes(b"T1\tActor 15 22\tMr Gr\xe9y\n")
    problem = noted.write(GREY, "b.notes.toml").problems()[0]
    assert problem.startswith("b.ann:1: E-file-utf8: byte 20 is 0xE9")
    assert path.read_bytes() == b"T1\tActor 15 22\tMr Gr\xe9y\n"


def test_annotation_missing_from_the_notes_is_not_overwritten(noted, capsys):
    noted.write(GREY).compiled()
    path = noted.article / "gold.ann"
    path.write_text(
        path.read_text(encoding="utf-8")
        + "T99\tActor 52 56\tGrey\nA99\tForm T99 name\nN99\tReference T99 actors:grey\tGrey\n",
        encoding="utf-8",
    )
    before = path.read_bytes()
    assert main(["compile", str(noted.folder.path)]) == 1
    found = capsys.readouterr().err.replace(f"{noted.article}/", "").split("\n")
    assert found[0].startswith("gold.ann:9: E-compile-loss: 'T99\\tActor 52 56\\tGrey'")
    assert len(found) == 5 and found[3] == "nothing was changed" and path.read_bytes() == before
    assert main(["compile", "--replace", str(noted.folder.path)]) == 0
    assert "T99" not in path.read_text(encoding="utf-8")


def test_what_was_compiled_before_may_change_with_the_notes(noted):
    assert len(noted.write(GREY).compiled()) == 3
    assert main(["format", str(noted.article)]) == 0
    assert (
        "A1\tForm T6 description"
        in noted.write(GREY.replace('Form = "name"', 'Form = "description"')).compiled()
    )


@pytest.mark.parametrize(
    ("coder", "table"), [("a", "coders.a"), ("Zoë van B", 'coders."Zoë van B"')]
)
def test_a_coder_without_entry_in_meta_gets_the_lines_to_write(noted, coder, table):
    [problem] = noted.write(GREY, f"{coder}.notes.toml").problems()
    assert problem.startswith("meta.toml:1: E-coder-unlisted")
    assert f'[{table}] and who = "…"' in problem


@pytest.mark.parametrize(
    ("coder", "table"), [("a", "coders.a"), ("Zoë van B", "coders . 'Zoë van B'")]
)
def test_each_coder_has_notes_and_a_file_on_the_common_base(noted, coder, table):
    meta = noted.article / "meta.toml"
    meta.write_text(meta.read_text() + f'[{table}]\nwho = "x"\n', encoding="utf-8")
    noted.write(GREY).write(GREY.replace('"name"', '"description"'), f"{coder}.notes.toml")
    compile_notes(noted.article, coder=coder)
    assert standoff.coders(noted.folder.path) == ["gold", coder]
    assert list(standoff.load(noted.folder.path, coder).mentions["form"]) == ["description"]
    assert standoff.load(noted.folder.path).mentions.empty
    known = tomllib.loads(meta.read_text(encoding="utf-8"))["coders"][coder]
    assert known["who"] == "x" and known["compiled"]


def test_two_files_of_notes_for_one_coder_are_refused(noted):
    found = noted.write(GREY).write(GREY, "gold.notes.toml").problems()
    assert any(problem.startswith("notes.toml:1: E-notes-twice") for problem in found)


def test_a_folder_without_notes_is_named(noted):
    [problem] = noted.problems()
    assert problem.startswith(f"{noted.folder.path}:1: E-notes-absent")
    assert "expected b.notes.toml" in noted.problems(coder="b")[0]


def test_notes_without_zones_are_refused(noted):
    (noted.article / "gold.ann").unlink()
    assert noted.write(GREY).problems()[0].startswith("gold.ann:1: E-base-absent")


def test_a_full_disk_leaves_all_files_as_they_were(noted, monkeypatch, capsys):
    noted.write(GREY)
    before = {path: path.read_bytes() for path in noted.article.iterdir()}

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(safe_writing.os, "fsync", full)
    assert main(["compile", str(noted.article)]) == 1
    assert (
        capsys.readouterr().err
        == f"{noted.article}/gold.ann: the disk is full\nnothing was changed\n"
    )
    assert {path: path.read_bytes() for path in noted.article.iterdir()} == before


def test_codebook_words_with_a_meaning_in_notes_may_be_given_in_their_part(noted):
    book = noted.folder.path / "codebook.toml"
    book.write_text(
        book.read_text(encoding="utf-8") + '[labels.Odd]\nlayer = "actors"\nkind = "event"\nroles = { name = ["Actor"] }\n'
        '[attributes.note]\nlayer = "actors"\non = ["Odd"]\nvalues.x = "y"\n',
        encoding="utf-8",
    )  # fmt: skip
    notes = (
        GREY
        + '[[Odd]]\nname = "odd"\nquote = "talks"\nattributes.note = "x"\nroles.name = "grey"\n'
    )
    lines = noted.write(notes).compiled()
    assert "E1\tOdd:T7 name:T6" in lines and "A2\tnote E1 x" in lines


def test_two_events_may_have_one_trigger(noted):
    noted.write(
        GREY
        + (
            '[[Consult]]\nquote = "talks"\nFactuality = "fact"\n[[Consult]]\nquote = '
            '"talks"\nagain = true\nWho = "grey"\nFactuality = "denied"\n'
        )
    )
    lines = noted.compiled()
    assert [line for line in lines if line[0] == "E"] == ["E1\tConsult:T7", "E2\tConsult:T7 Who:T6"]


ZONES = """[[Headline]]
quote = "Headline here"
[[Body]]
quote = "Mr Grey"
until = "left."
[[Sentence]]
quote = "Headline here"
[[Sentence]]
quote = "Mr Grey"
until = "failed."
[[Sentence]]
quote = "Grey left."
"""


def test_zones_and_sentences_may_be_corrected_as_notes(noted, capsys):
    shutil.move(noted.article / "gold.ann", noted.article / "proposed.ann")
    (noted.article / "gold.ann").write_text("")
    path = noted.article / "proposed.notes.toml"
    path.write_text(ZONES.replace("[[Body]]", "[[Lead]]"), encoding="utf-8")
    assert main(["compile", str(noted.article)]) == 0
    assert "Lead 15 62" in (noted.article / "proposed.ann").read_text(encoding="utf-8")
    path.write_text(ZONES.removesuffix('[[Sentence]]\nquote = "Grey left."\n'), encoding="utf-8")
    capsys.readouterr()
    assert main(["compile", str(noted.article)]) == 1
    assert "no sentence covers 'Grey left.'" in capsys.readouterr().err
    path.write_text(ZONES + GREY, encoding="utf-8")
    assert main(["compile", str(noted.article)]) == 1
    assert "E-proposed-label: 'Mr Grey' has the label Actor" in capsys.readouterr().err


# --- the example
# -----------------------------------------------------------------------------------------------------
@pytest.fixture
def harbour(tmp_path):
    """A project made of the invented report, with its registries, its zones accepted."""
    path, given = (
        tmp_path / "harbour-project",
        ["--title", "Boatmen and harbour office part without a date", "--published", "2024-05-06"],
    )
    assert (
        main(
            [
                "new",
                str(path),
                str(EXAMPLE / "harbour.txt"),
                "--name",
                "harbour",
                "--like",
                str(SEEDS),
                "--author",
                "Nora Vale",
                "--language",
                "en",
                *given,
            ]
        )
        == 0
    )
    proposed = path / "harbour" / "proposed.ann"
    last = proposed.read_text(encoding="utf-8").replace("T10\tBody", "T10\tNote")
    proposed.write_text(last, encoding="utf-8")
    assert main(["accept", str(path)]) == 0
    for name in ("actors.toml", "tracks.toml"):
        shutil.copyfile(EXAMPLE / name, path / name)
    return path


def test_the_notes_of_the_example_load_as_tables(harbour):
    assert "This report is invented" in (EXAMPLE / "harbour.txt").read_text(encoding="utf-8")
    shutil.copyfile(EXAMPLE / "notes.toml", harbour / "harbour" / "notes.toml")
    assert main(["compile", str(harbour)]) == 0 and main(["check", str(harbour)]) == 0
    corpus = standoff.load(harbour)
    voices = corpus.attributions["actor"].value_counts().to_dict()
    assert voices == {"ida-brook": 3, "tom-reyes": 3, "town-council": 1, "alma-finch": 1}
    assert set(corpus.frames["frame"]) == {
        "Failure",
        "Engagement",
        "Indispensable",
        "BadFaith",
        "Disarray",
    }
    assert (
        corpus.quotations["attribution"].notna().all()
        and corpus.events["track"].notna().any()
        and not corpus.links.empty
    )
    assert set(corpus.actors["actor"]) == {
        actor for ids in corpus.mentions["actor"] for actor in ids.split(" ")
    }


def test_all_mistakes_of_the_example_are_reported(harbour, capsys):
    shutil.copyfile(EXAMPLE / "notes-with-mistakes.toml", harbour / "harbour" / "notes.toml")
    assert main(["compile", str(harbour)]) == 1
    found = capsys.readouterr().err
    for problem in (
        "notes.toml:3: E-label-unknown",
        "notes.toml:10: E-quote-ambiguous",
        "notes.toml:16: E-quote-absent",
        "notes.toml:18: E-note-name-unknown",
        "notes.toml:22: E-quote-absent",
        "notes.toml:28: ",
        "notes.toml:29: E-note-key",
        "notes.toml:32: E-quote-absent",
    ):
        assert problem in found
    assert "did you mean 'description'" in found and "did you mean 'harbour-office'" in found
