"""Nothing is dropped in silence: each key, attribute, element and column of a file is in the project
that is made of it, is ignored by name, or is an error.

Each file here gives every key a value of its own, which is then looked for.
"""

import itertools
import json
import re
import zipfile
from xml.etree.ElementTree import fromstring

import cassis
import pandas as pd
import pytest

from standoff.cli.main import main
from standoff.exchange import FORMATS
from standoff.exchange.lossless_tables import RECORD

TEXT = "Ann met Bob. Bob left.\n"

TIMEML = """<TimeML xmlns:xsi="x" xsi:noNamespaceSchemaLocation="v01" version="v02">
<TEXT>It <EVENT eid="e1" class="v03" stem="v04" other="v05">rained</EVENT>, <EVENT eid="e2"
class="v06">froze</EVENT> <SIGNAL sid="s1" note="v07">after</SIGNAL> <TIMEX3 tid="t1" type="DATE"
value="1999" mod="v08" anchorTimeID="t1" quant="v09" freq="v10" comment="v11">then</TIMEX3>.</TEXT>
<MAKEINSTANCE eventID="e1" eiid="i1" tense="v12" aspect="v13" pos="v14" cardinality="v15"/>
<TLINK lid="l1" eventInstanceID="i1" relatedToTime="t1" relType="v16" signalID="s1" origin="v17"/>
<SLINK lid="l2" eventInstanceID="i1" subordinatedEvent="e2" relType="v18" syntax="v19"/>
<OTHER a="v20"/></TimeML>"""

W3C = {
    "@context": "v01",
    "id": "v02",
    "type": "Annotation",
    "motivation": "v03",
    "created": "v04",
    "modified": "v05",
    "rights": "v06",
    "generator": {"name": "v07"},
    "creator": {"name": "v08", "id": "v09"},
    "canonical": "v10",
    "body": [
        {"type": "TextualBody", "purpose": "tagging", "value": "v11", "colour": "v12"},
        {"type": "TextualBody", "purpose": "commenting", "value": "v13", "format": "v14"},
        {"type": "TextualBody", "purpose": "v15", "value": "v16", "language": "v17"},
    ],
    "target": {
        "source": "v18",
        "scope": "v19",
        "unknown": "v20",
        "selector": {"type": "TextPositionSelector", "start": 0, "end": 3},
    },
}

CATMA = {
    "type": "Annotation",
    "id": "v01",
    "@context": "v02",
    "unknown": "v03",
    "body": {
        "type": "v04",
        "@context": "v05",
        "tag": "tagsets/T_1/v06",
        "tagset": "v07",
        "other": "v08",
        "properties": {"user": {"v09": ["v10"]}, "system": {"v11": ["v12"]}},
    },
    "target": {
        "type": "List",
        "more": "v13",
        "items": [{"source": "D_1", "selector": {"start": 0, "end": 3}, "extra": "v14"}],
    },
}

BRAT = """T1\tv01 0 3\tAnn
T2\tv02 4 7\tmet
T3\tv03 8 11\tBob
E1\tv02:T2 v04:T1 v05:T3
R1\tv06 Arg1:T1 Arg2:T3
R2\tv07 v08:T1 v09:T3
A1\tv10 E1 v11
A2\tv12 R1
M1\tv13 E1
N1\tReference T1 v14:v15\tv16
#1\tv17 E1\tv18
#2\tv19 A1\tv20
*\tv21 T1 T3
# v22
"""

