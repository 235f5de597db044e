"""Articles and dates of any year from 1 to 9999, and articles whose date is unknown.

Nanoseconds, the usual unit of pandas, end in 1677 and 2262: nothing may fall back to them.
"""

import datetime as dt
import hashlib

import pandas as pd
import pytest
from conftest import Folder, notebook

import standoff
from standoff import chronology, diplomacy, figures
from standoff.cli.main import main

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
YEARS = {  # of publication, of the event that left, of the event that failed
    "old": ("1492-10-12", "1492", "1066-10-14"),
    "new": ("2500-01-01", "2600-01-01", "2263"),
    "first and last": ("0001-01-01", "0001", "9999-12-31"),
    "last and first": ("9999-12-31", "9999", "0001-01-01"),
    "unknown": ("unknown", "1492", "2600-01-01"),
}


@pytest.fixture(params=YEARS)
def dated(request, tmp_path):
    """A folder of one article with two dated events, and its dates."""
    published, left, failed = YEARS[request.param]
    folder = Folder(tmp_path / "seeds")
    folder.text = TEXT
    folder.meta["sha256"] = hashlib.sha256(TEXT.encode()).hexdigest()
    for old, new in (
        ("T2\tBody 15 62", f"T2\tBody 15 70\t{TEXT[15:70]}"),
        ("T5\tSentence 52 62", "T5\tSentence 52 70\tGrey left in 1492."),
    ):
        folder.lines = [new if line.startswith(old) else line for line in folder.lines]
    folder.lines += [line.format(left=left, failed=failed) for line in ADDED]
    folder.write()
    meta = folder.article / "meta.toml"
    written = '"unknown"' if published == "unknown" else published
    meta.write_text(meta.read_text().replace("2020-01-02", written))
    folder.dates = [None if day == "unknown" else day for day in (published, left, failed)]
    return folder


def days(column):
    """A column of dates as text; None where missing."""
    return [None if pd.isna(day) else str(day)[:10] for day in column]


def test_load_gives_tables_of_days(dated):
    corpus = standoff.load(dated.path)
    assert days(corpus.documents["published"]) == dated.dates[:1]
    assert corpus.documents["published"].dtype == corpus.times["latest"].dtype == "datetime64[s]"
    assert [day[:4] for day in days(corpus.times["earliest"])] == [
        dated.dates[2][:4],
        dated.dates[1][:4],
    ]


def test_chronology_dates_events_of_any_year(dated):
    corpus = standoff.load(dated.path)
    timeline = chronology.timeline(corpus).set_index("id")
    assert timeline["latest"].dtype == "datetime64[s]"
    for event, time in (("E2", "T20"), ("E3", "T23")):
        assert days(timeline.loc[event, ["earliest", "latest"]]) == days(
            timeline.loc[time, ["earliest", "latest"]]
        )
    lag = chronology.lag(corpus).set_index("id")
    if dated.dates[0] is None:
        assert lag["most"].isna().all()
    else:
        published, failed = (dt.date.fromisoformat(f"{dated.dates[n]}-01-01"[:10]) for n in (0, 2))
        assert lag.loc["E3", "most"] == (published - failed).days
    for measure in ("conflicts", "order", "flashbacks", "only_reported", "same_events"):
        getattr(chronology, measure)(corpus)
    assert chronology.why(corpus, "one", "E2")["earliest"]


def test_dates_beyond_the_calendar_are_no_bounds(dated):
    dated.lines = [line.replace("R1\tIS_INCLUDED", "R1\tAFTER") for line in dated.lines]
    Folder.write(dated)
    timeline = chronology.timeline(standoff.load(dated.path)).set_index("id")
    last_day = dated.dates[1] == "9999"
    assert pd.isna(timeline.loc["E2", "earliest"]) == last_day


def test_tracks_of_any_year_have_days(dated):
    path = dated.path / "tracks.toml"
    path.write_text(path.read_text().replace('"2020"', '"1492-10/9999"'))
    tracks = diplomacy.tracks(standoff.load(dated.path))
    assert days(tracks.loc[0, ["earliest", "latest"]]) == ["1492-10-01", "9999-12-31"]


@pytest.mark.parametrize("figure", ["timeline", "telling", "periods", "strip"])
def test_figures_draw_dates_of_any_year(dated, figure):
    drawn = getattr(figures, figure)(standoff.load(dated.path))
    assert drawn.svg().startswith("<svg")
    assert "10000-" not in str(drawn.spec())


def test_figures_and_tables_name_an_undated_article(dated):
    corpus = standoff.load(dated.path)
    assert ("undated" in figures.timeline(corpus).reading) == (dated.dates[0] is None)
    cell = figures.display.format_value(corpus.documents["published"][0])
    assert cell == (dated.dates[0] or "–")


@pytest.mark.parametrize("form", ["csv", "parquet", "w3c", "cas-xmi", "cas-json", "brat"])
def test_exports_are_imported_with_the_same_days(dated, tmp_path, form):
    out, back = tmp_path / "out", tmp_path / "back"
    assert main(["export", form, str(dated.path), str(out)]) == 0
    assert main(["import", form, str(out), str(back)]) == 0
    before, after = standoff.load(dated.path), standoff.load(back)
    # brat files do not say when an article was published
    published = [None] if form == "brat" else dated.dates[:1]
    assert days(after.documents["published"]) == published
    for column in ("earliest", "latest"):
        assert days(after.times[column]) == days(before.times[column])


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
def test_datasets_keep_days_of_any_year(dated, tmp_path, engine):
    corpus = standoff.load(dated.path)
    scanned = standoff.scan(corpus.write(tmp_path / "parts"), engine=engine)
    documents = scanned.documents
    if engine != "pandas":
        documents = (documents.collect() if engine == "polars" else documents.pl()).to_pandas()
    assert days(documents["published"]) == dated.dates[:1]
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
        "figures.timeline(corpus)",
        title="# One",
    )
    build(tmp_path / "notebooks", dated.path, tmp_path / "site")
    assert "Headline here" in (tmp_path / "site" / "one.html").read_text(encoding="utf-8")
