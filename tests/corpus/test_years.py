"""Articles and dates of any year from 1 to 9999, and articles whose date is unknown.

Nanoseconds, the usual unit of pandas, end in 1677 and 2262: nothing may fall back to them.
"""

import datetime as dt
import hashlib
import shutil

import pandas as pd
import pytest
from conftest import Folder, notebook

import standoff
from standoff import chronology, diplomacy, figures
from standoff.cli.main import main
from standoff.exchange import FORMATS

TEXT = 'Headline here\n\nMr Grey said the "low" talks failed. Grey left in 1492.\n'
ADDED = [
    "T20\tTime 65 69\t1492",
    "A20\tTimeType T20 DATE",
    "N20\tReference T20 edtf:{left}\t1492",
    "T21\tRequest 57 61\tleft",
    "E2\tRequest:T21 Who:T10",
    "A21\tFactuality E2 fact",
    "T22\tReject 44 50\tfailed",
    "E3\tReject:T22 Who:T6",
    "A23\tFactuality E3 fact",
    "T23\tTime 0 8\tHeadline",
    "A24\tTimeType T23 DATE",
    "N21\tReference T23 edtf:{failed}\tHeadline",
    "R1\tIS_INCLUDED Arg1:E2 Arg2:T20",
    "R2\tIS_INCLUDED Arg1:E3 Arg2:T23",
]
TIMEML = """<?xml version="1.0"?>
<TimeML><DOCID>one</DOCID><TEXT>
Columbus <EVENT eid="e1" class="OCCURRENCE">sailed</EVENT> in
<TIMEX3 tid="t1" type="DATE" value="{}">that year</TIMEX3>.
</TEXT>
<MAKEINSTANCE eventID="e1" eiid="ei1" tense="PAST" aspect="NONE" polarity="POS" pos="VERB"/>
<TLINK lid="l1" relType="IS_INCLUDED" eventInstanceID="ei1" relatedToTime="t1"/>
</TimeML>
"""
YEARS = {  # article -> of publication, of the event that left, of the event that failed
    "old": ("1492-10-12", "1492", "1066-10-14"),
    "new": ("2500-01-01", "2600-01-01", "2263"),
    "first-and-last": ("0001-01-01", "0001", "9999-12-31"),
    "last-and-first": ("9999-12-31", "9999", "0001-01-01"),
    "undated": ("unknown", "1492", "2600-01-01"),
}
BOTH_WAYS = [name for name, form in FORMATS.items() if form.read and form.write]
PUBLISHED = {doc: None if days[0] == "unknown" else days[0] for doc, days in YEARS.items()}


def write_dated(path, relation="IS_INCLUDED"):
    """Write a folder with an article for each of `YEARS`, each with two dated events."""
    folder = Folder(path)
    folder.text = TEXT
    folder.meta["sha256"] = hashlib.sha256(TEXT.encode()).hexdigest()
    for old, new in (
        ("T2\tBody 15 62", f"T2\tBody 15 70\t{TEXT[15:70]}"),
        ("T5\tSentence 52 62", "T5\tSentence 52 70\tGrey left in 1492."),
    ):
        folder.lines = [new if line.startswith(old) else line for line in folder.lines]
    plain = folder.lines
    for doc, (published, left, failed) in YEARS.items():
        added = [line.format(left=left, failed=failed) for line in ADDED]
        folder.lines = plain + [
            line.replace("R1\tIS_INCLUDED", f"R1\t{relation}") for line in added
        ]
        folder.write()
        shutil.copytree(folder.article, path / doc)
        meta = path / doc / "meta.toml"
        written = '"unknown"' if published == "unknown" else published
        meta.write_text(meta.read_text().replace("2020-01-02", written))
    shutil.rmtree(folder.article)
    return path


@pytest.fixture(scope="module")
def dated(tmp_path_factory):
    """A folder with an article for each of `YEARS`."""
    return write_dated(tmp_path_factory.mktemp("dated") / "seeds")


@pytest.fixture(scope="module")
def corpus(dated):
    return standoff.load(dated)


def days(column):
    """Return a column of dates as text; None where missing."""
    return [None if pd.isna(day) else str(day)[:10] for day in column]


def published(documents):
    """Return article -> day of publication."""
    return dict(zip(documents["doc"], days(documents["published"]), strict=True))


def test_load_gives_tables_of_days(corpus):
    assert published(corpus.documents) == PUBLISHED
    assert corpus.documents["published"].dtype == corpus.times["latest"].dtype == "datetime64[s]"
    for doc, (_, left, failed) in YEARS.items():
        times = corpus.times[corpus.times["doc"] == doc]
        assert [day[:4] for day in days(times["earliest"])] == [failed[:4], left[:4]]