CAS = {
    "%TYPES": {
        "my.Span": {
            "%NAME": "my.Span",
            "%SUPER_TYPE": "uima.tcas.Annotation",
            "kind": {"%NAME": "kind", "%RANGE": "uima.cas.String"},
            "list": {"%NAME": "list", "%RANGE": "uima.cas.StringArray"},
        },
        "my.Rel": {
            "%NAME": "my.Rel",
            "%SUPER_TYPE": "uima.tcas.Annotation",
            "Governor": {"%NAME": "Governor", "%RANGE": "uima.tcas.Annotation"},
            "Dependent": {"%NAME": "Dependent", "%RANGE": "uima.tcas.Annotation"},
            "role": {"%NAME": "role", "%RANGE": "uima.cas.String"},
        },
        "my.Whole": {
            "%NAME": "my.Whole",
            "%SUPER_TYPE": "uima.cas.TOP",
            "topic": {"%NAME": "topic", "%RANGE": "uima.cas.String"},
        },
    },
    "%FEATURE_STRUCTURES": [
        {"%ID": 1, "%TYPE": "uima.cas.Sofa", "sofaNum": 1, "sofaID": "_InitialView",
         "mimeType": "text", "sofaString": TEXT},
        {"%ID": 2, "%TYPE": "my.Span", "@sofa": 1, "begin": 0, "end": 3, "kind": "v01", "@list": 5},
        {"%ID": 3, "%TYPE": "my.Span", "@sofa": 1, "begin": 4, "end": 7, "kind": "v02"},
        {"%ID": 4, "%TYPE": "my.Rel", "@sofa": 1, "begin": 4, "end": 7, "@Governor": 2,
         "@Dependent": 3, "role": "v03"},
        {"%ID": 5, "%TYPE": "uima.cas.StringArray", "%ELEMENTS": ["v04", "v05"]},
        {"%ID": 6, "%TYPE": "my.Rel", "@sofa": 1, "begin": 4, "end": 7, "@Dependent": 3},
    ],
    "%VIEWS": {"_InitialView": {"%SOFA": 1, "%MEMBERS": [2, 3, 4, 6]}},
}  # fmt: skip


LABEL_STUDIO = {
    "id": "v01",
    "data": {"text": TEXT, "title": "v02", "url": "v03"},
    "created_at": "v04",
    "annotations": [
        {
            "id": "v05",
            "completed_by": {"email": "v06@example.org", "first_name": "v07"},
            "lead_time": "v08",
            "result": [
                {"type": "labels", "id": "a", "from_name": "v09", "to_name": "v10", "score": "v11",
                 "value": {"start": 0, "end": 3, "text": "Ann", "labels": ["v12"], "other": "v13"},
                 "meta": {"text": ["v14"]}},
                {"type": "labels", "id": "b",
                 "value": {"start": 8, "end": 11, "text": "Bob", "labels": ["v15"]}},
                {"type": "choices", "id": "a", "from_name": "v16", "origin": "v17",
                 "value": {"start": 0, "end": 3, "choices": ["v18"]}},
                {"type": "relation", "from_id": "a", "to_id": "b", "labels": ["v19"], "x": "v20"},
            ],
        }
    ],
}  # fmt: skip

REFI = """<Project name="v01" origin="v02" basePath="v03" creatingUserGUID="u1" modifyingUserGUID="v04">
<Users><User guid="u1" name="v05" id="v06"/></Users>
<CodeBook><Codes><Code guid="c1" name="v07" isCodable="false" color="v08"><Description>v09</Description>
<Code guid="c2" name="v10" isCodable="true"><Description>v11</Description><NoteRef targetGUID="v12"/></Code>
</Code></Codes></CodeBook>
<Variables><Variable guid="w1" name="outlet" typeOfVariable="v13"><Description>v14</Description></Variable>
<Variable guid="w2" name="v15"/></Variables>
<Cases><Case name="v16"><Description>v17</Description></Case></Cases>
<Sources><TextSource guid="s1" name="v18" creatingUser="u1" creationDateTime="v19"><PlainTextContent>Ann met
Bob.</PlainTextContent><Description>v20</Description><PlainTextSelection guid="p1" name="Ann" startPosition="0"
endPosition="3" modifiedDateTime="v21"><Description>v22</Description><Coding guid="k1" creationDateTime="v23">
<CodeRef targetGUID="c2"/><NoteRef targetGUID="n1"/></Coding></PlainTextSelection>
<PlainTextSelection guid="p2" startPosition="8" endPosition="11"/><VariableValue><VariableRef targetGUID="w1"/>
<TextValue>v24</TextValue></VariableValue><VariableValue><VariableRef targetGUID="w2"/><TextValue>v25</TextValue>
</VariableValue></TextSource><AudioSource name="v26"/></Sources>
<Notes><Note guid="n1" name="v27" creatingUser="v28"><PlainTextContent>v29</PlainTextContent></Note>
<Note guid="n2" name="v30"/></Notes>
<Links><Link guid="l1" name="v31" color="v32" originGUID="p1" targetGUID="p2"/></Links>
<Sets><Set name="v33"/></Sets><Graphs><Graph name="v34"/></Graphs><Description>v35</Description>
<NoteRef targetGUID="v36"/></Project>"""


