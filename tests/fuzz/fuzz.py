"""Readers under a coverage-guided fuzzer: `python tests/fuzz/fuzz.py TARGET [--small] [options of
libFuzzer]`; see README.md beside it."""

from __future__ import annotations

import copy
import json
import random
import re
import sys
import time
import traceback
from collections import Counter
from pathlib import Path

HERE = Path(__file__).parent
RNG = random.Random()
BEGUN = time.time()
ODD = [
    b"0",
    b"-1",
    b"1",
    b"999999999999999999999",
    b"\xc2\x85",
    b"\xe2\x80\xa8",
    b"\xf0\x9f\x98\x80",
    b"\xd9\x85",
    b"\t",
    b" ",
    b'"',
    b"\\",
    b"null",
]
ODD += [
    b"[]",
    b"{}",
    b"\x00",
    b"\xed\xa0\x80",
    b"\\ud800",
    b"\r",
    b"\xef\xbb\xbf",
    b"T1",
    b"E1",
    b"true",
    b"1e999",
    b"nan",
    b"''",
    b"\xcc\x81",
    b"\xd9\xa3",
]
TOKEN = re.compile(rb"[\w.-]+|\s|[^\w\s]")


def mutated(data: bytes, limit: int, seed: int, plain) -> bytes:
    """An input changed in its tokens or lines, half of the time; else as libFuzzer changes it. So
    more inputs stay whole enough to be read on."""
    rng = RNG
    rng.seed(seed)
    if rng.random() < 0.4 or not data:
        return plain(data, limit)
    if data[-2:].strip().endswith((b"}", b"]")) and rng.random() < 0.7:
        return _json(data, rng)[:limit]
    for _ in range(rng.choice((1, 1, 1, 2, 4))):
        data = _lines(data, rng) if rng.random() < 0.4 else _tokens(data, rng)
    return data[:limit]


def _lines(data, rng):
    """Lines deleted, doubled, exchanged or joined."""
    lines = data.split(b"\n")
    at, other = rng.randrange(len(lines)), rng.randrange(len(lines))
    way = rng.randrange(4)
    if way == 0:
        del lines[at]
    elif way == 1:
        lines.insert(other, lines[at])
    elif way == 2:
        lines[at], lines[other] = lines[other], lines[at]
    else:
        lines[at : at + 2] = [b"".join(lines[at : at + 2])]
    return b"\n".join(lines)


def _tokens(data, rng):
    """A word, number or sign replaced by another of the input, or by an odd one, or taken out."""
    found, other = (
        TOKEN.search(data, rng.randrange(len(data))) if data else None for _ in range(2)
    )
    if found is None or other is None:
        return data + rng.choice(ODD)
    start, end = found.span()
    new = rng.choice(ODD) if rng.random() < 0.4 else b"" if rng.random() < 0.15 else other[0]
    if new.isdigit() and rng.random() < 0.5:
        new = str(max(0, int(new[:18]) + rng.randrange(-3, 4))).encode()
    return data[:start] + new + data[end if rng.random() < 0.8 else start :]


def _json(data, rng):
    """A value within one of the lines that are JSON, or within all that follows the last separator,
    replaced by another value or taken out."""
    at = rng.choice([0, *(match.end() for match in re.finditer(rb"\n(?=[\[{])", data))])
    end = len(data) if rng.random() < 0.5 or (line := data.find(b"\n", at)) < 0 else line
    try:
        value = json.loads(data[at:end])
    except ValueError:
        return _tokens(data, rng)
    places = list(_places(value))
    if not places:
        return _tokens(data, rng)
    holder, key = rng.choice(places)
    other, name = rng.choice(places)
    way = rng.randrange(4)
    if way == 0:
        del holder[key]
    elif way == 1:
        holder[key] = copy.deepcopy(other[name])
    elif isinstance(holder[key], int) and way == 2:
        holder[key] += rng.randrange(-3, 4)
    else:
        holder[key] = rng.choice(
            (None, True, -1, 0, 3, 1e400, "", "x y", "\ud800", "\x00", [], {}, [None], "T1", 10**20)
        )
    return data[:at] + json.dumps(value).encode() + data[end:]


def _places(value):
    """(list or object, index or key) of every value inside."""
    for key, inner in (
        list(value.items())
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    ):
        yield value, key
        yield from _places(inner)


class Watch:
    """Runs a target on inputs; every error that is no `SeedError` is kept once for each place it
    comes from, with the input that showed it."""

    def __init__(self, name, target, count, parted, refused, found: Path):
        self.name, self.target, self.count, self.parted, self.refused, self.found = (
            name,
            target,
            count,
            parted,
            refused,
            found,
        )
        self.seen: Counter[str] = Counter()
        self.executions = 0

    def __call__(self, data: bytes):
        """One execution."""
        self.executions += 1
        if self.executions % 50_000 == 0:
            self.tell()
        try:
            self.target(*self.parted(data, self.count))
        except self.refused:
            pass
        except Exception as error:
            self._keep(error, data)

    def _keep(self, error, data):
        place = next(
            (
                f
                for f in reversed(traceback.extract_tb(error.__traceback__))
                if "standoff" in f.filename or "fuzz" in f.filename
            ),
            None,
        )
        where = (
            f"{type(error).__name__} {Path(place.filename).name}:{place.lineno}"
            if place
            else type(error).__name__
        )
        self.seen[where] += 1
        if self.seen[where] == 1:
            self.found.mkdir(exist_ok=True, parents=True)
            kept = self.found / f"{self.name}-{len(self.seen)}"
            kept.write_bytes(data)
            print(f"CRASH {self.name} {where}: {error!s:.200} -> {kept}", flush=True)

    def tell(self):
        """How much was run, how fast, and what came out."""
        took = time.time() - BEGUN
        print(
            (
                f"{self.name}: {self.executions:,} executions, {self.executions / took:,.0f} a "
                f"second, {len(self.seen)} kinds of crash"
            ),
            flush=True,
        )


def main() -> None:
    """Fuzz one target, beginning with the inputs in `inputs.py` and those kept in the folder
    `found/TARGET`."""
    import atheris

    sys.path.insert(0, str(HERE))
    with atheris.instrument_imports(include=["standoff", "cassis"]):
        import targets
    import inputs

    name, *options = sys.argv[1:]
    work = HERE / "found" / (f"{name}-small" if "--small" in options else name)
    work.mkdir(parents=True, exist_ok=True)
    small = "--small" in options
    (work / "first").write_bytes(targets.joined(inputs.inputs(name, small)))
    watch = Watch(
        name,
        targets.TARGETS[name],
        targets.PARTS[name],
        targets.parted,
        targets.SeedError,
        HERE / "found" / "crashes",
    )
    for data in [path.read_bytes() for path in sorted(work.iterdir())]:
        watch(data)  # caches are filled, lazy imports made
    largest = max(600 if small else 4096, *(path.stat().st_size for path in work.iterdir()))
    arguments = [
        sys.argv[0],
        str(work),
        f"-max_len={largest}",
        "-timeout=60",
        "-print_final_stats=1",
        f"-artifact_prefix={HERE / 'found'}/",  # inputs that libFuzzer keeps because they are slow
        *(option for option in options if option != "--small"),
    ]
    atheris.Setup(
        arguments,
        watch,
        custom_mutator=lambda data, limit, seed: mutated(bytes(data), limit, seed, atheris.Mutate),
    )
    atheris.Fuzz()


if __name__ == "__main__":
    main()