@pytest.mark.parametrize("doc", YEARS)
def test_chronology_dates_events_of_any_year(corpus, doc):
    timeline = chronology.timeline(corpus).set_index(["doc", "id"]).loc[doc]
    assert timeline["latest"].dtype == "datetime64[s]"
    for event, time in (("E2", "T20"), ("E3", "T23")):
        assert days(timeline.loc[event, ["earliest", "latest"]]) == days(
            timeline.loc[time, ["earliest", "latest"]]
        )
    lag = chronology.lag(corpus).set_index(["doc", "id"]).loc[doc]
    if PUBLISHED[doc] is None:
        assert lag["most"].isna().all()
    else:
        day, failed = (dt.date.fromisoformat(f"{YEARS[doc][n]}-01-01"[:10]) for n in (0, 2))
        assert lag.loc["E3", "most"] == (day - failed).days
    assert chronology.why(corpus, doc, "E2")["earliest"]


def test_measures_of_chronology_accept_any_year(corpus):
    for measure in ("conflicts", "order", "flashbacks", "only_reported", "same_events"):
        getattr(chronology, measure)(corpus)


def test_dates_beyond_the_calendar_are_no_bounds(tmp_path):
    later = standoff.load(write_dated(tmp_path / "seeds", relation="AFTER"))
    timeline = chronology.timeline(later).set_index(["id", "doc"]).loc["E2", "earliest"]
    assert list(timeline.index[timeline.isna()]) == ["last-and-first"]


def test_tracks_of_any_year_have_days(dated, tmp_path):
    shutil.copytree(dated, tmp_path / "seeds")
    path = tmp_path / "seeds" / "tracks.toml"
    path.write_text(path.read_text().replace('"2020"', '"1492-10/9999"'))
    tracks = diplomacy.tracks(standoff.load(tmp_path / "seeds"))
    assert days(tracks.loc[0, ["earliest", "latest"]]) == ["1492-10-01", "9999-12-31"]


@pytest.mark.parametrize("doc", YEARS)
def test_telling_draws_dates_of_any_year(corpus, doc):
    drawn = figures.telling(corpus, doc)
    assert drawn.svg().startswith("<svg")
    is_back = doc in ("first-and-last", "undated")
    assert ("goes back in time at least once" in drawn.title) == is_back


def test_figures_and_tables_name_an_undated_article(corpus):
    assert "undated" in figures.telling(corpus, "undated").title
    shown = map(figures.display.format_value, corpus.documents["published"])
    assert list(shown) == [PUBLISHED[doc] or "–" for doc in corpus.texts]


@pytest.mark.parametrize("form", BOTH_WAYS)
def test_exports_are_imported_with_the_same_days(dated, corpus, tmp_path, form):
    out, back = tmp_path / "out", tmp_path / "back"
    assert main(["export", form, str(dated), str(out)]) == 0
    assert main(["import", form, str(out), str(back)]) == 0
    after = standoff.load(back)
    assert published(after.documents) == PUBLISHED
    for doc in YEARS:
        was, now = (table[table["doc"] == doc] for table in (corpus.times, after.times))
        for column in ("earliest", "latest"):
            assert days(now[column]) == days(was[column])


@pytest.mark.parametrize(
    ("value", "first"), [("1492", "1492-01-01"), ("2500-03", "2500-03-01"), ("BC0350", None)]
)
def test_imports_read_years_that_a_calendar_holds(tmp_path, value, first):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "one.tml").write_text(TIMEML.format(value))
    assert main(["import", "timeml", str(tmp_path / "in"), str(tmp_path / "out")]) == 0
    corpus = standoff.load(tmp_path / "out")
    assert days(corpus.times["earliest"]) == [first]
    timeline = chronology.timeline(corpus).set_index("kind")
    assert days([timeline.loc["event", "earliest"]]) == [first]


@pytest.mark.parametrize("engine", ["pandas", "polars", "duckdb"])
def test_datasets_keep_days_of_any_year(corpus, tmp_path, engine):
    scanned = standoff.scan(corpus.write(tmp_path / "parts"), engine=engine)
    documents = scanned.documents
    if engine != "pandas":
        documents = (documents.collect() if engine == "polars" else documents.pl()).to_pandas()
    assert published(documents) == PUBLISHED
    chronology.lag(scanned)


@pytest.mark.notebooks
def test_a_site_is_built_with_dates_of_any_year(dated, tmp_path):
    from standoff.site.builder import build

    (tmp_path / "notebooks").mkdir()
    notebook(
        tmp_path / "notebooks" / "00_one.ipynb",
        "import standoff\nfrom standoff import chronology, figures",
        "corpus = standoff.load(standoff.folder())",
        "chronology.lag(corpus)",
        "figures.telling(corpus, 'old')",
        title="# One",
    )
    build(tmp_path / "notebooks", dated, tmp_path / "site")
    for doc in YEARS:
        assert "Headline here" in (tmp_path / "site" / f"{doc}.html").read_text(encoding="utf-8")
