"""agreement.py: figures of real codings against plain computations, symmetry, and invalid input."""

import dataclasses
import re
import shutil

import krippendorff
import numpy as np
import pandas as pd
import pytest
from conftest import SEEDS

import standoff
from standoff import agreement
from standoff.annotation.model import Annotations
from standoff.measures import pairing


@pytest.fixture(scope="module")
def coders():
    return [standoff.load(SEEDS, coder=name) for name in ("a", "b")]


def test_labels_is_symmetric_in_the_coders(coders):
    one, other = (
        agreement.labels(pair, np.random.default_rng(1), draws=20)
        for pair in (coders, coders[::-1])
    )
    figures = [
        "one_coder_only",
        "sentence",
        "word",
        "unit",
        "exact",
        "overlap",
        "word_low",
        "word_high",
    ]
    assert np.allclose(one[figures].to_numpy(float), other[figures].to_numpy(float))
    assert set(one["layer"]) == {
        "actors",
        "sourcing",
        "framing",
        "chronology",
    }  # without structure, which coders are given


def test_a_coder_agrees_fully_with_themselves(coders):
    table = agreement.labels([coders[0], coders[0]], np.random.default_rng(1), draws=20)
    assert (table["one_coder_only"] == 0).all()
    assert (table[["word", "exact", "overlap"]] == 1).all().all()
    assert len(agreement.disagreements([coders[0], coders[0]])) == 0


def plain_alpha(columns):
    """Nominal alpha of units, each a tuple of the coders' values, by the krippendorff package;
    missing where it is undefined."""
    if len({value for column in columns for value in column}) < 2:
        return float("nan")
    return krippendorff.alpha(np.array(columns).T.astype(str), level_of_measurement="nominal")


def plain_f1(one, other, pairs, chosen):
    """F1 on the sentences chosen, each counted as often as it was drawn."""
    matched, of_one, of_other = (
        sum(item.sentence == sentence for sentence in chosen for item in items)
        for items in ([a for a, _ in pairs], one, other)
    )
    return 2 * matched / (of_one + of_other) if of_one + of_other else float("nan")


def plain_unitizing(spans, words, chosen):
    """Unitizing alpha of the words that each coder's spans cover, with the sentences chosen laid
    end to end; spans that only touch are two units."""
    units, start = [[] for _ in spans], 0
    for sentence in chosen:
        for own, found in zip(spans, units, strict=True):
            here, end = [(item.first, item.last) for item in own if item.sentence == sentence], -1
            for first, last in here:
                if first >= end:
                    found.append([start + first, last - first])
                else:
                    found[-1][1] = max(end, last) + start - found[-1][0]
                end = max(end, last)
        start += len(words[sentence])
    return (
        agreement.unitizing([list(map(tuple, own)) for own in units], start).alpha
        if any(units)
        else float("nan")
    )


def plain_measures(one, other, words, chosen):
    """The five measures of two coders' spans of a label on the sentences chosen."""
    in_sentences = [
        tuple(int(any(item.sentence == sentence for item in own)) for own in (one, other))
        for sentence in chosen
    ]
    covered = {
        (row, item.sentence, place)
        for row, own in enumerate((one, other))
        for item in own
        for place in range(item.first, item.last)
    }
    on_words = [
        tuple(int((row, sentence, place) in covered) for row in (0, 1))
        for sentence in chosen
        for place in range(len(words[sentence]))
    ]
    return {
        "sentence": plain_alpha(in_sentences),
        "word": plain_alpha(on_words),
        "exact": plain_f1(one, other, pairing.match(one, other, exact=True), chosen),
        "overlap": plain_f1(one, other, pairing.match(one, other), chosen),
        "unit": plain_unitizing((one, other), words, chosen),
    }


def sentences_drawn(shared, draws):
    """All sentences once, then those of each draw with seed 3."""
    number = len(shared.words)
    return [np.arange(number), *np.random.default_rng(3).integers(0, number, (draws, number))]


def ends(values):
    return pytest.approx(tuple(np.nanpercentile(values, (2.5, 97.5))), rel=1e-9)


