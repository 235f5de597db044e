"""`python -m mutations`: corrupt the record many times and tell what noticed it."""

import argparse
import sys

from .judge import MOVES
from .report import share, summary, survivors, table
from .sample import run

LEAST = 0.99  # of all mutants must be noticed


def main() -> int:
    """Print the table; 1 where too little was noticed."""
    parser = argparse.ArgumentParser(prog="mutations", description=__doc__)
    parser.add_argument("--number", type=int, default=1000, help="how many mutants (default: 1000)")
    parser.add_argument(
        "--seed", type=int, default=20181031, help="of the random draws (default: 20181031)"
    )
    parser.add_argument(
        "--quick",
        action="store_true",
        help="stop at the first output that is another: whether a claim falls later is not asked",
    )
    parser.add_argument("--minutes", type=float, help="tell what was judged by then")
    called = parser.parse_args()
    mutants = run(called.number, called.seed, quick=called.quick, minutes=called.minutes)
    print(f"{table(mutants)}\n\n{summary(mutants)}")
    if late := survivors(mutants, MOVES):
        print(f"\nNot noticed by check or notebooks:\n{late}")
    return 0 if share(mutants) >= LEAST else 1


if __name__ == "__main__":
    sys.exit(main())
