"""One broken input for each code that the package annotation reports."""

from conftest import Folder

import standoff
from standoff.annotation import Codebook, parse, verify
from standoff.annotation.limits import MAX_MISFITS, MAX_SPANS_OVER_CHARACTER, MIB
from standoff.annotation.problems import Report
from standoff.annotation.text_files import BOM, read_text
from standoff.annotation.toml_files import read_toml
from standoff.annotation.zone_checks import check_sentences


def broken(path, file, old, new):
    """The problems of the small folder of the tests in which a file was changed."""
    folder = Folder(path / "seeds")
    target = folder.path / file
    source = target.read_text(encoding="utf-8")
    assert old in source, old
    target.write_text(source.replace(old, new, 1), encoding="utf-8")
    return problems_of(folder)


def problems_of(folder, coder="gold"):
    try:
        standoff.load(folder.path, coder)
    except standoff.SeedError as error:
        return error.problems
    return []


def change(file, old, new):
    return lambda path: broken(path, file, old, new)


def gold(old, new):
    return change("one/gold.ann", old, new)


def added(*lines):
    return gold("N2\t", "".join(f"{line}\n" for line in lines) + "N2\t")


def toml(source):
    """The problems of a TOML file."""

    def problems(path):
        report = Report()
        (path / "x.toml").write_bytes(source.encode())
        read_toml(path / "x.toml", report)
        return report

    return problems


def coder_with(old, new):
    """The problems of a second coder whose file differs from gold."""

    def problems(path):
        folder = Folder(path / "seeds")
        source = (folder.article / "gold.ann").read_text(encoding="utf-8")
        assert old in source
        (folder.article / "a.ann").write_text(source.replace(old, new), encoding="utf-8")
        with (folder.article / "meta.toml").open("a", encoding="utf-8") as meta:
            meta.write('[coders.a]\nwho = "a test"\n')
        return problems_of(folder, "a")

    return problems


def sentences(old, new):
    """The problems of the sentences of the small article after a change of offsets."""

    def problems(path):
        folder, report = Folder(path / "seeds"), Report()
        source = (folder.article / "gold.ann").read_text(encoding="utf-8").replace(old, new)
        codebook = Codebook.read(folder.path / "codebook.toml", report)
        annotations = parse(source, "gold.ann", report)
        check_sentences(annotations, folder.text, codebook, report.at("gold.ann"))
        return report

    return problems


def of_bytes(data):
    """The problems of a text file."""

    def problems(path):
        report = Report()
        (path / "text.txt").write_bytes(data)
        read_text(path / "text.txt", report)
        return report

    return problems


def ann(*lines):
    """The problems of the lines of an annotation file and of what does not fit a short text."""

    def problems(path):
        report = Report()
        annotations = parse("\n".join(lines), "gold.ann", report)
        verify(annotations, "Mr Grey left.\nHe did not return.", "gold.ann", report)
        return report

    return problems


def misfits(path):
    lines = [f"T{n}\tActor {100 * n} {100 * n + 4}\tGrey" for n in range(1, MAX_MISFITS + 2)]
    return ann(*lines)(path)[-1:]


def missing_file(path):
    folder = Folder(path / "seeds")
    (folder.path / "tracks.toml").unlink()
    return problems_of(folder)


