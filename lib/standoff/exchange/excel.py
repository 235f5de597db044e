"""Excel workbooks, with openpyxl: a sheet each for articles, actors, attributions and quotes.

Whoever fills these by hand gives words, which are looked up in the text of the article. An export
adds the sheets coders and annotations, from which everything is read back exactly (see
lossless_tables.py).
"""

from __future__ import annotations

import datetime as dt
import io
import itertools
import re
import warnings
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..annotation.dates import day
from ..annotation.model import Span, covered, unnumbered
from ..annotation.problems import Report, SeedError, refuse
from ..annotation.quotation_marks import quotations
from ..annotation.registries import ACTOR, UNKNOWN
from ..authoring.project import slug
from ..authoring.quote_finding import find_alike
from ..corpus.articles import read_rules
from ..corpus.safe_writing import new_folder, write_text
from .documents import Document, ignored_remarks, sort_documents, write_archive
from .import_builder import Reader
from .import_tally import SetAside
from .lossless_tables import RECORD, Row, article_meta, documents_in, record_tables
from .projects import documents_of
from .untrusted import archive, parse_xml, read_bytes, read_files, read_utf8

if TYPE_CHECKING:
    from openpyxl import Workbook

__all__ = ["IGNORED", "read_excel", "write_excel"]

SHEETS = {  # those for people, and their columns
    "articles": [*RECORD["articles"], "file"],
    "actors": ["id", *ACTOR],
    "attributions": "doc coder source cue content actor kind stance channel origin".split(),
    "quotes": "doc coder quote use origin".split(),
}
EXACT = ("coders", "annotations")  # sheets that hold the project itself, as tables do
ATTRIBUTES = ("kind", "stance", "channel", "use", "origin")  # columns of values of these attributes
LONGEST = 32_767  # characters that a cell holds
BETWEEN_PIECES = " … "  # stands between the pieces of a passage
FRAGMENT = re.compile(r"(\d{1,9}) (\d{1,9})")
CORE = "docProps/core.xml"  # says when a workbook was made and saved
YES = ("true", "yes", "1", "x")
IGNORED = {"kind": "of a line in the sheet annotations: the first letter of the id says it"}
Sheets = dict[str, list[Row]]
Offsets = tuple[int, int]


# --- writing ---


def write_excel(folder: Path, destination: Path) -> list[str]:
    """Write `NAME.xlsx`, named after the project, and beside it each text that is too long for a
    cell; there are no losses."""
    from openpyxl import Workbook

    documents, report = documents_of(folder), Report()
    _, registry = read_rules(folder, report)
    report.raise_if_any()
    sheets: dict[str, list[dict[str, Any]]] = {name: [] for name in SHEETS}
    for name, table in record_tables(documents).items():
        sheets[name] = table.astype(object).where(table.notna(), None).to_dict("records")
    sheets["actors"] = [{"id": ident, **entry} for ident, entry in registry["actors"].items()]
    for sheet, row in itertools.chain.from_iterable(map(_rows_for_people, documents)):
        sheets[sheet].append(row)
    book = Workbook()
    book.remove(book.worksheets[0])
    with new_folder(destination) as draft:
        for row in sheets["articles"]:
            if len(row["text"]) > LONGEST:
                row["file"] = f"{row['doc']}.txt"
                write_text(draft / row["file"], row.pop("text"))
        for name, rows in sheets.items():
            columns = SHEETS.get(name) or RECORD[name]
            sheet = book.create_sheet(name)
            sheet.append(["name" if column == "doc" else column for column in columns])
            for row in rows:
                sheet.append([_as_cell(row.get(column)) for column in columns])
            for cell in itertools.chain.from_iterable(sheet.rows):
                if cell.data_type == "f":
                    cell.data_type = "s"  # words that begin with = are no formula
        _save(book, draft / f"{folder.resolve().name}.xlsx")
    return []


def _save(book: Workbook, path: Path) -> None:
    """Save a workbook without the time at which that is done."""
    file = io.BytesIO()
    book.save(file)
    files = archive(file.getvalue(), path)
    files[CORE] = re.sub(rb"\d{4}-\d\d-\d\dT[\d:]+Z", b"1980-01-01T00:00:00Z", files[CORE])
    write_archive(path, files)


def _as_cell(value: Any) -> str | int | None:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dt.date):
        return value.isoformat()[:10]
    # the words of a long span are those of the text
    return "" if isinstance(value, str) and len(value) > LONGEST else value