def values_of_xml(source):
    """Each value of an attribute, with the name of that."""
    return {
        value: name.replace("{x}", "xsi:")
        for element in fromstring(source).iter()
        for name, value in element.attrib.items()
    }


def values_of_json(value, name=""):
    """Each value in nested objects, with its key."""
    if isinstance(value, dict):
        return {
            text: key
            for name, part in value.items()
            for text, key in values_of_json(part, name).items()
        } | {key: key for key in value}
    if isinstance(value, list):
        return {text: key for part in value for text, key in values_of_json(part, name).items()}
    return {value: name} if isinstance(value, str) else {}


def written(path, name, *files):
    """All that an import writes, as one text; "" if it refuses."""
    for file, content in files:
        (path / "in" / file).parent.mkdir(parents=True, exist_ok=True)
        (path / "in" / file).write_text(content, encoding="utf-8")
    assert main(["import", name, str(path / "in"), str(path / "out")]) == 0
    return "\n".join(
        file.read_text(encoding="utf-8")
        for file in (path / "out").rglob("*")
        if file.suffix in (".ann", ".txt") or file.name == "meta.toml"
    )


def lost(name, values, found):
    """The names of values that are neither in the project nor ignored by name."""
    return {
        key
        for value, key in values.items()
        if re.search(r"v\d\d", value)
        and key not in FORMATS[name].ignored
        and not all(part in found for part in re.findall(r"v\d\d", value))
    }


@pytest.mark.parametrize(
    ("name", "values", "files"),
    [
        ("timeml", values_of_xml(TIMEML), [("a.tml", TIMEML)]),
        ("brat", {value: value for value in re.findall(r"v\d\d", BRAT)}, [("a.ann", BRAT), ("a.txt", TEXT)]),
        ("w3c", values_of_json(W3C), [("a.json", json.dumps(W3C)), ("a.txt", TEXT)]),
        ("cas-json", values_of_json(CAS), [("a.json", json.dumps(CAS))]),
        (
            "catma",
            values_of_json(CATMA),
            [
                ("documents/D_1/D_1.txt", TEXT),
                ("collections/C_1/header.json", json.dumps({"sourceDocumentId": "D_1", "name": "x"})),
                ("collections/C_1/annotations/a.json", json.dumps([CATMA])),
            ],
        ),
    ],
)  # fmt: skip
def test_every_value_of_a_file_is_kept_or_ignored_by_name(name, values, files, tmp_path):
    found = written(tmp_path, name, *files)
    assert len(values) > 3 and lost(name, values, found) == set()


def test_every_value_of_label_studio_is_kept_or_ignored_by_name(tmp_path, capsys):
    found = written(tmp_path, "label-studio", ("a.json", json.dumps([LABEL_STUDIO])))
    counted = re.findall(r"1 (\w+)/(\w+)", "".join(capsys.readouterr()))
    listed = FORMATS["label-studio"].ignored.keys() | {"other", "x"}  # no keys of Label Studio
    assert all(key in listed or f"{kind}/*" in listed for kind, key in counted)
    ignored = [key for _, key in counted]
    values = {value[:3]: key for value, key in values_of_json(LABEL_STUDIO).items()}
    missing = {value: key for value, key in values.items() if value not in found}
    missing = {value: key for value, key in missing.items() if re.fullmatch(r"v\d\d", value)}
    assert len(missing) == 10
    assert set(missing.values()) <= set(ignored)


def places_of_xml(element, above=()):
    """Yield each value of an attribute and each text, with the names by which it may be ignored."""
    for key, value in element.items():
        yield value, (*above, f"{element.tag}/@{key}")
    yield element.text or "", above
    for child in element:
        yield from places_of_xml(child, (*above, f"{element.tag}/{child.tag}"))


