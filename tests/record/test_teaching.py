"""Exercises, glossary and pages for teaching: solutions solve, terms are linked, commands work."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

from standoff import agreement
from standoff.site.render import GUIDES

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
EXERCISES = ("02_framing", "03_sourcing", "04_chronology")
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
TERMS = re.findall(r"^## (.+)$", GLOSSARY, re.MULTILINE)
# where a word that is also a term is meant in its everyday sense
EVERYDAY = (
    "the claim that officials",
    "report the same events",
    "US claims hide",
    "footnote dates its source",
    "what the source reports",
)
# names of a notebook's parts and words that are not the notebook's own prose
APART = re.compile(
    r"^#.*$|^\*\*Question\.\*\*.*$|“[^”]*”|`[^`]*`|\[[^]]*\]\((?!\.\./docs/glossary)[^)]*\)|"
    + "|".join(EVERYDAY),
    re.MULTILINE,
)


def cells(name):
    path = ROOT / "notebooks" / f"{name}.ipynb"
    return json.loads(path.read_text(encoding="utf-8"))["cells"]


def tags(cell):
    return cell["metadata"].get("tags", [])


def run(source, names):
    """Run the source of a cell and return the value of its last line, as a notebook shows it."""
    tree = ast.parse(source)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "cell", "exec"), names)
    return eval(compile(ast.Expression(last.value), "cell", "eval"), names) if last else None


class Exercise:
    """The exercise of a notebook, to be run with one answer after another."""

    def __init__(self, name):
        code = [cell for cell in cells(name) if cell["cell_type"] == "code"]
        heading = [cell["id"] for cell in cells(name)].index("e01")
        own = {cell["id"] for cell in cells(name)[heading:]}
        self.names = {}
        for cell in code:
            kind, source = tags(cell), "".join(cell["source"])
            if "exercise" in kind:
                self.empty = source
            elif "solution" in kind:
                self.solution = source
            elif "imports" in kind or cell["id"] in own:
                run(source, self.names)

    def says(self, source):
        shown = run(source, self.names)
        return getattr(shown, "data", None) or shown.caption


@pytest.fixture(scope="module", params=EXERCISES)
def exercise(request):
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT / "notebooks")
        made = Exercise(request.param)
        made.name = request.param
        yield made


RIGHT = {
    "02_framing": "agree on 6 of 6",
    "03_sourcing": "**Right.**",
    "04_chronology": "**Right.**",
}
# an answer that comes to mind, and what the check says of it
WRONG = {
    "02_framing": [
        ('"F": "rivalry"', '"F": "failure"', "agree on 5 of 6"),
        ('"A": "disarray"', '"A": "disaray"', "not in the list: A"),
    ],
    "03_sourcing": [
        ('"B": "false"', '"B": "true"', "Look again at B."),
        ('"C": "cannot fail"', '"C": "true"', "Look again at C."),
        ('"A": "true"', '"A": "yes"', "no such answer: A"),
    ],
    "04_chronology": [
        ("FDEACB", "ABCDEF", "**Not yet.** Pairs in the wrong order: 12"),
        ("FDEACB", "FDAECB", "E is earlier than A"),
        ("FDEACB", "FDE", "not complete"),
    ],
}


def test_an_exercise_without_an_answer_says_so(exercise):
    assert "empty" in exercise.says(exercise.empty)


def test_the_solution_solves_the_exercise(exercise):
    assert RIGHT[exercise.name] in exercise.says(exercise.solution)


def test_a_wrong_answer_is_told_apart(exercise):
    for right, wrong, words in WRONG[exercise.name]:
        assert right in exercise.solution
        said = exercise.says(exercise.solution.replace(right, wrong))
        assert words in said
        assert RIGHT[exercise.name] not in said


def test_the_other_right_orders_are_right_too():
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT / "notebooks")
        order = Exercise("04_chronology")
        for other in ("FEDACB", "FDECAB", "FEDCAB"):
            assert "**Right.**" in order.says(order.solution.replace("FDEACB", other))


def test_coder_b_differs_from_the_reference_on_one_of_the_sentences_to_code():
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT / "notebooks")
        codings = Exercise("02_framing").names["codings"]
    assert (codings["coder B"] != codings["reference"]).sum() == 1


@pytest.mark.parametrize("name", EXERCISES)
def test_a_solution_is_folded_and_stands_in_no_list_of_claims(name):
    heading, solution = [cell for cell in cells(name) if "solution" in tags(cell)]
    assert heading["metadata"]["jp-MarkdownHeadingCollapsed"]
    below = cells(name)[cells(name).index(solution) + 1]
    assert "".join(below["source"]).startswith("### ")  # where JupyterLab ends what it folds
    shown = [output.get("data", {}) for output in solution["outputs"]]
    assert "application/vnd.standoff.claim+json" not in [kind for one in shown for kind in one]


# glossary


def prose(path):
    """The text of a notebook's markdown cells, but for literature and what comes from outside."""
    texts = [
        "".join(cell["source"])
        for cell in cells(path.stem)
        if cell["cell_type"] == "markdown" and not {"outside", "literature"} & set(tags(cell))
    ]
    return APART.sub("", "\n\n".join(texts))


