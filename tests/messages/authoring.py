"""One broken input for each code that the package authoring reports."""

import pytest
from conftest import Folder

import standoff
from standoff.authoring.compiling import compile_notes, reverse

GREY = '[[Actor]]\nname = "grey"\nquote = "Mr Grey"\nForm = "name"\nrefers = "grey"\n'


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


def proposing(source, accepted=False):
    """An example: compiling notes on zones and sentences."""

    def run(tmp_path):
        folder = base_only(tmp_path)
        if not accepted:
            (folder.article / "gold.ann").rename(folder.article / "proposed.ann")
            (folder.article / "gold.ann").write_text("")
            reverse(folder.path, "proposed")
        path = folder.article / "proposed.notes.toml"
        before = path.read_text() if path.exists() else ""
        path.write_text(before + source)
        return problems(compile_notes, folder.path)

    return run


def notes_exist(tmp_path):
    folder = base_only(tmp_path)
    (folder.article / "notes.toml").write_text(GREY)
    return problems(reverse, folder.path)


def notes_cannot(tmp_path):
    folder = base_only(tmp_path)
    folder.lines.append("T6\tContents 52 56\tGrey")
    folder.write()
    return problems(reverse, folder.path)


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

EXAMPLES = {
    "E-note-label": notes('[[Acter]]\nquote = "Mr Grey"\n'),
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
    "E-coder-absent": notes(GREY, "anna.notes.toml"),
    "E-notes-absent": notes_missing,
    "E-notes-twice": notes_twice,
    "E-compile-loss": loss,
    "E-base-only": proposing(GREY),
    "E-base-accepted": proposing(ZONES, accepted=True),
    "E-notes-exist": notes_exist,
    "E-notes-cannot": notes_cannot,
}
