"""What is fuzzed: each target takes the parts of one input and gives them to readers, to drafting or
to the annotator; `SeedError` is the only error that may come out."""

from __future__ import annotations

import datetime as dt
import difflib
import functools
import io
import time
import tomllib
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

import openpyxl
import steps
from memory import Memory

from standoff.annotation import brat, codebook, toml_files
from standoff.annotation import registries as registry
from standoff.annotation import zone_checks as rules
from standoff.annotation.model import covered
from standoff.annotation.ordering import canonical, contents, fingerprint
from standoff.annotation.problems import Report, SeedError
from standoff.annotation.span_checks import verify
from standoff.annotation.text_files import read_text
from standoff.authoring import drafting, notes, quote_finding, reanchoring_decisions
from standoff.authoring.drafts.all_rules import proposals
from standoff.corpus import articles as corpus
from standoff.corpus.schema import COLUMNS
from standoff.corpus.tables import tables_of
from standoff.exchange import FORMATS
from standoff.exchange.codebook_import import as_toml, extend_codebook, extend_registries

__all__ = ["PARTS", "SEPARATOR", "TARGETS", "joined", "parted"]

SEPARATOR = b"\n%%%%\n"  # between the parts of an input
# of so many inputs that are read, one is written and read again, which takes longer than all else
SAMPLE = 8
SEEDS = Path(__file__).parents[2] / "seeds"


def path_of(*parts):
    """A path on the disk; one in memory stays as it is."""
    return parts[0] if parts and isinstance(parts[0], Memory) else Path(*parts)


path_of.cwd = Path.cwd
brat.Path = corpus.Path = path_of
corpus.is_value = functools.lru_cache(corpus.is_value)  # the same few dates again and again
difflib.get_close_matches = (
    lambda *_: []
)  # the slowest part of a message, and the least likely to fail
drafting.read_rules = lambda *_: rules_of_seeds()
MOST = 20  # seconds of processor time for 20,000 characters, which need less than one


def joined(parts) -> bytes:
    """The parts as one input."""
    return SEPARATOR.join(parts)


def parted(data: bytes, count: int) -> list[bytes]:
    """The parts of an input, empty where there are too few."""
    parts = data.split(SEPARATOR, count - 1)
    return [*parts, *[b""] * (count - len(parts))]


@functools.cache
def rules_of_seeds():
    """The collection's codebook and registries."""
    problems = Report()
    actors = registry.read_actors(SEEDS / "actors.toml", problems)
    tracks = registry.read_tracks(SEEDS / "tracks.toml", actors, problems)
    return codebook.Codebook.read(SEEDS / "codebook.toml", problems), {
        "actors": actors,
        "tracks": tracks,
    }


@functools.cache
def small_book():
    """The contents of a codebook that knows nothing."""
    return {"version": "1", "labels": {}, "attributes": {}, "relations": {}, "layers": {}}


def same_again(found, text) -> None:
    """What was read and not refused stands on its text, and is the same when it is written and read
    again."""
    problems = Report()
    again = brat.parse(brat.write(found), "again", problems)
    verify(again, text, "again", problems)
    assert problems == [], problems[:3]
    assert contents(again) == contents(found)
    if not {item.id for item in found.relations} & {
        end for item in found.relations for end in (item.a, item.b)
    }:  # whose contents name ids
        assert contents(canonical(found)) == contents(found)


def in_memory(files, name, problems):
    """Text of a file in memory as a project reads it."""
    return read_text(Memory.holding(files) / name, problems)


# --- targets
# ---------------------------------------------------------------------------------------------------------
def ann(text, source):
    """A project's own `.ann`: parsed, verified, checked and as tables."""
    problems = Report()
    words = in_memory({"text.txt": text, "gold.ann": source}, "text.txt", problems)
    lines = read_text(Memory("in/gold.ann"), problems, empty=True)
    if words is None or lines is None:
        return
    book, registries = rules_of_seeds()
    found = brat.parse(lines, "gold.ann", problems)
    if not problems:
        assert brat.parse(brat.write(found), "again", Report()) is not None
    verify(found, words, "gold.ann", problems)
    sound = not problems
    corpus.check_values(found, book, registries, problems.at("gold.ann"))
    if not problems:  # as `read_article` does
        rules.check_article(found, words, book, problems.at("gold.ann"))
        rules.check_sentences(found, words, book, problems.at("gold.ann"))
        rules.check_quotations(found, words, book, problems.at("gold.ann"))
    if sound and hash(lines) % SAMPLE == 0:
        same_again(found, words)
        fingerprint(found)
    if not problems:
        tables_of("one", "gold", words, found, book, registries["actors"])