@pytest.mark.parametrize(
    ("layer", "name"),
    [
        ("framing", "any"),
        ("framing", "Rivalry"),
        ("framing", "Indispensable"),
        ("chronology", "any"),
    ],
)
def test_labels_equals_a_plain_computation_on_the_sentences_drawn(coders, layer, name):
    shared, book = pairing.SharedSentences(coders), coders[0].codebook
    of_layer = [
        label
        for label, rules in book.labels.items()
        if rules["layer"] == layer and rules["kind"] not in ("zone", "sentence")
    ]
    one, other = shared.of(of_layer if name == "any" else [name])
    table = agreement.labels(coders, np.random.default_rng(3), draws=12)
    (row,) = table[(table["layer"] == layer) & (table["label"] == name)].to_dict("records")
    value, *draws = [
        plain_measures(one, other, shared.words, chosen) for chosen in sentences_drawn(shared, 12)
    ]
    for figure, expected in value.items():
        assert row[figure] == pytest.approx(expected, rel=1e-9)
        assert (row[f"{figure}_low"], row[f"{figure}_high"]) == ends(
            [drawn[figure] for drawn in draws]
        )
    assert row["spans"] == f"{len(one)}/{len(other)}" and row["undefined"] == ""
    assert row["one_coder_only"] == len(one) + len(other) - 2 * len(pairing.match(one, other))


def test_labels_computes_unitizing_on_at_most_two_hundred_draws(coders, monkeypatch):
    asked = []
    monkeypatch.setattr(
        agreement,
        "unitizing_of_draws",
        lambda spans, sizes, draws: asked.append(len(draws)) or np.zeros(len(draws)),
    )
    for draws in (20, 300):
        agreement.labels(coders, np.random.default_rng(1), draws)
    assert set(asked) == {21, 201}


@pytest.fixture(scope="module")
def three(coders, corpus):
    return [*coders, corpus]


def test_attributes_equals_a_plain_computation_on_the_sentences_drawn(three):
    shared = pairing.SharedSentences(three)
    table = agreement.attributes(three, np.random.default_rng(3), draws=25)
    assert list(table.columns) == [
        "attribute",
        "units",
        "agreed",
        "alpha",
        "low",
        "high",
        "undefined",
    ]
    assert list(table["attribute"]) == sorted(pairing.rated_pairs(shared)) and {
        "Reference",
        "Valence",
        "Function",
    } < set(table["attribute"])
    for row in table.itertuples():
        pairs = pairing.rated_pairs(shared)[row.attribute]
        value, *draws = [
            plain_alpha(
                [values for sentence in chosen for a, *values in pairs if a.sentence == sentence]
            )
            for chosen in sentences_drawn(shared, 25)
        ]
        assert row.units == len(pairs) and row.agreed == pytest.approx(
            sum(va == vb for *_, va, vb in pairs) / len(pairs)
        )
        assert row.alpha == pytest.approx(value, rel=1e-9, nan_ok=True) and bool(
            row.undefined
        ) == np.isnan(value)
        assert np.isnan(row.low) if np.isnan(draws).all() else (row.low, row.high) == ends(draws)


def test_attributes_repeats_its_intervals_with_the_same_seed(coders):
    first, second = (agreement.attributes(coders, np.random.default_rng(7)) for _ in range(2))
    assert first.equals(second)
    defined = first[first["alpha"].notna()]
    assert (
        (defined["low"] <= defined["alpha"] + 1e-9) & (defined["alpha"] <= defined["high"] + 1e-9)
    ).all()


def test_disagreements_lists_spans_that_only_one_coder_marked(coders):
    table = agreement.labels(coders, np.random.default_rng(1), draws=2).set_index("label")
    listed = agreement.disagreements(coders)
    only = listed[listed["kind"] == "only one"].groupby("label").size()
    for label in ("Rivalry", "Indispensable", "Attribution", "Cooperate"):
        assert table.loc[label, "one_coder_only"] == only[label]
    assert listed.index.tolist() == list(range(len(listed)))


def test_disagreements_shows_what_gold_says(coders, corpus):
    table = agreement.disagreements(coders, corpus)
    rows = table[(table["layer"] == "framing") & table["gold"].notna()]
    assert len(rows) > 10 and {"only one", "extent", "Function"} <= set(rows["kind"])
    values = rows[rows["kind"].isin(["Valence", "Function"])]
    assert set(values["gold"]) <= {
        "negative",
        "neutral",
        "positive",
        "problem",
        "cause",
        "judgement",
        "remedy",
    }
    for row in rows[rows["kind"].isin(["only one", "extent"])].itertuples():
        assert row.gold in corpus.texts[row.doc]


@pytest.mark.parametrize("figures", [agreement.labels, agreement.attributes, agreement.relations])
def test_agreement_draws_a_thousand_times_by_default(coders, figures, monkeypatch):
    monkeypatch.setattr(
        agreement, "unitizing_of_draws", lambda spans, sizes, draws: np.zeros(len(draws))
    )
    unasked, asked, fewer = (
        figures(coders, np.random.default_rng(1), *draws) for draws in ((), (1000,), (999,))
    )
    assert unasked.equals(asked) and not unasked.equals(fewer)


