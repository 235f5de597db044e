"""audit.py: what other codings made of the statements of gold, and which gold makes alone."""

import pytest

import standoff
from standoff.measures.audit import FATES, against, alone
from standoff.measures.pairing import SharedSentences

MORE = [
    "T11\tConsult 38 43\ttalks",
    "T12\tRetreat 57 61\tleft",
    "E2\tConsult:T11 Who:T6",
    "E3\tRetreat:T12 Who:T10",
    "A7\tFactuality E2 fact",
    "A8\tFactuality E3 fact",
    "R1\tAFTER Arg1:E3 Arg2:E2",
]


@pytest.fixture
def codings(folder):
    """A function that gives gold and further codings, which differ from it in some lines:
    coder -> {line: lines in its place}."""

    def codings_with(**changes):
        folder.lines = [*folder.lines, *MORE]
        folder.write()
        with (folder.article / "meta.toml").open("a") as meta:
            meta.writelines(f'[coders.{coder}]\nwho = "a test"\n' for coder in changes)
        for coder, instead in changes.items():
            assert instead.keys() <= set(folder.lines)
            lines = [new for line in folder.lines for new in instead.get(line, [line])]
            (folder.article / f"{coder}.ann").write_text(
                "".join(f"{line}\n" for line in lines), encoding="utf-8"
            )
        return [standoff.load(folder.path, coder) for coder in ("gold", *changes)]

    return codings_with


PLANNED = {"A7\tFactuality E2 fact": ["A7\tFactuality E2 planned"]}
BOTH = {"E2\tConsult:T11 Who:T6": ["E2\tConsult:T11 Who:T6 Who2:T10"]}
NOBODY = {"E2\tConsult:T11 Who:T6": ["E2\tConsult:T11"]}
UNMARKED = {line: [] for line in MORE if line.startswith(("T11", "E2", "A7", "R1"))}
UNLINKED = {"R1\tAFTER Arg1:E3 Arg2:E2": []}
TURNED = {"R1\tAFTER Arg1:E3 Arg2:E2": ["R1\tBEFORE Arg1:E2 Arg2:E3"]}
LONGER = {"T11\tConsult 38 43\ttalks": ["T11\tConsult 38 50\ttalks failed"]}
THREAT = {
    "R1\tAFTER Arg1:E3 Arg2:E2": [
        "T13\tAssault 44 50\tfailed",
        "E4\tAssault:T13",
        "A9\tFactuality E4 fact",
        "R1\tAFTER Arg1:E3 Arg2:E2",
    ]
}
OTHER_TYPE = {
    "T11\tConsult 38 43\ttalks": ["T11\tSupport 38 43\ttalks"],
    "E2\tConsult:T11 Who:T6": ["E2\tSupport:T11 Who:T6"],
}


def test_against_finds_a_coding_equal_to_gold_the_same_throughout(codings):
    table = against(*codings(a={}))
    assert table["same"].sum() > 20 and table[list(FATES[1:])].to_numpy().sum() == 0


def test_against_counts_attributes_and_relations_of_all_articles(corpus):
    table = against(corpus, corpus).set_index("name")
    assert table.loc["Form: name", "same"] == (corpus.mentions["form"] == "name").sum()
    for name in ("Cites", "Target"):
        related = {
            (doc, item.a)
            for doc, coding in corpus.annotations.items()
            for item in coding.relations
            if item.label == name
        }
        assert table.loc[name, ["kind", "same"]].tolist() == ["relation", len(related)]


@pytest.mark.parametrize(
    ("instead", "name", "fate"),
    [
        (PLANNED, "Factuality: fact", "other"),
        (LONGER, "Consult", "moved"),
        ({"E2\tConsult:T11 Who:T6": ["E2\tConsult:T11 Who:T10"]}, "Who", "moved"),
        (NOBODY, "Who", "missing"),
        (UNMARKED, "Consult", "missing"),
        (UNMARKED, "AFTER ←", "missing"),
        (OTHER_TYPE, "Consult", "other"),
        (OTHER_TYPE, "Support", "extra"),
        (THREAT, "Assault", "extra"),
        (TURNED, "AFTER ←", "same"),
        ({"R1\tAFTER Arg1:E3 Arg2:E2": ["R1\tBEFORE Arg1:E3 Arg2:E2"]}, "AFTER ←", "other"),
    ],
)
def test_against_counts_what_became_of_each_statement(codings, instead, name, fate):
    table = against(*codings(a=instead)).set_index("name")
    assert table.loc[name, fate] == 1