def toml(codebook_, actors, tracks, meta):
    """The files in TOML: codebook, registries and meta, and what a coding is checked by."""
    problems = Report()
    folder = Memory.holding(
        {
            "codebook.toml": codebook_,
            "actors.toml": actors,
            "tracks.toml": tracks,
            "one/meta.toml": meta,
        }
    )
    book, registries = corpus.read_rules(folder, problems)
    registry.read_meta(folder / "one/meta.toml", problems)
    if problems:
        raise SeedError(problems)
    text, found = small_coding()
    corpus.check_values(found, book, registries, problems.at("gold.ann"))
    rules.check_article(found, text, book, problems.at("gold.ann"))
    rules.check_quotations(found, text, book, problems.at("gold.ann"))
    if not problems:
        tables_of("one", "gold", text, found, book, registries["actors"])


@functools.cache
def small_coding():
    """A text and its annotations of every kind."""
    from inputs import ANN, TEXT

    return TEXT, brat.parse(ANN, "gold.ann", Report())


def notes_(text, source):
    """A file of notes, read over a text."""
    problems = Report()
    words = in_memory({"text.txt": text, "notes.toml": source}, "text.txt", problems)
    lines = toml_files.read_source(Memory("in/notes.toml"), problems)
    if words is None or lines is None:
        return
    book, registries = rules_of_seeds()
    actors = registries["actors"]
    made = notes.read_notes(lines, "notes.toml", words, book, None, problems, actors)
    if not problems:
        verify(made.annotations, words, "notes.toml", problems)
        assert problems == [], problems[:3]
        corpus.check_values(made.annotations, book, registries, problems.at("notes.toml"))


def settle(text, source):
    """A file of decisions, and the places that they name."""
    problems = Report()
    words = in_memory({"text.txt": text, "settle.toml": source}, "text.txt", problems)
    decisions = reanchoring_decisions.read_decisions(Memory("in/settle.toml"), problems)
    if words:
        places = [((0, 1),), ((1, 2), (3, 4))]
        file = problems.at("settle.toml")
        reanchoring_decisions.apply_decisions(decisions, places, words, file)


def imported(name, files):
    """A format's reader, and what an import makes of its documents before it writes them."""
    for document in FORMATS[name].read(Memory.holding(files)):
        if hash(str(document.annotations)) % SAMPLE:
            continue
        same_again(document.annotations, document.text)
        data = extend_codebook(small_book(), [document.annotations])
        assert tomllib.loads(as_toml(data)) == data
        actors, tracks = extend_registries({}, {}, [document])
        assert tomllib.loads(as_toml(actors)) == actors and tomllib.loads(as_toml(tracks)) == tracks
        assert set(COLUMNS) and tomllib.loads(as_toml(document.meta)) == document.meta


def brat_(text, source):
    """A brat collection of one text."""
    imported("brat", {"one.txt": text, "one.ann": source})


def polnear(text, source, metadata):
    """PolNeAR's folders."""
    imported(
        "polnear",
        {
            "text/a_2020-01-02_x.txt": text,
            "attributions/a_2020-01-02_x_4b22.ann": source,
            "metadata.tsv": metadata,
        },
    )


def w3c(text, source):
    """Web Annotations, one a line."""
    imported("w3c", {"one.txt": text, "one.jsonl": source})


def catma(text, header, tags, annotations):
    """A CATMA project of one collection."""
    home = {
        "documents/D_1/D_1.txt": text,
        "documents/D_1/header.json": header,
        "tagsets/T_1/A/propertydefs.json": tags,
    }
    imported(
        "catma",
        home
        | {
            "collections/C_1/header.json": b'{"sourceDocumentId": "D_1"}',
            "collections/C_1/annotations/a.json": annotations,
        },
    )


def refi(project, text):
    """A REFI-QDA project of one text."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("project.qde", project)
        packed.writestr("sources/a.txt", text)
    imported("refi", {"p.qdpx": archive.getvalue()})


def label_studio(source):
    """One export of Label Studio."""
    imported("label-studio", {"x.json": source})


def timeml(source):
    """One TimeML file."""
    imported("timeml", {"one.tml": source})


def cas_xmi(system, source):
    """A CAS in XMI and its type system."""
    imported("cas-xmi", {"TypeSystem.xml": system, "one.xmi": source})


def cas_json(source):
    """A CAS in JSON."""
    imported("cas-json", {"one.json": source})


def csv(articles, coders, annotations):
    """The record as three CSV files."""
    imported(
        "csv", {"articles.csv": articles, "coders.csv": coders, "annotations.csv": annotations}
    )


def parquet(table):
    """The annotations as Parquet, beside two tables that are whole."""
    from inputs import parquet_tables

    imported("parquet", parquet_tables() | {"annotations.parquet": table})


def excel(*sheets):
    """A workbook with sheets of articles, actors, attributions and quotes, given as cells between
    tabs."""
    files = {**empty_workbook()}
    for number, rows in enumerate(sheets, 1):
        files[f"xl/worksheets/sheet{number}.xml"] = sheet_xml(rows)
    workbook("excel", files)


def excel_xml(articles):
    """A workbook whose sheet of articles is any XML."""
    workbook("excel", {**empty_workbook(), "xl/worksheets/sheet1.xml": articles})


def workbook(name, files):
    """The files of a workbook, packed and read."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for part, data in files.items():
            archive.writestr(part, data)
    imported(name, {"book.xlsx": packed.getvalue()})