@pytest.mark.parametrize(
    ("kept", "shown"),
    [
        (["Actor"], ["Actor"]),
        (["Rivalry", "Threat"], ["any", "Rivalry", "Threat"]),
        (
            ["Actor", "Rivalry", "Indispensable", "Threat"],
            ["Actor", "any", "Rivalry", "Indispensable", "Threat"],
        ),
    ],
)
def test_labels_has_a_row_any_only_for_layers_of_several_labels(coders, kept, shown):
    book = dataclasses.replace(
        coders[0].codebook, labels={label: coders[0].codebook.labels[label] for label in kept}
    )
    table = agreement.labels(
        [dataclasses.replace(coder, codebook=book) for coder in coders],
        np.random.default_rng(1),
        draws=1,
    )
    assert list(table["label"]) == shown


def without(corpus, label):
    """A coder's corpus without the spans of a label."""
    codings = {
        doc: dataclasses.replace(
            coding, spans=[span for span in coding.spans if span.label != label]
        )
        for doc, coding in corpus.annotations.items()
    }
    return dataclasses.replace(corpus, annotations=codings)


def test_labels_and_relations_count_no_agreement_on_a_label_that_one_coder_never_used(
    coders,
):
    pair = [coders[0], without(coders[1], "Actor")]
    row = agreement.labels(pair, np.random.default_rng(1), draws=2).set_index("label").loc["Actor"]
    assert (
        row["spans"].endswith("/0")
        and row["one_coder_only"] == int(row["spans"].split("/")[0])
        and row["exact"] == row["overlap"] == 0
    )
    assert {"Source", "BEFORE"} & set(
        agreement.relations(pair, np.random.default_rng(1), draws=2)["relation"]
    ) == {"BEFORE"}


def test_labels_rejects_a_single_coder(coders):
    with pytest.raises(ValueError, match="got 1"):
        agreement.labels(coders[:1], np.random.default_rng(1))


def test_match_pairs_each_span_once_and_exact_matches_first():
    def placed(ident, first, last):
        return pairing.PlacedSpan("Actor", 0, first, last, ident, "d", first, last, "")

    one = [placed("T1", 0, 5), placed("T2", 3, 9)]
    other = [placed("T8", 3, 9), placed("T9", 1, 2)]
    pairs = {(a.id, b.id) for a, b in agreement.match(one, other)}
    assert pairs == {("T2", "T8"), ("T1", "T9")}
    assert [(a.id, b.id) for a, b in agreement.match(one, other, exact=True)] == [("T2", "T8")]


def test_relations_of_a_coder_agree_fully_with_themselves(coders):
    table = agreement.relations([coders[0], coders[0]], np.random.default_rng(1), draws=20)
    assert len(table) > 5 and (table["both"] > 0).all()
    assert (table["a"] == table["both"]).all() and (table["b"] == table["both"]).all()
    assert (table[["f1", "low", "high"]] == 1).all().all()


def joined(corpus, doc):
    """Relations and roles of an article: (name, id, id)."""
    coding = corpus.annotations[doc]
    roles = {
        (role.strip("0123456789"), event.id, target)
        for event in coding.events
        for role, target in event.roles
    }
    return roles | {(item.label, item.a, item.b) for item in coding.relations}


def links(shared, i, j):
    """Relations and roles of two coders between spans that both marked, with the ids of the first
    coder: (name, article, id, id, sentence of the first span)."""
    pairs = pairing.match(shared.spans[i], shared.spans[j])
    found = []
    for corpus, place in ((shared.corpora[i], 0), (shared.corpora[j], 1)):
        first = {(pair[place].doc, pair[place].id): pair[0] for pair in pairs}
        named = [
            (name, doc, first.get((doc, a)), first.get((doc, b)))
            for doc in corpus.texts
            for name, a, b in joined(corpus, doc)
        ]
        found.append({(name, doc, a.id, b.id, a.sentence) for name, doc, a, b in named if a and b})
    return found