def test_every_value_of_refi_qda_is_kept_or_ignored_by_name(tmp_path, capsys):
    (tmp_path / "in").mkdir()
    with zipfile.ZipFile(tmp_path / "in" / "a.qdpx", "w") as archive:
        archive.writestr("project.qde", REFI)
    found = written(tmp_path, "refi")
    out = "".join(capsys.readouterr())
    found += (tmp_path / "out" / "codebook.toml").read_text(encoding="utf-8")
    counted = re.findall(r" \d+ (\w+/@?\w+)", out)
    listed = FORMATS["refi"].ignored
    assert {
        name for name in counted if not {name, name[name.index("/") + 1 :]} & {*listed}
    } == set()
    ignored = {*counted, "Project/@origin"}  # decides how to count
    places = dict(places_of_xml(fromstring(REFI)))
    missing = {
        value: names
        for value, names in places.items()
        if re.fullmatch(r"v\d\d", value) and value not in found + out
    }
    assert len(missing) == 24
    assert re.search(r"T\d+\tText 0 7\tAnn met\n", found)  # has the description of the whole text
    assert {value for value, names in missing.items() if ignored.isdisjoint(names)} == set()


def test_every_column_of_polnear_is_kept_or_ignored_by_name(tmp_path):
    columns = (
        "compartment filename level annotators publisher publication_date author title "
        "trump_count clinton_count credit wire"
    ).split()
    row = {column: f"v{number:02}" for number, column in enumerate(columns)}
    row |= {"filename": "a", "publication_date": "2016-01-02"}
    table = "\n".join("\t".join(cells) for cells in (columns, [row[column] for column in columns]))
    files = [("metadata.tsv", table), ("x/text/a.txt", TEXT), ("x/attributions/a_1.ann", "")]
    found = written(tmp_path, "polnear", *files)
    values = {value: column for column, value in row.items()}
    assert lost("polnear", values, found) == set()


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_every_value_of_a_table_is_kept_or_counted_by_the_name_of_its_column(form, tmp_path):
    rows = {
        "articles": {"doc": "a", "text": TEXT},
        "coders": {"doc": "a", "coder": "gold"},
        "annotations": {"doc": "a", "id": "T1", "label": "v80", "fragments": "0 3", "text": "Ann"}
        | {"coder": "gold"},
    }
    values, numbers = {}, itertools.count(10)
    (tmp_path / "in").mkdir()
    for table, row in rows.items():
        own = {"kind": "", "line": "", "sha256": "", "published": "2016-01-02", "when": ""}
        for column in [*RECORD[table], "extra"]:
            row.setdefault(column, own.get(column, f"v{next(numbers)}"))
            values[row[column]] = f"{table}.{column}"
        frame = pd.DataFrame([row])
        if form == "csv":
            frame.to_csv(tmp_path / "in" / f"{table}.csv", index=False)
        else:
            frame.to_parquet(tmp_path / "in" / f"{table}.parquet")
    found = written(tmp_path, form)
    counted = re.findall(r"1 (\w+\.\w+)", found)
    assert {"articles.extra", "coders.extra", "annotations.extra", "annotations.b"} <= {*counted}
    assert len(values) > 20 and lost(form, values, found) == {*counted}


def test_every_value_of_xmi_is_kept_or_ignored_by_name(tmp_path):
    (tmp_path / "in").mkdir()
    cas = cassis.load_cas_from_json(json.dumps(CAS))
    cas.typesystem.to_xml(tmp_path / "in" / "TypeSystem.xml")
    cas.to_xmi(tmp_path / "in" / "a.xmi")
    values = values_of_json(CAS)
    assert len(values) > 3 and lost("cas-xmi", values, written(tmp_path, "cas-xmi")) == set()


def test_a_relation_without_an_end_and_what_marks_no_text_are_counted(tmp_path):
    found = written(tmp_path, "cas-json", ("a.json", json.dumps(CAS)))
    assert re.search(r"naming what is not in the file +1\n", found)


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_what_a_reader_ignores_has_a_reason(name):
    assert all(len(reason) > 9 for reason in FORMATS[name].ignored.values())
