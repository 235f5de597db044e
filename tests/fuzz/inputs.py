"""Inputs to begin with, made of the project's own files: what its writers write of a small coding,
and parts of the seeds."""

from __future__ import annotations

import functools
import tempfile
from pathlib import Path

from standoff.annotation import brat
from standoff.annotation.problems import Report
from standoff.exchange import FORMATS, Document
from standoff.exchange.lossless_tables import record_tables
from standoff.exchange.tables import _write_csv

__all__ = ["ANN", "TEXT", "inputs", "parquet_tables"]

TEXT = 'Headline here\n\nMr Grey said the "low" talks failed on 3 May 2020. Grey left.\n'
ANN = """T1\tHeadline 0 13\tHeadline here
T2\tBody 15 76\tMr Grey said the "low" talks failed on 3 May 2020. Grey left.
T3\tSentence 0 13\tHeadline here
T4\tSentence 15 65\tMr Grey said the "low" talks failed on 3 May 2020.
T5\tSentence 66 76\tGrey left.
T6\tActor 15 22\tMr Grey
T7\tAttribution 23 27\tsaid
T8\tContent 28 65\tthe "low" talks failed on 3 May 2020.
T9\tQuoted 32 37\t"low"
T10\tActor 66 70\tGrey
T11\tTime 54 64\t3 May 2020
T12\tConsult 38 43;44 50\ttalks failed
E1\tAttribution:T7 Source:T6 Content:T8
E2\tConsult:T12 Who:T6 Whom:T10
A1\tForm T6 name
A2\tForm T10 name
A3\tUse T9 speech
A4\tKind E1 mixed
A5\tStance E1 neutral
A6\tChannel E1 unstated
A7\tTimeType T11 DATE
A8\tFactuality E2 fact
N1\tReference T6 actors:us-government\tMr Grey
N2\tReference T10 actors:us-government\tGrey
N3\tReference T11 edtf:2020-05-03\t3 May 2020
R1\tBEFORE Arg1:T11 Arg2:E2
#1\tAnnotatorNotes E2\twho says so?
"""
SMALL = "Grey said no.\n"
SMALL_ANN = """T1\tBody 0 13\tGrey said no.
T2\tSentence 0 13\tGrey said no.
T3\tActor 0 4\tGrey
T4\tAttribution 5 9\tsaid
E1\tAttribution:T4 Source:T3
A1\tForm T3 name
N1\tReference T3 actors:us-government\tGrey
R1\tTarget Arg1:T4 Arg2:E1
#1\tAnnotatorNotes E1\ta
"""
META = (
    'title = "T"\noutlet = "o"\nauthors = ["A"]\ncountry_of_outlet = "c"\ngenre = "g"\npublished '
    '= 2020-05-04\nearlier_publication = "none"\n'
)
META += f'language = "en"\nrights = "ours"\nsha256 = "{"0" * 64}"\n[coders.gold]\nwho = "x"\n'
BOOK = """version = "1"
layers = { structure = "s", actors = "a", sourcing = "s", chronology = "c", x = "y" }
[labels.Body]
layer = "structure"
kind = "zone"
definition = "d"
[labels.Sentence]
layer = "structure"
kind = "sentence"
[labels.Actor]
layer = "actors"
kind = "mention"
registry = "actors"
reference = true
[labels.Quoted]
layer = "sourcing"
kind = "span"
exhaustive = false
[labels.Content]
layer = "sourcing"
kind = "span"
[labels.Time]
layer = "x"
kind = "span"
collections = ["edtf"]
[labels.Attribution]
layer = "sourcing"
kind = "event"
roles = { Source = ["Actor"], Content = ["Content"] }
needs = ["Content"]
[labels.Consult]
layer = "chronology"
kind = "event"
group = "plover"
roles.Who = ["Actor"]
[attributes.Form]
layer = "actors"
on = ["@mention"]
required = true
values = { name = "n", role = "r" }
[attributes.Track]
layer = "x"
on = ["@plover"]
registry = "tracks"
[relations.BEFORE]
layer = "chronology"
a = ["Time", "@event"]
b = ["@event"]
"""
ACTORS = """[us-government]
name = "US"
kind = "government"
country = "US"
named = true
[grey]
name = "Mr Grey"
kind = "expert"
country = "none"
named = false
part_of = "us-government"
"""
TRACKS = """[moscow]
name = "Moscow"
host = "none"
aim = "a"
members = ["grey"]
period = "2017"
fate.one = "f"
"""
NOTES = """[[Actor]]
name = "grey"
quote = "Mr Grey"
Form = "name"
refers = "us-government"
[[Attribution]]
quote = "said"
Source = "grey"
Content = { quote = "the", until = "failed" }
Kind = "mixed"
note = "a remark"
[[Time]]
quote = ["3 May", "2020"]
name = "day"
TimeType = "DATE"
refers = 2020-05-03
[[Quoted]]
quote = "low"
prefix = '"'
suffix = '"'
occurrence = 1
inside_word = false
Use = "speech"
[[BEFORE]]
a = "day"
b = { quote = "left", label = "Move", roles.Who = "grey" }
"""
SETTLE = """[[place]]
at = "15 22;23 27"
becomes = [{ quote = "Mr", suffix = "Grey" }, "said"]
[[place]]
at = "28 31"
becomes = { quote = "the", until = "talks", occurrence = 1 }
[[place]]
at = "66 70"
drop = true
"""
POLNEAR = (
    "filename\ttitle\tpublisher\tauthor\tpublication_date\na_2020-01-02_x\tT\tP\tA\t2020-01-02\n"
)
CATMA = """[{"id": "a", "type": "Annotation", "body": {"type": "Dataset", "tag": "https://x/CATMA_1", "tagset": "https://x/T_1",
"properties": {"user": {"CATMA_2": ["v w", "u"]}, "system": {"CATMA_3": ["Anna"], "CATMA_4": ["2020"]}}},
"target": {"type": "List", "items": [{"source": "https://x/D_1", "type": "TextPositionSelector", "selector": {"start": 0, "end": 8}},
{"source": "D_1", "selector": {"start": 8, "end": 13}}]}}]"""
TML = """<TimeML><DCT><TIMEX3 tid="t0" functionInDocument="CREATION_TIME" value="2020-05-04"/></DCT>
<TEXT>Grey <EVENT eid="e1" class="REPORTING">said</EVENT> no
<TIMEX3 tid="t1" type="DATE" value="2020-W18" anchorTimeID="t0">this week</TIMEX3>.</TEXT>
<MAKEINSTANCE eiid="ei1" eventID="e1" polarity="POS"/>
<TLINK lid="l1" eventInstanceID="ei1" relatedToTime="t1" relType="IS_INCLUDED"/></TimeML>
"""
TAGS = """{"name": "Tag", "uuid": "CATMA_1", "parentUuid": "", "tagsetDefinitionUuid": "T_1",
"userDefinedPropertyDefinitions": {"CATMA_2": {"name": "sure"}},
"systemPropertyDefinitions": {"CATMA_3": {"name": "catma_markupauthor"}, "CATMA_4": {"name": "catma_markuptimestamp"}}}"""
HEADER = (
    '{"gitContentInfoSet": {"title": "T", "author": "A", "publisher": "P"}, "gitTechInfoSet": '
    '{"fileName": "x.txt"}, "gitIndexInfoSet": {"locale": "en"}}'
)
REFI = """<Project name="p" origin="x"><Users><User guid="1" name="Ann"/></Users>
<CodeBook><Codes><Code guid="2" name="who" isCodable="false"><Code guid="3" name="who: me" isCodable="true"/></Code>
<Code guid="4" name="risk" isCodable="true"/></Codes></CodeBook>
<Sources><TextSource guid="5" name="a" plainTextPath="internal://a.txt">
<PlainTextSelection guid="6" name="Grey" startPosition="0" endPosition="4"><Description>who?</Description>
<Coding guid="7" creatingUser="1"><CodeRef targetGUID="4"/></Coding><Coding guid="8"><CodeRef targetGUID="3"/></Coding>
</PlainTextSelection><PlainTextSelection guid="9" startPosition="5" endPosition="9"><NoteRef targetGUID="10"/></PlainTextSelection>
</TextSource></Sources><Notes><Note guid="10" name="n"><PlainTextContent>words</PlainTextContent></Note></Notes>
<Links><Link guid="11" name="near" originGUID="9" targetGUID="6"/></Links></Project>"""
LABEL_STUDIO = """[{"id": 1, "data": {"text": "Grey said no. White left."}, "annotations": [{"completed_by": {"email": "a@b"},
"result": [{"id": "a", "type": "labels", "value": {"start": 0, "end": 4, "text": "Grey", "labels": ["P"]}},
{"id": "b", "type": "labels", "value": {"start": 14, "end": 19, "labels": ["P", "Q"]}}, {"type": "relation", "from_id": "a",
"to_id": "b", "direction": "bi", "labels": ["r"]}, {"id": "a", "type": "choices", "value": {"choices": ["y"]}}]}]}]"""

