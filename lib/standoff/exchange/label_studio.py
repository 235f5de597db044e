"""Reads the exports of Label Studio (https://labelstud.io/guide/task_format), JSON and JSON-MIN.

Each task becomes an article, each annotator a coder. Regions become spans, their relations
relations, and answers about a region or the whole text notes. Predictions are set aside.

Label Studio has counted code points since 2021 and UTF-16 units before
(https://github.com/HumanSignal/label-studio/issues/1008), so the words of the regions decide.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from ..annotation.problems import Report, SeedError
from .countings import Counting, Passage, Positions, choose_counting
from .documents import Document, Reader, first_line, ignored_remarks, read_all, refuse
from .untrusted import files_in, parse_json, read_utf8

__all__ = ["read_label_studio"]

WHOLE = "Text"  # the label of the span that answers about a whole text are notes on
UNLABELLED = "unlabelled"
PLACE = re.compile(r"(\w+://|/|data:)\S*$")  # of a picture or a recording, in place of a text
# what JSON-MIN says of an annotation, beside the data of the task and the answers
MINIMAL = {"id", "annotator", "annotation_id", "created_at", "updated_at", "lead_time"}
READ = {
    "task": {"id", "data", "annotations", "completions", "predictions", "drafts"},
    "annotation": {"id", "completed_by", "result", "was_cancelled"},
    "result": {"id", "from_name", "type", "value", "from_id", "to_id", "direction", "labels"},
    "value": {"start", "end", "text", "globalOffsets", "startOffset", "endOffset"},
}


class _Annotation(NamedTuple):
    """What one annotator says of a task."""

    coder: str
    results: list[dict[str, Any]]


def read_label_studio(source: Path, left_out: Report | None = None) -> list[Document]:
    """Read every `.json` below a folder, or one file; raise `SeedError` with everything that cannot
    be read."""
    paths = files_in(source, lambda path: path.suffix == ".json")
    missing = "holds no .json; expected an export of Label Studio"
    files = read_all(_read_file, paths, source, missing, left_out)
    return [document for documents in files for document in documents]


def _read_file(path: Path) -> list[Document]:
    tasks = parse_json(read_utf8(path), path)
    tasks = tasks if isinstance(tasks, list) else [tasks]
    if not tasks or not all(isinstance(task, dict) for task in tasks):
        message = "is not a list of tasks; expected an export of Label Studio"
        raise refuse(path, 1, "E-source-format", message)
    aside: Counter[str] = Counter()
    ignored: Counter[str] = Counter()
    readers = []
    for number, task in enumerate(tasks, 1):
        try:
            readers.append(_TaskReader(path, task, number, aside, ignored))
        except SeedError:  # no words
            aside["tasks without a text"] += 1
    texts = [(reader.positions, reader.passages()) for reader in readers]
    counting, remark = choose_counting(texts, "")
    documents = [one for reader in readers for one in reader.documents(counting)]
    if not documents:
        message = "has no task with a text; expected texts with regions"
        raise refuse(path, 1, "E-source-text", message)
    documents[0].account.set_all_aside(aside)
    documents[0].remarks[:0] = [remark] * bool(remark) + ignored_remarks(ignored)
    return documents


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _objects(value: Any) -> list[dict[str, Any]]:
    return [item for item in _listed(value) if isinstance(item, dict)]


def _annotations(
    task: dict[str, Any], aside: Counter[str], ignored: Counter[str]
) -> Iterator[_Annotation]:
    """Yield the annotations of a task; those that were cancelled are set aside."""
    if "data" not in task:  # JSON-MIN: one annotation, whose answers stand beside the data
        results = [
            {"type": "labels", "from_name": key, "value": region}
            for key, regions in task.items()
            for region in _objects(regions if isinstance(regions, list) else None)
        ]
        yield _Annotation(_coder(task.get("annotator")), results)
        return
    for kind in ("predictions", "drafts"):
        for item in _objects(task.get(kind)):
            aside[f"results of {kind}"] += len(_objects(item.get("result")))
    for item in _objects(task.get("annotations") or task.get("completions")):
        results = _objects(item.get("result"))
        _count_ignored("annotation", item, ignored)
        for result in results:
            _count_ignored("result", result, ignored)
        if item.get("was_cancelled"):
            aside["results of tasks that were skipped"] += len(results)
        else:
            yield _Annotation(_coder(item.get("completed_by")), results)


def _count_ignored(what: str, item: dict[str, Any], ignored: Counter[str]) -> None:
    ignored.update(f"{what}/{key}" for key in item.keys() - READ[what])


def _coder(who: Any) -> str:
    """Return the name of an annotator, given by number, by address or as an object."""
    if isinstance(who, dict):
        who = who.get("email") or who.get("username") or who.get("id")
    name = str(who).partition("@")[0] if who is not None else ""
    return f"annotator-{name}" if name.isdecimal() else name or "gold"


def _passage(value: dict[str, Any]) -> Passage | None:
    """Return where a region is, or None if it is not in a text.

    A region of HTML has the path of an element as its start, and offsets in the text beside.
    """
    place = value
    if isinstance(value.get("globalOffsets"), dict):
        place = value["globalOffsets"]
    start, end = (place.get(key) for key in ("start", "end"))
    if not all(re.fullmatch(r"\d{1,12}", str(number)) for number in (start, end)):
        return None
    words = value.get("text")
    return Passage(int(str(start)), int(str(end)), words if isinstance(words, str) else "")


def _answer(value: dict[str, Any]) -> str:
    """Return an answer in words: choices, text, a rating."""
    parts = [
        item if isinstance(item, str) else json.dumps(item, ensure_ascii=False)
        for key, given in value.items()
        if key not in READ["value"] or (key == "text" and isinstance(given, list))
        for item in _listed(given)
    ]
    return ", ".join(parts)


class _TaskReader:
    """Reads one task, for each annotator into a document of its own."""

    def __init__(
        self, path: Path, task: dict, number: int, aside: Counter[str], ignored: Counter[str]
    ):
        self.path, self.aside = path, aside
        self.annotations = list(_annotations(task, aside, ignored))
        minimal = "data" not in task
        data = task if minimal else task["data"] if isinstance(task["data"], dict) else {}
        texts = {
            key: value
            for key, value in data.items()
            if isinstance(value, str) and not PLACE.match(value)
        }
        said = [
            passage.words
            for annotation in self.annotations
            for item in annotation.results
            if (passage := _passage(item.get("value") or {})) is not None
        ]

        def rank(key: str) -> tuple[int, int]:
            return sum(words in texts[key] for words in said if words), len(texts[key])

        key = max(texts, key=rank, default="")
        self.positions = Positions(texts.get(key, ""))
        self.name = f"{path.stem}-{task.get('id', number)}"
        self.meta = {"title": texts.get("title", self.name)}
        self.answers: list[tuple[str, str]] = []
        for other, given in data.items():
            if other in (key, "title") or (minimal and other in MINIMAL):
                continue
            if minimal and not _objects(given):
                self.answers.append((other, _answer({"choices": given})))
            elif not minimal:
                ignored[f"data/{other}"] += 1
        if not minimal:
            _count_ignored("task", task, ignored)

    def passages(self) -> list[Passage]:
        """Return the regions of all annotators."""
        found = (
            _passage(item.get("value") or {})
            for annotation in self.annotations
            for item in annotation.results
        )
        return [passage for passage in found if passage is not None]

    def documents(self, counting: Counting) -> list[Document]:
        """Return a document for each annotation, or one for a task that nobody annotated."""
        names: Counter[str] = Counter()
        documents = []
        for annotation in self.annotations or [_Annotation("gold", [])]:
            names[annotation.coder] += 1
            number = names[annotation.coder]
            coder = annotation.coder if number == 1 else f"{annotation.coder}-{number}"
            reader = _AnnotationReader(self, counting)
            reader.read(annotation.results, self.answers)
            documents.append(reader.finish(self.name, coder, dict(self.meta)))
        return documents


class _AnnotationReader(Reader):
    def __init__(self, task: _TaskReader, counting: Counting):
        super().__init__(task.positions.raw, task.path, task.path)
        self.task, self.counting = task, counting
        self.spans: dict[str, str] = {}  # the id of a region -> that of its span
        self.whole = ""

    def read(self, results: list[dict[str, Any]], answers: list[tuple[str, str]]) -> None:
        """Build what one annotator says: regions first, because the others name them."""
        account = self.builder.account
        order = {"labels": 0, "answer": 1, "relation": 2}
        kinds = [(self._kind(item), number, item) for number, item in enumerate(results)]
        for kind, number, item in sorted(kinds, key=lambda one: (order[one[0]], one[1])):
            account.begin(number)
            if kind == "labels":
                self._add_region(item)
            elif kind == "relation":
                self._add_relation(item)
            else:
                self._add_answer(item)
        for name, words in answers:
            account.begin(name)
            self._note_on(self._whole(), name, words)
        account.begin(None)

    def _kind(self, item: dict[str, Any]) -> str:
        kind = str(item.get("type"))
        if kind == "relation":
            return kind
        return "labels" if kind.endswith("labels") else "answer"

    def _add_region(self, item: dict[str, Any]) -> None:
        """Build a span for each label of a region."""
        account, value = self.builder.account, item.get("value") or {}
        passage = _passage(value)
        if passage is None:
            account.set_aside("regions that are not in a text")
            return
        fragment, other = self.task.positions.fragment(passage, self.counting)
        if fragment is None:
            account.set_aside("positions outside the text")
            return
        labels = [
            label
            for key, given in value.items()
            if key not in READ["value"]
            for label in _listed(given)
            if isinstance(label, str)
        ]
        if other:
            account.repair("put where its words are")
        if not labels:
            account.repair("regions without a label")
        for label in labels or [UNLABELLED]:
            ident = self.builder.span(label, [fragment])
            self.spans.setdefault(str(item.get("id")), ident)

    def _add_relation(self, item: dict[str, Any]) -> None:
        """Build a relation in its direction; one in both directions is built twice."""
        ends = [self.spans.get(str(item.get(key))) for key in ("from_id", "to_id")]
        if None in ends:
            self.builder.account.set_aside("naming what is not in the file")
            return
        a, b = (str(end) for end in ends)
        direction = item.get("direction", "right")
        for label in _listed(item.get("labels")) or ["relation"]:
            if direction in ("right", "bi"):
                self.builder.relation(str(label), a, b)
            if direction in ("left", "bi"):
                self.builder.relation(str(label), b, a)

    def _add_answer(self, item: dict[str, Any]) -> None:
        """Add a choice, a text or a rating as a note on its region or the whole text."""
        words = _answer(item.get("value") or {})
        target = self.spans.get(str(item.get("id"))) or self._whole()
        self._note_on(target, str(item.get("from_name") or "answer"), words)

    def _note_on(self, target: str, name: str, words: str) -> None:
        if words.strip():
            self.builder.note(target, name, words.strip())
        else:
            self.builder.account.set_aside("answers without words")

    def _whole(self) -> str:
        """Return the span that stands for the whole text: its first line."""
        if not self.whole:
            self.whole = self.builder.span(WHOLE, [first_line(self.text)])
        return self.whole


def __dir__() -> list[str]:
    return __all__