EXAMPLES = {
    # TOML files
    "E-file-missing": missing_file,
    "E-toml-comma": toml('[[Actor]]\nquote = "The talks", until = "ended"\n'),
    "E-toml-syntax": toml('title = "US skips talks\noutlet = "DW"\n'),
    "E-toml-size": toml("a = " + "[" * 5_000),
    "E-toml-control": toml('title = "US \\u0007skips talks"\n'),
    "E-toml-table": change("actors.toml", "[grey]", "black = 1\n[grey]"),
    "E-key-missing": change("one/meta.toml", 'who = "a test"', ""),
    "E-key-value": change("one/meta.toml", "2020-01-02", '"soon"'),
    "E-meta-coders": change("one/meta.toml", '[coders.gold]\nwho = "a test"', 'coders = "gold"'),
    "E-actor-parent": change("actors.toml", "named = true", 'named = true\npart_of = "gray"'),
    "E-actor-circle": change("actors.toml", "named = true", 'named = true\npart_of = "grey"'),
    "E-track-actor": change("tracks.toml", 'host = "grey"', 'host = "gray"'),
    # the codebook
    "E-codebook-layer": change(
        "codebook.toml", 'layer = "framing"\non = ["@frame"]', 'layer = "framng"\non = ["@frame"]'
    ),
    "E-codebook-label": change("codebook.toml", 'on = ["Actor"]', 'on = ["Acter"]'),
    "E-codebook-role": change("codebook.toml", 'needs = ["Content"]', 'needs = ["Contents"]'),
    "E-codebook-roles": change(
        "codebook.toml", 'kind = "span"\nregistry = "actors"', 'kind = "event"\nregistry = "actors"'
    ),
    "E-codebook-values": change("codebook.toml", 'registry = "tracks"', 'registry = "trucks"'),
    "E-codebook-relation": change("codebook.toml", "[relations.BEFORE]", "[relations.PRECEDES]"),
    # text and lines of an annotation file
    "E-file-size": of_bytes(b"a" * (4 * MIB + 1)),
    "E-file-empty": of_bytes(b""),
    "E-file-bom": of_bytes(BOM + b"Mr Grey"),
    "E-file-utf8": of_bytes(b"Mr Grey at the caf\xe9"),
    "E-file-line-ends": of_bytes(b"Mr Grey\r\n"),
    "E-file-control": of_bytes(b"Mr\x07 Grey"),
    "E-line-format": ann("T1\tActor 0-7\tMr Grey"),
    "E-line-unsupported": ann("*\tEquiv T1 T2"),
    "E-line-unknown": ann("T1\tActor 0 7\tMr Grey", "left."),
    "E-id-duplicate": ann("T1\tActor 0 7\tMr Grey", "T1\tActor 3 7\tGrey"),
    "E-id-missing": ann("A1\tForm T1 name"),
    "E-span-empty": ann("T1\tActor 7 0\tMr Grey"),
    "E-span-range": ann("T1\tActor 0 90\tMr Grey"),
    "E-span-fragments": ann("T1\tActor 3 7;5 9\tGrey ey s"),
    "E-span-newline": ann("T1\tActor 8 16\tleft. He"),
    "E-span-words": ann("T1\tActor 0 4\tGrey"),
    "E-span-crowded": ann(
        *(f"T{n}\tActor 0 2\tMr" for n in range(1, MAX_SPANS_OVER_CHARACTER + 2))
    ),
    "E-span-misfits": misfits,
    # annotations and the codebook
    "E-label-unknown": gold("T5\tSentence", "T21\tSentense 52 56\tGrey\nT5\tSentence"),
    "E-attribute-unknown": added("A20\tMood T9 low"),
    "E-attribute-value": gold("Stance E1 neutral", "Stance E1 nuetral"),
    "E-attribute-label": added("A20\tStance T9 neutral"),
    "E-attribute-twice": added("A20\tStance E1 neutral"),
    "E-attribute-missing": gold("A5\tStance E1 neutral\n", ""),
    "E-event-trigger": gold("T7\tAttribution", "T7\tContent"),
    "E-role-unknown": gold("Attribution:T7 ", "Attribution:T7 Sorce:T10 "),
    "E-role-label": gold("Attribution:T7 Source:T6", "Attribution:T7 Source:T9"),
    "E-role-missing": gold(
        "E1\tAttribution:T7 Source:T6 Content:T8", "E1\tAttribution:T7 Source:T6"
    ),
    "E-relation-unknown": added("R1\tCitse Arg1:E1 Arg2:E1"),
    "E-relation-label": added("R1\tCites Arg1:E1 Arg2:T1"),
    "E-reference-collection": added("N3\tReference T9 actor:grey\tlow"),
    "E-reference-label": added("N3\tReference T9 actors:grey\tlow"),
    "E-reference-unknown": gold("actors:grey\tGrey", "actors:gray\tGrey"),
    # the article as a whole
    "E-zone-overlap": added("T20\tCaption 52 62\tGrey left."),
    "E-zone-gap": gold(
        'T2\tBody 15 62\tMr Grey said the "low" talks failed. Grey left.',
        'T2\tBody 15 51\tMr Grey said the "low" talks failed.',
    ),
    "E-sentence-overlap": sentences("T5\tSentence 52 62", "T5\tSentence 44 62"),
    "E-sentence-zone": sentences("T1\tHeadline 0 13", "T1\tHeadline 0 8"),
    "E-sentence-gap": sentences("T5\tSentence 52 62", "T5\tSentence 52 56"),
    "E-quotation-unmarked": gold('Quoted 32 37\t"low"', "Quoted 33 36\tlow"),
    "E-kind-quotation": gold("Kind E1 mixed", "Kind E1 direct"),
    "E-move-track": added(
        "T20\tRequest 44 50\tfailed",
        "E2\tRequest:T20 Who:T6",
        "A20\tFactuality E2 fact",
        "A21\tMove E2 invite",
    ),
    "E-duplicate": added("N3\tReference T6 actors:grey\tMr Grey"),
    "E-base-missing": coder_with("T5\tSentence 52 62\tGrey left.\n", ""),
    "E-base-own": coder_with("T5\t", "T20\tSentence 52 56\tGrey\nT5\t"),
}