def test_relations_equals_a_plain_computation_on_the_sentences_drawn(three):
    shared = pairing.SharedSentences(three)
    table = agreement.relations(three, np.random.default_rng(3), draws=25)
    assert list(table.columns) == ["relation", "a", "b", "both", "f1", "low", "high"] and list(
        table["relation"]
    ) == sorted(table["relation"])
    found = [links(shared, i, j) for i, j in ((0, 1), (0, 2), (1, 2))]
    assert (
        set(table["relation"])
        == {link[0] for pair in found for side in pair for link in side}
        >= {"BEFORE", "Source", "Who"}
    )
    for row in table.itertuples():
        figures = []
        for chosen in sentences_drawn(shared, 25):
            times = np.bincount(chosen, minlength=len(shared.words))
            sides = [(first & second, first, second) for first, second in found]
            figures.append(
                [
                    sum(
                        times[link[4]]
                        for side in sides
                        for link in side[place]
                        if link[0] == row.relation
                    )
                    for place in (0, 1, 2)
                ]
            )
        assert [row.both, row.a, row.b] == figures[0]
        value, *draws = [
            2 * both / (one + other) if one + other else np.nan for both, one, other in figures
        ]
        assert row.f1 == pytest.approx(value) and (row.low, row.high) == ends(draws)


def test_relations_is_symmetric_and_counts_at_most_what_either_coder_has(coders):
    one, other = (
        agreement.relations(pair, np.random.default_rng(1), draws=20)
        for pair in (coders, coders[::-1])
    )
    assert list(one["a"]) == list(other["b"]) and list(one["both"]) == list(other["both"])
    assert (one["both"] <= one[["a", "b"]].min(axis=1)).all() and (one["both"] < one["a"]).any()
    assert list(one["f1"]) == pytest.approx(list(2 * one["both"] / (one["a"] + one["b"])))


def test_counts_changes_only_the_label_of_a_missing_span(coders):
    one = coders[0]
    label = one.frames["frame"].iloc[0]
    less = dataclasses.replace(one, frames=one.frames.iloc[1:])
    table = agreement.counts(one, less).set_index("label")
    assert (table[["first", "second", "both"]].dtypes == "int64").all()
    swapped = (
        agreement.counts(less, one)
        .set_index("label")
        .rename(columns={"first": "second", "second": "first"})
    )
    assert swapped[table.columns].equals(table)
    number = (one.frames["frame"] == label).sum()
    assert table.loc[label, "f1"] == pytest.approx(
        2 * table.loc[label, "both"] / (table.loc[label, "first"] + table.loc[label, "second"])
    )
    assert (
        table.loc[label, "first"] - table.loc[label, "second"] == 1
        and table.loc[label, "both"] == table.loc[label, "second"] < number
    )
    assert (table.drop(label)["f1"] == 1).all() and {
        "Actor",
        "Attribution",
        "Content",
        "Quoted",
        "Time",
    } < set(table.index)


def test_counts_agrees_on_the_smaller_number_of_repeated_spans(coders):
    frames = coders[0].frames
    label = frames["frame"].iloc[0]
    twice = dataclasses.replace(coders[0], frames=pd.concat([frames, frames.iloc[:1]]))
    number = (frames["frame"] == label).sum()
    for pair, expected in (
        ((coders[0], twice), (number, number + 1)),
        ((twice, coders[0]), (number + 1, number)),
        ((twice, twice), (number + 1, number + 1)),
    ):
        row = agreement.counts(*pair).set_index("label").loc[label]
        assert (row["first"], row["second"], row["both"]) == (*expected, min(expected))


@pytest.mark.parametrize(
    ("table", "label"),
    [
        ("mentions", "Actor"),
        ("attributions", "Attribution"),
        ("attributions", "Content"),
        ("frames", "Rivalry"),
    ],
)
def test_counts_includes_captions_only_on_request(coders, table, label):
    rows = getattr(coders[0], table).copy()
    of_label = rows["frame"] == label if table == "frames" else np.full(len(rows), True)
    rows.loc[rows.index[of_label][0], "zone"] = "Caption"
    one = dataclasses.replace(coders[0], **{table: rows})
    unasked, without, within = (
        agreement.counts(one, one, *asked).set_index("label")["both"][label]
        for asked in ((), (False,), (True,))
    )
    assert unasked == without == within - ((rows["zone"] == "Caption") & of_label).sum()


def test_labels_skips_an_article_without_sentences(coders):
    doc = next(iter(coders[0].texts))
    bare = [
        dataclasses.replace(coder, sentences=coder.sentences[coder.sentences["doc"] != doc])
        for coder in coders
    ]
    table, there = (
        agreement.labels(pair, np.random.default_rng(1), draws=1)
        for pair in (bare, [coder.only(set(coder.texts) - {doc}) for coder in coders])
    )
    pd.testing.assert_frame_equal(table, there)


