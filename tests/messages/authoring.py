"""One broken input for each code that the package authoring reports."""

import datetime as dt
from unittest.mock import patch

import pytest
from conftest import Folder

import standoff
from standoff.authoring.adjudicating import adjudicate
from standoff.authoring.ann_formatting import format_files
from standoff.authoring.annotator_session import AnnotatorSession
from standoff.authoring.article_changes import redate, remove
from standoff.authoring.checking import survey
from standoff.authoring.codebook_changes import add_frame
from standoff.authoring.compiling import compile_notes
from standoff.authoring.drafting import draft, read_drafts
from standoff.authoring.project import Entry, accept, add
from standoff.authoring.reanchoring import reanchor
from standoff.authoring.relabelling import relabel
from standoff.authoring.sharing import restore, share

GREY = '[[Actor]]\nname = "grey"\nquote = "Mr Grey"\nForm = "name"\nrefers = "grey"\n'
DRAFT = '[[Actor]]\ndraft = "d1"\nrule = "name"\nquote = "Mr Grey"\n'


def problems(call, *arguments, **options):
    """The problems that a call raises."""
    with pytest.raises(standoff.SeedError) as caught:
        call(*arguments, **options)
    return caught.value.problems


def base_only(tmp_path):
    """A project with one article of which only zones and sentences are annotated."""
    folder = Folder(tmp_path / "p")
    folder.lines = folder.lines[:5]
    folder.write()
    return folder


def notes(source, file="notes.toml"):
    """An example: compiling these notes."""

    def run(tmp_path):
        folder = base_only(tmp_path)
        (folder.article / file).write_text(source, encoding="utf-8")
        return problems(compile_notes, folder.path)

    return run


def quote(keys):
    """An example: compiling a note that quotes so."""
    return notes(GREY.replace('quote = "Mr Grey"', keys))


# --- drafts ---


def drafts(source):
    """An example: reading these drafts."""

    def run(tmp_path):
        folder = base_only(tmp_path)
        (folder.article / "drafts.toml").write_text(source, encoding="utf-8")
        return problems(read_drafts, folder.article)

    return run


def draft_of_another(tmp_path):
    return problems(draft, base_only(tmp_path).path, "oen")


def draft_without_zones(tmp_path):
    folder = base_only(tmp_path)
    folder.lines = []
    folder.write()
    return problems(draft, folder.path)


def note_of_no_draft(tmp_path):
    folder = base_only(tmp_path)
    (folder.article / "drafts.toml").write_text(DRAFT, encoding="utf-8")
    note = GREY + 'draft = "d2"\n'
    (folder.article / "notes.toml").write_text(note, encoding="utf-8")
    return problems(compile_notes, folder.path)


# --- relabel ---


def relabelled(*places, label="Note"):
    """An example: relabelling zones that are proposed for a small article."""

    def run(tmp_path):
        (tmp_path / "page.txt").write_text("Harbour\n\nHe left. He left.\n", encoding="utf-8")
        entry = Entry(tmp_path / "page.txt", "Harbour", dt.date(2024, 5, 6), name="one")
        add(tmp_path / "p", [entry])
        return problems(relabel, tmp_path / "p" / "one", label, [*places])

    return run


# --- article ---


def same_text(tmp_path):
    text = tmp_path / "page.txt"
    text.write_text("Harbour\n\nHe left.\n", encoding="utf-8")
    add(tmp_path / "p", [Entry(text, "Harbour", dt.date(2024, 5, 6), name="one")])
    again = Entry(text, "Harbour", dt.date(2024, 5, 7), name="two")
    return problems(add, tmp_path / "p", [again])


def coded(tmp_path):
    return problems(remove, Folder(tmp_path / "p").article)


def wrong_day(tmp_path):
    return problems(redate, Folder(tmp_path / "p").article, "6 May")


# --- adjudicate ---


def adjudicated(row=""):
    """An example: going on with an adjudication of which `adjudication.md` has this row.

    Without one, gold holds a coding that no adjudication made.
    """

    def run(tmp_path):
        folder = Folder(tmp_path / "p")
        coding = (folder.article / "gold.ann").read_bytes()
        for name in ("anna", "ben"):
            (folder.article / f"{name}.ann").write_bytes(coding)
            with (folder.article / "meta.toml").open("a") as meta:
                meta.write(f'[coders.{name}]\nwho = "{name}"\n')
        if row:
            table = f"## one: anna and ben\n\n| S |\n|---|\n{row}\n"
            (folder.path / "adjudication.md").write_text(table)
        else:
            (folder.article / "ben.ann").write_bytes(coding.replace(b"neutral", b"affirming"))
        return problems(adjudicate, folder.article)

    return run


# --- compile ---


def no_base(tmp_path):
    folder = base_only(tmp_path)
    (folder.article / "gold.ann").write_text("")
    (folder.article / "notes.toml").write_text("# none yet\n")
    return problems(compile_notes, folder.path)