def anchor(term):
    return term.replace(" ", "-").lower()


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_term_that_is_linked_is_in_the_glossary(path):
    linked = set(re.findall(r"glossary\.md#([^)\s]+)\)", "".join(map(str, cells(path.stem)))))
    assert linked <= {anchor(term) for term in TERMS}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_term_is_linked_where_a_notebook_first_uses_it(path):
    text, missing = prose(path), []
    for term in sorted(TERMS, key=len, reverse=True):
        text = re.sub(rf"\[{term}s?\]\(\S+#{anchor(term)}\)", f"<{anchor(term)}>", text, flags=re.I)
        words = re.split(rf"<{anchor(term)}>", text)[0]
        found = re.search(rf"(?<![<-])\b{term}s?\b(?![>-])", words, re.IGNORECASE)
        if found:
            missing.append(words[max(0, found.start() - 40) : found.end() + 20])
        text = text.replace(term, "")
    assert missing == []


@pytest.mark.parametrize("name", ["glossary", "coding_guide"])
def test_examples_are_words_of_the_articles(corpus, name):
    texts = [re.sub(r"\s+", " ", text).casefold() for text in corpus.texts.values()]
    page = (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8")
    quoted = re.findall(r"“([^“”]+)”", page)
    assert len(quoted) > 20
    assert [words for words in quoted if not any(words.casefold() in text for text in texts)] == []


def test_works_that_the_glossary_names_are_in_the_list_of_literature():
    literature = "".join(
        "".join(cell["source"]) for cell in cells("06_conclusion") if "literature" in tags(cell)
    )
    named = re.findall(r"(?<!\d )\b([A-Z]\w+)(?: and \w+)? \(?((?:19|20)\d\d)\b", GLOSSARY)
    assert len(named) >= 6
    for author, year in named:
        assert re.search(rf"{author}.*\({year}\)", literature), (author, year)


# pages for teaching

TEACHING = (ROOT / "docs" / "teaching.md").read_text(encoding="utf-8")
COMPARE = "python -m standoff compare class"
GUIDE = (ROOT / "docs" / "coding_guide.md").read_text(encoding="utf-8")


def blocks():
    """(kind, name of a file if any, contents) of every block of code in the page for teaching."""
    return re.findall(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", TEACHING, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def lesson(tmp_path_factory):
    """What each command of the coding task printed, in a folder that has the example alone."""
    folder, printed = tmp_path_factory.mktemp("lesson"), []
    shutil.copytree(ROOT / "docs" / "example", folder / "docs" / "example")
    (folder / "seeds").symlink_to(ROOT / "seeds")
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    for kind, name, body in blocks():
        if name:
            (folder / name).write_text(body, encoding="utf-8")
        for command in body.splitlines() if kind == "sh" else ():
            done = subprocess.run(
                command,
                shell=True,
                check=False,
                cwd=folder,
                env=os.environ | {"PATH": path},
                capture_output=True,
                encoding="utf-8",
            )
            assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
            printed.append((command, done.stdout))
    return printed


def test_the_coding_task_ends_with_the_agreement_that_the_page_shows(lesson):
    printed = dict(lesson)
    assert printed["python -m standoff check class"].endswith("no problems\n")
    first = next(words for command, words in lesson if command == COMPARE)
    (shown,) = [body for kind, _, body in blocks() if kind == "output"]
    assert first.startswith(shown)
    assert "words of Disarray" in first


def test_the_example_coding_appears_below_each_difference(lesson):
    first, second = [words for command, words in lesson if command == COMPARE]
    example = "gold: Failure: Boatmen and harbour office part without a date"
    assert example not in first
    assert example in second


def test_the_alpha_of_a_pair_is_what_the_page_says():
    (body,) = [body for kind, name, body in blocks() if kind == "python" and not name]
    value = run(body, {"agreement": agreement})
    assert f"This gives {value:.2f}: the two agree on four sentences of six" in TEACHING


def test_plans_fill_the_lesson_without_gaps():
    plans = re.findall(r"^## (\d+) minutes:.*?\n\|(.*?)\n\n", TEACHING, re.MULTILINE | re.DOTALL)
    assert [length for length, _ in plans] == ["45", "90"]
    for length, table in plans:
        steps = re.findall(r"^\| (\d+)–(\d+) \|", table, re.MULTILINE)
        assert [start for start, _ in steps] == ["0", *(end for _, end in steps[:-1])]
        assert steps[-1][1] == length


def test_the_coding_guide_has_every_frame_and_no_other_label(corpus):
    rows = re.findall(r"^\| `(\w+)` \|.*“([^”]+)” \|$", GUIDE, re.MULTILINE)
    assert {label for label, _ in rows} == corpus.codebook.of_kind("frame")
    for label, words in rows:
        holds = corpus.frames["text"].str.contains(words, regex=False)
        assert label in set(corpus.frames[holds]["frame"]), (label, words)


def test_the_site_has_a_page_for_every_guide():
    assert [name for name in GUIDES if not (ROOT / "docs" / f"{name}.md").exists()] == []
