"""Reads the exports of Label Studio (https://labelstud.io/guide/task_format), JSON and JSON-MIN.

Each task becomes an article, each annotator a coder. Regions become spans, their relations
relations, and answers about a region or the whole text notes. Predictions are set aside.

Label Studio has counted code points since 2021 and UTF-16 units before
(https://github.com/HumanSignal/label-studio/issues/1008), so the words of the regions decide.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

from ..annotation.problems import Report, refuse
from .documents import Document, by_reason, ignored_remarks
from .import_builder import Reader, named
from .offset_counting import Counting, Passage, Positions, choose_counting
from .untrusted import listed, object_at, parse_json, read_files, read_utf8, words_of

__all__ = ["IGNORED", "read_label_studio"]

UNLABELLED = "unlabelled"
PLACE = re.compile(r"(\w+://|/|data:)\S*$")  # of a picture or a recording, in place of a text
IGNORED = by_reason(
    {
        "data of a task other than its text and title": "data/*",
        "an annotator has an address or a name": "annotator/*",
        "when and how long somebody worked": "created_at updated_at draft_created_at lead_time",
        "where Label Studio shows something on its page": "from_name to_name origin",
        "how sure a program was; predictions are set aside": "score",
        "Label Studio's own record": (
            "id annotation_id inner_id unique_id import_id task project file_upload updated_by "
            "ground_truth prediction result_count parent_prediction parent_annotation last_action "
            "last_created_by total_annotations cancelled_annotations total_predictions "
            "comment_count unresolved_comment_count comment_authors last_comment_updated_at"
        ),
    }
)
# what JSON-MIN says of an annotation, beside the data of the task and the answers
MINIMAL = {"id", "annotator", "annotation_id", "created_at", "updated_at", "lead_time"}
READ = {
    "task": {"id", "data", "annotations", "completions", "predictions", "drafts"},
    "annotation": {"completed_by", "result", "was_cancelled"},
    "annotator": {"email", "username", "id"},
    "region": {"id", "type", "value", "meta"},
    "answer": {"id", "type", "value", "from_name"},
    "relation": {"type", "from_id", "to_id", "direction", "labels"},
    "value": {"start", "end", "text", "globalOffsets", "startOffset", "endOffset"},
}
Result = dict[str, Any]  # a region, a relation or an answer, as the file has it


def read_label_studio(source: Path, left_out: Report | None = None) -> list[Document]:
    """Read every `.json` below a folder, or one file; raise `SeedError` with everything that cannot
    be read."""
    missing = "holds no .json; expected an export of Label Studio"
    return read_files(source, lambda path: path.suffix == ".json", _read_file, missing, left_out)


def _read_file(path: Path) -> list[Document]:
    tasks = parse_json(read_utf8(path), path)
    tasks = tasks if isinstance(tasks, list) else [tasks]
    if not tasks or not all(isinstance(task, dict) for task in tasks):
        message = "is not a list of tasks; expected an export of Label Studio"
        raise refuse(path, 1, "E-source-format", message)
    export = _Export(path)
    for number, task in enumerate(tasks, 1):
        export.add_task(task, number)
    if not export.tasks:
        message = "has no task with a text; expected texts with regions"
        raise refuse(path, 1, "E-source-text", message)
    return export.documents()


def _objects(value: Any) -> list[dict[str, Any]]:
    return [item for item in listed(value) if isinstance(item, dict)]


def _kind(item: Result) -> str:
    kind = str(item.get("type"))
    if kind.endswith("labels"):
        return "region"
    return kind if kind == "relation" else "answer"


def _coder(who: Any) -> str:
    """Return the name of an annotator, given by number, by address or as an object."""
    if isinstance(who, dict):
        who = who.get("email") or who.get("username") or who.get("id")
    name = str(who).partition("@")[0] if who is not None else ""
    return f"annotator-{name}" if name.isdecimal() else name or "gold"


def _passage(item: Result) -> Passage | None:
    """Return where a region is, or None if it is not in a text.

    A region of HTML has the path of an element as its start, and offsets in the text beside.
    """
    value = object_at(item, "value")
    place = object_at(value, "globalOffsets") or value
    start, end, words = place.get("start"), place.get("end"), value.get("text")
    if type(start) is not int or type(end) is not int:
        return None
    return Passage(start, end, words if isinstance(words, str) else "")


def _answer(value: dict[str, Any]) -> str:
    """Return an answer in words: choices, text, a rating."""
    parts = [
        words_of(item)
        for key, given in value.items()
        if key not in READ["value"] or (key == "text" and isinstance(given, list))
        for item in listed(given)
    ]
    return ", ".join(parts).strip()


def _answers_beside(data: dict[str, Any]) -> list[Result]:
    """Return the regions and answers of JSON-MIN, which stand beside the text, as JSON has them."""
    return [
        {"type": "labels" if "start" in value else "choices", "from_name": key, "value": value}
        for key, given in data.items()
        for value in _objects(given) or [{"choices": given}]
    ]


class _Task(NamedTuple):
    """A text, and what each annotator says of it."""

    name: str
    title: str
    positions: Positions
    annotations: list[tuple[str, list[Result]]]
    passages: list[Passage]


class _Export:
    """What one file says, and what is set aside and ignored of it."""

    def __init__(self, path: Path):
        self.path = path
        self.tasks: list[_Task] = []
        self.aside: Counter[str] = Counter()
        self.ignored: Counter[str] = Counter()

    def add_task(self, task: dict[str, Any], number: int) -> None:
        """Add a task whose data have a text: the one that holds most words of the regions."""
        if "data" in task:
            data, annotations = task["data"], self._annotations(task)
            self._count_ignored("task", task)
        else:
            data = {key: value for key, value in task.items() if key not in MINIMAL}
            annotations = [(_coder(task.get("annotator")), _answers_beside(data))]
        found = [_passage(item) for _, results in annotations for item in results]
        passages = [passage for passage in found if passage is not None]
        texts = {
            key: value
            for key, value in (data.items() if isinstance(data, dict) else ())
            if isinstance(value, str) and value.strip("\ufeff \t\r\n") and not PLACE.match(value)
        }
        if not texts:
            count = sum(len(results) for _, results in annotations)
            self.aside["in tasks without a text"] += max(1, count)
            return

        said = [passage.words for passage in passages if passage.words]
        text = max(
            texts, key=lambda key: (sum(words in texts[key] for words in said), len(texts[key]))
        )
        if "data" in task:
            self.ignored.update(f"data/{key}" for key in data.keys() - {text, "title"})
        else:
            coder, results = annotations[0]
            answers = [item for item in results if item["from_name"] not in (text, "title")]
            annotations = [(coder, answers)]
        name = f"{self.path.stem}-{task.get('id', number)}"
        title = texts.get("title", name)
        self.tasks.append(_Task(name, title, Positions(texts[text]), annotations, passages))

    def _annotations(self, task: dict[str, Any]) -> list[tuple[str, list[Result]]]:
        """Return the annotations of a task; those that were cancelled are set aside."""
        for kind in ("predictions", "drafts"):
            for item in _objects(task.get(kind)):
                self.aside[f"results of {kind}"] += len(_objects(item.get("result")))
        annotations = []
        for item in _objects(task.get("annotations") or task.get("completions")):
            results = _objects(item.get("result"))
            self._count_ignored("annotation", item)
            for who in _objects(item.get("completed_by")):
                self._count_ignored("annotator", who)
            for result in results:
                self._count_ignored(_kind(result), result)
            if item.get("was_cancelled"):
                self.aside["results of tasks that were skipped"] += len(results)
            else:
                annotations.append((_coder(item.get("completed_by")), results))
        return annotations

    def _count_ignored(self, what: str, item: dict[str, Any]) -> None:
        self.ignored.update(f"{what}/{key}" for key in item.keys() - READ[what])

    def documents(self) -> list[Document]:
        """Return a document for each annotation, or one for a task that nobody annotated."""
        counting, remarks = choose_counting(
            [(task.positions, task.passages) for task in self.tasks], ""
        )
        documents = []
        for task in self.tasks:
            for coder, results in task.annotations or [("gold", [])]:
                reader = _AnnotationReader(self.path, task.positions, counting)
                reader.read(results)
                documents.append(reader.finish(task.name, coder, {"title": task.title}))
        documents[0].tally.set_all_aside(self.aside)
        documents[0].remarks[:0] = remarks + ignored_remarks(self.ignored)
        return documents


class _AnnotationReader(Reader):
    def __init__(self, path: Path, positions: Positions, counting: Counting):
        super().__init__(positions.raw, path, path)
        self.positions, self.counting = positions, counting

    def read(self, results: list[Result]) -> None:
        """Build what one annotator says: regions first, because the others name them."""
        steps = {
            "region": self._add_region,
            "answer": self._add_answer,
            "relation": self._add_relation,
        }
        for number, item in sorted(
            enumerate(results), key=lambda numbered: _kind(numbered[1]) != "region"
        ):
            with self.builder.tally.annotation(number):
                steps[_kind(item)](item)

    def _add_region(self, item: Result) -> None:
        """Build a span for each label of a region."""
        tally, passage = self.builder.tally, _passage(item)
        if passage is None:
            tally.set_aside("regions that are not in a text")
            return
        fragment, other = self.positions.fragment(passage, self.counting)
        if fragment is None:
            tally.set_aside("positions outside the text")
            return
        labels = [
            label
            for key, given in object_at(item, "value").items()
            if key not in READ["value"]
            for label in listed(given)
            if isinstance(label, str)
        ]
        if other:
            tally.count_repair("put where its words are")
        if not labels:
            tally.count_repair("regions without a label")
        for label in labels or [UNLABELLED]:
            ident = self.builder.span(label, [fragment])
            self.ids.setdefault(str(item.get("id")), ident)
        for comment in _objects(item.get("meta")):
            self.builder.add_note(ident, "meta", _answer(comment))

    def _add_relation(self, item: Result) -> None:
        """Build a relation in its direction; one in both directions is built twice."""
        a, b = named(item.get("from_id")), named(item.get("to_id"))
        direction = item.get("direction", "right")
        for label in map(str, listed(item.get("labels")) or ["relation"]):
            if direction != "left":
                self.builder.add_relation(label, a, b)
            if direction in ("left", "bi"):
                self.builder.add_relation(label, b, a)

    def _add_answer(self, item: Result) -> None:
        """Add a choice, a text or a rating as a note on its region or on the first line."""
        words = _answer(object_at(item, "value"))
        if not words:
            self.builder.tally.set_aside("answers without words")
            return
        target = self.ids.get(str(item.get("id"))) or self.whole
        self.builder.add_note(target, str(item.get("from_name") or "answer"), words)