def rows_of_alone(codings, **changes):
    gold, *others = codings(**changes)
    return [
        (row.sentence, row.what, row.gold, row.others) for row in alone(gold, others).itertuples()
    ]


@pytest.mark.parametrize(
    ("instead", "row"),
    [
        (PLANNED, (2, "Factuality of “talks”", "fact", "planned")),
        (NOBODY, (2, "Who of “talks”", "Mr Grey", "none")),
        (BOTH, (2, "Who of “talks”", "Mr Grey", "Mr Grey, Grey")),
        (UNMARKED, (2, "Consult", "talks", "not coded")),
        (LONGER, (2, "Consult", "talks", "talks failed")),
        (THREAT, (2, "Assault", "not coded", "failed")),
        (UNLINKED, (3, "Link of “left” and “talks”", "AFTER", "none")),
    ],
)
def test_alone_lists_what_all_other_codings_contradict(codings, instead, row):
    assert rows_of_alone(codings, a=instead, b=instead) == [row]


@pytest.mark.parametrize("instead", [PLANNED, NOBODY, UNMARKED, LONGER, THREAT, UNLINKED])
def test_alone_omits_what_one_coder_shares(codings, instead):
    assert rows_of_alone(codings, a=instead, b={}) == []


def test_alone_ignores_coders_who_did_not_mark_the_words(codings):
    assert rows_of_alone(codings, a=UNMARKED, b=PLANNED) == [
        (2, "Factuality of “talks”", "fact", "planned")
    ]


def test_alone_omits_links_that_follow_from_other_links(codings):
    assert rows_of_alone(codings, a=TURNED, b=TURNED) == []


def test_alone_omits_a_link_that_follows_from_two_links_of_all_others(codings, folder):
    folder.lines += THREAT["R1\tAFTER Arg1:E3 Arg2:E2"][:-1]  # an event that gold does not link
    in_two_steps = {
        "R1\tAFTER Arg1:E3 Arg2:E2": ["R1\tAFTER Arg1:E3 Arg2:E4", "R2\tAFTER Arg1:E4 Arg2:E2"]
    }
    links = [what for _, what, *_ in rows_of_alone(codings, a=in_two_steps, b=in_two_steps)]
    assert "Link of “left” and “talks”" not in links
    assert "Link of “failed” and “talks”" in links  # does not follow from what gold says


def test_alone_covers_articles_in_which_a_coder_marked_nothing_in_time(codings, folder):
    said_in_time = ("T7", "T8", "E1", "A4", "A5", "A6")
    folder.lines = [line for line in folder.lines if not line.startswith(said_in_time)]
    nothing = {line: [] for line in MORE}
    assert rows_of_alone(codings, a=nothing, b=nothing)[-1] == (3, "Retreat", "left", "not coded")


def test_alone_counts_links_to_attributions_without_content_which_are_events(codings, folder):
    book = folder.path / "codebook.toml"
    book.write_text(
        book.read_text(encoding="utf-8").replace('needs = ["Content"]', ""), encoding="utf-8"
    )
    folder.lines = [line for line in folder.lines if not line.startswith(("T8", "A4"))]
    folder.replace("E1\tAttribution:T7 Source:T6 Content:T8", "E1\tAttribution:T7 Source:T6")
    folder.replace("A3\tUse T9 speech", "A3\tUse T9 scare")
    folder.lines.append("A4\tKind E1 indirect")
    link = {"R1\tAFTER Arg1:E3 Arg2:E2": ["R1\tAFTER Arg1:E3 Arg2:E2", "R2\tAFTER Arg1:E3 Arg2:E1"]}
    (row,) = rows_of_alone(codings, a=link, b=link)
    assert row[1] == "Link of “left” and “said”"


TWICE = {
    "E3\tRetreat:T12 Who:T10": ["E3\tRetreat:T12 Who:T10", "E5\tRetreat:T12 Who:T6"],
    "A8\tFactuality E3 fact": ["A8\tFactuality E3 fact", "A10\tFactuality E5 fact"],
}


def test_events_that_share_a_trigger_are_compared_one_by_one(codings):
    _, twice, once = codings(a=TWICE, b={})
    table = against(twice, once).set_index("name")
    assert table.loc["Retreat", list(FATES)].tolist() == [1, 0, 0, 1, 0]
    assert (
        against(twice, twice)["same"].sum() == against(once, once)["same"].sum() + 3
    )  # the event, that it is a fact, and who it was
    assert [row.what for row in alone(twice, [once]).itertuples()] == ["Retreat"]
    spans = SharedSentences([twice, once]).of(["Retreat"])
    assert [[span.id for span in own] for own in spans] == [["E3", "E5"], ["E3"]]