SHORT = """[[Attribution]]
quote = "said"
by = "Mr Grey"
says = ['the', '"low" talks']
Stance = "neutral"
[[Attribution]]
quote = "left"
by = { quote = "Grey", occurrence = 2 }
[[Quoted]]
quote = '"low"'
Use = "scare"
"""
SHEETS = (
    "name\ttitle\ttext\tpublished\tauthors\tfile\none\tT\tMr Grey said no. Grey left.\t2020-05-04\tA\t",
    "id\tname\tkind\tcountry\tnamed\ngrey\tMr Grey\texpert\tUK\ttrue",
    "name\tcoder\tsource\tcue\tcontent\tactor\tstance\none\tanna\tMr Grey\tsaid\tno\tgrey\tneutral",
    "name\tcoder\tquote\tuse\none\t\tMr Grey … no\tspeech",
)
SHEET = """<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cols><col min="1" max="2" width="3"/></cols>
<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>name</t></is></c><c r="B1" t="inlineStr"><is><r><t>te</t></r><r><t>xt</t></r></is></c>
<c r="C1" t="str"><v>published</v></c></row><row r="2"><c r="A2" t="str"><v>one</v></c><c r="B2" t="str"><f>A1</f><v>Grey said no.</v></c>
<c r="C2"><v>43831</v></c></row><row r="3"><c t="b"><v>1</v></c><c t="e"><v>#N/A</v></c><c t="d"><v>2020-01-02</v></c></row></sheetData>
<mergeCells count="1"><mergeCell ref="A2:A3"/></mergeCells></worksheet>"""
DRAFTED = """KABUL, 3 May (Reuters) -
Mr Grey, a spokesman for the Ministry, said on Monday that "the low talks" failed last week. “No,” he
told reporters. According to Ms Anne White, 42, talks resume in early June 2021 or 3/4/21. Grey added: "They left."
"""
STEPS = """mark Actor 15 22
mark Attribution 23 27
words 0 Content 28 46;52 58
tie 0 Source 1
set 0 Stance neutral
accept 2
reject 0
words 0 Content 65 77
move 1 18 22
refer 1 taliban us-government
undo
undo
redo
remark 0 who says so?
mark Time 62 72
refer 3 2020-05-03
relabel 1 Time
actor 1 Mr Grey
set 1 Form name
mark Consult 98 104
tie 0 BEFORE 1
extend 1 28 31
remove 0
undo
"""