def notes_missing(tmp_path):
    return problems(compile_notes, base_only(tmp_path).path)


def notes_twice(tmp_path):
    folder = base_only(tmp_path)
    for name in ("notes.toml", "gold.notes.toml"):
        (folder.article / name).write_text(GREY)
    return problems(compile_notes, folder.path)


def loss(tmp_path):
    folder = base_only(tmp_path)
    (folder.article / "notes.toml").write_text(GREY)
    folder.lines.append("T6\tContent 52 56\tGrey")
    folder.write()
    return problems(compile_notes, folder.path)


def zones_accepted(tmp_path):
    folder = base_only(tmp_path)
    (folder.article / "proposed.notes.toml").write_text(ZONES)
    return problems(compile_notes, folder.path)


# --- new, accept, format, check ---


def new(data=b"Headline\n\nWords.\n", times=1):
    """An example: making a project of a file with these bytes."""

    def run(tmp_path):
        text = tmp_path / "article.txt"
        text.write_bytes(data)
        entry = Entry(text, "Headline", dt.date(2020, 1, 2), "one")
        return problems(add, tmp_path / "p", [entry] * times)

    return run


def article_exists(tmp_path):
    new_article = Entry(tmp_path / "article.txt", "Headline", dt.date(2020, 1, 2), "one")
    new_article.text.write_text("Words.")
    add(tmp_path / "p", [new_article])
    return problems(add, tmp_path / "p", [new_article])


def frame_known(tmp_path):
    folder = base_only(tmp_path)
    add_frame(folder.path, "Scarcity", "There is not enough of something.")
    return problems(add_frame, folder.path, "Scarcity", "Something runs out.")


def folder_in_use(tmp_path):
    (tmp_path / "photo.png").write_bytes(b"")
    (tmp_path / "article.txt").write_text("Words.")
    entry = Entry(tmp_path / "article.txt", "Headline", dt.date(2020, 1, 2), "one")
    return problems(add, tmp_path, [entry])


def nothing_proposed(tmp_path):
    return problems(accept, base_only(tmp_path).path)


def ann_missing(tmp_path):
    return problems(format_files, [tmp_path])


def time_conflict(tmp_path):
    folder = base_only(tmp_path)
    for ident, (start, words) in {"T6": (23, "said"), "T7": (57, "left")}.items():
        folder.lines.append(f"{ident}\tConsult {start} {start + 4}\t{words}")
    folder.lines += ["E1\tConsult:T6", "E2\tConsult:T7"]
    folder.lines += ["A1\tFactuality E1 fact", "A2\tFactuality E2 fact"]
    folder.lines += ["R1\tBEFORE Arg1:E1 Arg2:E2", "R2\tBEFORE Arg1:E2 Arg2:E1"]
    folder.write()
    return survey(folder.path).problems


def time_size(tmp_path):
    with patch("standoff.measures.temporal_network.MAX_ITEMS_TIMES_LINKS", 3):
        return time_conflict(tmp_path)


# --- reanchor ---


def new_text(text, article="one"):
    """An example: giving an article this text."""

    def run(tmp_path):
        folder = Folder(tmp_path / "p")
        (tmp_path / "new.txt").write_text(text or folder.text)
        return problems(reanchor, folder.path / article, tmp_path / "new.txt")

    return run


def partial_exists(tmp_path):
    folder = Folder(tmp_path / "p")
    (tmp_path / "new.txt").write_text(folder.text + "More.\n")
    (tmp_path / "rest.toml").touch()
    return problems(reanchor, folder.article, tmp_path / "new.txt", partial=tmp_path / "rest.toml")


def restoring(name="", data=b"", shared="", texts=False):
    """Run `restore` on a shared project after writing a file of texts, or another shared.toml."""

    def run(tmp_path):
        folder, given = Folder(tmp_path / "p"), tmp_path / "texts"
        share(folder.path, tmp_path / "copy")
        given.mkdir()
        if name:
            (given / name).write_bytes(data)
        if shared:
            (tmp_path / "copy" / "shared.toml").write_text(shared)
        return problems(restore, tmp_path / "copy", [folder.path if texts else given])

    return run


def not_shared(tmp_path):
    return problems(restore, Folder(tmp_path / "p").path, [tmp_path])


def without_texts(tmp_path):
    share(Folder(tmp_path / "p").path, tmp_path / "copy")
    return problems(standoff.load, tmp_path / "copy")


def decision(source):
    """An example: correcting the text "Mr Grey said …" with these decisions."""

    def run(tmp_path):
        folder = Folder(tmp_path / "p")
        (tmp_path / "new.txt").write_text(folder.text.replace("said", "claims"))
        (tmp_path / "decisions.toml").write_text(source)
        return problems(reanchor, folder.article, tmp_path / "new.txt", tmp_path / "decisions.toml")

    return run


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


