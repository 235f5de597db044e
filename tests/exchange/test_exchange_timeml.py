"""exchange/timeml.py: reading the `.tml` files of other projects.

The file of another project is made here in the shape of TempEval-3's AQUAINT files
(https://github.com/jspotter/TempEval-3, data/TBAQ-cleaned).
"""

import pytest
from conftest import codes

import standoff
from standoff import chronology
from standoff.cli.main import main
from standoff.exchange import FORMATS
from standoff.exchange.timeml import to_edtf

TML = """<?xml version="1.0" ?>
<TimeML xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="http://timeml.org/timeMLdocs/TimeML_1.2.1.xsd">

<DOCID>NO19981205.0001</DOCID>

<DCT><TIMEX3 tid="t0" type="TIME" functionInDocument="CREATION_TIME" temporalFunction="false" value="1998-12-05T09:42:00">12/05/1998 09:42:00</TIMEX3></DCT>

<TITLE>Grey says no &amp; leaves</TITLE>

<TEXT>

😀 Grey <EVENT eid="e1" class="REPORTING">said</EVENT> <TIMEX3 tid="t1" type="DATE" value="1998-W49" anchorTimeID="t0">this week</TIMEX3> that
he <EVENT eid="e2" class="OCCURRENCE">leaves</EVENT> <SIGNAL sid="s1">in</SIGNAL> <TIMEX3 tid="t2" type="DATE" value="1999-04">April</TIMEX3>
and <EVENT eid="e3" class="STATE">stays</EVENT> away<TIMEX3 tid="t3" type="DURATION" value="P2D" beginPoint="t2"/>.

</TEXT>

<MAKEINSTANCE eiid="ei1" eventID="e1" tense="PAST" aspect="NONE" pos="VERB" polarity="POS"/>
<MAKEINSTANCE eiid="ei2" eventID="e2" tense="PRESENT" aspect="NONE" pos="VERB" polarity="POS"/>
<MAKEINSTANCE eiid="ei3" eventID="e2" tense="PRESENT" aspect="NONE" pos="VERB" polarity="NEG"/>
<TLINK lid="l1" timeID="t1" relatedToEventInstance="ei1" relType="INCLUDES" origin="USER"/>
<TLINK lid="l2" eventInstanceID="ei2" relatedToTime="t2" signalID="s1" relType="IS_INCLUDED"/>
<TLINK lid="l3" eventInstanceID="ei9" relatedToTime="t2" relType="BEFORE"/>
<SLINK lid="l4" eventInstanceID="ei1" subordinatedEventInstance="ei2" relType="MODAL"/>
</TimeML>
"""


@pytest.fixture
def tml(tmp_path):
    path = tmp_path / "NO19981205.0001.tml"
    path.write_text(TML, encoding="utf-8")
    return path


def test_events_times_and_links_are_read_with_their_attributes(tml):
    (document,) = FORMATS["timeml"].read(tml)
    found, text = document.annotations, document.text
    assert (document.name, document.coder, document.meta["title"]) == (
        "NO19981205.0001",
        "gold",
        "Grey says no & leaves",
    )
    assert (
        str(document.meta["published"]) == "1998-12-05"
        and "😀 Grey said this week that\nhe leaves in April" in text
    )
    words = {span.id: span.text for span in found.spans}
    assert [(words[e.trigger], e.label) for e in found.events] == [
        ("said", "EVENT"),
        ("leaves", "EVENT"),
        ("leaves", "EVENT"),
        ("stays", "EVENT"),
    ]
    about = {event.id: words[event.trigger] for event in found.events} | words
    links = [item for item in found.relations if item.label.isupper()]
    assert [(item.label, about[item.a], about[item.b]) for item in links[:3]] == [
        ("INCLUDES", "this week", "said"),
        ("IS_INCLUDED", "leaves", "April"),
        ("MODAL", "said", "leaves"),
    ]
    about |= {item.id: item.label for item in links}
    others = [item for item in found.relations if item not in links]
    assert {(item.label, about[item.a]) for item in others} == {
        ("anchorTimeID", "this week"),
        ("signalID", "IS_INCLUDED"),
        ("beginPoint", "."),
    }
    assert [(about[item.target], item.key) for item in found.normalisations] == [
        ("12/05/1998 09:42:00", "1998-12-05"),
        ("this week", "1998-11-30/1998-12-06"),
        ("April", "1999-04"),
        (".", "P2D"),
    ]
    given = {(about.get(item.target), item.name, item.value) for item in found.attributes}
    assert {
        ("this week", "value", "1998-W49"),
        ("said", "class", "REPORTING"),
        ("leaves", "polarity", "NEG"),
        ("April", "TimeType", "DATE"),
    } <= given
    assert {"DOCID", "TITLE", "TEXT", "SIGNAL"} <= {span.label for span in found.spans}
    assert any(", which is not in the file; left out" in remark for remark in document.remarks)
    assert any("covers no words" in remark for remark in document.remarks)


def test_chronology_measures_an_imported_project(tml, tmp_path):
    assert main(["import", "timeml", str(tml), str(tmp_path / "in")]) == 0
    corpus = standoff.load(tmp_path / "in")
    dated = chronology.timeline(corpus).set_index("text")
    assert (
        str(dated.loc["said", "earliest"].date()) == "1998-11-30"
        and str(dated.loc["April", "latest"].date()) == "1999-04-30"
    )


def test_contradictory_links_are_kept_and_marked(tml, tmp_path, capsys):
    tml.write_text(
        TML.replace(
            'eventInstanceID="ei9" relatedToTime="t2" relType="BEFORE"',
            'eventInstanceID="ei2" relatedToTime="t1" relType="BEFORE"',
        )
    )
    assert main(["import", "timeml", str(tml), str(tmp_path / "in")]) == 0
    assert "BEFORE contradicts the days of the times; marked with a note" in capsys.readouterr().err
    assert main(["check", str(tmp_path / "in")]) == 0
    assert "1 contradiction in time is marked as the text's own: " in capsys.readouterr().err


@pytest.mark.parametrize(
    ("value", "edtf"),
    [
        ("1998-12-05", "1998-12-05"),
        ("1998-12-05T09:42:00", "1998-12-05"),
        ("1998-12-05TNI", "1998-12-05"),
        ("1998-W01", "1997-12-29/1998-01-04"),
        ("1998-W49-WE", "1998-12-05/1998-12-06"),
        ("1998-SU", "1998-22"),
        ("1998-Q3", "1998-35"),
        ("199", "199X"),
        ("19", "19XX"),
        ("P2D", "P2D"),
        ("PRESENT_REF", None),
        ("XXXX-12", None),
        ("1998-W60", None),
        ("", None),
    ],
)
def test_values_of_timex3_become_edtf_where_they_bound_a_time(value, edtf):
    assert to_edtf(value) == edtf


def test_xml_that_is_not_timeml_is_refused(tml):
    tml.write_text("<html/>")
    assert codes(FORMATS["timeml"].read, tml, under=tml.parent) == [
        f"{tml.name}:1: E-source-format"
    ]


def test_offsets_are_corrected_for_a_removed_byte_order_mark_and_carriage_returns(tmp_path):
    (tmp_path / "a.tml").write_text(
        "<TimeML><TEXT>\ufeffHe&#13;\n<EVENT eid='e1'>said</EVENT> no.</TEXT></TimeML>",
        encoding="utf-8",
    )
    (document,) = FORMATS["timeml"].read(tmp_path)
    assert document.text == "He\nsaid no." and [
        (span.text, span.fragments) for span in document.annotations.spans
    ] == [("said", ((3, 7),))]
