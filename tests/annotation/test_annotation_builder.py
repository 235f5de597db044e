"""annotation_builder.py: the ids of what is added, and what is left out if it is not given."""

from standoff.annotation import brat
from standoff.annotation.annotation_builder import AnnotationBuilder

TEXT = "Grey said no."


def test_ids_go_on_after_the_highest_of_each_kind():
    found = brat.parse("T10\tActor 0 4\tGrey\nT9\tCue 5 9\tsaid\n", "x.ann")
    builder = AnnotationBuilder(TEXT, found)
    assert builder.add_event("Cue", "T9", [("Source", "T10")]) == "E1"
    assert builder.add_event("Cue", "T9") == "E2"
    assert builder.add_reference("T10", "actors", "grey") == "N1"
    assert builder.add_reference("T10", "actors", "gray", "Grey", line=7) == "N2"
    assert [(event.id, event.line) for event in found.events] == [("E1", 0), ("E2", 0)]
    assert [(item.key, item.text, item.line) for item in found.normalisations] == [
        ("grey", "", 0),
        ("gray", "Grey", 7),
    ]
    assert builder.add_span("Actor", [(0, 4)]) == "T11"