def annotate_base(tmp_path):
    """An article of which nothing is annotated, not even zones."""
    folder = Folder(tmp_path / "p")
    folder.lines = []
    folder.write()
    return problems(AnnotatorSession, folder.article)


EXAMPLES = {
    "E-adjudication-gold": adjudicated(),
    "E-adjudication-row": adjudicated("| 2 | 23 27 | Stance of “said” | neutral |"),
    "E-adjudication-taken": adjudicated(
        "| 2 | 23 27 | Stance of “said” | neutral | affirming | ana | it is open |"
    ),
    "E-adjudication-reason": adjudicated(
        "| 2 | 23 27 | Stance of “said” | neutral | affirming | anna |  |"
    ),
    "E-annotate-base": annotate_base,
    "E-note-shape": notes('[Actor]\nquote = "Mr Grey"\n'),
    "E-note-key": notes(GREY + 'Fomr = "name"\n'),
    "E-note-value": notes(GREY.replace('refers = "grey"', "refers = 7")),
    "E-note-name-taken": notes(GREY + GREY.replace("Mr Grey", "Grey left")),
    "E-note-name-unknown": notes(
        '[[Consult]]\nquote = "talks"\nWho = "gray"\nFactuality = "fact"\n'
    ),
    "E-note-zone": notes('[[Headline]]\nquote = "Mr Grey"\n'),
    "E-note-twice": notes(GREY + GREY.replace("name =", "# name =", 1)),
    "E-note-refers": notes('[[Content]]\nquote = "talks"\nrefers = "grey"\n'),
    "E-note-end": notes(GREY + '[[BEFORE]]\na = "grey"\n'),
    "E-note-label-open": notes(GREY + '[[BEFORE]]\na = { quote = "said" }\nb = "grey"\n'),
    "E-draft-article": draft_of_another,
    "E-draft-zones": draft_without_zones,
    "E-draft-shape": drafts('[Actor]\nquote = "Mr Grey"\n'),
    "E-draft-id": drafts(DRAFT.replace('"d1"', '"first"')),
    "E-draft-stale": drafts(DRAFT.replace("Mr Grey", "Mr Gray")),
    "E-draft-value": drafts(DRAFT + "Form = 3\n"),
    "E-draft-unknown": note_of_no_draft,
    "E-quote-none": quote('prefix = "Mr"'),
    "E-quote-key": notes(
        '[[Actor]]\nquote = [{ quote = "Mr Grey", occurence = 2 }]\nForm = "name"\n'
    ),
    "E-quote-value": quote('quote = "Grey"\noccurrence = "2"'),
    "E-quote-absent": quote('quote = "Mr Gray"'),
    "E-quote-ambiguous": quote('quote = "Grey"'),
    "E-quote-occurrence": quote('quote = "Grey"\noccurrence = 3'),
    "E-quote-order": quote('quote = ["Grey left", "Mr Grey"]'),
    "E-quote-line": quote('quote = "here\\n\\nMr"'),
    "E-base-absent": no_base,
    "E-notes-absent": notes_missing,
    "E-notes-twice": notes_twice,
    "E-compile-loss": loss,
    "E-base-accepted": zones_accepted,
    "E-text-empty": new(b""),
    "E-text-kind": new(b"%PDF-1.7"),
    "E-text-bom": new(b"\xef\xbb\xbfWords."),
    "E-text-line-ends": new(b"one\r\ntwo\r\n"),
    "E-text-control": new(b"one\x0ctwo"),
    "E-article-twice": new(times=2),
    "E-article-exists": article_exists,
    "E-folder-in-use": folder_in_use,
    "E-frame-known": frame_known,
    "E-article-known": same_text,
    "E-article-coded": coded,
    "E-article-day": wrong_day,
    "E-zone-label": relabelled("3", label="Noot"),
    "E-zone-line": relabelled("2"),
    "E-zone-quote": relabelled("He left."),
    "E-zone-twice": relabelled("3", "He left. He"),
    "E-proposed-missing": nothing_proposed,
    "E-ann-missing": ann_missing,
    "E-time-conflict": time_conflict,
    "E-time-size": time_size,
    "E-article-missing": new_text("Words.", article="two"),
    "E-text-same": new_text(""),
    "E-text-long": new_text("word " * 20_001),
    "E-partial-exists": partial_exists,
    "E-text-withheld": without_texts,
    "E-text-unfit": restoring("one.txt", b"Another text."),
    "E-text-wanting": restoring(),
    "E-shared-missing": not_shared,
    "E-shared-form": restoring(shared="form = 9\n"),
    "E-shared-changed": restoring(shared="form = 1\n[sha256]\n", texts=True),
    "E-decision-shape": decision('[[plcae]]\nat = "23 27"\n'),
    "E-decision-key": decision('[[place]]\nat = "23 27"\nbecoms = "claims"\n'),
    "E-decision-value": decision('[[place]]\nat = "23 27"\ndrop = false\n'),
    "E-decision-place": decision('[[place]]\nat = "1 2"\ndrop = true\n'),
}