def coded(article, lines, ids, a=lambda line: True):
    """An article with some ids changed, coded by gold, and by coder a with those lines for which
    `a` is true."""
    lines = [re.sub(r"\bT\d+\b", lambda found: ids.get(found[0], found[0]), line) for line in lines]
    for coder, kept in (("gold", lines), ("a", [line for line in lines if a(line)])):
        (article / f"{coder}.ann").write_text(
            "".join(f"{line}\n" for line in kept), encoding="utf-8"
        )
    with (article / "meta.toml").open("a") as meta:
        meta.write('[coders.a]\nwho = "a test"\n')


def test_disagreements_keeps_articles_and_ids_apart_that_would_look_alike_when_joined(folder):
    first, second = (shutil.copytree(folder.article, folder.path / name) for name in ("x", "1x"))
    shutil.rmtree(folder.article)
    coded(first, folder.lines, {"T10": "T11"})
    coded(
        second,
        folder.lines,
        {"T10": "T1", "T1": "T10"},
        a=lambda line: not re.search(r"\bT1\b", line),
    )
    listed = agreement.disagreements([standoff.load(folder.path, coder) for coder in ("gold", "a")])
    assert listed[["doc", "label", "kind", "first"]].values.tolist() == [
        ["1x", "Actor", "only one", "Grey"]
    ]


def test_tables_of_agreement_keep_their_columns_when_nothing_is_coded(coders):
    bare = [
        dataclasses.replace(
            coder,
            annotations={doc: Annotations() for doc in coder.texts},
            sentences=coder.sentences.head(0),
        )
        for coder in coders
    ]
    for measure in (agreement.labels, agreement.attributes, agreement.relations):
        empty, full = (measure(pair, np.random.default_rng(1), draws=1) for pair in (bare, coders))
        assert empty.empty and list(empty) == list(full)
    assert list(agreement.disagreements(bare)) == list(agreement.disagreements(coders))


def with_coders(folder, **lines):
    """The corpora of several coders of the short article, each with some lines of their own."""
    with (folder.article / "meta.toml").open("a") as meta:
        meta.writelines(f'[coders.{coder}]\nwho = "a test"\n' for coder in lines)
    for coder, own in lines.items():
        (folder.article / f"{coder}.ann").write_text("\n".join([*folder.lines, *own, ""]))
    return [standoff.load(folder.path, coder) for coder in lines]


def test_a_value_that_one_coder_did_not_give_is_none_whoever_that_is(folder):
    times = ["T20\tTime 38 43\ttalks", "T21\tTime 57 61\tleft"]
    times += ["A20\tTimeType T20 DATE", "A21\tTimeType T21 DATE"]
    corpora = with_coders(
        folder, a=[*times, "A22\tMod T20 APPROX"], b=[*times, "A22\tMod T21 APPROX"]
    )
    table = agreement.attributes(corpora, np.random.default_rng(1), draws=2).set_index("attribute")
    assert table.loc["Mod", ["units", "agreed"]].tolist() == [2, 0]
    assert table.loc["Mod", "alpha"] == plain_alpha([("APPROX", "none"), ("none", "APPROX")])


@pytest.fixture
def drafted(folder):
    """Three coders of a short article with two mentions: of the first, a and b accepted the draft;
    of the second, b did and a marked it unaided; c saw no drafts."""
    corpora = with_coders(
        folder,
        a=["A20\tOrigin T6 confirmed", "A21\tOrigin T10 added"],
        b=["A20\tOrigin T6 mended", "A21\tOrigin T10 confirmed"],
        c=[],
    )
    return dict(zip("abc", corpora, strict=True))


@pytest.mark.parametrize(
    ("coders", "spans", "from_drafts"),
    [("ab", "1/1", 1), ("ac", "2/2", 0), ("bc", "2/2", 0), ("abc", "1/1/1", 1)],
)
def test_agreement_leaves_out_and_counts_what_two_coders_accepted_from_one_draft(
    drafted, coders, spans, from_drafts
):
    corpora = [drafted[coder] for coder in coders]
    row = (
        agreement.labels(corpora, np.random.default_rng(1), draws=2).set_index("label").loc["Actor"]
    )
    assert (row["spans"], row["from_drafts"]) == (spans, from_drafts)
    units = agreement.attributes(corpora, np.random.default_rng(1), draws=2).set_index("attribute")
    pairs = len(coders) * (len(coders) - 1) // 2
    assert units.loc["Form", "units"] == pairs * int(spans[0])
    if len(coders) == 2:
        sums = agreement.counts(*corpora).set_index("label").loc["Actor"]
        number = int(spans[0])
        assert sums[["first", "second", "both"]].tolist() == [number] * 3
        assert sums["from_drafts"] == from_drafts