def _rows_for_people(document: Document) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (sheet, row) for each attribution and each quotation."""
    annotations, whose = document.annotations, {"doc": document.name, "coder": document.coder}
    spans = annotations.spans_by_id()
    values = {(item.target, item.name): item.value for item in annotations.attributes}

    def attributes(ident: str) -> dict[str, str | None]:
        return {name: values.get((ident, name.capitalize())) for name in ATTRIBUTES}

    def words(found: list[Span]) -> str:
        pieces = [document.text[slice(*place)] for span in found for place in span.fragments]
        return BETWEEN_PIECES.join(pieces)[:LONGEST]

    for event in annotations.events:
        parts: dict[str, list[Span]] = defaultdict(list)
        for role, target in event.roles:
            parts[unnumbered(role)].append(spans[target])
        sources = {span.id for span in parts["Source"]}
        keys = [
            item.key
            for item in annotations.normalisations
            if item.db == "actors" and item.target in sources
        ]
        if parts["Content"]:
            row = {role.lower(): words(parts[role]) for role in ("Source", "Content")}
            row |= {"cue": words([spans[event.trigger]]), "actor": " ".join(dict.fromkeys(keys))}
            yield "attributions", whose | row | attributes(event.id)
    for span in annotations.labelled(["Quoted"]):
        yield "quotes", whose | {"quote": words([span])} | attributes(span.id)


# --- reading ---


def read_excel(source: Path, left_out: Report | None = None) -> list[Document]:
    """Read every `.xlsx` in a folder, or one file.

    Rows that cannot be placed are set aside, with a remark that names sheet and row. Raises
    `SeedError` for what is no workbook, or has no sheet of articles.
    """
    documents = read_files(
        source,
        lambda path: path.suffix == ".xlsx" and path.name[:2] != "~$",
        lambda path: _read_workbook(path, left_out),
        "holds no .xlsx; expected a workbook with the sheets " + ", ".join(SHEETS),
        left_out,
    )
    return sort_documents(documents)


def _read_workbook(path: Path, left_out: Report | None) -> list[Document]:
    remarks: list[str] = []
    sheets = _read_sheets(path, remarks)
    if "articles" not in sheets:
        message = f"has no sheet articles; expected the sheets {', '.join(SHEETS)}"
        raise refuse(path, 1, "E-source-format", message)
    aside: Counter[str] = Counter()
    texts = _read_texts(path, sheets["articles"], remarks, aside)
    if all(sheets.get(name) for name in EXACT):
        _fill_in(sheets["annotations"], texts)
        tables = [list(texts.values()), sheets["coders"], sheets["annotations"]]
        documents = documents_in(tables, [path] * 3, path, left_out)
        _compare(sheets, documents, remarks, aside)
    else:
        documents = _place_rows(path, sheets, texts, remarks, aside)
    documents[0].actors = _read_actors(sheets.get("actors", []), remarks)
    documents[0].tally.set_all_aside(aside)
    documents[0].remarks += remarks
    return documents


def _read_sheets(path: Path, remarks: list[str]) -> Sheets:
    """Return the rows of each sheet that is ours; a merged cell counts for all that it covers."""
    from openpyxl import load_workbook

    if path.suffix != ".xlsx":
        message = "is not an .xlsx; expected a workbook, saved as .xlsx"
        raise refuse(path, 1, "E-source-format", message)
    for name, data in archive(read_bytes(path), path).items():
        if name.endswith((".xml", ".rels")):
            parse_xml(data, path)  # refuses what is not safe
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = load_workbook(path, data_only=True)
    except Exception as error:
        message = f"is not a workbook that can be read: {error}"
        raise refuse(path, 1, "E-source-format", message) from error
    sheets: Sheets = {}
    for sheet in book.worksheets:
        name = sheet.title.strip().lower()
        if name not in (*SHEETS, *EXACT):
            remarks.append(f"the sheet {sheet.title} is not read; expected {', '.join(SHEETS)}")
            continue
        merged: dict[Offsets, Any] = {}
        for area in sheet.merged_cells.ranges:
            remarks.append(f"sheet {name}: {area} is merged; its words count for each cell of it")
            value = sheet.cell(area.min_row, area.min_col).value
            merged |= dict.fromkeys(area.cells, value)
        rows = [
            (cells[0].row, [_as_words(merged.get((c.row, c.column), c.value)) for c in cells])
            for cells in sheet.iter_rows()
        ]
        filled = [row for row in rows if any(row[1])]
        sheets[name] = _with_columns(name, filled, remarks)
    for name in SHEETS.keys() - sheets.keys():
        remarks.append(f"there is no sheet {name}; nothing is read of it")
    return sheets


def _as_words(value: Any) -> str:
    """Return what a cell shows: dates as 2017-04-14, whole numbers without a point."""
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value)


def _with_columns(name: str, rows: list[tuple[int, list[str]]], remarks: list[str]) -> list[Row]:
    """Return rows by the names of their columns, which the first row gives."""
    if not rows:
        return []
    known = SHEETS.get(name) or RECORD[name]
    other = {"article": "doc", "name": "doc"} if "doc" in known else {}
    heads = [head.strip().lower().replace(" ", "_") for head in rows[0][1]]
    heads = [other.get(head, head) for head in heads]
    if name in ("articles", "actors"):
        unread = Counter(f"{name}.{head}" for head in heads if head and head not in known)
        remarks += ignored_remarks(unread)
    empty = dict.fromkeys(known, "")
    return [(line, empty | dict(zip(heads, cells, strict=True))) for line, cells in rows[1:]]


def _read_texts(
    path: Path, rows: list[Row], remarks: list[str], aside: Counter[str]
) -> dict[str, Row]:
    """Return the rows of articles that have a text, in the sheet or in a file, by their names."""
    texts: dict[str, Row] = {}
    for line, row in rows:
        why = ""
        try:
            if row["file"] and not row["text"]:
                row["text"] = read_utf8(path.parent / row["file"], path.parent)
        except SeedError as error:
            why = f"{row['file']}: {error.problems[0].message}"
        row["doc"] = row["doc"].strip() or slug(row["title"])
        if row["doc"] in texts:
            why = f"the article {row['doc']} has a row already"
        elif not row["text"].strip():
            why = why or "there is no text; expected the words in text, or the name of a file"
        if row["published"] and day(row["published"]) is None and row["published"] != UNKNOWN:
            remarks.append(
                f"sheet articles, row {line}: published is {row['published']!r}; expected a day, "
                f"such as 2017-04-14; left unknown"
            )
            row["published"] = ""
        if why:
            aside["articles without a text of their own"] += 1
            remarks.append(f"sheet articles, row {line}: {why}; set aside")
        else:
            texts[row["doc"]] = line, row
    if not texts:
        message = "; ".join(["the sheet articles holds no article with a text", *remarks])
        raise refuse(path, 1, "E-source-text", message)
    return texts


def _read_actors(rows: list[Row], remarks: list[str]) -> dict[str, dict[str, Any]]:
    """Return the actors that a sheet describes, as actors.toml does."""
    actors: dict[str, dict[str, Any]] = {}
    known = _actor_ids(rows)
    for line, row in rows:
        ident = row["id"] or slug(row["name"])
        entry: dict[str, Any] = {key: row[key].strip() for key in ACTOR if row[key].strip()}
        entry["named"] = row["named"].strip().lower() in YES
        entry |= {key: entry.get(key, UNKNOWN) for key in ("kind", "country")}
        entry.setdefault("name", ident)
        parent = entry.pop("part_of", "")
        if parent.casefold() in known and known[parent.casefold()] != ident:
            entry["part_of"] = known[parent.casefold()]
        elif parent:
            remarks.append(f"sheet actors, row {line}: part_of {parent!r} has no row; left out")
        for key, value in entry.items():
            if not ACTOR[key].fits(value):
                expected = f"expected {ACTOR[key].expected}; left {UNKNOWN}"
                remarks.append(f"sheet actors, row {line}: {key} is {value!r}; {expected}")
                entry[key] = UNKNOWN
        if ident:
            actors[ident] = entry
    return actors


def _actor_ids(rows: list[Row]) -> dict[str, str]:
    """Map ids and names of actors, in small letters, to ids."""
    ids = {
        row["name"].strip().casefold(): row["id"].strip() or slug(row["name"]) for _, row in rows
    }
    return ids | {ident.casefold(): ident for ident in ids.values()}


def _fill_in(annotations: list[Row], texts: dict[str, Row]) -> None:
    """Give spans whose words no cell could hold the words of their text."""
    for _, row in annotations:
        if row["fragments"] and not row["text"] and row["doc"] in texts:
            places = FRAGMENT.findall(row["fragments"])
            text = texts[row["doc"]][1]["text"]
            row["text"] = covered(text, ((int(start), int(end)) for start, end in places))


def _compare(
    sheets: Sheets, documents: list[Document], remarks: list[str], aside: Counter[str]
) -> None:
    """Set rows for people aside that differ from the sheet annotations, which counts."""
    made = {
        (name, *(row.get(column) or "" for column in SHEETS[name]))
        for document in documents
        for name, row in _rows_for_people(document)
    }
    for name in ("attributions", "quotes"):
        for line, row in sheets.get(name, []):
            if (name, *(row[column] for column in SHEETS[name])) not in made:
                aside["differing from the sheet annotations"] += 1
                remarks.append(
                    f"sheet {name}, row {line}: differs from the sheet annotations, which counts; "
                    f"delete that sheet, and this row is read"
                )


def _place_rows(
    path: Path, sheets: Sheets, texts: dict[str, Row], remarks: list[str], aside: Counter[str]
) -> list[Document]:
    """Return a document for each coder of an article, with the rows that can be placed."""
    readers: dict[tuple[str, str], _SheetReader] = {}
    actors = _actor_ids(sheets.get("actors", []))
    for doc, (_, row) in texts.items():
        readers[doc, "gold"] = _SheetReader(row["text"], path, path)
    for name in ("attributions", "quotes"):
        for line, row in sheets.get(name, []):
            doc, coder = row.pop("doc").strip(), row.pop("coder", "").strip() or "gold"
            if not doc and len(texts) == 1:
                doc = next(iter(texts))
            if doc not in texts:
                aside["naming no article"] += 1
                remarks.append(f"sheet {name}, row {line}: {doc!r} is no article; set aside")
                continue
            text = texts[doc][1]["text"]
            reader = readers.setdefault((doc, coder), _SheetReader(text, path, path))
            reader.where, reader.actors = f"sheet {name}, row {line}", actors
            with reader.reading(line, reader.where, (name, line)):
                reader.add(name, row)
    documents = []
    for (doc, coder), reader in readers.items():
        documents.append(reader.finish(doc, coder, article_meta(texts[doc][1])))
    return documents


class _SheetReader(Reader):
    """Places the words of rows in a text."""

    where = ""
    actors: dict[str, str]

    def add(self, sheet: str, row: dict[str, str]) -> None:
        """Build the attribution or the quotation of a row."""
        if sheet == "attributions":
            ident = self._add_attribution(row)
        else:
            ident = self.builder.span("Quoted", self._find("quote", row.pop("quote")))
        for column, value in row.items():
            if column in ATTRIBUTES:
                self.builder.attribute(ident, column.capitalize(), value.strip())
            elif value.strip():
                self.builder.add_note(ident, column or "note", value)

    def _add_attribution(self, row: dict[str, str]) -> str:
        source, cue, content, actor = (
            row.pop(column) for column in ("source", "cue", "content", "actor")
        )
        places = self._find("content", content)
        cue_places = self._find("cue", cue, places[0])
        source_places = self._find("source", source, cue_places[0]) if source.strip() else []
        roles = [("Content", self.builder.span("Content", places))]
        trigger = self.builder.span("Attribution", cue_places)
        if source_places:
            mention = self.builder.span("Actor", source_places)
            roles.insert(0, ("Source", mention))
            for key in self._keys(actor):
                self.builder.add_reference(mention, "actors", key, actor)
        ident = self.builder.add_event("Attribution", trigger, roles)
        if actor and not source_places:
            self.builder.add_note(ident, "actor", actor)
            self.builder.repair("actors without words kept as notes", f"{self.where}: no source")
        return ident

    def _keys(self, actor: str) -> list[str]:
        """Return the ids of the actors that a cell names."""
        names = [actor] if actor.strip().casefold() in self.actors else actor.split()
        found = [self.actors.get(name.strip().casefold(), "") for name in names]
        return found if all(found) else [slug(actor)]

    def _find(self, column: str, words: str, near: Offsets | None = None) -> list[Offsets]:
        """Return where the words of a cell are; those that stand in several places are taken where
        they are nearest to others."""
        if not words.strip():
            raise SetAside(f"without a {column}", f"{self.where}: no {column}; set aside")
        pieces = [words.strip()]
        if not find_alike(self.text, pieces[0])[1]:
            pieces = [piece.strip() for piece in words.split(BETWEEN_PIECES.strip())]
        found: list[Offsets] = []
        for piece in pieces:
            found.append(self._find_piece(column, piece, found[-1] if found else near))
        return found

    def _find_piece(self, column: str, words: str, near: Offsets | None) -> Offsets:
        difference, places = find_alike(self.text, words)
        if column == "quote":  # Quoted covers the marks
            marks = quotations(self.text, 0, len(self.text))
            inside = [(start - 1, end + 1) for start, end in places]
            places = [place for place in inside if place in marks] or places
        quoted = f"{self.where}: the {column} {words[:60]!r}"
        if not places:
            raise SetAside("not in the text", f"{quoted} is not in the text; set aside")
        if difference:
            self.builder.repair("found but for small differences", f"{quoted} differs {difference}")
        if len(places) > 1 and near is None:
            remark = f"{quoted} is there {len(places)} times; expected more words of it; set aside"
            raise SetAside("in several places", remark)
        if len(places) > 1:
            self.builder.repair("put where it is nearest", f"{quoted} is there several times")
        return min(places, key=lambda place: self._distance(place, near or place))

    def _distance(self, one: Offsets, other: Offsets) -> tuple[bool, int, int]:
        """Return whether two places overlap, how many lines lie between them, how many letters."""
        first, second = sorted((one, other))
        between = self.text[first[1] : second[0]]
        return first[1] > second[0], between.count("\n"), len(between)