@functools.cache
def empty_workbook():
    """The files of a workbook with four empty sheets."""
    book, packed = openpyxl.Workbook(), io.BytesIO()
    book.remove(book.worksheets[0])
    for name in ("articles", "actors", "attributions", "quotes"):
        book.create_sheet(name)
    book.save(packed)
    with zipfile.ZipFile(packed) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def sheet_xml(rows):
    """A sheet in XML, of lines with tabs between cells."""
    out = []
    for line in rows.decode(errors="replace").split("\n"):
        cells = (
            f'<c t="inlineStr"><is><t>{escape(cell)}</t></is></c>' for cell in line.split("\t")
        )
        out.append(f"<row>{''.join(cells)}</row>")
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{space}"><sheetData>{"".join(out)}</sheetData></worksheet>'.encode()


load_workbook = openpyxl.load_workbook
openpyxl.load_workbook = lambda path, **how: load_workbook(io.BytesIO(path.read_bytes()), **how)


def quoting(text, *words):
    """A quotation in a text is found where it stands, and each place can be quoted."""
    text = text.decode(errors="replace")
    quote, until, prefix, suffix = (part.decode(errors="replace") for part in words)
    asked = quote_finding.Quote(quote, until, prefix, suffix)
    try:
        start, end = quote_finding.find_one(text, asked)
    except quote_finding.QuoteError as error:
        assert str(error)
        return
    assert text[start:end].startswith(quote) and text[start:end].endswith(until or quote)
    found = quote_finding.find_one(
        text, quote_finding.parse_quote(quote_finding.quote_for(text, start, end))
    )
    assert found == (start, end)


def draft(text, published):
    """What the rules propose for a text stands in the text; now and then for a long text, and
    through the files of a project."""
    words = in_memory({"text.txt": text}, "text.txt", None)
    zones = [line.span() for line in steps.LINE.finditer(words)]
    try:
        day = dt.date.fromisoformat(published.decode())
    except ValueError:
        day = None
    made = proposals(words, day, zones)
    for one in made:
        places = [one.fragments, *one.roles.values()]
        for place in places:
            assert place and all(0 <= start < end <= len(words) for start, end in place), one
            assert "\n" not in covered(words, place), one
    if hash(words) % (8 * SAMPLE) == 0:
        in_a_project(words, day)
    elif hash(words) % (8 * SAMPLE) == 1:
        long = (" ".join(words.split()) + " ") * (20_000 // len(words) + 1)
        before = time.process_time()
        proposals(long, day, [(0, len(long))])
        assert time.process_time() - before < MOST


def in_a_project(words, day):
    """Drafts are what their file says, keep their ids, and stay rejected."""
    folder = steps.article(words, day)
    drafting.draft(folder.parent, "one")
    first = drafting.read_drafts(folder)
    if first:
        drafting.set_rejected(folder, first[0].id, "anna", True)
        drafting.draft(folder.parent, "one")
        again = drafting.read_drafts(folder)
        assert again[0].rejected == ("anna",)
        assert [one._replace(rejected=()) for one in again] == first


def annotator(lines):
    """Steps in the annotator, one a line."""
    steps.carry_out(lines.decode(errors="replace").split("\n")[:40])


TARGETS = {
    "ann": ann, "toml": toml, "notes": notes_, "settle": settle, "brat": brat_, "polnear": polnear, "w3c": w3c, "catma": catma,
    "refi": refi, "label-studio": label_studio, "timeml": timeml, "cas-xmi": cas_xmi, "cas-json": cas_json, "csv": csv, "parquet": parquet,
    "short": notes_, "excel": excel, "excel-xml": excel_xml, "quotes": quoting, "draft": draft, "annotator": annotator,
}  # fmt: skip
PARTS = {name: target.__code__.co_argcount for name, target in TARGETS.items()}
PARTS |= {"excel": 4, "quotes": 5}