@functools.cache
def document(small: bool) -> Document:
    """A coding of everything, with its meta, or a small one without."""
    import tomllib

    if small:
        return Document(
            "one", SMALL, "gold", brat.parse(SMALL_ANN, "gold.ann", Report()), {"title": "T"}
        )
    return Document("one", TEXT, "gold", brat.parse(ANN, "gold.ann", Report()), tomllib.loads(META))


def _written(name, small) -> dict[str, bytes]:
    """Files that a format's writer makes of a coding."""
    with tempfile.TemporaryDirectory() as folder:
        FORMATS[name].write([document(small)], Path(folder) / "out")
        return {path.name: path.read_bytes() for path in (Path(folder) / "out").iterdir()}


@functools.cache
def _tables(form, small) -> dict[str, bytes]:
    with tempfile.TemporaryDirectory() as folder:
        for name, table in record_tables([document(small)]).items():
            path = Path(folder) / f"{name}.{form}"
            _write_csv(path, table) if form == "csv" else table.to_parquet(path)
        return {path.name: path.read_bytes() for path in Path(folder).iterdir()}


def parquet_tables() -> dict[str, bytes]:
    """The three tables of the record as Parquet."""
    return dict(_tables("parquet", True))


def inputs(target: str, small: bool = False) -> list[bytes]:
    """The first input of a target as its parts: one that holds something of everything, or a small
    one, which runs many times faster."""
    text, ann = (SMALL.encode(), SMALL_ANN.encode()) if small else (TEXT.encode(), ANN.encode())
    own = {
        "ann": [text, ann],
        "brat": [text, ann + b"*\tEquiv T6 T10\nM1\tNegation E2\n"],
        "polnear": [text, ann, POLNEAR.encode()],
        "toml": [part.encode() for part in (BOOK, ACTORS, TRACKS, META)],
        "notes": [text, (NOTES[: 200 if small else None]).encode()],
        "settle": [text, SETTLE.encode()],
        "catma": [text, HEADER.encode(), TAGS.encode(), CATMA.encode()],
        "refi": [REFI.encode(), text],
        "label-studio": [LABEL_STUDIO.encode()],
        "timeml": [TML.encode()],
        "short": [text, (SHORT[: 95 if small else None]).encode()],
        "excel": [sheet.encode() for sheet in SHEETS],
        "excel-xml": [SHEET.encode()],
        "quotes": [text, b"said", b"", b"Grey ", b" no" if small else b" the"],
        "draft": [(SMALL if small else DRAFTED).encode(), b"2020-05-04"],
        "annotator": [("\n".join(STEPS.split("\n")[:8]) if small else STEPS).encode()],
    }
    if target in own:
        return own[target]
    if target in ("csv", "parquet"):
        files = _tables(target, small)
        return (
            [files[f"{name}.csv"] for name in ("articles", "coders", "annotations")]
            if target == "csv"
            else [files["annotations.parquet"]]
        )
    files = _written(target, small)
    names = {
        "w3c": ["one.txt", "one.gold.jsonl"],
        "cas-xmi": ["TypeSystem.xml", "one.gold.xmi"],
        "cas-json": ["one.gold.json"],
    }
    return [files[name] for name in names[target]]
